import { defineConfig } from "vite";

/** One entry a page. The service serves the result below /static/. */
export default defineConfig({
  base: "/static/",
  build: {
    outDir: "../service/whence/static",
    emptyOutDir: true,
    target: "es2022",
    // The polyfill would be an inline script, which the page's Content-Security-Policy forbids.
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
    rollupOptions: {
      input: { graphiql: "graphiql/index.html" },
      onwarn(warning, warn) {
        // React's "use client" marks mean nothing in a page without server components.
        if (warning.code !== "MODULE_LEVEL_DIRECTIVE") warn(warning);
      },
    },
  },
});
