import { defineConfig } from "vitest/config";

import { budget } from "./budget.ts";
import { sprite } from "./icons.ts";
import { shrink } from "./shrink.ts";
import { slim } from "./slim.ts";

/** One entry a page. The service serves the result below /static/. */
export default defineConfig({
  base: "/static/",
  oxc: { jsx: { runtime: "classic", pragma: "_h", pragmaFrag: "_F" } },
  plugins: [slim(), sprite("app/index.html"), shrink("app/index.html"), budget("app/index.html")],
  build: {
    outDir: "../service/whence/static",
    emptyOutDir: true,
    target: "es2022",
    // The polyfill would be an inline script, which the page's Content-Security-Policy forbids.
    modulePreload: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1200,
    rollupOptions: {
      checks: { bundlerTimings: false },
      input: { app: "app/index.html", graphiql: "graphiql/index.html" },
      onwarn(warning, warn) {
        // React's "use client" marks mean nothing in a page without server components.
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") warn(warning);
      },
    },
  },
  test: { include: ["app/**/*.test.ts", "app/**/*.test.tsx"] },
});
