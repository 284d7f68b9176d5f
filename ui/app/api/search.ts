import { brief, completeness } from "./brief";
import { graphql } from "./document";

/** What is found by a text: by what it means as a reference, then by names, tags and owners. */
export const search = graphql(
  `
  query Search($text: String!, $kinds: [Kind!], $first: Int!, $after: String, $exact: Boolean!) {
    resolve(ref: $text) @include(if: $exact) { node { ...Brief } candidates { ...Brief } }
    find(filter: { text: $text, kinds: $kinds }, first: $first, after: $after) {
      edges { node { ...Brief tags owners } }
      pageInfo { hasNextPage endCursor }
      totalCount
      totalExact
      completeness { ...Whole }
    }
  }
`,
  [brief, completeness],
);
