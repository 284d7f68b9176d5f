"""A put: log, merge and graph in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import neo4j

from whence.errors import StoreUnusable
from whence.merge.batch import merge_batch
from whence.merge.folding import keys_spoken_of
from whence.merge.state import Changes
from whence.model.answers import Position, RejectedEntry
from whence.store.intake import Admission, admit
from whence.store.neo4j.bodies import pack_body
from whence.store.neo4j.connecting import rows
from whence.store.neo4j.graph_writing import GraphWriting
from whence.store.neo4j.keys import key_of
from whence.store.neo4j.known import Neo4jKnown
from whence.store.neo4j.remembering import Remembered
from whence.store.neo4j.schema import checked
from whence.store.neo4j.statements import IN_ORDER
from whence.store.port import Incoming, Receipt, Refused, check_projection

if TYPE_CHECKING:
    from collections.abc import Iterable

OPEN: Final = """
OPTIONAL MATCH (t:Turn {name: 'turn'}) SET t.taken = true
WITH t
OPTIONAL MATCH (l:Log {name: 'log'})
CALL () { UNWIND $asked.keys AS key MATCH (e:Event {key: key}) RETURN collect([e.key, e.seq]) AS seqs }
CALL () { UNWIND $asked.records AS key MATCH (r:Record {key: key}) RETURN collect([r.key, r.doc]) AS records }
RETURN l.seq, l.head, l.rejected, l.schema, l.projection, seqs, records"""
"""Waits for its turn before it reads anything: writers in all processes go one after another."""
LOGGED: Final = """
MATCH (e:Event {seq: $seq}) WHERE e.key = $key AND e.receivedAt = $received AND coalesce(e.sender, '') = $sender
RETURN true"""
REJECTED: Final = """
MATCH (r:Rejected {id: $id}) WHERE r.receivedAt = $received AND r.body = $body AND coalesce(r.sender, '') = $sender
RETURN true"""


class Opened(NamedTuple):
    """How a put finds the log."""

    position: Position
    last_rejected: int
    seqs: dict[str, int]
    """Positions of those keys of the batch that the log holds already."""


class Writer:
    """What writing remembers between puts: only what is committed, so it forgets everything when a put fails."""

    def __init__(self) -> None:
        self._remembered = Remembered()
        self._in_doubt: Admission | None = None

    def begin(self) -> None:
        """The first try of a put follows, so none before it is in doubt."""
        self._in_doubt = None

    def put(self, session: neo4j.Session, batch: Sequence[Incoming | Refused]) -> list[Receipt]:
        """One try. An earlier one since `begin` may have been cut off while it committed, and have succeeded: then its receipts are the answer.

        Raises NotMigrated and StoreUnusable where the database is none of ours, and what the driver raises.
        """
        try:
            with session.begin_transaction() as transaction:
                return self._put(transaction, batch)
        except BaseException:
            self._remembered.forget()
            raise

    def apply(self, session: neo4j.Session, changes: Changes) -> None:
        """Write a difference without an event."""
        try:
            with session.begin_transaction() as transaction:
                opened = self._open(transaction, Neo4jKnown(transaction, self._remembered.records), ())
                graph = GraphWriting(transaction, self._remembered, changes, ())
                self._write(transaction, graph, admit((), opened.position, {}, opened.last_rejected))
        except BaseException:
            self._remembered.forget()
            raise

    def _put(self, transaction: neo4j.Transaction, batch: Sequence[Incoming | Refused]) -> list[Receipt]:
        known = Neo4jKnown(transaction, self._remembered.records)
        opened = self._open(transaction, known, [item for item in batch if isinstance(item, Incoming)])
        if self._in_doubt is not None and _is_there(transaction, self._in_doubt):
            return self._in_doubt.receipts
        admission = admit(batch, opened.position, opened.seqs, opened.last_rejected)
        if admission.logged or admission.rejected or admission.refused_again or admission.became:
            changes = merge_batch(known, admission.logged) if admission.logged else _NOTHING
            graph = GraphWriting(transaction, self._remembered, changes, known.absent)
            self._write(transaction, graph, admission)
        return admission.receipts

    def _open(self, transaction: neo4j.Transaction, known: Neo4jKnown, events: Sequence[Incoming]) -> Opened:
        keys = list({item.facts.key for item in events})
        spoken_of = list(dict.fromkeys(keys_spoken_of(item.facts for item in events)))
        asked = [key for key in spoken_of if self._remembered.records.get(key) is None]
        found = rows(transaction, OPEN, asked={"keys": keys, "records": [key_of(key) for key in asked]})
        seq, head, last_rejected, schema, projection, seqs, records = found[0]
        checked(transaction, schema)
        check_projection(projection)
        position = Position(seq, head)
        self._remembered.stands_at(position)
        known.learn(asked, dict(records))
        return Opened(position, last_rejected, dict(seqs))

    def _write(self, transaction: neo4j.Transaction, graph: GraphWriting, admission: Admission) -> None:
        batch = graph.rows() | _log_rows(admission)
        for statement, names in IN_ORDER:
            if any(batch[name] for name in names):
                found = rows(
                    transaction, statement, batch={**{name: batch[name] for name in names}, "head": batch["head"]}
                )
                if found and found[0][0] != len(batch["ends"]):
                    raise StoreUnusable(
                        "nodes that this store had are no longer in its database",
                        hint="Make it anew from the log: whence migrate --to an empty store.",
                    )
        self._in_doubt = admission
        transaction.commit()
        self._in_doubt = None
        graph.committed()
        self._remembered.left_at(admission.position)


_NOTHING: Final = Changes({}, [], [], {}, [], [], [])


def _is_there(transaction: neo4j.Transaction, admission: Admission) -> bool:
    """Whether a try committed after all: what it would have added first stands where it would have put it."""
    if admission.entries:
        entry = admission.entries[0]
        return bool(
            rows(
                transaction,
                LOGGED,
                seq=entry.seq,
                key=entry.key,
                received=entry.received_at,
                sender=entry.sender or "",
            )
        )
    if admission.rejected:
        refused = admission.rejected[0]
        return bool(
            rows(
                transaction,
                REJECTED,
                id=int(refused.id),
                received=refused.received_at,
                body=refused.body,
                sender=refused.sender or "",
            )
        )
    return False


def _log_rows(admission: Admission) -> dict[str, Any]:
    return {
        "events": [
            [
                entry.seq,
                entry.key,
                head,
                entry.time,
                entry.event_time,
                entry.received_at,
                entry.producer,
                entry.event_type,
                entry.run,
                None if entry.run is None else key_of(entry.run),
                entry.job,
                entry.sender,
                pack_body(entry.body),
            ]
            for entry, head in zip(admission.entries, admission.heads, strict=True)
        ],
        "head": admission.position.head_hash,
        "rejected": [
            [int(each.id), each.received_at, each.code, each.reason, each.retriable, each.sender, each.body]
            for each in admission.rejected
        ],
        "refusedAgain": _numbered(
            (each.id, [each.received_at, each.code, each.reason, each.retriable]) for each in _last(admission)
        ),
        "became": _numbered((rejected_id, [seq]) for rejected_id, seq in admission.became.items()),
    }


def _last(admission: Admission) -> Iterable[RejectedEntry]:
    """The last try of each refused event."""
    return {each.id: each for each in admission.refused_again}.values()


def _numbered(marks: Iterable[tuple[str, list[Any]]]) -> list[list[Any]]:
    """Rows by number, of those ids that could be one: decimal, as it is written."""
    return [
        [int(each), *values]
        for each, values in marks
        if each.isdecimal() and len(each) <= 18 and str(int(each)) == each
    ]
