import type { FragmentOf, initGraphQLTada, ResultOf, VariablesOf } from "gql.tada";

import type { introspection } from "./graphql-env";

/**
 * `graphql(text, fragments)`: a question whose variables and answer TypeScript reads from the text, by the schema that
 * the service exports. Only gql.tada's types are used: at run time a question stays the text that it is.
 */

type Setup = {
  introspection: introspection;
  scalars: { DateTime: string; JSON: unknown; Long: number };
  disableMasking: true;
};

export type { FragmentOf, ResultOf, VariablesOf };

/** What `graphql` answers with at run time: its own text and that of its fragments, each once. */
type Parts = ReadonlySet<string>;

function parts(text: string, fragments: readonly Parts[] = []): Parts {
  return new Set([text, ...fragments.flatMap((fragment) => [...fragment])]);
}

export const graphql = parts as unknown as ReturnType<typeof initGraphQLTada<Setup>>;

/** The text that is sent. */
export const textOf = (document: unknown): string => [...(document as Parts)].join("\n");
