import { brief, completeness } from "../../api/brief";
import { graphql, type FragmentOf } from "../../api/document";
import { runLine } from "../runs/questions";

/** What the head of a node's page shows, whatever its kind. */
export const head = graphql(
  `
  fragment Head on Node {
    ...Brief
    tags
    owners
    events(first: 1) { totalCount totalExact }
    ... on Asset { versionCount droppedAt latest { ...Brief } }
    ... on Version { aliases }
    ... on Job { runCount }
    ... on Run { parent { ...Brief } }
  }
`,
  [brief],
);

export type Head = FragmentOf<typeof head>;

export const nodeOf = graphql(
  `
  query NodeOf($ref: String!) {
    resolve(ref: $ref) {
      node { ...Head }
      candidates { ...Brief }
      suggestions
    }
  }
`,
  [head, brief],
);

const metric = graphql(`fragment Measured on Metric { name value text step dataset }`);

const runFacts = graphql(
  `
  fragment RunFacts on Run {
    error
    jobType
    parent { ...Brief }
    commit { id name kind at __typename repository sha dirty url }
    environment { id name python image accelerator lockDigest packages }
    inputs { role evidence subset version { ...Brief } }
    outputs { ...Brief }
    params { name value }
    seeds
    metrics { ...Measured }
  }
`,
  [brief, metric],
);

/** Everything that is known of a node; what no field has is in its facets. */
export const facts = graphql(
  `
  query Facts($id: ID!) {
    node(id: $id) {
      ...Brief
      tags
      owners
      facets
      ... on Asset { versionCount sameAs droppedAt latest { ...Brief rows bytes digests { algorithm value strong } facets } }
      ... on Version {
        aliases
        digests { algorithm value strong }
        bytes
        rows
        changeNote
        parents { ...Brief }
        generatedBy { ...Brief ...RunFacts }
        asset { id kind name facets tags owners }
      }
      ... on ModelVersion { metrics { ...Measured } serving { ...Brief } }
      ... on Run { ...RunFacts }
      ... on Job { description runCount declaredInputs { ...Brief } declaredOutputs { ...Brief } latestRun { ...Brief } }
      ... on Content { digest { algorithm value strong } holders(first: 50) { totalCount totalExact edges { node { ...Brief } } completeness { ...Whole } } }
      ... on Commit { dirty url }
      ... on Environment { python image accelerator lockDigest packages }
    }
  }
`,
  [brief, runFacts, metric, completeness],
);

export const versions = graphql(
  `
  query Versions($ref: String!, $asOf: DateTime, $first: Int!, $after: String) {
    versions(ref: $ref, asOf: $asOf, first: $first, after: $after) {
      edges {
        node {
          ...Brief
          ... on Version {
            aliases rows bytes changeNote
            digests { algorithm value strong }
            parents { id }
            generatedBy { ...Brief }
            modelsUsing(first: 1) { total complete }
          }
        }
      }
      pageInfo { hasNextPage endCursor }
      totalCount
      totalExact
      completeness { ...Whole }
    }
  }
`,
  [brief, completeness],
);

/** The models that used something, each with how and the shortest proof. */
export const models = graphql(
  `
  query Models($ref: String!, $asOf: DateTime, $first: Int!, $after: String) {
    modelsUsing(ref: $ref, asOf: $asOf, first: $first, after: $after) {
      edges {
        node {
          model { ...Brief }
          version { ...Brief ... on ModelVersion { aliases headline { name value text } serving { id } } }
          how
          via { nodes { ...Brief } edges { type role evidence eventSeqs } }
        }
      }
      pageInfo { hasNextPage endCursor }
      totalCount
      totalExact
      completeness { ...Whole }
    }
  }
`,
  [brief, completeness],
);

/** The runs that made versions, and the edges of those that used them. */
export const runsOfVersions = graphql(
  `
  query RunsOfVersions($ref: String!, $first: Int!, $after: String) {
    versions(ref: $ref, first: $first, after: $after) {
      edges {
        node {
          ...Brief
          ... on Version {
            generatedBy { ...RunLine }
            neighbours(edges: [USED], upstream: false, first: 50) { edges { node { source role evidence } } totalCount totalExact }
          }
        }
      }
      pageInfo { hasNextPage endCursor }
      totalCount
      totalExact
      completeness { ...Whole }
    }
  }
`,
  [brief, runLine, completeness],
);

export const runsOfVersion = graphql(
  `
  query RunsOfVersion($id: ID!) {
    node(id: $id) {
      ...Brief
      ... on Version {
        generatedBy { ...RunLine }
        neighbours(edges: [USED], upstream: false, first: 200) { edges { node { source role evidence } } totalCount totalExact completeness { ...Whole } }
      }
    }
  }
`,
  [brief, runLine, completeness],
);

/** What points at a node by one kind of edge: children of a run, runs at a commit. */
export const pointing = graphql(
  `
  query Pointing($id: ID!, $edges: [EdgeType!]!, $first: Int!) {
    node(id: $id) {
      neighbours(edges: $edges, upstream: false, first: $first) {
        edges { node { source type } }
        totalCount
        totalExact
        completeness { ...Whole }
      }
    }
  }
`,
  [completeness],
);

export const linesOf = graphql(
  `
  query Lines($ids: [ID!]!) { nodes(ids: $ids) { ...RunLine } }
`,
  [runLine],
);
