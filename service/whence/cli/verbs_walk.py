"""`whence provenance` and `whence impact`."""

from __future__ import annotations

from typing import Any

import click

from whence.cli import documents
from whence.cli.closing_quiet import warn_if_cut
from whence.cli.examples import examples
from whence.cli.options import walk_options
from whence.cli.output import EXIT_ANSWERED, EXIT_NO, EXIT_NOT_ANSWERED
from whence.cli.question import Question, asks


@click.command("provenance", short_help="Where it came from: a tree of its sources.")
@click.argument("ref")
@walk_options
@asks
def provenance(question: Question, ref: str, walk: dict[str, Any]) -> None:
    """Where did REF come from?

    Shows the runs, inputs, commits and environments that it goes back to, as a tree, each once. REF is a file or folder (./model.pkl), a name,
    name@version, a digest or its first 8 digits, a run id, or any id that whence prints.
    """
    with question.open(walk.get("asKnown")) as session:
        answer = session.ask(documents.PROVENANCE, {"ref": session.ref(ref), "walk": walk}, ref=ref)

    def text(value: dict[str, Any]) -> None:
        from whence.cli.text_walks import print_provenance

        print_provenance(value)

    question.tell(answer, ids=_node_ids, text=text, session=session)
    if question.output.quiet:
        warn_if_cut(answer["completeness"])


provenance.epilog = examples(
    "whence provenance ./models/risk-v2.joblib",
    "whence provenance risk@3 --as-of 2026-11-02",
    "whence provenance 11a110bb --depth 4 --json",
)


@click.command("impact", short_help="What came from it: everything that depends on it.")
@click.argument("ref")
@click.option(
    "--gate", is_flag=True, help="Exit with 1 if anything depends on it, with 3 if the answer is not complete."
)
@click.option("--strict", is_flag=True, help="With --gate: exit with 3 also if the answer has gaps.")
@walk_options
@asks
def impact(question: Question, ref: str, walk: dict[str, Any], gate: bool, strict: bool) -> None:
    """What came from REF, and who must act if it is wrong?

    Lists what serves it now, which models to retrain, copies of its bytes and owners, then everything that depends on it as a tree.
    """
    if strict and not gate:
        raise click.UsageError("--strict needs --gate.")
    with question.open(walk.get("asKnown")) as session:
        answer = session.ask(documents.IMPACT, {"ref": session.ref(ref), "walk": walk}, ref=ref)

    def text(value: dict[str, Any]) -> None:
        from whence.cli.text_walks import print_impact

        print_impact(value)

    question.tell(answer, ids=lambda value: _node_ids(value["subgraph"]), text=text, session=session)
    if question.output.quiet:
        warn_if_cut(answer["subgraph"]["completeness"])
    if gate:
        click.get_current_context().exit(gate_code(answer, strict=strict))


impact.epilog = examples(
    "whence impact ./data/clean.csv",
    "whence impact ./data/clean.csv --gate --strict    # in CI: 0 when nothing depends on it",
)


def gate_code(answer: dict[str, Any], *, strict: bool) -> int:
    """1 if anything depends on it, also when the answer was cut; else 3 if it is not complete, or has gaps under `strict`; else 0."""
    if answer["total"]:
        return EXIT_NO
    completeness = answer["subgraph"]["completeness"]
    sure = completeness["complete"] and not (strict and completeness["gaps"])
    return EXIT_ANSWERED if sure else EXIT_NOT_ANSWERED


def _node_ids(subgraph: dict[str, Any]) -> list[str]:
    return [node["id"] for node in subgraph["nodes"] if node["kind"] != "CONTENT"]
