"""Where W&B keeps runs on disk, and what lies beside a run's file.

`wandb/run-{time}_{id}/run-{id}.wandb`, `offline-run-…` for a run without a server, and `files/` beside it.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from whence_emitters.errors import DamagedError, SourceError
from whence_emitters.importing.files import inside, read_bytes
from whence_emitters.systems.wandb.mapping import Beside

_PACKAGE = re.compile(r"([A-Za-z0-9][A-Za-z0-9._-]*)==(\S+)")
_TIME = re.compile(r"run-(\d{8}_\d{6})-")
_MAX_LIST_BYTES = 4 * 1024 * 1024


def run_files(location: str) -> list[Path]:
    """The `.wandb` files of a file, of a run's folder, of a `wandb` folder or of the folder that holds one; earlier runs first.

    Raises `SourceError` when there is none.
    """
    given = Path(location)
    if given.is_file():
        return [given]
    for folder in (given, given / "wandb"):
        found = [*folder.glob("*.wandb"), *folder.glob("*run-*/*.wandb")]
        inner = [path for path in found if path.is_file() and path.resolve().is_relative_to(folder.resolve())]
        if inner:
            return sorted(inner, key=lambda path: (_time(path), path.as_posix()))
    raise SourceError(
        f"There is no run of W&B in {location}.", "give a .wandb file, a run's folder or a `wandb` folder"
    )


def beside(path: Path) -> Beside:
    """What the folder of a run's file tells: the packages that were installed, and whether W&B kept a diff."""
    try:
        listed = read_bytes(inside(path.parent, "files/requirements.txt"), _MAX_LIST_BYTES).decode("utf-8", "replace")
    except DamagedError:
        listed = ""
    has_diff = (path.parent / "files" / "diff.patch").is_file()
    return Beside(_packages_sha256(listed), dirty=True if has_diff else None)


def _packages_sha256(listed: str) -> str | None:
    """As `whence_environmentPin` defines it: the sha256 over the sorted lines `name==version LF`, names normalised (PEP 503)."""
    found = [match for line in listed.splitlines() if (match := _PACKAGE.fullmatch(line.strip()))]
    lines = sorted({f"{re.sub(r'[-_.]+', '-', match[1]).lower()}=={match[2]}\n" for match in found})
    return hashlib.sha256("".join(lines).encode()).hexdigest() if lines else None


def _time(path: Path) -> str:
    """The time in the name of the run's folder, local to the machine that ran: it only orders the runs of one machine."""
    match = _TIME.search(path.parent.name)
    return match[1] if match else ""
