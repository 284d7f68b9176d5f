"""The page in a real browser: what ui/browser found, run once for all tests here, on services with real data.

$WHENCE_TEST_UI_FULL: also the full matrix of sizes, looks and shortcuts (`make test-ui-full`).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import page_suite
import pytest

from . import services

if TYPE_CHECKING:
    from collections.abc import Mapping

GROUP = "browser"
LARGE, LARGE_IN_FULL = 2000, 10_000
SECONDS, SECONDS_IN_FULL = 600, 1800


def is_full() -> bool:
    return bool(os.environ.get("WHENCE_TEST_UI_FULL"))


def specs() -> list[str]:
    """The files that run, below ui/browser; named without looking at a browser, so that each is a test of its own."""
    folder = page_suite.UI / "browser"
    folders = ["smoke", "full"] if is_full() else ["smoke"]
    return sorted(str(file.relative_to(folder)) for each in folders for file in (folder / each).glob("*.spec.ts"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file: how many tests passed, and what went wrong in the others (or before any ran)."""

    passed: int
    failures: tuple[str, ...]


def outcome(file: Mapping[str, Any]) -> Outcome:
    """From Jest's JSON. A test that was skipped, or marked to do later, is a failure."""
    tests = file["assertionResults"]
    wrong = [
        f"{test['fullName']}: {test['status']}\n{''.join(test['failureMessages'])}"
        for test in tests
        if test["status"] != "passed"
    ]
    if not tests:
        wrong.append(file["message"] or "it has no tests")
    return Outcome(len(tests) - len(wrong), tuple(wrong))


@pytest.fixture(scope="session")
def browser_suite(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """By file. Started at the first test that asks."""
    folder = tmp_path_factory.mktemp("page")
    with services.running(folder, LARGE_IN_FULL if is_full() else LARGE) as given:
        report = page_suite.run(["smoke", "full"] if is_full() else ["smoke"], given, folder / "report.json")
    below = page_suite.UI / "browser"
    return {str(Path(file["name"]).relative_to(below)): outcome(file) for file in report["testResults"]}


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser_suite" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.needs("page", "browser"))
            item.add_marker(pytest.mark.xdist_group(GROUP))
            item.add_marker(pytest.mark.timeout(SECONDS_IN_FULL if is_full() else SECONDS))
