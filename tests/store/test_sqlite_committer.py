"""The process that commits: what it is told is on the disk or a failure with its reason, and nobody else writes as long as it lives."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from whence.errors import StoreUnavailable, WhenceError
from whence.store.sqlite.committer import Committer
from whence.store.sqlite.connections import connect_to_write
from whence.store.sqlite.failures import failure_of
from whence.store.sqlite.lock import WriterLock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ADD = "INSERT INTO kept (number, text, bytes) VALUES (?, ?, ?)"
ROWS = [(1, "a\0b 🙂", b"\x00\xff"), (-(2**63), "", None), (2**63 - 1, None, b"")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "whence.db"
    connection = connect_to_write(path)
    connection.execute("CREATE TABLE kept (number INTEGER PRIMARY KEY, text TEXT, bytes BLOB)")
    connection.close()
    return path


@pytest.fixture
def lock(path: Path) -> Iterator[WriterLock]:
    lock = WriterLock(path)
    lock.acquire()
    yield lock
    lock.release()


@pytest.fixture
def committer(path: Path, lock: WriterLock) -> Iterator[Committer]:
    committer = Committer()
    assert lock.handle is not None
    committer.open(path, "sqlite:///x", lock.handle)
    yield committer
    committer.end()


def kept(path: Path) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute("SELECT number, text, bytes FROM kept ORDER BY rowid").fetchall()
    finally:
        connection.close()


def test_rows_are_written_as_they_are_in_the_order_of_the_steps(committer: Committer, path: Path) -> None:
    committer.commit([(ADD, ROWS), ("UPDATE kept SET text = ? WHERE number = ?", [("changed", 1)])])
    assert committer.outcome() is None
    assert kept(path) == [ROWS[1], (1, "changed", b"\x00\xff"), ROWS[2]]


def test_what_fails_leaves_nothing_and_says_why_and_the_next_is_written(committer: Committer, path: Path) -> None:
    committer.commit([(ADD, ROWS), (ADD, ROWS[:1])])
    failed = committer.outcome()
    assert failed is not None
    assert isinstance(failure_of(failed), WhenceError)
    assert "UNIQUE constraint failed" in str(failure_of(failed))
    assert kept(path) == []
    committer.commit([(ADD, ROWS[:1])])
    assert committer.outcome() is None
    assert kept(path) == ROWS[:1]


@pytest.mark.parametrize("value", [2**64, "\ud800"])
def test_a_value_that_no_file_can_hold_is_refused_before_anything_is_begun(
    committer: Committer, path: Path, value: object
) -> None:
    with pytest.raises((OverflowError, UnicodeEncodeError)):
        committer.commit([(ADD, [(value, None, None)])])
    committer.commit([(ADD, ROWS[:1])])
    assert committer.outcome() is None
    assert kept(path) == ROWS[:1]


def test_it_holds_the_lock_as_long_as_it_lives(path: Path, lock: WriterLock) -> None:
    committer = Committer()
    assert lock.handle is not None
    committer.open(path, "sqlite:///x", lock.handle)
    committer.commit([(ADD, ROWS)])
    assert committer.outcome() is None
    lock.release()  # as if the process that merges had died
    another = WriterLock(path)
    with pytest.raises(StoreUnavailable, match="is writing to this store"):
        another.acquire()
    committer.end()
    another.acquire()
    another.release()


def test_one_that_is_gone_is_noticed(committer: Committer) -> None:
    committer._process.kill()
    with pytest.raises((EOFError, OSError)):
        committer.outcome()


def test_a_file_that_cannot_be_opened_is_a_failure(path: Path, lock: WriterLock) -> None:
    committer = Committer()
    assert lock.handle is not None
    committer.open(path / "no" / "such", "sqlite:///x", lock.handle)
    committer.commit([(ADD, ROWS)])
    failed = committer.outcome()
    assert failed is not None
    assert isinstance(failure_of(failed), StoreUnavailable)
    committer.end()
