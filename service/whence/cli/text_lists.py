"""Lists as text for people: versions, things found, events, rejected events, counts over time."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import filterfalse, groupby
from typing import Any, Final

from rich.text import Text

from whence.cli import names
from whence.cli.closing import close_page, counted
from whence.cli.labels import label
from whence.cli.names import Names
from whence.cli.output import console, visible
from whence.cli.tables import print_table, print_with_details

CLIENT_VERSION_TAG: Final = "openlineage_client_version"
"""Key of the tag that OpenLineage clients put on their runs (source OPENLINEAGE_CLIENT)."""
_BAR_COLUMNS: Final = 24
_IDLE_ROWS: Final = 2
_UNITS: Final = ("bytes", "kB", "MB", "GB", "TB", "PB")


def print_versions(page: dict[str, Any]) -> None:
    """One row a version, newest first."""
    out = console()
    nodes = [edge["node"] for edge in page["edges"]]
    known_as = Names(node["id"] for node in nodes)
    rows = [
        (
            names.moment(node["at"]),
            label(node, known_as),
            size(node["bytes"]),
            _number(node["rows"]),
            visible(node["changeNote"] or ""),
        )
        for node in nodes
    ]
    if rows:
        print_table(out, ("since", "version", "size", "rows", "note"), rows, right=("size", "rows"))
    close_page(out, page, "version")


def print_found(page: dict[str, Any]) -> None:
    """One row a thing: when, what, and the id to ask with."""
    out = console()
    nodes = [edge["node"] for edge in page["edges"]]
    known_as = Names(node["id"] for node in nodes)
    if nodes:
        print_with_details(out, ("since", "what", "id"), [_found(node, known_as) for node in nodes])
    close_page(out, page, "thing")


def _found(node: Mapping[str, Any], known_as: Names) -> tuple[str, Text, Text]:
    text = label(node, known_as)
    for tag in filterfalse(_is_of_a_client, node["tags"]):
        text.append(f"  #{visible(tag)}", "blue")
    if node["owners"]:
        text.append(f"  {visible(', '.join(node['owners']))}", "dim")
    return names.moment(node["at"]), text, Text(visible(node["id"]), "dim")


def _is_of_a_client(tag: str) -> bool:
    """Whether it says only which version of an OpenLineage client spoke: every run has that tag."""
    return tag.partition(":")[0] == CLIENT_VERSION_TAG


def print_events(page: dict[str, Any]) -> None:
    """One row an event, newest first; with the keys that sent them, if any did."""
    out = console()
    events = [edge["node"] for edge in page["edges"]]
    if events:
        header, senders = _senders(events)
        rows = [(*_event(event), *sender) for event, sender in zip(events, senders, strict=True)]
        print_table(out, ("seq", "time", "type", "job", "run", "producer", *header), rows, right=("seq",))
    close_page(out, page, "event")


def print_event(event: dict[str, Any]) -> None:
    """One event: its row, and the whole of it as it was sent."""
    out = console()
    header, (sender,) = _senders([event])
    print_table(
        out,
        ("seq", "time", "type", "job", "run", "producer", *header),
        [(*_event(event), *sender)],
        right=("seq",),
    )
    for line in json.dumps(event["raw"], indent=2, ensure_ascii=False).splitlines():
        out.print(Text(visible(line)))


def _senders(entries: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """(header, cell of each entry) of a column that says with which key each came; no column where none came with one."""
    if not any(entry["sender"] for entry in entries):
        return (), [()] * len(entries)
    return ("sent by",), [(visible(entry["sender"] or ""),) for entry in entries]


def _event(event: Mapping[str, Any]) -> tuple[str, ...]:
    job = names.name_of(event["job"]) if event["job"] else ""
    run = str(event["run"]).removeprefix("run/") if event["run"] else ""
    return (
        str(event["seq"]),
        names.moment(event["eventTime"]),
        event["eventType"] or "",
        job,
        visible(run),
        visible(event["producer"]),
    )


def print_rejected(page: dict[str, Any]) -> None:
    """One row a rejected event: why, and whether replaying may help; with the keys that sent them, if any did."""
    out = console()
    entries = [edge["node"] for edge in page["edges"]]
    if entries:
        header, senders = _senders(entries)
        rows = [
            (
                each["id"],
                names.moment(each["receivedAt"]),
                *sender,
                each["code"],
                "yes" if each["retriable"] else "no",
                visible(each["reason"]),
            )
            for each, sender in zip(entries, senders, strict=True)
        ]
        print_table(out, ("id", "received", *header, "code", "replay may help", "reason"), rows, right=("id",))
    close_page(out, page, "rejected event")


def print_stats(stats: list[dict[str, Any]]) -> None:
    """One row a bucket of time, with a bar of its events; where nothing happened for long, one row says so."""
    out = console()
    busiest = max((each["events"] for each in stats), default=0)
    rows: list[tuple[str, str, Text, str, str]] = []
    for idle, together in groupby(stats, key=_is_idle):
        group = list(together)
        if idle and len(group) > _IDLE_ROWS:
            rows.append((names.moment(group[0]["from"]), "0", Text(f"… and the {len(group) - 1} after", "dim"), "", ""))
            continue
        rows += [_stat(each, busiest) for each in group]
    if rows:
        print_table(out, ("from", "events", "", "runs", "new"), rows, right=("events",))
        out.print()
    out.print(Text(f"{counted(sum(each['events'] for each in stats), 'event')} in {len(stats)} rows of time."))


def _is_idle(stat: Mapping[str, Any]) -> bool:
    return not (stat["events"] or stat["runsByState"] or stat["newByKind"])


def _stat(stat: Mapping[str, Any], busiest: int) -> tuple[str, str, Text, str, str]:
    bar = Text(_bar(stat["events"], busiest), "cyan")
    return (
        names.moment(stat["from"]),
        f"{stat['events']:,}",
        bar,
        _words(stat["runsByState"]),
        _words(stat["newByKind"]),
    )


def _bar(number: int, busiest: int) -> str:
    return "█" * max(1, round(_BAR_COLUMNS * number / busiest)) if number else ""


def _words(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {kind.lower().replace('_', ' ')}" for kind, number in sorted(counts.items()) if number)


def size(number: int | None) -> str:
    """A size in bytes as people read it, in powers of 1000: `1.2 MB`. Empty when unknown."""
    if number is None:
        return ""
    amount, unit = float(number), 0
    while amount >= 1000 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{number} bytes" if unit == 0 else f"{amount:.1f} {_UNITS[unit]}"


def _number(number: int | None) -> str:
    return "" if number is None else f"{number:,}"
