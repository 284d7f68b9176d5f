"""nodes.csv, edges.csv and events.csv: RFC 4180 with LF, every cell quoted.

Cells with text of producers hold it as a JSON string in ASCII (`"=cmd()"`, with its quotation marks). So no spreadsheet takes one for a formula, no
control or direction character is in a file, a row is a line, and `json.loads` gives the exact value back. The other cells are made by whence: uids,
numbers, instants and words of the schema, none of which can begin with `=`, `+`, `-` or `@`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from whence.model import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from whence.queries.export.asking import Placed, Stated
    from whence.queries.export.proof import Cited

NODES: Final = ("id", "kind", "at", "upstreamDepth", "downstreamDepth", "name", "tags", "owners", "detail")
EDGES: Final = (
    "id", "type", "source", "target", "at", "evidence", "role", "run", "eventSeqs", "answers", "relation", "subset",
)  # fmt: skip
EVENTS: Final = (
    "seq", "key", "eventTime", "receivedAt", "eventType", "run", "job", "file", "sha256", "size", "producer", "sender",
)  # fmt: skip


def nodes_csv(nodes: Iterable[Placed]) -> Iterator[bytes]:
    """One row a node, by uid; a depth is empty in the answer that the node is not in."""
    yield _row(NODES)
    for each in nodes:
        given = plain.node(each.node)
        texts = (_text(given[name]) for name in ("name", "tags", "owners", "detail"))
        yield _row((given["id"], given["kind"], given["at"], each.upstream, each.downstream, *texts))


def edges_csv(edges: Iterable[Stated]) -> Iterator[bytes]:
    """One row an edge, by key; `eventSeqs` and `answers` (provenance, impact) with spaces between."""
    yield _row(EDGES)
    for each in edges:
        given = plain.edge(each.edge)
        words = [given[name] for name in ("id", "type", "source", "target", "at", "evidence", "role", "run")]
        seqs = " ".join(map(str, given["eventSeqs"]))
        yield _row((*words, seqs, " ".join(each.answers), _text(given["relation"]), _text(given["subset"])))


def events_csv(events: Iterable[Cited]) -> Iterator[bytes]:
    """One row a cited event, by position in the log."""
    yield _row(EVENTS)
    for each in events:
        yield _row(
            (
                *(each.seq, each.key, plain.moment(each.time), plain.moment(each.received_at), each.event_type),
                *(each.run, each.job, each.file.path, each.file.sha256, each.file.size),
                *(_text(each.producer), _text(each.sender)),
            )
        )


def _row(cells: Iterable[object]) -> bytes:
    quoted = ("" if cell is None else str(cell).replace('"', '""') for cell in cells)
    return ",".join(f'"{cell}"' for cell in quoted).encode() + b"\n"


def _text(value: Any) -> str | None:
    return None if value is None else json.dumps(value, sort_keys=True)
