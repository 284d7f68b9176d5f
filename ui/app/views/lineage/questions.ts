import { brief, completeness } from "../../api/brief";
import { graphql, type FragmentOf, type ResultOf } from "../../api/document";

/** What a card shows of its node. */
export const cardNode = graphql(
  `
  fragment CardNode on Node {
    ...Brief
    ... on Version { rows bytes }
    ... on ModelVersion { headline { name value text } }
  }
`,
  [brief],
);

export type CardNode = FragmentOf<typeof cardNode>;

export const focusQuestion = graphql(
  `
  query Focus($ref: String!, $view: FocusView!) {
    focus(ref: $ref, view: $view) {
      focus
      cards {
        id depth more standsFor origin serving
        node { ...CardNode }
        job { label } commit { label } environment { label }
      }
      edges { source target types count evidence sameBytes roles relations }
      folds { id title count byKind services upstream adjacent }
      shown folded filtered total upTotal downTotal totalByKind servicesTotal unopened
      completeness { ...Whole }
      seq
    }
  }
`,
  [cardNode, completeness],
);

/** Which nodes each fold holds: asked only to compare them with what an impact hits. */
export const membersQuestion = graphql(`
  query Members($ref: String!, $view: FocusView!) {
    focus(ref: $ref, view: $view) { folds { id members } }
  }
`);

export type FocusAnswer = ResultOf<typeof focusQuestion>["focus"];

export const impactQuestion = graphql(
  `
  query Impact($ref: String!, $walk: Walk!) {
    impact(ref: $ref, walk: $walk) {
      total countsByKind owners
      servingNow { ...Brief }
      modelsToRetrain { ...Brief }
      copies { ...Brief }
      subgraph { roots nodes { id } completeness { ...Whole } seq }
    }
  }
`,
  [brief, completeness],
);

export type ImpactAnswer = ResultOf<typeof impactQuestion>["impact"];

/** Everything that an impact answer reaches, by name: for its list and its export. */
export const reachedQuestion = graphql(
  `
  query Reached($ref: String!, $walk: Walk!) {
    impact(ref: $ref, walk: $walk) {
      total
      subgraph { nodes { ...Brief } depths completeness { ...Whole } seq }
    }
  }
`,
  [brief, completeness],
);

/** Both ways at once: which of two nodes came from the other, a person need not know. */
export const pathQuestion = graphql(
  `
  query PathBetween($a: String!, $b: String!, $asOf: DateTime) {
    back: path(source: $a, target: $b, asOf: $asOf) { ...Way }
    forth: path(source: $b, target: $a, asOf: $asOf) { ...Way }
  }
  fragment Way on PathAnswer {
    path { nodes { ...CardNode } edges { type source target evidence role } events { seq } }
    completeness { ...Whole }
  }
`,
  [cardNode, completeness],
);

export type PathAnswer = ResultOf<typeof pathQuestion>;

export const selectedQuestion = graphql(
  `
  query Selected($id: ID!, $asOf: DateTime) {
    node(id: $id, asOf: $asOf) {
      ...CardNode
      owners tags
      ... on Version {
        digests { algorithm value strong }
        aliases changeNote
        generatedBy { id startedAt job { id name } }
      }
      ... on ModelVersion { metrics { name value text } }
      ... on Run {
        error jobType
        commit { id sha repository }
        environment { id python image accelerator }
        params { name value }
        runMetrics: metrics { name value text }
      }
    }
  }
`,
  [cardNode],
);

export type Selected = NonNullable<ResultOf<typeof selectedQuestion>["node"]>;

export const historyQuestion = graphql(`
  query History($bucket: Bucket!, $since: DateTime!, $until: DateTime!) {
    stats(bucket: $bucket, since: $since, until: $until) { from events }
  }
`);

export const mapQuestion = graphql(
  `
  query LineageMap($view: MapView!) {
    map(view: $view) {
      ids names kinds lanes at until states flags sources targets edgeTypes
      kindTable stateTable edgeTypeTable
      laneTable { name namespace nodes }
      shared { node uses }
      total edgeTotal totalByKind truncated leftOut leftOutExact
      completeness { ...Whole }
      seq
    }
  }
`,
  [completeness],
);

export type MapAnswer = ResultOf<typeof mapQuestion>["map"];
