"""The statements that write a batch. Constant text: labels and types of edges are values too (dynamic labels and types, Neo4j 5.26).

All rows are in one parameter, a map: for parameters that are lists the server plans anew for each magnitude of each. What is rare is apart,
and run only where there are such rows: a smaller text is planned sooner, and plans do not live for ever.

One edge between two nodes is looked for as a path of length 1: for `(a)-[e]->(b)`, planned while the graph is small, the server would
read all edges that there are, and remember that plan.
"""

from __future__ import annotations

from typing import Final, LiteralString

REMOVE: Final = """
CALL () {
  UNWIND $batch.edgesGone AS r
  MATCH (a:Entity {id: r[0]}) MATCH (b:Entity {id: r[1]})
  CALL (a, b, r) { MATCH (a)-[es*1..1]->(b) WHERE all(e IN es WHERE type(e) = r[2] AND e.q = r[3]) FOREACH (e IN es | DELETE e) }
}
CALL () { UNWIND $batch.nodesGone AS id MATCH (n:Entity {id: id}) DETACH DELETE n }
CALL () { UNWIND $batch.recordsGone AS key MATCH (r:Record {key: key}) DELETE r }
CALL () { UNWIND $batch.entriesGone AS k MATCH (e:Entry {k: k}) DELETE e }
FINISH"""
WRITE: Final = """
CALL () {
  UNWIND $batch.nodesNew AS r
  CREATE (n:Entity:$(r[1]) {id: r[0], uid: r[2], kind: r[3], name: r[4], at: r[5], age: r[6], namespace: r[7], state: r[8],
    whole: r[9], named: r[10], search: r[11], searchLong: r[12], tags: r[13], owners: r[14], version: r[15],
    doc: r[16], facets: r[17]})
  RETURN collect(n) AS made
}
CALL () {
  UNWIND $batch.nodesChanged AS r
  MATCH (n:Entity {id: r[0]}) SET n.state = r[1], n.doc = r[2], n.facets = r[3]
}
CALL () {
  UNWIND $batch.ends AS id
  MATCH (n:Entity {id: id})
  RETURN collect(n) AS there
}
CALL (made, there) {
  WITH there, made + there AS nodes
  UNWIND CASE WHEN size(there) = size($batch.ends) THEN $batch.edgesNew ELSE [] END AS r
  WITH r, nodes[r[0]] AS a, nodes[r[1]] AS b
  CREATE (a)-[:$(r[2]) {q: r[3], at: r[4], age: r[5], doc: r[6], evidence: r[7], role: r[8], relation: r[9]}]->(b)
}
CALL () { UNWIND $batch.texts AS r MERGE (t:Text {name: r[0]}) ON CREATE SET t.text = r[1] }
CALL () { UNWIND $batch.recordsNew AS r CREATE (:Record {key: r[0], doc: r[1]}) }
CALL () { UNWIND $batch.recordsSet AS r MERGE (n:Record {key: r[0]}) SET n.doc = r[1] }
CALL () { UNWIND $batch.entriesNew AS r CREATE (:Entry {k: r[0], extra: r[1], uid: r[2]}) }
CALL () { UNWIND $batch.touches AS r CREATE (:Touch {k: r[0], seqs: r[1]}) }
CALL () {
  UNWIND $batch.events AS r
  CREATE (:Event {seq: r[0], key: r[1], head: r[2], time: r[3], eventTime: r[4], receivedAt: r[5], producer: r[6],
    eventType: r[7], run: r[8], runKey: r[9], job: r[10], sender: r[11], body: r[12]})
}
MATCH (l:Log {name: 'log'})
SET l.seq = l.seq + size($batch.events), l.head = $batch.head
RETURN size(there)"""
"""Edges name their ends by places in a list: of the nodes made here, then of `ends`, each of which is looked for once. The answer says how many of these there
were: where one is missing no edge is made, and the batch must not be committed.

The log last: its lock is what readers wait for (`snapshot`), so it is held hardly longer than the commit takes to be applied."""
CHANGE_EDGES: Final = """
UNWIND $batch.edgesChanged AS r
MATCH (a:Entity {id: r[0]}) MATCH (b:Entity {id: r[1]})
CALL (a, b, r) {
  MATCH (a)-[es*1..1]->(b) WHERE all(e IN es WHERE type(e) = r[2] AND e.q = r[3])
  FOREACH (e IN es | SET e.at = r[4], e.age = r[5], e.doc = r[6], e.evidence = r[7], e.role = r[8], e.relation = r[9])
}"""
LOSE_NAMES: Final = """
UNWIND $batch.nodesRefound AS r
MATCH (n:Entity {id: r[0]})-[found:TAGGED|OWNED_BY|KNOWN_BY]->()
DELETE found"""
CHANGE_NAMES: Final = """
UNWIND $batch.nodesRefound AS r
MATCH (n:Entity {id: r[0]})
REMOVE n:Dataset:DatasetVersion:Model:ModelVersion:BaseCheckpoint:Artifact:ArtifactVersion:LongText
SET n:$(r[1]), n.kind = r[3], n.name = r[4], n.at = r[5], n.age = r[6], n.namespace = r[7], n.state = r[8],
  n.whole = r[9], n.named = r[10], n.search = r[11], n.searchLong = r[12], n.tags = r[13], n.owners = r[14],
  n.version = r[15], n.doc = r[16], n.facets = r[17]"""
TAG: Final = """
UNWIND $batch.tags AS r
MATCH (n:Entity {id: r[0]}) MERGE (t:Tag {id: r[1]}) CREATE (n)-[:TAGGED]->(t)"""
OWN: Final = """
UNWIND $batch.owners AS r
MATCH (n:Entity {id: r[0]}) MERGE (o:Owner {id: r[1]}) CREATE (n)-[:OWNED_BY]->(o)"""
FINGERPRINT: Final = """
UNWIND $batch.fingerprints AS r
MATCH (n:Entity {id: r[0]})
MERGE (f:Fingerprint {id: r[1]}) ON CREATE SET f.value = r[2], f.full = r[3], f.algorithm = r[4]
CREATE (n)-[:KNOWN_BY]->(f)"""
REFUSE: Final = """
CALL () {
  UNWIND $batch.rejected AS r
  CREATE (:Rejected {id: r[0], receivedAt: r[1], code: r[2], reason: r[3], retriable: r[4], sender: r[5], body: r[6]})
}
CALL () {
  UNWIND $batch.refusedAgain AS r
  MATCH (x:Rejected {id: r[0]}) WHERE x.became IS NULL
  SET x.receivedAt = r[1], x.code = r[2], x.reason = r[3], x.retriable = r[4]
}
CALL () {
  UNWIND $batch.became AS r
  MATCH (x:Rejected {id: r[0]}) WHERE x.became IS NULL
  SET x.became = r[1]
  RETURN count(x) AS replayed
}
MATCH (l:Log {name: 'log'})
SET l.rejected = l.rejected + size($batch.rejected), l.replayed = l.replayed + replayed"""

IN_ORDER: Final[tuple[tuple[LiteralString, tuple[str, ...]], ...]] = (
    (REMOVE, ("edgesGone", "nodesGone", "recordsGone", "entriesGone")),
    (LOSE_NAMES, ("nodesRefound",)),
    (CHANGE_NAMES, ("nodesRefound",)),
    (CHANGE_EDGES, ("edgesChanged",)),
    (
        WRITE,
        (
            "nodesNew",
            "nodesChanged",
            "ends",
            "edgesNew",
            "texts",
            "recordsNew",
            "recordsSet",
            "entriesNew",
            "touches",
            "events",
        ),
    ),
    (TAG, ("tags",)),
    (OWN, ("owners",)),
    (FINGERPRINT, ("fingerprints",)),
    (REFUSE, ("rejected", "refusedAgain", "became")),
)
"""Each statement with the rows that it is for: run when there are any."""
