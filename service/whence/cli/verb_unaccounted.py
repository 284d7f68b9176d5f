"""`whence unaccounted`."""

from __future__ import annotations

from typing import Any

import click

from whence.cli import documents
from whence.cli.examples import examples
from whence.cli.question import Question, asks


@click.command("unaccounted", short_help="Models without a run, runs without data, code or environment.")
@click.option("--namespace", metavar="NAMESPACE", help="Only models of this namespace, and runs of jobs of it.")
@click.option("--team", metavar="OWNER", help="Only models that this team owns, and runs of jobs that it owns.")
@asks
def unaccounted(question: Question, namespace: str | None, team: str | None) -> None:
    """Count what nothing accounts for: versions of models without a run that made them, and runs without data, code or environment.

    In all, by namespace and by team (an owner), as counts, percentages and the newest few.
    """
    with question.open() as session:
        found = session.ask(documents.UNACCOUNTED, {"namespace": namespace, "team": team})

    def text(value: dict[str, Any]) -> None:
        from whence.cli.text_unaccounted import print_unaccounted

        print_unaccounted(value)

    question.tell(found, ids=_examples, text=text)


unaccounted.epilog = examples("whence unaccounted", "whence unaccounted --team fraud --json")


def _examples(value: dict[str, Any]) -> list[str]:
    lacks = [value["models"]["withoutRun"], *(value["runs"][each] for each in ("withoutData", "withoutCode", "withoutEnvironment"))]  # fmt: skip
    return list(dict.fromkeys(uid for lack in lacks for uid in lack["examples"]))
