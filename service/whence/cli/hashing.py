"""Digests of a file or folder, so that `whence provenance ./model.pkl` asks about its bytes (docs/naming.md, Digests).

The service never reads files: the client hashes and sends `{algorithm}:{hex}`.
"""

from __future__ import annotations

import hashlib
import json
import os
from operator import itemgetter
from pathlib import Path

from whence.errors import BadRequest

_CHUNK_BYTES = 1 << 20


def digests_of(given: str) -> tuple[str, ...]:
    """`{algorithm}:{hex}` of what is there, strongest first: sha256 and md5 of a file in one pass, dir-sha256 and dvc-md5-dir of a folder.

    Links to files count as their content; links to folders, and what is neither file nor folder, are left out of a folder's digest.
    Raises BadRequest when there is nothing, when it can't be read, or when it is empty: empty input has no origin.
    """
    path = Path(given).expanduser()
    try:
        if path.is_dir():
            return _digests_of_folder(path)
        if not path.exists():
            raise BadRequest(
                f"There is no file {given}.",
                hint="A REF that begins with ./, ../, / or ~/ is a path. Names are given without.",
            )
        if not path.is_file():
            raise BadRequest(f"{given} is neither a file nor a folder.", hint="Name a file or a folder.")
        sha256, md5, size = _digest_file(path)
    except OSError as error:
        raise BadRequest(f"{given} can't be read: {error.strerror}.", hint="Check its permissions.") from error
    if size == 0:
        raise BadRequest(
            f"{given} is empty, and empty files have nothing in common.", hint="Ask by name, see: whence find NAME"
        )
    return f"sha256:{sha256}", f"md5:{md5}"


def _digest_file(path: Path) -> tuple[str, str, int]:
    sha256, md5, size = hashlib.sha256(), hashlib.md5(usedforsecurity=False), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            size += len(chunk)
            sha256.update(chunk)
            md5.update(chunk)
    return sha256.hexdigest(), md5.hexdigest(), size


def _digests_of_folder(root: Path) -> tuple[str, str]:
    """Over the regular files at any depth: semantics rule 22, and as DVC writes the manifest of a folder (docs/naming.md, Digests)."""
    lines: list[bytes] = []
    manifest: list[dict[str, str]] = []
    for folder, _, names in os.walk(root, onerror=_raise):
        for path in (Path(folder, name) for name in names):
            if path.is_file():
                sha256, md5, size = _digest_file(path)
                relative = path.relative_to(root).as_posix()
                lines.append(os.fsencode(relative) + b"\0%d\0" % size + sha256.encode() + b"\n")
                manifest.append({"md5": md5, "relpath": relative})
    if not lines:
        raise BadRequest(f"{root} holds no files.", hint="Empty folders have nothing in common: ask by name instead.")
    whole = hashlib.sha256(b"".join(sorted(lines))).hexdigest()
    listed = json.dumps(sorted(manifest, key=itemgetter("relpath")), sort_keys=True)
    return f"dir-sha256:{whole}", f"dvc-md5-dir:{hashlib.md5(listed.encode(), usedforsecurity=False).hexdigest()}"


def _raise(error: OSError) -> None:
    raise error
