"""`whence-emit hook`: git hooks that import what was just recorded."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whence_emitters import settings
from whence_emitters.cli.importing import add_system_options
from whence_emitters.cli.verb import OK, Verbs, add_output_options, add_verb, say
from whence_emitters.hooks import HOOKS, install, remove
from whence_emitters.importing.registry import importer_of

if TYPE_CHECKING:
    from whence_emitters.hooks import Installed

_DOES = {"install": "import after each commit and merge, in the background", "remove": "take the hooks away again"}


def add(verbs: Verbs) -> None:
    """Add the verb."""
    verb = add_verb(verbs, "hook", "install or remove git hooks that import what was just recorded",
                    _install, "whence-emit hook install git . --path 'data/**'")  # fmt: skip
    verb.usage = "whence-emit hook install|remove SYSTEM [REPO] [options of `whence-emit import SYSTEM`] [--json]"
    actions = verb.add_subparsers(prog="whence-emit hook", required=True, metavar="install|remove", dest="action")
    for action, does in _DOES.items():
        systems = actions.add_parser(action, help=does, allow_abbrev=False).add_subparsers(
            title="systems", required=True, metavar="SYSTEM", dest="system", parser_class=_HookParser
        )
        for system in HOOKS:
            systems.add_parser(system, help=f"see `whence-emit hook {action} {system} --help`", allow_abbrev=False)


class _HookParser(argparse.ArgumentParser):
    """The options of one system, added when they are needed: its importer is loaded then."""

    _filled = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Load the system, then parse."""
        if not self._filled:
            self._filled = True
            *_words, action, system = self.prog.split()
            self.description = f"{_DOES[action].capitalize()}. Hooks that are there already are kept and run first."
            self.add_argument("repository", metavar="REPO", nargs="?", default=".", help="folder of the repository (default: .)")  # fmt: skip
            add_output_options(self)
            if action == "install":
                add_system_options(self, importer_of(system))
                self.set_defaults(importer=importer_of(system), verb=_install)
            else:
                self.set_defaults(verb=_remove)
        return super().parse_known_args(args, namespace)


def _install(parsed: argparse.Namespace) -> int:
    options: list[str] = []
    for option in parsed.importer.options:
        given = getattr(parsed, option.name.replace("-", "_"))
        values = given if isinstance(given, list) else [given] if isinstance(given, str) else []
        options += [f"--{option.name}"] if given is True else []
        options += [f"--{option.name}={value}" for value in values]
    _answer(parsed, install(parsed.system, Path(parsed.repository), options))
    if not (parsed.quiet or parsed.json or settings.destination_configured()):
        say("  no destination is configured: set OPENLINEAGE_URL where commits are made")
    return OK


def _remove(parsed: argparse.Namespace) -> int:
    _answer(parsed, remove(parsed.system, Path(parsed.repository)))
    return OK


def _answer(parsed: argparse.Namespace, hooks: list[Installed]) -> None:
    if parsed.json:
        listed = [{"path": str(one.path), "present": one.present, "chained": one.chained} for one in hooks]
        say(json.dumps({"system": parsed.system, "hooks": listed}))
    elif not parsed.quiet:
        for one in hooks:
            beside = ", after the hook that was there" if one.chained else ""
            say(f"{parsed.action} {parsed.system}: {one.path}{beside if parsed.action == 'install' else ''}")
        if not hooks:
            say(f"{parsed.system}: there is no hook of ours")
