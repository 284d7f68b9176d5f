import { graphql, type FragmentOf } from "./document";

/** What every list shows of a node. */
export const brief = graphql(`
  fragment Brief on Node {
    __typename
    id
    kind
    name
    at
    ... on Asset { namespace }
    ... on Version { version label failed unversioned conflict asset { id name namespace } }
    ... on ModelVersion { role }
    ... on Job { namespace }
    ... on Run { state startedAt endedAt processingType job { id name namespace } }
    ... on Commit { repository sha }
  }
`);

export type Brief = FragmentOf<typeof brief>;

/** Whether an answer is all there is. */
export const completeness = graphql(`
  fragment Whole on Completeness {
    complete
    sentence
    gaps { kind count sentence examples }
  }
`);

export type Whole = FragmentOf<typeof completeness>;
