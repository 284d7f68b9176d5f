"""Runs the importers' tests with the real tools: `test_systems.py [SYSTEM …]`, all that have a requirements.txt when none is named.

Each system has an environment of its own (system_environments.py), and its tests, `tests/systems/<system>/real`, run in the
project's. When they pass, the day and the versions of the tools are written into docs/tested.md.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from project import ROOT, VENV, UnavailableError, environment, say
from system_environments import TESTS, prepare, read_requirements, requirements_file, systems, tools

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = "1200"
"""For one test: real tools take their time."""
PAGE = ROOT / "docs" / "tested.md"
HEADER = "| system | last green (UTC) | with |\n|---|---|---|\n"
_TABLE = re.compile(re.escape(HEADER) + r"((?:\|.*\n)*)")


def with_row(page: str, system: str, day: str, versions: list[str]) -> str:
    """The page with one system's row put in or replaced; rows are sorted by system. Raises ValueError when the page has no such table."""
    table = _TABLE.search(page)
    if table is None:
        raise ValueError(f"{PAGE.name} has no table that begins with {HEADER.splitlines()[0]}")
    rows = {row.split("|")[1].strip(): row for row in table[1].splitlines()}
    rows[system] = f"| {system} | {day} | {' · '.join(versions)} |"
    return page[: table.start(1)] + "".join(f"{rows[name]}\n" for name in sorted(rows)) + page[table.end(1) :]


def _record(system: str, versions: list[str]) -> None:
    page = PAGE.read_text("utf-8")
    part = PAGE.with_suffix(".part")
    part.write_text(with_row(page, system, f"{datetime.now(UTC):%Y-%m-%d}", versions), "utf-8")
    part.replace(PAGE)


def run_tests(system: str) -> str | None:
    """Why the system's tests did not pass; None when they did."""
    try:
        versions = tools(read_requirements(requirements_file(system).read_text("utf-8")))
        python = prepare(system)
    except (UnavailableError, ValueError) as error:
        return str(error)
    changes = {
        "WHENCE_TEST_SYSTEM": system,
        "WHENCE_SYSTEM_PYTHON": str(python),
        "WHENCE_SYSTEM_TOOLS": " + ".join(versions),
    }
    command: list[str | Path] = [VENV / "bin" / "pytest", "-n", "0", "--timeout", SECONDS, TESTS / system / "real"]
    code = subprocess.run(command, cwd=ROOT, env=environment(**changes), check=False).returncode
    if code:
        return f"its tests ended with {code}"
    _record(system, versions)
    return None


def main(arguments: list[str]) -> int:
    known = systems()
    unknown = [name for name in arguments if name not in known]
    if unknown or not known:
        say(f"No tests with the real tool for {', '.join(unknown) or 'any system'}. There are: {', '.join(known)}.")
        return 2
    lines = []
    failed = False
    for system in arguments or known:
        start = time.monotonic()
        problem = run_tests(system)
        failed = failed or problem is not None
        lines.append(f"{system:<12} {time.monotonic() - start:6.0f} s  {problem or 'passed'}")
    say("\n" + "\n".join(lines))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
