"""`whence-emit doctor`: what an event would say from here, where it would go, and what waits."""

from __future__ import annotations

import platform
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from whence_emitters import __version__, settings
from whence_emitters.environment import find_lock_file
from whence_emitters.git import code_state
from whence_emitters.masking import mask_text
from whence_emitters.transport import open_client

if TYPE_CHECKING:
    from whence_emitters.spool import Spool

_CONNECT_TIMEOUT_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report: what was looked at, whether it is well, and what was seen."""

    what: str
    well: bool
    seen: str


def examine(spool: Spool) -> list[Finding]:
    """Look at everything; never raises, sends no event."""
    return [
        Finding("version", True, f"whence-emitters {__version__}, Python {platform.python_version()}"),
        _destination(),
        _waiting(spool),
        _code(),
        _lock_file(),
        Finding(
            "accelerator",
            True,
            "nvidia-smi found" if shutil.which("nvidia-smi") else "no nvidia-smi: none will be recorded",
        ),
    ]


def _destination() -> Finding:
    if settings.disabled():
        return Finding("destination", False, "OPENLINEAGE_DISABLED is true: nothing is recorded or sent")
    try:
        client = open_client() if settings.destination_configured() else None
    except Exception as error:
        return Finding("destination", False, mask_text(f"the OpenLineage configuration cannot be used: {error}"))
    if client is None:
        return Finding("destination", False, "none: set OPENLINEAGE_URL; until then events wait in the spool")
    url = getattr(client.transport, "url", None)
    if not isinstance(url, str):
        return Finding("destination", True, f"transport {client.transport.kind}, not tried")
    return _reach(url)


def _reach(url: str) -> Finding:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    shown = f"{parts.scheme}://{parts.hostname}:{port}"
    try:
        with socket.create_connection((parts.hostname or "", port), _CONNECT_TIMEOUT_SECONDS):
            return Finding("destination", True, f"{shown} answers")
    except OSError as error:
        return Finding(
            "destination",
            False,
            f"{shown} does not answer ({error.strerror or type(error).__name__}); events will wait in the spool",
        )


def _waiting(spool: Spool) -> Finding:
    waiting, refused = len(spool.pending()), len(spool.rejected())
    seen = f"{spool.folder}: {waiting} waiting, {refused} refused, {spool.size_bytes():,} of {spool.max_bytes:,} bytes"
    return Finding("spool", not refused, seen + ("; the reasons are in rejected/" if refused else ""))


def _code() -> Finding:
    if shutil.which("git") is None:
        return Finding("code", False, "git is not installed: no commit will be recorded")
    try:
        state = code_state(Path.cwd())
    except Exception as error:
        return Finding("code", False, f"git gave no answer: {type(error).__name__}")
    if state is None:
        return Finding("code", False, "the working directory is in no git repository with a commit")
    changed = "with changes" if state.dirty else "clean"
    return Finding("code", True, f"{state.repository} at {state.commit[:12]}, {changed}, {state.untracked} untracked")


def _lock_file() -> Finding:
    lock = find_lock_file(Path.cwd())
    return Finding("lock file", True, str(lock) if lock else "none here or above")


def as_json(findings: list[Finding]) -> dict[str, Any]:
    """The report for a machine."""
    return {
        "well": all(finding.well for finding in findings),
        "findings": [{"what": f.what, "well": f.well, "seen": f.seen} for f in findings],
    }
