"""Exact answers from a database without snapshots.

Neo4j reads what is committed at that moment, and shows a large commit while it is being applied. So a question is asked like this:

1. Have a position of the log at which nothing was half applied: one that was read under the lock of the log's node. A put takes that lock with its
   last statement and holds it until its commit is applied.
2. Ask, in as many statements as it needs.
3. Take the lock and read the position: the same as before means that nothing was committed in between.

The position that one question ends with is what the next begins with, in any session of this process: while nothing is written, that is all there
is to it. None of these transactions is committed, so that a question writes nothing. When the position moved, all is asked again; the third time with
the lock held throughout, so that puts wait at their end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, LiteralString, TypeVar

import neo4j

from whence.model.answers import Position
from whence.store.neo4j.connecting import collected, rows
from whence.store.neo4j.schema import checked
from whence.store.port import LogState

T = TypeVar("T")

_FREE_TRIES: Final = 2
_STATE: Final = """
MATCH (l:Log {name: 'log'}) SET l.taken = true
RETURN l.seq, l.head, l.rejected - l.replayed, l.projection, l.schema"""


class Reading:
    """A question's way to the database: all of its statements see the log at one position, or the question is asked again."""

    def __init__(self, transaction: neo4j.Transaction, state: LogState) -> None:
        self._transaction = transaction
        self.state = state

    @property
    def position(self) -> Position:
        return self.state.position

    def rows(self, statement: LiteralString, **parameters: Any) -> list[list[Any]]:
        """All rows of the answer, each a list of values."""
        return rows(self._transaction, statement, **parameters)

    def row(self, statement: LiteralString, **parameters: Any) -> list[Any] | None:
        """The only row, or None."""
        found = self.rows(statement, **parameters)
        return found[0] if found else None

    def collected(self, statement: LiteralString, **parameters: Any) -> list[Any]:
        """The one list that the statement answers with."""
        return collected(self._transaction, statement, **parameters)


class LastSeen:
    """The state of the log that was read last under the lock. One for all threads: each reads or replaces it whole."""

    def __init__(self) -> None:
        self.state: LogState | None = None


def ask(session: neo4j.Session, question: Callable[[Reading], T], last_seen: LastSeen) -> T:
    """The answer, from one position of the log. Raises NotMigrated and StoreUnusable where the database is none of ours (`schema.checked`)."""
    for _ in range(_FREE_TRIES):
        before = last_seen.state or _look(session)
        try:
            with _taken_back(session) as transaction:
                answer = question(Reading(transaction, before))
                last_seen.state = now = _state(transaction)
        except BaseException:
            last_seen.state = None  # the database may have been replaced
            raise
        if now == before:
            return answer
    with _taken_back(session) as transaction:
        return question(Reading(transaction, _state(transaction)))


def _look(session: neo4j.Session) -> LogState:
    with _taken_back(session) as transaction:
        return _state(transaction)


@contextmanager
def _taken_back(session: neo4j.Session) -> Iterator[neo4j.Transaction]:
    """A transaction that leaves nothing behind: by itself the driver commits at the end of a block."""
    with session.begin_transaction() as transaction:
        yield transaction
        transaction.rollback()


def _state(transaction: neo4j.Transaction) -> LogState:
    found = rows(transaction, _STATE)
    seq, head, rejected, projection, schema = found[0] if found else (0, "", 0, 0, None)
    checked(transaction, schema)
    return LogState(Position(seq, head), rejected, projection)
