import type { Plugin } from "vite";

const QUESTION = /graphql\(\s*`([^`]*)`/g;

/** GraphQL reads any run of white space as one space (its specification, section 2.1.3): ours has no text literals. */
const slimmed = (question: string): string => question.replace(/\s+/g, " ").replace(/ ?([{}(),:|]) ?/g, "$1").trim();

/** Sends and ships the questions of the page without their indentation. */
export function slimQuestions(): Plugin {
  return {
    name: "whence-slim-questions",
    apply: "build",
    enforce: "pre",
    transform(code, id) {
      if (!id.includes("/app/") || !code.includes("graphql(")) return null;
      return { code: code.replace(QUESTION, (_all, question: string) => `graphql(\`${slimmed(question)}\``), map: null };
    },
  };
}
