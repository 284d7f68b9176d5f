import { brief, completeness } from "../../api/brief";
import { graphql } from "../../api/document";

/** What a line of a list of runs shows. */
export const runLine = graphql(
  `
  fragment RunLine on Run {
    ...Brief
    error
    jobType
  }
`,
  [brief],
);

/** Runs, the newest first. */
export const runs = graphql(
  `
  query Runs($text: String, $state: RunState, $job: ID, $first: Int!, $after: String) {
    find(filter: { kinds: [RUN], text: $text, state: $state, job: $job }, first: $first, after: $after) {
      edges { node { ...RunLine } }
      pageInfo { hasNextPage endCursor }
      totalCount
      totalExact
      completeness { ...Whole }
    }
  }
`,
  [runLine, completeness],
);
