"""What lies in a folder, the digest of a folder as a whole, and DVC's manifests of folders."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from whence_emitters.errors import DamagedError
from whence_emitters.importing.files import load_json, read_bytes

DVC_IGNORED = frozenset({".git", ".hg", ".dvc"})
"""Folders that DVC never counts. Source: dvc/ignore.py."""
_IGNORE_FILE = ".dvcignore"
_GIT_SECONDS = 60.0
_MAX_MANIFEST_BYTES = 1 << 30
_HEX = frozenset("0123456789abcdef")


def files_below(folder: Path, skipped: frozenset[str] = frozenset()) -> list[str]:
    """Paths of the files below a folder, relative, with `/`, sorted. Links to folders are not followed. Raises OSError."""

    def unreadable(error: OSError) -> None:
        raise error

    found = []
    for here, folders, names in os.walk(folder, onerror=unreadable):
        folders[:] = [name for name in folders if name not in skipped]
        below = os.path.relpath(here, folder).replace(os.sep, "/")
        prefix = "" if below == "." else f"{below}/"
        found += [prefix + name for name in names if name not in skipped]
    return sorted(found)


def dvc_ignored(folder: Path, top: Path) -> frozenset[str]:
    """Files below `folder` that the `.dvcignore` files from `top` down to it leave out. Empty without git, whose rules these are."""
    between = [each for each in (folder, *folder.parents) if each.is_relative_to(top)]
    git = shutil.which("git")
    if git is None or not any((each / _IGNORE_FILE).is_file() for each in between):
        return frozenset()
    with tempfile.TemporaryDirectory(prefix="whence-check-") as empty:
        # An empty repository of our own: no setting of the folder's own is obeyed, and nothing counts as tracked.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        environment |= {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "LC_ALL": "C"}
        place = [git, f"--git-dir={empty}/git", f"--work-tree={top}"]
        relative = folder.relative_to(top).as_posix()
        for command in (
            [git, "init", "-q", "--bare", f"{empty}/git"],
            [*place, "-c", "core.bare=false", "ls-files", "--others", "--ignored", "-z",
             f"--exclude-per-directory={_IGNORE_FILE}", "--", f":(literal){relative}"],
        ):  # fmt: skip
            try:
                done = subprocess.run(  # noqa: S603 - fixed commands, no shell
                    command, capture_output=True, check=False, cwd=top, env=environment, timeout=_GIT_SECONDS
                )
            except subprocess.TimeoutExpired:
                return frozenset()
            if done.returncode:
                return frozenset()
    prefix = "" if relative == "." else f"{relative}/"
    names = (os.fsdecode(name) for name in done.stdout.split(b"\0") if name)
    return frozenset(name.removeprefix(prefix) for name in names if name.startswith(prefix))


def read_manifest(path: Path, digest: str) -> dict[str, str]:
    """{relative path: MD5} of a `.dir` manifest. Raises `DamagedError` when it is none, or is not the one of this digest."""
    document = read_bytes(path, _MAX_MANIFEST_BYTES)
    if hashlib.md5(document, usedforsecurity=False).hexdigest() != digest:
        raise DamagedError(f"the manifest {digest}.dir in the cache is damaged: it has another digest")
    listed = load_json(document)
    if not isinstance(listed, list):
        raise DamagedError(f"the manifest {digest}.dir in the cache is no list")
    return dict(member(each, digest) for each in listed)


def member(given: object, digest: str) -> tuple[str, str]:
    """(relative path, MD5) of one item of a manifest. Raises `DamagedError`."""
    if isinstance(given, dict):
        name, md5 = given.get("relpath"), given.get("md5")
        if isinstance(name, str) and isinstance(md5, str) and len(md5) == 32 and set(md5) <= _HEX:
            return name, md5
    raise DamagedError(f"the manifest of {digest}.dir holds an item without relpath and md5")
