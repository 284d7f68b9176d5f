import { brief } from "../../api/brief";
import { graphql } from "../../api/document";

/** What the front page shows: one question, a handful of short lists. */
export const overview = graphql(
  `
  query Overview {
    service { version store seq headHash rejected }
    datasets: find(filter: { kinds: [DATASET] }, first: 1) { totalCount totalExact }
    models: find(filter: { kinds: [MODEL] }, first: 1) { totalCount totalExact }
    artifacts: find(filter: { kinds: [ARTIFACT] }, first: 1) { totalCount totalExact }
    jobs: find(filter: { kinds: [JOB] }, first: 1) { totalCount totalExact }
    runs: find(filter: { kinds: [RUN] }, first: 8) { totalCount totalExact edges { node { ...Brief } } }
    latestModels: find(filter: { kinds: [MODEL_VERSION] }, first: 6) {
      totalCount totalExact
      edges { node { ...Brief ... on ModelVersion { aliases metrics { name value text step } } } }
    }
    latestData: find(filter: { kinds: [DATASET_VERSION] }, first: 6) { totalCount totalExact edges { node { ...Brief ... on Version { rows bytes } } } }
    failed: find(filter: { kinds: [RUN], state: FAIL }, first: 5) {
      totalCount totalExact
      edges { node { ...Brief ... on Run { error } } }
    }
    unended: find(filter: { kinds: [RUN], state: RUNNING }, first: 1) { totalCount totalExact }
  }
`,
  [brief],
);
