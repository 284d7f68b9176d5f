import { brief } from "../../api/brief";
import { graphql } from "../../api/document";
import { runLine } from "../runs/questions";

/** What the front page shows: one question, a handful of short lists. */
export const overview = graphql(
  `
  query Overview {
    service { version store seq headHash rejected }
    catalog {
      counts { kind count exact }
      recentRuns(first: 8) { ...RunLine }
      failedRuns(first: 4) { ...RunLine }
      recentModels(first: 6) { ...Brief ... on ModelVersion { aliases headline { name value text } } }
      uncaptured(first: 4) { lookedAt allOfThem gaps { kind count sentence examples } withoutMakerTotal withoutMaker { ...Brief } }
    }
    recentData: find(filter: { kinds: [DATASET_VERSION] }, first: 6) { edges { node { ...Brief ... on Version { rows bytes } } } }
    failed: find(filter: { kinds: [RUN], state: FAIL }, first: 1) { totalCount totalExact }
    unended: find(filter: { kinds: [RUN], state: RUNNING }, first: 1) { totalCount totalExact }
  }
`,
  [brief, runLine],
);
