"""`whence-emit scan`: files that no event names."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whence_emitters.cli.check import count
from whence_emitters.cli.progress import Progress
from whence_emitters.cli.verb import COULD_NOT, NOT_ALL, OK, Verbs, add_output_options, add_verb, say

if TYPE_CHECKING:
    from whence_emitters.checking.scanning import Scanned

_SHOWN = 200


def add(verbs: Verbs) -> None:
    """Add the verb."""
    verb = add_verb(verbs, "scan", "list the files of a folder that no event names: not by path, not by a folder around them, not by their bytes",
                    _scan, "whence-emit scan data --url http://127.0.0.1:8760")  # fmt: skip
    verb.add_argument("folder", metavar="DIR", type=Path, help="the folder")
    verb.add_argument("--url", metavar="URL", help="the service (default: WHENCE_URL, else the one on this machine); its key is in WHENCE_API_KEY")  # fmt: skip
    verb.add_argument("--all", action="store_true", help="also caches, and what git ignores")
    verb.add_argument("--jobs", metavar="N", type=count, help="files that are read at once (default: the number of processors)")  # fmt: skip
    add_output_options(verb)
    verb.epilog = "exit code:  0 every file is known, 1 some are not, 2 usage, 3 something could not be read\n\n" + (
        verb.epilog or ""
    )


def _scan(parsed: argparse.Namespace) -> int:
    from whence_emitters.checking.roots import absolute
    from whence_emitters.checking.scanning import scan
    from whence_emitters.checking.service import DEFAULT_URL, Service

    service = Service(parsed.url or os.environ.get("WHENCE_URL") or DEFAULT_URL)
    progress = Progress("scan", quiet=parsed.quiet)
    try:
        found = scan(absolute(parsed.folder), service, everything=parsed.all, jobs=parsed.jobs, progress=progress)
    finally:
        progress.close()
    if parsed.json:
        say(json.dumps(_as_json(found)))
    elif not parsed.quiet:
        _print(found)
    if found.unnamed:
        return NOT_ALL
    return COULD_NOT if found.unreadable else OK


def _as_json(found: Scanned) -> dict[str, Any]:
    return {
        "files": found.files,
        "byName": found.by_name,
        "byBytes": found.by_bytes,
        "empty": found.empty,
        "unnamed": list(found.unnamed),
        "unreadable": [{"path": path, "reason": reason} for path, reason in found.unreadable],
    }


def _print(found: Scanned) -> None:
    for path in found.unnamed[:_SHOWN]:
        say(path)
    if len(found.unnamed) > _SHOWN:
        say(f"… and {len(found.unnamed) - _SHOWN:,} more (--json lists them)")
    for path, reason in found.unreadable[:_SHOWN]:
        say(f"unreadable: {path}: {reason}")
    say(
        f"{found.files:,} files: {found.by_name:,} known by name, {found.by_bytes:,} by their bytes, {found.empty:,} empty, "
        f"{len(found.unreadable):,} unreadable, {len(found.unnamed):,} that no event names"
    )
