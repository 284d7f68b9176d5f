import { gzipSync } from "node:zlib";

import type { Plugin, Rollup } from "vite";

/** Bytes after gzip: of all scripts that the page may load, and of all its styles. */
const LIMITS = { scripts: 60 * 1024, styles: 12 * 1024 };

const compressed = (content: string | Uint8Array): number => gzipSync(content, { level: 9 }).length;

/** Every chunk that the page may load from its entry on: at once, or when a view asks for it. */
function chunksOf(entry: string, bundle: Rollup.OutputBundle): Rollup.OutputChunk[] {
  const found = new Map<string, Rollup.OutputChunk>();
  const follow = (name: string): void => {
    const chunk = bundle[name];
    if (chunk?.type !== "chunk" || found.has(name)) return;
    found.set(name, chunk);
    [...chunk.imports, ...chunk.dynamicImports].forEach(follow);
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
        const chunks = chunksOf(entry, bundle);
        if (chunks.length === 0) this.error(`No entry ${entry} was built.`);
        const sizes = {
          scripts: chunks.reduce((sum, chunk) => sum + compressed(chunk.code), 0),
          styles: [...stylesOf(chunks)].reduce((sum, name) => {
            const asset = bundle[name];
            return sum + (asset?.type === "asset" ? compressed(asset.source) : 0);
          }, 0),
        };
        for (const what of ["scripts", "styles"] as const) {
          this.info(`${entry}: ${what} ${sizes[what]} of ${LIMITS[what]} bytes gz`);
          if (sizes[what] > LIMITS[what]) this.error(`${entry}: ${what} are ${sizes[what]} bytes gz, above the budget of ${LIMITS[what]}`);
        }
      },
    },
  };
}
