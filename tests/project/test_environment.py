"""scripts/environment.py: what it installs with, when it does nothing, and what it says when it can't."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType


@pytest.fixture
def environment(script: Callable[[str], ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module, with a .venv of its own that is not made yet."""
    module = script("environment")
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "VENV_PYTHON", tmp_path / ".venv" / "bin" / "python")
    return module


@pytest.fixture
def installed(environment: ModuleType) -> ModuleType:
    """The module, with a .venv that runs and the stamp of the whole."""
    environment.VENV_PYTHON.parent.mkdir(parents=True)
    environment.VENV_PYTHON.symlink_to(sys.executable)
    (environment.VENV / ".dev-installed").write_text(environment.wanted("dev"))
    return environment


def test_the_tools_are_the_dev_group_without_our_own_distributions(environment: ModuleType) -> None:
    tools = environment.dev_requirements()
    assert any(tool.startswith("pytest>=") for tool in tools)
    assert not any(tool.startswith("whence") for tool in tools)


def test_what_is_installed_is_not_installed_again(installed: ModuleType) -> None:
    assert installed.is_ready("dev")
    assert installed.is_ready("demo"), "the tools' environment holds all that the demo needs"


def test_the_demo_environment_is_not_enough_for_the_tools(installed: ModuleType) -> None:
    (installed.VENV / ".dev-installed").unlink()
    (installed.VENV / ".demo-installed").write_text(installed.wanted("demo"))
    assert installed.is_ready("demo")
    assert not installed.is_ready("dev")


def test_a_changed_lock_installs_again(installed: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = tmp_path / "uv.lock"
    changed.write_text("changed")
    monkeypatch.setattr(installed, "DESCRIBES", [*installed.DESCRIBES, changed])
    assert not installed.is_ready("demo")


def test_an_environment_whose_interpreter_is_gone_is_made_again(installed: ModuleType, tmp_path: Path) -> None:
    installed.VENV_PYTHON.unlink()
    installed.VENV_PYTHON.symlink_to(tmp_path / "no-such-python")
    assert not installed.is_ready("demo")


def test_an_old_uv_is_passed_over(environment: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uv = tmp_path / "uv"
    uv.write_text("#!/bin/sh\necho uv 0.4.30\n")
    uv.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert environment.find_uv() is None
    uv.write_text("#!/bin/sh\necho uv 0.9.1\n")
    assert environment.find_uv() == str(uv)


def test_without_ensurepip_the_package_to_install_is_named(
    environment: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "output", lambda _: None)
    with pytest.raises(environment.UnavailableError, match="apt install python3-venv"):
        environment.make_venv()


def test_without_git_it_says_so(environment: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(environment.UnavailableError, match="install git"):
        environment.prepare("demo")


@pytest.mark.parametrize("arguments", [[], ["prod"], ["demo", "dev"]])
def test_an_unknown_profile_is_a_usage_error(root: Path, arguments: list[str]) -> None:
    command = [sys.executable, root / "scripts" / "environment.py", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (2, "usage: environment.py demo | dev\n")
