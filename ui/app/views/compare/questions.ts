import { brief } from "../../api/brief";
import { graphql } from "../../api/document";

/** What a version or a run can be compared with: others of its asset, or of its job, the newest first. */
export const others = graphql(
  `
  query Others($asset: String!, $job: ID, $versions: Boolean!, $runs: Boolean!) {
    versions(ref: $asset, first: 50) @include(if: $versions) { edges { node { ...Brief } } }
    find(filter: { kinds: [RUN], job: $job }, first: 50) @include(if: $runs) { edges { node { ...Brief } } }
  }
`,
  [brief],
);
