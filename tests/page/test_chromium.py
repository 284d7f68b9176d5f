"""Where a browser comes from: $CHROMIUM, PATH, Debian's package, npm; and what is said when there is none."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import build_ui
import chromium
import pytest
from project import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

VERSION = "echo Chromium 140.0.1 built on something"


@pytest.fixture(autouse=True)
def _bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a browser and without Node, whose caches are empty."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(build_ui, "VENV", tmp_path)
    monkeypatch.setattr(chromium, "APPLICATIONS", ())
    monkeypatch.setattr(chromium, "is_root", lambda: False)


@pytest.fixture
def command(tmp_path: Path) -> Callable[[str, str], Path]:
    """Puts a command on PATH."""

    def make(name: str, does: str) -> Path:
        file = tmp_path / "bin" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"#!/bin/sh\n{does}\n")
        file.chmod(0o755)
        return file

    return make


def test_the_one_that_is_named_comes_first(
    command: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    command("chromium", VERSION)
    other = command("other", "echo Google Chrome for Testing 131.0.6778.33")
    monkeypatch.setenv("CHROMIUM", str(other))
    assert chromium.find() == chromium.Chromium(other, 131)


def test_one_that_is_named_and_does_not_run_is_not_replaced_in_silence(
    command: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    command("chromium", VERSION)
    monkeypatch.setenv("CHROMIUM", "no-such-command")
    with pytest.raises(UnavailableError, match=r"^\$CHROMIUM is no-such-command, which is no Chromium that runs"):
        chromium.find()


def test_a_command_that_only_says_to_install_something_is_passed_over(command: Callable[[str, str], Path]) -> None:
    command("chromium-browser", "echo Command requires the chromium snap to be installed >&2; exit 1")
    chrome = command("google-chrome", "echo Google Chrome 140.0.7339.80")
    assert chromium.find() == chromium.Chromium(chrome, 140)
    assert chromium.find().label == "Chromium 140"


def test_root_has_debians_package_installed(
    command: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(chromium, "is_root", lambda: True)
    file = tmp_path / "bin" / "chromium"
    log = tmp_path / "log"
    # The first try fails, as it does where no list of packages was fetched yet.
    command(
        "apt-get",
        f'echo "$1" >>{log}; case "$1" in update) : >{log}.updated;; install) [ -e {log}.updated ] || exit 100; '
        f"printf '#!/bin/sh\\n{VERSION}\\n' >{file}; {os.path.realpath('/bin/chmod')} 755 {file};; esac",
    )
    assert chromium.find() == chromium.Chromium(file, 140)
    assert log.read_text().split() == ["install", "update", "install"]


def test_npm_brings_one_into_the_cache_once(
    command: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    command("npm", f'echo "$@" >>{log}; case "$1" in install) {os.path.realpath("/bin/mkdir")} node_modules;; esac')
    command(
        "node",
        f"case \"$1\" in --version) echo v22.0.0;; *) printf '#!/bin/sh\\n{VERSION}\\n' >$TMPDIR/chromium; "
        f"{os.path.realpath('/bin/chmod')} 755 $TMPDIR/chromium;; esac",
    )
    kept = tmp_path / "cache" / "whence" / "chromium" / chromium.NPM_VERSION
    assert chromium.find() == chromium.find() == chromium.Chromium(kept / "chromium", 140)
    (line,) = log.read_text().splitlines()
    assert line.endswith(f"{chromium.NPM_PACKAGE}@{chromium.NPM_VERSION}")
    assert [file.name for file in kept.iterdir()] == ["chromium"], "what was unpacked only, not what it was packed in"


def test_without_any_one_sentence_names_the_remedy(capsys: pytest.CaptureFixture[str]) -> None:
    assert chromium.main() == 1
    said = capsys.readouterr().err
    assert (
        said
        == "No Chromium here, and no Node to bring one with: install chromium, or let $CHROMIUM name one, or run make ui.\n"
    )


def test_npm_that_fails_leaves_nothing_and_names_the_remedy(
    command: Callable[[str, str], Path], tmp_path: Path
) -> None:
    command("node", "echo v22.0.0")
    command("npm", "exit 1")
    with pytest.raises(UnavailableError, match=r"could not be installed: install chromium, or let \$CHROMIUM name one"):
        chromium.find()
    assert [file.name for file in (tmp_path / "cache" / "whence" / "chromium").iterdir()] == [
        f".{chromium.NPM_VERSION}.lock"
    ]


@pytest.mark.parametrize(("root", "sandboxed"), [(True, False), (False, True)])
def test_only_root_goes_without_a_sandbox(monkeypatch: pytest.MonkeyPatch, root: bool, sandboxed: bool) -> None:
    monkeypatch.setattr(chromium, "is_root", lambda: root)
    assert ("--no-sandbox" not in chromium.flags()) is sandboxed
    assert {"--headless", "--disable-gpu", "--disable-quic"} <= set(chromium.flags())
