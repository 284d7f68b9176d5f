"""Every statement of a hop, a look-up and a page goes by an index: the time of an answer depends on the answer, not on the store."""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING

import pytest

from whence.store.sqlite import aliases, finding, graph_steps, hop_statements, known, log, schema, touches, writing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType


@pytest.fixture(scope="module")
def connection() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    schema.migrate(connection)
    yield connection
    connection.close()


def plan(connection: sqlite3.Connection, statement: str) -> str:
    named = re.findall(r"(?<=[ (~]):(\w+)", statement)
    unnamed = 3 if "?3" in statement else statement.count("?")
    parameters = dict.fromkeys(named, "0") if named else ["0"] * unnamed
    return "\n".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))


def statements(module: ModuleType) -> Iterator[str]:
    for value in vars(module).values():
        texts = value.values() if isinstance(value, dict) else [value]
        yield from (text for text in texts if isinstance(text, str) and text.lstrip().startswith("SELECT"))


SCANNED_ON_PURPOSE = {
    finding._WITH_TEXT: "the search text is one narrow table, read through",
    log._HEAD: "one row from the end",
    touches.TOUCHING: "a few hundred events wait to be sorted in",
}


@pytest.mark.parametrize(
    "module",
    [aliases, finding, graph_steps, hop_statements, known, log, touches, writing],
    ids=lambda module: module.__name__,
)
def test_no_statement_reads_a_table_through(connection: sqlite3.Connection, module: ModuleType) -> None:
    seen = 0
    for statement in statements(module):
        seen += 1
        told = plan(connection, statement)
        scans = re.findall(r"^SCAN (?!asked|near|a |json_each|\(subquery|CONSTANT)\w+.*", told, re.MULTILINE)
        scans = [each for each in scans if "USING" not in each]  # in the order of an index, until a LIMIT
        assert not scans or statement in SCANNED_ON_PURPOSE, f"{statement}\n{told}"
    assert seen, "the module has no statement: was it renamed?"


def test_hops_read_covering_indexes_both_ways(connection: sqlite3.Connection) -> None:
    by_direction = [
        *hop_statements.LINKS.items(),
        ("DOWNSTREAM", hop_statements.IN),
        ("DOWNSTREAM", hop_statements.IN_AS_OF),
    ]
    for direction, statement in by_direction:
        told = plan(connection, statement)
        wanted = "PRIMARY KEY (source=?" if direction == "UPSTREAM" else "COVERING INDEX edges_in (target=?"
        assert wanted in told, told


@pytest.mark.parametrize(
    ("page", "count", "index"),
    [
        (finding._PAGE_OF_KIND, finding._COUNT_OF_KIND, "nodes_by_kind (kind=?"),
        (finding._PAGE_IN_STATE, finding._COUNT_IN_STATE, "nodes_by_state (state=?"),
    ],
)
def test_pages_are_read_in_order(connection: sqlite3.Connection, page: str, count: str, index: str) -> None:
    told = plan(connection, page)
    assert index in told
    assert "TEMP B-TREE" not in told
    assert index in plan(connection, count)
