"""Files that a test writes or spoils."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def flip(path: Path) -> None:
    """Change one bit, and neither the size nor the time of change."""
    before = path.stat()
    body = bytearray(path.read_bytes())
    body[0] ^= 1
    path.write_bytes(body)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def lock(entries: Iterable[str]) -> str:
    """A dvc.lock with these items, one `path: …` in YAML's flow style each, as the outputs of one stage."""
    return "schema: '2.0'\nstages:\n  one:\n    cmd: true\n    outs:\n" + "".join(f"    - {each}\n" for each in entries)
