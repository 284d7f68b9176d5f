"""What a machine lacks fails the run, unless ALLOW_MISSING names it, and the last line says so."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]
CONFTEST = (Path(__file__).parents[1] / "conftest.py").read_text("utf-8")
LACKING = CONFTEST + "\nCAPABILITIES['a-mainframe'] = lambda: Missing('no mainframe here: buy one')\n"
TESTS = """
import pytest
def test_plain(): pass
@pytest.mark.needs("a-mainframe")
def test_needy(): raise AssertionError("must not run")
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.delenv("ALLOW_MISSING", raising=False)
    pytester.makeconftest(LACKING)
    return pytester


@pytest.mark.parametrize("workers", [[], ["-n", "1"]], ids=["alone", "xdist"])
def test_a_missing_capability_fails_a_run_without_failures(project: pytest.Pytester, workers: list[str]) -> None:
    project.makepyfile(TESTS)
    result = project.runpytest_subprocess("-rs", *workers)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=1, skipped=1)
    assert "no mainframe here: buy one" in result.stdout.str()
    assert result.outlines[-1].startswith("ran: 1 tests · Python 3.")
    assert result.outlines[-1].endswith("missing: a-mainframe")


def test_allow_missing_forgives_what_it_names(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOW_MISSING", "other, a-mainframe")
    project.makepyfile(TESTS)
    result = project.runpytest()
    assert result.ret == pytest.ExitCode.OK
    assert result.outlines[-1].endswith("missing: a-mainframe (allowed)")


def test_a_skip_that_no_capability_explains_fails_the_run(project: pytest.Pytester) -> None:
    project.makepyfile("import pytest\ndef test_hidden(): pytest.skip('later')")
    result = project.runpytest()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert "test_hidden" in result.outlines[-1]


def test_the_last_line_names_what_ran_after_pytests_own_closing_line(project: pytest.Pytester) -> None:
    project.makepyfile("def test_it(ran): ran('a fresh clone')")
    result = project.runpytest()
    assert result.ret == pytest.ExitCode.OK
    assert "1 passed" in result.outlines[-2]
    assert " · a fresh clone · missing: nothing" in result.outlines[-1]


def test_an_unknown_capability_is_an_error(project: pytest.Pytester) -> None:
    project.makepyfile("import pytest\n@pytest.mark.needs('typo')\ndef test_it(): pass")
    project.runpytest().assert_outcomes(errors=1)
