import { completeness } from "../../api/brief";
import { graphql } from "../../api/document";

/** What a line of the log shows; the event itself is asked for when it is opened. */
export const eventLine = graphql(`
  fragment EventLine on Event { seq key eventTime receivedAt producer eventType run job sender }
`);

export const events = graphql(
  `
  query Events($touching: String, $since: DateTime, $until: DateTime, $first: Int!, $after: String) {
    events(touching: $touching, since: $since, until: $until, first: $first, after: $after) {
      edges { cursor node { ...EventLine } }
      pageInfo { hasNextPage endCursor }
      totalCount
      totalExact
      completeness { ...Whole }
    }
  }
`,
  [eventLine, completeness],
);

/** One event with what was sent: asked for when it is opened, because it may be large. */
export const oneEvent = graphql(
  `
  query OneEvent($seq: Long!) {
    event(seq: $seq) { ...EventLine raw }
  }
`,
  [eventLine],
);

export const activity = graphql(`
  query Activity($since: DateTime!, $until: DateTime!) {
    stats(bucket: DAY, since: $since, until: $until) { from events runsByState }
  }
`);

export const rejected = graphql(
  `
  query Rejected($first: Int!, $after: String) {
    rejected(first: $first, after: $after) {
      edges { node { id receivedAt code reason retriable sender raw rawEncoding } }
      pageInfo { hasNextPage endCursor }
      totalCount
      totalExact
      completeness { ...Whole }
    }
  }
`,
  [completeness],
);

export const replay = graphql(`
  mutation Replay($ids: [ID!]!) {
    replayRejected(ids: $ids) { received accepted duplicates failures { index code reason } }
  }
`);
