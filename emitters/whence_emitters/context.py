"""What surrounds a run: its code, its environment and the variables that were asked for. Looked at once, when it starts."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from whence_emitters import facets, settings
from whence_emitters.environment import environment_pin
from whence_emitters.git import code_state


class Guard(Protocol):
    """Keeps an error from the job and notes what is missing for it: what, and which one."""

    def __call__(self, what: str, which: object = None, /) -> AbstractContextManager[None]:
        """Guard what is done inside."""


Note = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Context:
    """Facets of the run and of the job that do not change while it runs."""

    run: facets.Facets = field(default_factory=dict)
    job: facets.Facets = field(default_factory=dict)


def capture_context(folder: Path, script: Path | None, variables: Iterable[str], guard: Guard, note: Note) -> Context:
    """Look at the repository and environment of `folder`; each look is guarded, and what is missing is noted."""
    run: facets.Facets = {"processing_engine": facets.engine()}
    job: facets.Facets = {}
    with guard("codeState"):
        code = code_state(folder)
        if code is None:
            note("codeState", "the code is in no git repository with a commit, or git is not installed")
        else:
            run["whence_codeState"] = facets.code_state(code)
            inside = script.relative_to(code.root).as_posix() if script and script.is_relative_to(code.root) else None
            job["sourceCodeLocation"] = facets.source_code_location(code, inside)
    with guard("environmentPin"):
        run["whence_environmentPin"] = facets.environment_pin(environment_pin(folder))
    with guard("environmentVariables"):
        names = dict.fromkeys([*variables, *settings.recorded_variables()])
        values = {name: os.environ[name] for name in names if name in os.environ}
        if values:
            run["environmentVariables"] = facets.environment_variables(values)
    return Context(run, job)


def main_script() -> Path | None:
    """The script that this process runs; None for an installed program, a notebook or the interpreter's prompt."""
    given = getattr(sys.modules.get("__main__"), "__file__", None)
    if not given:
        return None
    path = Path(given).resolve()
    installed = Path(sys.prefix).resolve()
    return None if path.is_relative_to(installed) or "site-packages" in path.parts or not path.is_file() else path


def code_folder(script: Path | None) -> Path:
    """Where to look for the repository and the lock file: beside the script, else the working directory."""
    return script.parent if script else Path.cwd()
