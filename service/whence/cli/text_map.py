"""The map as text: its lanes, and what all of them share."""

from __future__ import annotations

from typing import Any

from rich.text import Text

from whence.cli.closing import close_answer, counted
from whence.cli.output import console, visible
from whence.cli.tables import print_table
from whence.cli.text_walks import kinds_told


def print_map(answer: dict[str, Any]) -> None:
    """A row for each lane, a row for each hub, then counts and completeness."""
    out = console()
    if answer["laneTable"]:
        print_table(out, ("pipeline", "things"), [_lane(lane) for lane in answer["laneTable"]], right=("things",))
    if answer["shared"]:
        out.print()
        out.print(Text("Shared", "bold"))
        for hub in answer["shared"]:
            out.print(Text(f"   {visible(answer['names'][hub['node']])}  used by {counted(hub['uses'], 'run')}"))
    out.print()
    told = kinds_told(answer["totalByKind"])
    out.print(
        Text(
            f"{counted(answer['total'], 'thing')}{f': {told}' if told else ''}; {counted(answer['edgeTotal'], 'edge')}."
        )
    )
    close_answer(out, answer["completeness"])


def _lane(lane: dict[str, Any]) -> tuple[str, str]:
    return visible(lane["name"] or "(no job)"), f"{lane['nodes']:,}"
