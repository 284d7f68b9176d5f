import { fileURLToPath } from "node:url";

import { defineConfig } from "vitest/config";

/** What runs in a real browser. The scripts that start it (scripts/page_suite.py) say which folders: smoke, full, bench, pictures. */
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  cacheDir: "../node_modules/.vite-browser",
  test: {
    include: ["**/*.spec.ts"],
    globalSetup: ["./support/one-browser.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
    maxWorkers: 2,
    // Contexts of one browser keep tests apart.
    isolate: false,
  },
});
