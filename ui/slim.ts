import type { Plugin } from "vite";

const QUESTION = /graphql\(\s*`([^`]*)`/g;

/** GraphQL reads any run of white space as one space (its specification, section 2.1.3): ours has no text literals. */
const slimmed = (question: string): string => question.replace(/\s+/g, " ").replace(/ ?([{}(),:|]) ?/g, "$1").trim();

/**
 * Writes less of what the page is made of: questions without their indentation, and markup as calls with children for
 * arguments (`_h`, `_F` of vite.config.ts), shorter than what the automatic runtime makes of it.
 */
export function slim(): Plugin {
  return {
    name: "whence-slim",
    enforce: "pre",
    transform(code, id) {
      if (!/\/app\/.*\.tsx?$/.test(id)) return null;
      const questions = code.replace(QUESTION, (_all, question: string) => `graphql(\`${slimmed(question)}\``);
      // On the first line, so that lines keep their numbers.
      const factory = id.endsWith(".tsx") ? 'import { h as _h, Fragment as _F } from "preact"; ' : "";
      return { code: factory + questions, map: null };
    },
  };
}
