"""`whence focus` and `whence map`: what the page draws, as text and as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from whence.cli import documents
from whence.cli.closing_quiet import warn_if_cut
from whence.cli.examples import examples
from whence.cli.options import TIME, Moment, kind_option, moment_options
from whence.cli.question import Question, asking, asks
from whence.model import kinds

F = TypeVar("F", bound=Callable[..., Any])


def _most_nodes(told: str) -> Callable[[F], F]:
    return click.option(
        "--max-nodes", type=click.IntRange(1, 20_000), default=20_000, show_default=True, metavar="N", help=told
    )


@click.command("focus", short_help="What is around one thing, the rest folded away and counted.")
@click.argument("ref")
@click.option("--up", type=click.IntRange(0, 100), default=5, show_default=True, metavar="N", help="Hops upstream.")
@click.option("--down", type=click.IntRange(0, 100), default=5, show_default=True, metavar="N", help="Hops downstream.")
@click.option(
    "--budget",
    type=click.IntRange(0, 500),
    default=40,
    show_default=True,
    metavar="N",
    help="Things to show, a half for each side.",
)
@click.option(
    "--open",
    "opened",
    multiple=True,
    metavar="ID",
    help="Show 20 more of this fold, or what hangs off the thing with this id; all:ID for all of it. May be repeated.",
)
@kind_option
@click.option("--code", is_flag=True, help="Show commits and environments as things of their own.")
@_most_nodes("Stop after so many nodes each way.")
@moment_options
@asks
def focus(
    question: Question,
    ref: str,
    moment: Moment,
    opened: tuple[str, ...],
    kind: tuple[kinds.Kind, ...],
    max_nodes: int,
    **view: Any,
) -> None:
    """What is around REF?

    Shows what is nearest to it, where it came from and what came of it, and folds the rest away: how many, of which kinds, and the id to
    open it by. The page draws the same.
    """
    view |= moment.variables() | {"open": list(opened), "maxNodes": max_nodes}
    if kind:
        view["kinds"] = [each.value for each in kind]
    with question.open(moment.as_known) as session:
        answer = session.ask(documents.FOCUS, {"ref": session.ref(ref), "view": view}, ref=ref)

    def text(value: dict[str, Any]) -> None:
        from whence.cli.text_focus import print_focus

        print_focus(value)

    question.tell(answer, ids=lambda value: [card["id"] for card in value["cards"]], text=text, session=session)
    if question.output.quiet:
        warn_if_cut(answer["completeness"])


focus.epilog = examples("whence focus ./models/risk-v2.joblib", "whence focus risk@3 --up 2 --open f0a1b2c3d4e --json")


@click.command("map", short_help="All runs and versions by time and pipeline, in columns.")
@click.option("--since", type=TIME, metavar="TIME", help="Only what is at or after this moment.")
@click.option("--until", type=TIME, metavar="TIME", help="Only what is before this moment.")
@kind_option
@click.option("--namespace", metavar="NAMESPACE", help="Only what jobs in this namespace did.")
@_most_nodes("The newest so many.")
@moment_options
@asking(quiet="Print the names of the lanes only, one a line.")
def lineage_map(
    question: Question,
    moment: Moment,
    since: str | None,
    until: str | None,
    kind: tuple[kinds.Kind, ...],
    namespace: str | None,
    max_nodes: int,
) -> None:
    """Which pipelines are there, and how much did each do?

    As text the lanes of the map and what all of them share. With --json every run and version with its time, lane and edges, as columns: a
    thing is a place in each of them. The page draws the same.
    """
    view: dict[str, Any] = moment.variables() | {
        "since": since,
        "until": until,
        "kinds": [each.value for each in kind],
        "namespace": namespace,
        "maxNodes": max_nodes,
    }
    with question.open(moment.as_known) as session:
        answer = session.ask(documents.MAP, {"view": view})

    def text(value: dict[str, Any]) -> None:
        from whence.cli.text_map import print_map

        print_map(value)

    question.tell(answer, ids=lambda value: [lane["name"] for lane in value["laneTable"]], text=text, session=session)
    if question.output.quiet:
        warn_if_cut(answer["completeness"])


lineage_map.epilog = examples("whence map", "whence map --since 30d --json > map.json")
