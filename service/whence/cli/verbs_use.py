"""`whence models`, `whence data` and `whence path`: what used what, and the proof."""

from __future__ import annotations

from typing import Any

import click

from whence.cli import documents
from whence.cli.closing_quiet import warn_if_cut
from whence.cli.examples import examples
from whence.cli.options import Moment, Paging, moment_options, page_options
from whence.cli.output import EXIT_NO, EXIT_NOT_ANSWERED
from whence.cli.question import Question, asks


@click.command("models", short_help="Which models used this data, how, and the proof.")
@click.argument("ref")
@moment_options
@page_options(100)
@asks
def models(question: Question, ref: str, moment: Moment, paging: Paging) -> None:
    """Which models used REF?

    One row for each way: trained or validated on it, trained on something derived from it, fine-tuned from a model that was, evaluated on it.
    Each row has the shortest path from the model to REF and the events that prove it.
    """
    with question.open(moment.as_known) as session:
        variables = {"ref": session.ref(ref)} | moment.variables() | paging.variables()
        page = session.ask(documents.MODELS, variables, ref=ref)

    def text(value: dict[str, Any]) -> None:
        from whence.cli.text_paths import print_models

        print_models(value)

    question.tell(page, ids=_version_ids, text=text, session=session)
    if question.output.quiet:
        warn_if_cut(page["completeness"])


models.epilog = examples("whence models ./data/clean.csv", "whence models clean-data --as-of 7d --json")


@click.command("data", short_help="Which datasets a model came from, in which role.")
@click.argument("ref")
@moment_options
@page_options(100)
@asks
def data(question: Question, ref: str, moment: Moment, paging: Paging) -> None:
    """Which dataset versions did the model REF come from?

    Each with its role, its distance in steps, and the shortest path with the events that prove it.
    """
    with question.open(moment.as_known) as session:
        variables = {"ref": session.ref(ref)} | moment.variables() | paging.variables()
        page = session.ask(documents.DATA, variables, ref=ref)

    def text(value: dict[str, Any]) -> None:
        from whence.cli.text_paths import print_data

        print_data(value)

    question.tell(page, ids=_version_ids, text=text, session=session)
    if question.output.quiet:
        warn_if_cut(page["completeness"])


data.epilog = examples("whence data ./models/risk-v2.joblib")


@click.command("path", short_help="How one thing depends on another.")
@click.argument("a")
@click.argument("b")
@moment_options
@asks
def path(question: Question, a: str, b: str, moment: Moment) -> None:
    """How does A depend on B?

    Shows the shortest chain and the events that prove it. Exit 0: it does; 1: it does not; 3: the walk was cut before it could be known.
    """
    with question.open(moment.as_known) as session:
        variables = {"source": session.ref(a), "target": session.ref(b)} | moment.variables()
        answer = session.ask_about((a, b), documents.PATH, variables)

    def text(value: dict[str, Any]) -> None:
        from whence.cli.text_paths import print_path

        print_path(value)

    question.tell(answer, ids=_path_ids, text=text, session=session)
    if question.output.quiet:
        warn_if_cut(answer["completeness"])
    if answer["path"] is None:
        click.get_current_context().exit(EXIT_NO if answer["completeness"]["complete"] else EXIT_NOT_ANSWERED)


path.epilog = examples("whence path ./models/risk-v2.joblib ./data/raw.csv")


def _version_ids(page: dict[str, Any]) -> list[str]:
    return [edge["node"]["version"]["id"] for edge in page["edges"]]


def _path_ids(answer: dict[str, Any]) -> list[str]:
    return [node["id"] for node in answer["path"]["nodes"]] if answer["path"] else []
