"""What nothing accounts for, as text for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from whence.cli.output import console, visible
from whence.cli.tables import print_table

_COLUMNS: Final = ("models", "without run", "runs", "no data", "no code", "no environment")
_OF_RUNS: Final = ("withoutData", "withoutCode", "withoutEnvironment")


def print_unaccounted(value: Mapping[str, Any]) -> None:
    """A row for all, for each namespace and for each team, examples, and the answer in a sentence."""
    out = console()
    print_table(out, ("in all", *_COLUMNS), [("", *_row(value))], right=_COLUMNS)
    for what, word in (("namespaces", "namespace"), ("teams", "team")):
        rows = [(visible(each[word] or "(none)"), *_row(each)) for each in value[what]]
        if rows and not (len(rows) == 1 and value[what][0][word] is None):
            out.print()
            print_table(out, (word, *_COLUMNS), rows, right=_COLUMNS)
        if (left := value[f"{word}Count"] - len(rows)) > 0:
            out.print(f"… and {left:,} more")
    for title, lack in (
        ("models without a run", value["models"]["withoutRun"]),
        *((title, value["runs"][each]) for title, each in zip(("runs without data", "runs without code", "runs without an environment"), _OF_RUNS, strict=True)),
    ):  # fmt: skip
        if lack["examples"]:
            out.print(f"\nnewest {title}:", style="bold")
            for uid in lack["examples"]:
                out.print(f"  {visible(uid)}", soft_wrap=True, markup=False, highlight=False)
    out.print(f"\n{value['sentence']}", markup=False, highlight=False)


def _row(value: Mapping[str, Any]) -> tuple[str, ...]:
    models, runs = value["models"], value["runs"]
    return (
        f"{models['total']:,}",
        _share(models["withoutRun"]),
        f"{runs['total']:,}",
        *(_share(runs[each]) for each in _OF_RUNS),
    )


def _share(lack: Mapping[str, Any]) -> str:
    percent = "" if lack["percent"] is None else f" ({lack['percent']:g} %)"
    return f"{lack['count']:,}{percent}"
