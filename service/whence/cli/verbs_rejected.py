"""`whence rejected list` and `whence rejected replay`: what could not be used, and another try."""

from __future__ import annotations

from typing import Any

import click

from whence.cli import documents
from whence.cli.examples import examples
from whence.cli.options import Paging, page_options
from whence.cli.output import EXIT_NO, print_ids, print_json, visible
from whence.cli.question import Question, Session, asks
from whence.errors import BadRequest

_PAGE = 200


@click.group("rejected", short_help="Events that were refused: list them, try them again.")
def rejected() -> None:
    """Events that could not be used are kept with their bytes and the reason."""


@rejected.command("list", short_help="List rejected events, newest first.")
@page_options(50)
@asks
def rejected_list(question: Question, paging: Paging) -> None:
    """List rejected events, newest first: when, why, and whether another try may help. One that a replay got in is listed no more. --json has the events themselves."""
    with question.open() as session:
        page = session.ask(documents.REJECTED, paging.variables())

    def text(value: dict[str, Any]) -> None:
        from whence.cli.text_lists import print_rejected

        print_rejected(value)

    question.tell(page, ids=_ids, text=text, session=session)


rejected_list.epilog = examples("whence rejected list", "whence rejected list --quiet")


@rejected.command("replay", short_help="Try rejected events again.")
@click.argument("ids", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Try all of them.")
@asks
def rejected_replay(question: Question, ids: tuple[str, ...], every: bool) -> None:
    """Try the rejected events with these IDs again, after an update or a change of limits. What is accepted leaves the list; what is refused again stays, with the new reason, and the exit is 1."""
    if bool(ids) == every:
        raise BadRequest(
            "Name the events to try again, or --all of them, not both.", hint="For their ids: whence rejected list"
        )
    with question.open() as session:
        wanted = _all_ids(session) if every else list(ids)
        results = [(part, session.ask(documents.REPLAY, {"ids": part})) for part in _parts(wanted)]
    failures = [each | {"id": part[each["index"]]} for part, result in results for each in result["failures"]]
    counts = {name: sum(result[name] for _, result in results) for name in ("received", "accepted", "duplicates")}
    if question.output.json:
        print_json(counts | {"failures": failures})
    elif question.output.quiet:
        print_ids(each["id"] for each in failures)
    else:
        for each in failures:
            click.echo(f"refused again  {each['id']}: {visible(each['reason'])}")
        click.echo(" ".join(f"{name} {number}" for name, number in counts.items()) + f" rejected {len(failures)}")
    if failures:
        click.get_current_context().exit(EXIT_NO)


rejected_replay.epilog = examples("whence rejected replay 17 18", "whence rejected replay --all")


def _ids(page: dict[str, Any]) -> list[str]:
    return [edge["node"]["id"] for edge in page["edges"]]


def _all_ids(session: Session) -> list[str]:
    found: list[str] = []
    after: str | None = None
    while True:
        page = session.ask(documents.REJECTED_IDS, {"first": _PAGE, "after": after})
        found += _ids(page)
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def _parts(ids: list[str]) -> list[list[str]]:
    return [ids[start : start + _PAGE] for start in range(0, len(ids), _PAGE)]
