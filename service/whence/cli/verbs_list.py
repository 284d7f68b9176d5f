"""`whence show`, `versions`, `events`, `find` and `stats`."""

from __future__ import annotations

import time
from typing import Any, Final

import click

from whence.cli import documents
from whence.cli.examples import examples
from whence.cli.names import asset_id
from whence.cli.options import TIME, Moment, Paging, kind_option, moment_options, page_options
from whence.cli.question import Question, asks
from whence.errors import Ambiguous, NotFound
from whence.model import instant, kinds

_DAY_SECONDS: Final = 86_400
_BUCKETS_BACK: Final = {"hour": 2 * _DAY_SECONDS, "day": 30 * _DAY_SECONDS, "week": 26 * 7 * _DAY_SECONDS}


@click.command("show", short_help="Everything known about one thing.")
@click.argument("ref")
@moment_options
@asks
def show(question: Question, ref: str, moment: Moment) -> None:
    """Show all that is known about REF: its fields, what made it, its digests, parameters, metrics, facets, tags and owners."""
    with question.open(moment.as_known) as session:
        found = session.resolve(session.thing(ref))
        if found["candidates"]:
            raise Ambiguous(f"{ref} may mean several things.", candidates=[node["id"] for node in found["candidates"]])
        node = session.ask(documents.SHOW, {"id": found["node"]["id"]} | moment.variables()) if found["node"] else None
        if found["node"] and node is None:
            raise NotFound(
                f"{ref} was not there yet at {moment.as_of}.", hint="Leave out --as-of, or ask for a later moment."
            )
        if node is None:
            raise NotFound(f"Nothing is known as {ref}.", suggestions=found["suggestions"])

    def text(value: dict[str, Any]) -> None:
        from whence.cli.text_show import print_node

        print_node(value)

    question.tell(node, ids=lambda value: [value["id"]], text=text, session=session)


show.epilog = examples("whence show ./models/risk-v2.joblib", "whence show 0198f0c2-7a51-7c3e-9d0b-3f0a6d0c5e11")


@click.command("versions", short_help="The versions of a dataset, model or artifact, newest first.")
@click.argument("ref")
@moment_options
@page_options(50)
@asks
def versions(question: Question, ref: str, moment: Moment, paging: Paging) -> None:
    """List the versions of REF, newest first, whatever name of it is used."""
    with question.open(moment.as_known) as session:
        thing = session.thing(ref)
        page = session.ask(
            documents.VERSIONS, {"ref": asset_id(thing) or thing} | moment.variables() | paging.variables(), ref=ref
        )

    def text(value: dict[str, Any]) -> None:
        from whence.cli.text_lists import print_versions

        print_versions(value)

    question.tell(page, ids=node_ids, text=text, session=session)


versions.epilog = examples("whence versions ./data/clean.csv", "whence versions risk --first 10")


@click.command("events", short_help="The events received, newest first.")
@click.argument("ref", required=False)
@click.option("--since", type=TIME, metavar="TIME", help="Only events that happened at or after this moment.")
@click.option("--until", type=TIME, metavar="TIME", help="Only events that happened before this moment.")
@click.option(
    "--seq", type=click.IntRange(min=1), metavar="SEQ", help="The event at this position of the log, as it was sent."
)
@click.option("--raw", is_flag=True, help="With --json: each event as it was sent, too.")
@page_options(50)
@asks
def events(
    question: Question,
    ref: str | None,
    since: str | None,
    until: str | None,
    seq: int | None,
    raw: bool,
    paging: Paging,
) -> None:
    """List the events received, newest first; with REF only those that speak of it, with --seq one of them."""
    if seq is not None:
        if ref or since or until or paging.after:
            raise click.UsageError("--seq names one event: REF, --since, --until and --after choose among many.")
        _tell_event(question, seq)
        return
    with question.open() as session:
        variables = {"touching": session.ref(ref) if ref else None, "since": since, "until": until} | paging.variables()
        page = session.ask(documents.EVENTS_WHOLE if raw else documents.EVENTS, variables, ref=ref)

    def text(value: dict[str, Any]) -> None:
        from whence.cli.text_lists import print_events

        print_events(value)

    question.tell(
        page, ids=lambda value: [str(edge["node"]["seq"]) for edge in value["edges"]], text=text, session=session
    )


def _tell_event(question: Question, seq: int) -> None:
    with question.open() as session:
        found = session.ask(documents.EVENT, {"seq": seq})
    if found is None:
        raise NotFound(f"The log has no event at position {seq}.", hint="whence events lists the newest.")

    def text(value: dict[str, Any]) -> None:
        from whence.cli.text_lists import print_event

        print_event(value)

    question.tell(found, ids=lambda value: [str(value["seq"])], text=text)


events.epilog = examples(
    "whence events --since 1h", "whence events ./data/clean.csv --json --raw", "whence events --seq 12"
)


@click.command("find", short_help="Search by text, kind, namespace, tag, owner, state or time.")
@click.argument("text", required=False)
@kind_option
@click.option("--namespace", metavar="NAMESPACE", help="Only this namespace, exactly.")
@click.option("--tag", metavar="TAG", help="Only what has this tag.")
@click.option("--owner", metavar="OWNER", help="Only what has this owner.")
@click.option("--job", metavar="ID", help="Only runs of the job with this id.")
@click.option("--state", type=click.Choice(list(kinds.RunState), case_sensitive=False), help="Only runs in this state.")
@click.option("--since", type=TIME, metavar="TIME", help="Only what is at or after this moment.")
@click.option("--until", type=TIME, metavar="TIME", help="Only what is before this moment.")
@moment_options
@page_options(50)
@asks
def find(
    question: Question,
    text: str | None,
    kind: tuple[kinds.Kind, ...],
    moment: Moment,
    paging: Paging,
    **wanted: str | None,
) -> None:
    """Find datasets, models, artifacts, their versions, runs, jobs, commits and environments, newest first.

    TEXT is part of a name, tag or owner, in any case, or the first digits (8 or more) of a digest or commit.
    """
    given: dict[str, Any] = {name: value for name, value in (wanted | {"text": text}).items() if value is not None}
    if kind:
        given["kinds"] = [str(each.value) for each in kind]
    if "state" in given:
        given["state"] = given["state"].value
    with question.open(moment.as_known) as session:
        page = session.ask(documents.FIND, {"filter": given} | moment.variables() | paging.variables())

    def print_text(value: dict[str, Any]) -> None:
        from whence.cli.text_lists import print_found

        print_found(value)

    question.tell(page, ids=node_ids, text=print_text, session=session)


find.epilog = examples(
    "whence find clean", "whence find --kind run --state fail --since 7d", "whence find risk --kind model --quiet"
)


@click.command("stats", short_help="Events, runs and new things over time.")
@click.option(
    "--bucket",
    type=click.Choice(["hour", "day", "week"]),
    default="day",
    show_default=True,
    help="Width of a row; weeks begin on Monday.",
)
@click.option(
    "--since", type=TIME, metavar="TIME", help="From this moment on.  [default: 2 days, 30 days or 26 weeks ago]"
)
@click.option("--until", type=TIME, metavar="TIME", help="Up to this moment.  [default: now]")
@asks
def stats(question: Question, bucket: str, since: str | None, until: str | None) -> None:
    """Count events, runs by state and new things by kind, over time (UTC)."""
    end = until or instant.format((int(time.time()) + 1) * instant.NS)
    begin = since or instant.format(instant.parse(end) - _BUCKETS_BACK[bucket] * instant.NS)
    with question.open() as session:
        rows = session.ask(documents.STATS, {"bucket": bucket.upper(), "since": begin, "until": end})

    def text(value: list[dict[str, Any]]) -> None:
        from whence.cli.text_lists import print_stats

        print_stats(value)

    question.tell(rows, ids=lambda value: [each["from"] for each in value], text=text, session=session)


stats.epilog = examples("whence stats", "whence stats --bucket hour --since 1d")


def node_ids(page: dict[str, Any]) -> list[str]:
    """The ids of a page of nodes."""
    return [edge["node"]["id"] for edge in page["edges"]]
