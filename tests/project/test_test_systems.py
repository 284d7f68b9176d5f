"""`make test-systems`: what a requirements.txt asks for, what becomes of docs/tested.md, and that `make test` leaves those tests out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

pytest_plugins = ["pytester"]
CONFTEST = (Path(__file__).parents[1] / "conftest.py").read_text("utf-8")
PAGE = "# Tested\n\n| system | last green (UTC) | with |\n|---|---|---|\n| dvc | 2026-01-01 | dvc 3.0.0 |\n\n## More\n"


@pytest.fixture
def runner(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("test_systems")


@pytest.fixture
def environments(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("system_environments")


def test_a_green_run_replaces_its_row_and_no_other(runner: ModuleType) -> None:
    page = runner.with_row(PAGE, "mlflow", "2026-02-02", ["mlflow 3.1.0", "git 2.39.2"])
    page = runner.with_row(page, "dvc", "2026-03-03", ["dvc 3.1.0"])
    rows = "| dvc | 2026-03-03 | dvc 3.1.0 |\n| mlflow | 2026-02-02 | mlflow 3.1.0 · git 2.39.2 |\n"
    assert page == PAGE.replace("| dvc | 2026-01-01 | dvc 3.0.0 |\n", rows)


def test_the_page_has_the_table(runner: ModuleType) -> None:
    assert "| zzz |" in runner.with_row(runner.PAGE.read_text("utf-8"), "zzz", "2026-01-01", [])
    with pytest.raises(ValueError, match=r"tested\.md has no table"):
        runner.with_row("# Nothing\n", "dvc", "2026-01-01", [])


def test_packages_python_and_commands_of_a_requirements_file(environments: ModuleType) -> None:
    read = environments.read_requirements(
        "# python: 3.12\n# command: git lfs version\n# jar: org.acme:tool:2.0\n# what it is for\n\ndvc[s3]==3.67.1  # newest\n-c other.txt\n"
    )
    assert (read.python, read.packages, read.commands) == ("3.12", (("dvc", "3.67.1"),), ("git lfs version",))
    assert read.jars == ("org.acme:tool:2.0",)
    with pytest.raises(ValueError, match="names no exact version"):
        environments.read_requirements("dvc>=3\n")


@pytest.mark.parametrize(
    ("printed", "version"),
    [("git-lfs/3.3.0 (GitHub; linux amd64)", "git-lfs 3.3.0"), ("git version 2.39.5", "git 2.39.5"), ("odd", "odd")],
)
def test_versions_of_commands(
    environments: ModuleType, monkeypatch: pytest.MonkeyPatch, printed: str, version: str
) -> None:
    monkeypatch.setattr(environments, "output", lambda _: printed)
    assert environments.command_version("any command") == version


def test_a_command_or_a_python_that_is_not_there_is_named(
    environments: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environments, "output", lambda _: None)
    with pytest.raises(environments.UnavailableError, match="`git lfs version` does not answer"):
        environments.command_version("git lfs version")
    monkeypatch.setattr(environments, "requirements_file", lambda _: Path(__file__).with_name("no-such-file"))
    with pytest.raises(environments.UnavailableError, match=r"Python 2\.7 is not on PATH"):
        environments._find_python("2.7")


def test_every_system_pins_what_it_is_tested_with(environments: ModuleType) -> None:
    for system in environments.systems():
        environments.read_requirements(environments.requirements_file(system).read_text("utf-8"))
        assert (environments.TESTS / system / "real").is_dir(), system


def test_an_unknown_system_is_told_which_there_are(runner: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert runner.main(["no-such"]) == 2
    assert "for no-such. There are: " in capsys.readouterr().err


def test_real_tools_are_left_out_unless_their_system_is_named(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makeconftest(CONFTEST.replace("ROOT = Path(__file__).resolve().parent.parent", "ROOT = Path.cwd()"))
    real = pytester.path / "tests" / "systems" / "abacus" / "real"
    real.mkdir(parents=True)
    (real / "test_real.py").write_text(
        "import pytest\n@pytest.mark.needs('system:abacus')\ndef test_it(capability): capability('system:abacus')\n"
    )
    (pytester.path / "test_other.py").write_text("def test_other(): pass\n")
    monkeypatch.delenv("WHENCE_TEST_SYSTEM", raising=False)
    plain = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    plain.assert_outcomes(passed=1)
    assert plain.outlines[-1].endswith("missing: nothing")

    asked_for = pytester.runpytest_subprocess("-rs", str(real))
    asked_for.assert_outcomes(skipped=1)
    assert asked_for.ret == pytest.ExitCode.TESTS_FAILED
    assert "make test-systems SYSTEM=abacus" in asked_for.stdout.str()

    for name, value in (("TEST_SYSTEM", "abacus"), ("SYSTEM_PYTHON", sys.executable), ("SYSTEM_TOOLS", "abacus 1.0")):
        monkeypatch.setenv(f"WHENCE_{name}", value)
    named = pytester.runpytest_subprocess(str(pytester.path))
    named.assert_outcomes(passed=2)
    assert " · abacus 1.0 · missing: nothing" in named.outlines[-1]
