"""What `whence-emit dvc` leaves in the project for a later import: the times that DVC does not keep, and the code that ran.

One small file a run, `.dvc/tmp/whence/{run id}.json`, below the repository's root. It is never committed; without it the import knows the
commit's time alone.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path

from whence_emitters.errors import DamagedError
from whence_emitters.importing.files import inside, load_json, read_bytes
from whence_emitters.importing.times import from_text
from whence_emitters.masking import mask_text
from whence_emitters.systems.dvc.stages import Standing

_FOLDER = ".dvc/tmp/whence"
_MAX_BYTES = 4096
TOLD_BY_WATCHING = (("start", "it is taken to be the end of the stage before, since dvc.lock was written then"),)
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Trace:
    """When a run was, RFC 3339 in UTC, and the commit of a repository that was checked out; `dirty`: tracked files differed."""

    started: str
    ended: str
    repository: str | None = None
    commit: str | None = None
    dirty: bool | None = None

    def standing(self, otherwise: Standing) -> Standing:
        """Where the run stands by this trace."""
        return replace(
            otherwise, started=self.started, ended=self.ended, repository=self.repository, commit=self.commit,
            dirty=self.dirty, missing=TOLD_BY_WATCHING,
        )  # fmt: skip


def leave(root: Path, run_id: str, trace: Trace) -> None:
    """Write a trace down. Raises OSError."""
    folder = root / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    said = {
        "started": trace.started,
        "ended": trace.ended,
        "repository": trace.repository,
        "commit": trace.commit,
        "dirty": trace.dirty,
    }
    (folder / f"{run_id}.json").write_text(json.dumps(said), "utf-8")


def standing_of(root: Path, run_id: str, otherwise: Standing) -> Standing:
    """Where a run stands by the trace that was left of it, else `otherwise`; a damaged trace counts as none."""
    if not os.path.lexists(f"{root}/{_FOLDER}/{run_id}.json"):
        return otherwise
    try:
        said = load_json(read_bytes(inside(root, f"{_FOLDER}/{run_id}.json"), _MAX_BYTES))
        repository, commit, dirty = said.get("repository"), said.get("commit"), said.get("dirty")
        trace = Trace(
            from_text(said["started"]), from_text(said["ended"]),
            mask_text(repository) if isinstance(repository, str) else None,
            commit if isinstance(commit, str) and _COMMIT.fullmatch(commit) else None,
            dirty if isinstance(dirty, bool) else None,
        )  # fmt: skip
    except (DamagedError, ValueError, KeyError, TypeError, AttributeError):
        return otherwise
    return trace.standing(otherwise)
