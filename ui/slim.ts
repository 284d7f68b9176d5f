import type { Plugin } from "vite";

const QUESTION = /graphql\(\s*`([^`]*)`/g;

/** GraphQL reads any run of white space as one space (its specification, section 2.1.3): ours has no text literals. */
const slimmed = (question: string): string => question.replace(/\s+/g, " ").replace(/ ?([{}(),:|]) ?/g, "$1").trim();

/** Vite's module that loads the styles of a lazily loaded chunk, 0.9 KiB after gzip: here all styles are there from the start. */
const STYLE_LOADER = "\0vite/preload-helper.js";

/**
 * What keeps the page within its budget: questions without their indentation, markup as calls with children for
 * arguments (`_h`, `_F` of vite.config.ts), shorter than what the automatic runtime makes of it, and lazily loaded chunks
 * without a loader of styles. Fails the build when such a chunk brings styles all the same.
 */
export function slim(): Plugin {
  return {
    name: "whence-slim",
    enforce: "pre",
    load: (id) => (id === STYLE_LOADER ? "export const __vitePreload = (load) => load();" : null),
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === "chunk" && chunk.isDynamicEntry && chunk.viteMetadata?.importedCss.size) {
          this.error(`${chunk.name} brings styles of its own, which nothing would load: import them where the page starts.`);
        }
      }
    },
    transform(code, id) {
      if (!/\/app\/.*\.tsx?$/.test(id)) return null;
      const questions = code.replace(QUESTION, (_all, question: string) => `graphql(\`${slimmed(question)}\``);
      // On the first line, so that lines keep their numbers.
      const factory = id.endsWith(".tsx") ? 'import { h as _h, Fragment as _F } from "preact"; ' : "";
      return { code: factory + questions, map: null };
    },
  };
}
