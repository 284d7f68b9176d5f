"""Capabilities: what a machine may lack, declared by the tests that need it, told in the last line of the run.

    @pytest.mark.needs("shared-corpus")        skipped with a sentence, and the run fails, unless ALLOW_MISSING names it
    def test_x(capability): capability("node") what was found, here the path of the command
    def test_x(ran): ran("pip fresh clone")    one more thing that the last line says was run, if the test passes

A skip that no capability explains fails the run as well: a test that can't run is never silently green.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
STATIC = ROOT / "service" / "whence" / "static"
SUPPORT = ROOT / "tests" / "support"
MISSING, RAN = "capability missing", "capability ran"


@dataclass(frozen=True, slots=True)
class Found:
    """A capability that is there: what to call it in the last line (nothing: not named there), and where it is."""

    label: str
    where: Path


@dataclass(frozen=True, slots=True)
class Missing:
    """A capability that is not there: one sentence with the remedy."""

    sentence: str


def _folder(path: Path, label: str) -> Found | Missing:
    return Found(label, path) if path.is_dir() else Missing(f"there is no ../{path.relative_to(ROOT.parent)}")


def _node() -> Found | Missing:
    for candidate in (shutil.which("node"), ROOT / ".venv" / "bin" / "node"):
        if candidate is None or not Path(candidate).exists():
            continue
        said = subprocess.run([candidate, "--version"], capture_output=True, text=True, check=False).stdout
        version = re.match(r"v(\d+)\.(\d+)", said)
        if version and (int(version[1]), int(version[2])) >= (20, 19):
            return Found(f"Node {version[1]}.{version[2]}", Path(candidate))
    return Missing("Node 20.19 or later is neither on PATH nor in .venv: make ui")


def _graphiql() -> Found | Missing:
    page = STATIC / "graphiql" / "index.html"
    node = _node()
    built_with = f" with {node.label}" if isinstance(node, Found) else ""
    return Found(f"GraphiQL built{built_with}", page) if page.is_file() else Missing("the page is not built: make ui")


def _page() -> Found | Missing:
    import page_suite  # what starts a browser: only where a test needs one
    from project import UnavailableError

    try:
        return Found("", page_suite.built_page())
    except UnavailableError as error:
        return Missing(str(error))


def _browser() -> Found | Missing:
    import chromium
    from project import UnavailableError

    try:
        found = chromium.find()
    except UnavailableError as error:
        return Missing(str(error))
    return Found(found.label, found.path)


def _package_index() -> Found | Missing:
    # An environment made by uv has no pip; the interpreter behind it mostly has.
    for python in (sys.executable, "python3"):
        ask = [python, "-m", "pip", "index", "versions", "hatchling", "--retries", "1", "--timeout", "20"]
        if subprocess.run(ask, capture_output=True, check=False).returncode == 0:
            return Found("", ROOT)
    return Missing("no package index answers: is there a network?")


def _system(name: str) -> Found | Missing:
    """The tools of one source system: `make test-systems` says which it brought."""
    python = os.environ.get("WHENCE_SYSTEM_PYTHON", "")
    if os.environ.get("WHENCE_TEST_SYSTEM") != name or not Path(python).is_file():
        return Missing(f"the real tools are run by: make test-systems SYSTEM={name}")
    return Found(os.environ.get("WHENCE_SYSTEM_TOOLS", name), Path(python))


def _mariadb() -> Found | Missing:
    found = shutil.which("mariadbd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        return Missing("there is no mariadbd: install mariadb-server")
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"([\d.]+)-MariaDB", said)
    return Found(f"MariaDB {version[1]}" if version else "MariaDB", Path(found))


def _neo4j(finder: str) -> Found | Missing:
    import neo4j_sources  # a driver and a server's scripts: only where a test needs them
    from project import UnavailableError

    try:
        return Found(getattr(neo4j_sources, finder)().label, ROOT)
    except UnavailableError as error:
        return Missing(str(error))


CAPABILITIES: dict[str, Callable[[], Found | Missing]] = {
    "shared-corpus": lambda: _folder(SHARED / "corpus", "shared corpus"),
    "shared-spec": lambda: _folder(SHARED / "spec", "OpenLineage spec"),
    "node": _node,
    "graphiql": _graphiql,
    "page": _page,
    "browser": _browser,
    "package-index": _package_index,
    "mariadb": _mariadb,
    "neo4j": lambda: _neo4j("find"),
    "neo4j-private": lambda: _neo4j("find_private"),
}


@cache
def look_for(name: str) -> Found | Missing:
    """Raises KeyError for a name that is not declared here. `system:dvc` is the real DVC's environment: its Python."""
    kind, _, system = name.partition(":")
    return _system(system) if kind == "system" else CAPABILITIES[name]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(*capabilities): what the machine must have, by name (tests/conftest.py)")
    config.pluginmanager.register(LastLine(), "whence-last-line")
    if SUPPORT.is_dir():  # not beside the copies of this file that its own tests run
        config.pluginmanager.import_plugin("neo4j_fixtures")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Tests with a system's real tools belong to `make test-systems`: elsewhere they are not collected unless they are asked for by their path."""
    if collection_path.name == "real" and collection_path.parent.parent == ROOT / "tests" / "systems":
        return os.environ.get("WHENCE_TEST_SYSTEM") != collection_path.parent.name or None
    return None


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("needs"):
        for name in mark.args:
            match look_for(name):
                case Missing(sentence):
                    item.user_properties.append((MISSING, name))
                    pytest.skip(f"{name}: {sentence}")
                case Found(label) if label:
                    item.user_properties.append((RAN, label))


@pytest.fixture
def capability() -> Callable[[str], Path]:
    """Where a capability is that the test has declared with `needs`."""

    def where(name: str) -> Path:
        found = look_for(name)
        assert isinstance(found, Found), f"declare it: @pytest.mark.needs({name!r})"
        return found.where

    return where


@pytest.fixture
def ran(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Adds a thing to what the last line says was run."""
    return lambda label: request.node.user_properties.append((RAN, label))


class LastLine:
    """Gathers what ran and what was missing from the reports (those of xdist's workers too) and ends the run."""

    def __init__(self) -> None:
        self.tests = 0
        self.things: dict[str, None] = {}
        self.missing: dict[str, None] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            names = [str(value) for key, value in report.user_properties if key == MISSING]
            self.missing.update(dict.fromkeys(names or [f"a reason for the skip of {report.nodeid}"]))
        elif report.when == "call":
            self.tests += 1
        if report.when == "call" and report.passed:
            self.things.update(dict.fromkeys(str(value) for key, value in report.user_properties if key == RAN))

    def sentence(self, allowed: set[str]) -> str:
        missing = [f"{name} (allowed)" if name in allowed else name for name in self.missing]
        ran = [f"{self.tests} tests", f"Python {platform.python_version()}", *self.things]
        return f"ran: {' · '.join(ran)} · missing: {', '.join(missing) or 'nothing'}"

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        is_worker = hasattr(session.config, "workerinput")
        allowed = set(filter(None, os.environ.get("ALLOW_MISSING", "").replace(" ", "").split(",")))
        forbidden = self.missing.keys() - allowed
        if forbidden and not is_worker and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        try:
            return (yield)
        finally:
            if not is_worker:
                print(self.sentence(allowed))
