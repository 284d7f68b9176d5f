"""The GraphQL documents behind the verbs: the same over HTTP and in process, for text and for --json."""

from __future__ import annotations

from typing import Final

_LINE: Final = """
fragment Line on Node {
  id kind name at
  ... on Version { version label aliases failed conflict digests { algorithm value strong } }
  ... on Run { state startedAt endedAt job { id } commit { sha dirty } }
  ... on Commit { sha }
  ... on Environment { python image accelerator }
}
"""
"""What a node's line is made of. Kept small: a walk may have ten thousand of them, and the service limits what one question may cost."""

_STEP: Final = """
fragment Step on Node {
  id kind name at
  ... on Version { version label digests { algorithm value strong } }
  ... on Run { state startedAt endedAt job { id } }
}
"""
_EDGE: Final = "fragment Link on Edge { id type source target at evidence role relation run eventSeqs }"
_COMPLETENESS: Final = """
fragment Whole on Completeness {
  complete cutBy frontier remaining remainingExact sentence gaps { kind count examples sentence }
}
"""
_SUBGRAPH: Final = """
fragment Graph on Subgraph {
  roots depths seq headHash nodes { ...Line } edges { ...Link } completeness { ...Whole }
}
"""
_PROOF: Final = "fragment Proof on Path { nodes { ...Step } edges { ...Link } }"
"""A path in a list of many: its edges name the events that prove it by position."""
_PAGE: Final = "pageInfo { hasNextPage endCursor } totalCount totalExact seq headHash completeness { ...Whole }"

RESOLVE: Final = """
query Resolve($ref: String!, $asKnown: String) {
  resolve(ref: $ref, asKnown: $asKnown) { node { id kind name } candidates { id kind name at } suggestions }
}
"""

PROVENANCE: Final = (
    "query Provenance($ref: String!, $walk: Walk) { provenance(ref: $ref, walk: $walk) { ...Graph } }"
    + _SUBGRAPH + _LINE + _EDGE + _COMPLETENESS
)  # fmt: skip

IMPACT: Final = (
    """
query Impact($ref: String!, $walk: Walk) {
  impact(ref: $ref, walk: $walk) {
    total countsByKind owners
    servingNow { ...Line } modelsToRetrain { ...Line } copies { ...Line }
    subgraph { ...Graph }
  }
}
"""
    + _SUBGRAPH + _LINE + _EDGE + _COMPLETENESS
)  # fmt: skip

FOCUS: Final = (
    """
query Focus($ref: String!, $view: FocusView) {
  focus(ref: $ref, view: $view) {
    focus shown folded filtered total upTotal downTotal totalByKind servicesTotal unopened seq headHash
    cards {
      id depth more standsFor origin serving node { ...Line }
      job { id label } commit { id label } environment { id label } asset { id label }
    }
    edges { source target types count evidence sameBytes at roles relations }
    folds { id title count byKind services upstream adjacent }
    completeness { ...Whole }
  }
}
"""
    + _LINE + _COMPLETENESS
)  # fmt: skip

MAP: Final = (
    """
query Map($view: MapView) {
  map(view: $view) {
    ids names kinds lanes at until states flags sources targets edgeTypes
    kindTable laneTable { name namespace nodes } stateTable edgeTypeTable shared { node uses }
    total edgeTotal totalByKind truncated leftOut leftOutExact seq headHash completeness { ...Whole }
  }
}
"""
    + _COMPLETENESS
)

MODELS: Final = (
    f"""
query Models($ref: String!, $asOf: DateTime, $asKnown: String, $first: Int, $after: String) {{
  modelsUsing(ref: $ref, asOf: $asOf, asKnown: $asKnown, first: $first, after: $after) {{
    edges {{ cursor node {{ how model {{ id kind name }} version {{ ...Step }} via {{ ...Proof }} }} }}
    {_PAGE}
  }}
}}
"""
    + _PROOF + _STEP + _EDGE + _COMPLETENESS
)  # fmt: skip

DATA: Final = (
    f"""
query Data($ref: String!, $asOf: DateTime, $asKnown: String, $first: Int, $after: String) {{
  datasetsOf(ref: $ref, asOf: $asOf, asKnown: $asKnown, first: $first, after: $after) {{
    edges {{ cursor node {{ role distance dataset {{ id kind name }} version {{ ...Step }} via {{ ...Proof }} }} }}
    {_PAGE}
  }}
}}
"""
    + _PROOF + _STEP + _EDGE + _COMPLETENESS
)  # fmt: skip

PATH: Final = (
    """
query Path($source: String!, $target: String!, $asOf: DateTime, $asKnown: String) {
  path(source: $source, target: $target, asOf: $asOf, asKnown: $asKnown) {
    path { nodes { ...Line } edges { ...Link } events { seq key eventTime eventType producer run job } }
    completeness { ...Whole } seq headHash
  }
}
"""
    + _LINE + _EDGE + _COMPLETENESS
)  # fmt: skip

SHOW: Final = (
    """
query Show($id: ID!, $asOf: DateTime, $asKnown: String) {
  node(id: $id, asOf: $asOf, asKnown: $asKnown) {
    ...Line tags owners facets
    events(first: 5) { totalCount totalExact edges { node { seq eventTime eventType producer } } }
    ... on Asset { namespace sameAs versionCount droppedAt latest { ...Line } }
    ... on Version { bytes rows changeNote asset { ...Line } parents { ...Line } generatedBy { ...Line } }
    ... on ModelVersion { role metrics { name value text step dataset } serving { ...Line } }
    ... on Run {
      error jobType processingType parent { ...Line } environment { ...Line } inputs { role subset evidence version { ...Line } } outputs { ...Line }
      params { name value } seeds metrics { name value text step dataset }
    }
    ... on Job {
      namespace description runCount latestRun { ...Line } declaredInputs { ...Line } declaredOutputs { ...Line }
    }
    ... on Commit { repository url }
    ... on Environment { lockDigest packages }
    ... on Content { digest { algorithm value strong } holders { totalCount totalExact edges { node { ...Line } } } }
  }
}
"""
    + _LINE
)

VERSIONS: Final = (
    f"""
query Versions($ref: String!, $asOf: DateTime, $asKnown: String, $first: Int, $after: String) {{
  versions(ref: $ref, asOf: $asOf, asKnown: $asKnown, first: $first, after: $after) {{ edges {{ cursor node {{ ...Line ... on Version {{ bytes rows changeNote }} }} }} {_PAGE} }}
}}
"""
    + _LINE + _COMPLETENESS
)  # fmt: skip

FIND: Final = (
    f"""
query Find($filter: Filter!, $asOf: DateTime, $asKnown: String, $first: Int, $after: String) {{
  find(filter: $filter, asOf: $asOf, asKnown: $asKnown, first: $first, after: $after) {{ edges {{ cursor node {{ ...Line tags owners }} }} {_PAGE} }}
}}
"""
    + _LINE + _COMPLETENESS
)  # fmt: skip

EVENTS: Final = (
    f"""
query Events($touching: String, $since: DateTime, $until: DateTime, $first: Int, $after: String) {{
  events(touching: $touching, since: $since, until: $until, first: $first, after: $after) {{
    edges {{ cursor node {{ seq key eventTime receivedAt producer sender eventType run job }} }}
    {_PAGE}
  }}
}}
"""
    + _COMPLETENESS
)

EVENTS_WHOLE: Final = EVENTS.replace("eventType run job }", "eventType run job raw }")
"""As EVENTS, with the event itself as it was sent."""

EVENT: Final = """
query Event($seq: Long!) { event(seq: $seq) { seq key eventTime receivedAt producer sender eventType run job raw } }
"""

REJECTED: Final = (
    f"""
query Rejected($first: Int, $after: String) {{
  rejected(first: $first, after: $after) {{
    edges {{ cursor node {{ id receivedAt sender code reason retriable raw rawEncoding }} }}
    {_PAGE}
  }}
}}
"""
    + _COMPLETENESS
)

STATS: Final = """
query Stats($bucket: Bucket!, $since: DateTime!, $until: DateTime!) {
  stats(bucket: $bucket, since: $since, until: $until) { from events runsByState newByKind }
}
"""

UNACCOUNTED: Final = """
query Unaccounted($namespace: String, $team: String) { unaccounted(namespace: $namespace, team: $team) }
"""

SERVICE: Final = "query Service { service { version store seq headHash projection rejected } }"

REPLAY: Final = """
mutation Replay($ids: [ID!]!) {
  replayRejected(ids: $ids) { received accepted duplicates lastSeq failures { index code reason retriable } }
}
"""

REJECTED_IDS: Final = """
query RejectedIds($first: Int, $after: String) {
  rejected(first: $first, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } }
}
"""

HOLDERS: Final = """
query Holders($id: ID!, $asKnown: String) {
  node(id: $id, asKnown: $asKnown) { ... on Content { holders(first: 50) { edges { node { id } } } } }
}
"""
