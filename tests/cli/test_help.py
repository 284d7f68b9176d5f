"""Help and documentation: every verb and option is explained where people look, and examples are real."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from tests.cli.conftest import Run

from whence.cli.command import whence
from whence.settings import SETTINGS

ROOT = Path(__file__).resolve().parent.parent.parent
CLI_PAGE = (ROOT / "docs" / "cli.md").read_text("utf-8")
OPERATIONS_PAGE = ROOT / "docs" / "operations.md"


def verbs(group: click.Group = whence, before: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every verb that is listed, with the words that call it."""
    for name, command in group.commands.items():
        if command.hidden:
            continue
        if isinstance(command, click.Group):
            yield from verbs(command, (*before, name))
        else:
            yield (*before, name), command


VERBS = list(verbs())
each_verb = pytest.mark.parametrize(("words", "command"), VERBS, ids=[" ".join(words) for words, _ in VERBS])


@each_verb
def test_every_verb_has_help_an_example_json_and_quiet(
    words: tuple[str, ...], command: click.Command, run: Run
) -> None:
    text = run(*words, "--help").stdout
    assert command.help
    assert command.short_help
    assert "Example" in text
    assert {"--json", "--quiet"} <= set(re.findall(r"--[a-z-]+", text))


@each_verb
def test_every_option_has_help_and_stands_in_the_documentation(words: tuple[str, ...], command: click.Command) -> None:
    section = re.search(rf"^### whence {' '.join(words)}$(.*?)(?=^##)", CLI_PAGE + "\n##", re.MULTILINE | re.DOTALL)
    assert section, f"docs/cli.md has no section: whence {' '.join(words)}"
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            assert parameter.help, parameter.name
            assert all(f"`{name}" in section[1] for name in parameter.opts if name.startswith("--")), parameter.opts


@each_verb
def test_examples_are_calls_that_parse(words: tuple[str, ...], command: click.Command) -> None:
    lines = [line.partition("| ")[2] or line for line in (command.epilog or "").splitlines() if "whence " in line]
    calls = [
        shlex.split(line.partition(" > ")[0], comments=True) for line in lines if line.strip().startswith("whence ")
    ]
    assert calls
    for call in calls:
        assert tuple(call[1 : 1 + len(words)]) == words
        command.make_context(" ".join(words), call[1 + len(words) :])


def test_questions_take_as_of_and_lists_take_pages() -> None:
    options = {" ".join(words): {name for each in command.params for name in each.opts} for words, command in VERBS}
    for verb in (
        "provenance",
        "impact",
        "models",
        "data",
        "path",
        "show",
        "versions",
        "find",
        "focus",
        "map",
        "export",
    ):
        assert {"--as-of", "--as-known"} <= options[verb], verb
    for verb in ("models", "data", "versions", "events", "find", "rejected list"):
        assert {"--first", "--after"} <= options[verb], verb


def test_every_setting_stands_in_the_help_of_serve_and_in_the_documentation(run: Run) -> None:
    text = run("serve", "--help").stdout
    table = re.search(r"<!-- settings -->(.*?)<!-- /settings -->", OPERATIONS_PAGE.read_text("utf-8"), re.DOTALL)
    assert table
    for setting in SETTINGS:
        assert setting.variable in text, setting.variable
        assert f"| `{setting.variable}` |" in table[1], setting.variable
        assert setting.flag is None or setting.flag in text


def test_help_is_read_before_anything_heavy_is_imported() -> None:
    heavy = [
        "rich",
        "httpx",
        "strawberry",
        "graphql",
        "starlette",
        "uvicorn",
        "networkx",
        "sqlite3",
        "msgspec",
        "whence.store",
        "whence.api",
    ]
    code = "import sys; from whence.cli.command import whence; print([n for n in sys.argv[1:] if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code, *heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
