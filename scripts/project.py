"""What the other scripts share: where things are, how to say that something can't be had, how to run a command."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
EMITTERS = ROOT / "emitters"


class UnavailableError(Exception):
    """Something needed can't be had; the text is one sentence with the remedy."""


def read_toml(path: Path) -> dict[str, Any]:
    """The parsed file. Raises OSError and tomllib.TOMLDecodeError."""
    return tomllib.loads(path.read_text("utf-8"))


def run(command: Sequence[str | Path], *, cwd: Path = ROOT, env: Mapping[str, str] | None = None, why: str) -> None:
    """Runs a command with its output shown. Raises UnavailableError with `why` when it can't start or fails."""
    try:
        code = subprocess.run([str(part) for part in command], cwd=cwd, env=env, check=False).returncode
    except OSError as error:
        raise UnavailableError(f"{why} ({error.strerror}: {command[0]})") from error
    if code:
        raise UnavailableError(f"{why} ({Path(command[0]).name} ended with {code}; its own words are above)")


def output(command: Sequence[str | Path]) -> str | None:
    """What a command printed, stripped; None when it can't start or fails."""
    try:
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True, timeout=60)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def fingerprint(files: Iterable[Path], *more: str) -> str:
    """SHA-256 hex over the bytes of the files that exist, in the order given, and the texts after them."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes() if file.is_file() else b"")
        digest.update(b"\0")
    for text in more:
        digest.update(text.encode() + b"\0")
    return digest.hexdigest()


def is_stamped(stamp: Path, value: str) -> bool:
    """Whether the step that wrote the stamp was last done for the same value."""
    return stamp.is_file() and stamp.read_text("utf-8") == value


def say(sentence: str) -> None:
    """Progress, for people: on stderr, so that a script's result stays alone on stdout."""
    print(sentence, file=sys.stderr, flush=True)


def environment(**changes: str) -> dict[str, str]:
    """This process's environment (proxies, certificates and mirrors of the user included) with some changes."""
    inherited = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONHOME"}}
    return inherited | changes
