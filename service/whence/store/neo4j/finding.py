"""Nodes by filter, newest first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from whence.model.answers import NodeFilter, Page
from whence.model.graph import Node
from whence.model.kinds import Kind
from whence.store.documents import unpack_node
from whence.store.intake import COUNT_LIMIT
from whence.store.matching import FingerprintRange, digest_range, hex_prefix, searchable
from whence.store.neo4j.find_statements import COUNTS, PAGES, By
from whence.store.neo4j.graph_rows import VALUE_CHARACTERS
from whence.store.neo4j.keys import key_of
from whence.store.neo4j.snapshot import Reading
from whence.store.order import UNKNOWN_AGE, cutoff, from_cursor, to_cursor

_EVERY_KIND: Final = [kind.value for kind in Kind]


def find_page(reading: Reading, wanted: NodeFilter, first: int, after: str | None) -> Page[Node]:
    """`Store.find`. Raises BadRequest for a digest or a cursor that is none."""
    age, uid = from_cursor(after, tuple[int, str]) if after is not None else (cutoff(None), "")
    asked = _conditions(wanted)
    least, most = _ages(wanted)
    beginnings = list(_beginnings(asked))
    by = beginnings[0]
    [[total]] = reading.rows(COUNTS[by], asked=asked, least=least, most=most, limit=COUNT_LIMIT + 1)
    if total > COUNT_LIMIT:  # so common that a look at the newest nodes finds a page of them sooner
        by = next(each for each in beginnings if each.is_in_order)
    place = {"least": max(least, age), "age": age, "most": most, "limit": first + 1}
    [[rows]] = reading.rows(PAGES[by], asked={**asked, "uid": uid}, **place)
    rows.sort(key=lambda row: row[:2])
    shown = rows[:first]
    return Page(
        items=tuple(unpack_node(document) for _, _, document in shown),
        cursors=tuple(to_cursor(*place) for *place, _ in shown),
        has_next=len(rows) > first,
        total=min(total, COUNT_LIMIT),
        total_exact=total <= COUNT_LIMIT,
        position=reading.position,
    )


def _beginnings(asked: dict[str, Any]) -> Iterator[By]:
    """What the search may begin with, the most telling first."""
    parameters = {
        By.NAME: "named",
        By.WHOLE: "wholes",
        By.DIGEST: "digest",
        By.OWNER: "owned",
        By.TAG: "tagged",
        By.TEXT: "text",
        By.STATE: "state",
        By.NAMESPACE: "namespace",
    }
    yield from (by for by, parameter in parameters.items() if asked[parameter] is not None)
    yield By.KIND


def _ages(wanted: NodeFilter) -> tuple[int, int]:
    """The least and the greatest age. They run backwards: `since` is the greatest, `until` the least but one."""
    dated = wanted.since is not None or wanted.until is not None
    youngest = cutoff(wanted.as_of)
    return (
        youngest if wanted.until is None else max(youngest, ~wanted.until + 1),
        ~wanted.since if wanted.since is not None else UNKNOWN_AGE - dated,
    )


def _conditions(wanted: NodeFilter) -> dict[str, Any]:
    """What the statements compare with besides; None: nothing."""
    digest = None if wanted.digest is None else digest_range(wanted.digest)
    text = searchable(wanted.text) if wanted.text else None
    return {
        "kinds": [kind.value for kind in dict.fromkeys(wanted.kinds)] or _EVERY_KIND,
        "named": _key(wanted.name),
        "wholes": _wholes(wanted),
        "namespace": _key(wanted.namespace),
        "state": wanted.state,
        "tag": wanted.tag,
        "tagged": _key(wanted.tag),
        "owner": wanted.owner,
        "owned": _key(wanted.owner),
        "digest": _range(digest),
        "algorithm": digest and digest.algorithm,
        "text": text,
        "prefix": _range(hex_prefix(wanted.text)) if wanted.text else None,
    }


def _key(text: str | None) -> str | None:
    return None if text is None else key_of(text)


def _wholes(wanted: NodeFilter) -> list[str] | None:
    """Keys of the assets or the job, one of whose versions or runs a node must be."""
    if wanted.job is None and not wanted.versions_of:
        return None
    wholes = {uid for uid in wanted.versions_of if uid.startswith("asset/")}
    if wanted.job is not None:
        jobs = {uid for uid in (wanted.job,) if uid.startswith("job/")}
        wholes = jobs & wholes if wanted.versions_of else jobs
    return sorted(map(key_of, wholes))


def _range(fingerprints: FingerprintRange | None) -> list[str] | None:
    """Bounds of the part that is indexed, both included, then those of the whole value: low included, high not."""
    if fingerprints is None:
        return None
    low, high, _ = fingerprints
    return [low[:VALUE_CHARACTERS], high[:VALUE_CHARACTERS], low, high]
