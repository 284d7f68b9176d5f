import { defineConfig } from "vitest/config";

import { budget } from "./budget.ts";
import { slim } from "./slim.ts";

/** One entry a page. The service serves the result below /static/. */
export default defineConfig({
  base: "/static/",
  oxc: { jsx: { runtime: "classic", pragma: "_h", pragmaFrag: "_F" } },
  plugins: [slim(), budget("app/index.html")],
  build: {
    outDir: "../service/whence/static",
    emptyOutDir: true,
    target: "es2022",
    // Views that load later import nothing that is not there already; the polyfill would be an inline script, which the
    // page's Content-Security-Policy forbids.
    modulePreload: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1200,
    rollupOptions: {
      input: { app: "app/index.html", graphiql: "graphiql/index.html" },
      onwarn(warning, warn) {
        // React's "use client" marks mean nothing in a page without server components.
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") warn(warning);
      },
    },
  },
  test: { include: ["app/**/*.test.ts", "app/**/*.test.tsx"] },
});
