"""The audit of the kill tests finds what it looks for."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from whence.store import open_store
from whence.testing import incoming, run_event

from .audit import Audit, audit

THERE, ALSO, NEVER = run_event("r1"), run_event("r2"), run_event("never")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    async def put() -> None:
        async with open_store(f"sqlite:///{tmp_path}/whence.db") as store:
            await store.put([incoming(THERE), incoming(ALSO)])

    asyncio.run(put())
    return tmp_path / "whence.db"


def found(path: Path, acknowledged: dict[bytes, int | None]) -> Audit:
    return audit(f"sqlite:///{path}", acknowledged)


def test_what_is_not_there_or_elsewhere_is_lost(path: Path) -> None:
    assert found(path, {THERE: 1, ALSO: None})[:3] == (2, 0, 0)
    assert found(path, {THERE: 1, ALSO: 2, NEVER: 3}).lost == 1
    assert found(path, {THERE: 2, ALSO: None, NEVER: None}).lost == 2


def test_a_hole_in_the_log_and_a_graph_that_is_not_that_of_the_log_are_found(path: Path) -> None:
    change(path, "DELETE FROM edges")
    assert not found(path, {}).equal
    change(path, "DELETE FROM events WHERE seq = 1")
    with pytest.raises(AssertionError):
        found(path, {})


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as damaged, damaged:
        damaged.execute(statement)
