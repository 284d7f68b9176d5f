"""The table of kills, under the results: where this folder is named, as `make test-kill` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

KILLED = "killed"
HEADINGS = ("store", "kills", "acknowledged", "lost", "twice", "digest = replay")


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: pytest.TempPathFactory) -> None:
    """No setting of this shell reaches a test, and no test the default store."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    for name in ("WHENCE_STORE", "WHENCE_URL", "WHENCE_API_KEY", "WHENCE_API_KEYS"):
        monkeypatch.delenv(name, raising=False)


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    reports = [each for outcome in ("passed", "failed") for each in terminalreporter.stats.get(outcome, [])]
    rows = [value for report in reports for name, value in report.user_properties if name == KILLED]
    if not rows:
        return
    table = [HEADINGS, *rows]
    widths = [max(len(str(row[column])) for row in table) for column in range(len(HEADINGS))]
    terminalreporter.section("kill -9 amid ingest")
    for row in table:
        first, *rest = (str(cell) for cell in row)
        cells = [first.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))]
        terminalreporter.write_line("  ".join(cells))
