import { gzipSync } from "node:zlib";

import type { Plugin, Rollup } from "vite";

/** Bytes after gzip: of the scripts that the page loads at first, of all that it may load, and of all its styles. */
const LIMITS = { first: 60 * 1024, all: 66 * 1024, css: 12 * 1024 };

const compressed = (content: string | Uint8Array): number => gzipSync(content, { level: 9 }).length;

/** Every chunk that the page loads from its entry on: at once, or with `later` also when a view asks for it. */
function chunksOf(entry: string, bundle: Rollup.OutputBundle, { later }: { later: boolean }): Rollup.OutputChunk[] {
  const found = new Map<string, Rollup.OutputChunk>();
  const follow = (name: string): void => {
    const chunk = bundle[name];
    if (chunk?.type !== "chunk" || found.has(name)) return;
    found.set(name, chunk);
    [...chunk.imports, ...(later ? chunk.dynamicImports : [])].forEach(follow);
  };
  for (const [name, chunk] of Object.entries(bundle)) {
    if (chunk.type === "chunk" && chunk.isEntry && chunk.facadeModuleId?.endsWith(entry)) follow(name);
  }
  return [...found.values()];
}

/** The styles that those chunks bring. */
function stylesOf(chunks: readonly Rollup.OutputChunk[]): Set<string> {
  return new Set(chunks.flatMap((chunk) => [...(chunk.viteMetadata?.importedCss ?? [])]));
}

/** Fails the build of a page whose scripts or styles grew above the budget. `entry` ends the path of its HTML file. */
export function budget(entry: string): Plugin {
  return {
    name: "whence-budget",
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const chunks = chunksOf(entry, bundle, { later: true });
        if (chunks.length === 0) this.error(`No entry ${entry} was built.`);
        const sizeOf = (some: readonly Rollup.OutputChunk[]): number => some.reduce((sum, chunk) => sum + compressed(chunk.code), 0);
        const [first, all] = [sizeOf(chunksOf(entry, bundle, { later: false })), sizeOf(chunks)];
        const css = [...stylesOf(chunks)].reduce((sum, name) => {
          const asset = bundle[name];
          return sum + (asset?.type === "asset" ? compressed(asset.source) : 0);
        }, 0);
        this.info(`${entry}: scripts ${first} of ${LIMITS.first} bytes gz at first, ${all} of ${LIMITS.all} in all, styles ${css} of ${LIMITS.css}`);
        if (first > LIMITS.first) this.error(`${entry}: scripts loaded at first are ${first} bytes gz, above the budget of ${LIMITS.first}`);
        if (all > LIMITS.all) this.error(`${entry}: all scripts are ${all} bytes gz, above the budget of ${LIMITS.all}`);
        if (css > LIMITS.css) this.error(`${entry}: styles are ${css} bytes gz, above the budget of ${LIMITS.css}`);
      },
    },
  };
}
