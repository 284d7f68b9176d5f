"""Versions of repositories of the Hub as they lie on a disk: in the Hub's cache, in a folder downloaded to, in a clone, or in any folder.

The layouts are those of huggingface_hub 2.4: `models--org--name/{blobs,refs,snapshots,trees}` of the cache
(https://huggingface.co/docs/huggingface_hub/guides/manage-cache), and `.cache/huggingface/{download,trees}` in a folder that was
downloaded to.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from whence_emitters.errors import DamagedError, SourceError
from whence_emitters.importing.files import inside, load_json, read_bytes
from whence_emitters.importing.times import from_seconds
from whence_emitters.systems.huggingface.card import COMMIT
from whence_emitters.systems.repository import Repository

KINDS = ("models", "datasets")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_HOSTS = frozenset({"huggingface.co", "hf.co"})
_MAX_SMALL_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class File:
    """A file of a version: `sha256` of one in LFS or Xet, `git_blob` of any other; None where it is not told. `size` is in bytes."""

    sha256: str | None = None
    git_blob: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A version. `commit` and `time` are None where nothing tells them; `whole`: `files` are all that the version has.

    `root` is what no path may lead out of, `folder` where its files lie.
    """

    kind: str
    name: str
    commit: str | None
    folder: Path
    root: Path
    time: str | None = None
    refs: tuple[str, ...] = ()
    files: Mapping[str, File] = field(default_factory=dict)
    whole: bool = False

    def path(self, name: str) -> Path:
        """Where the bytes of a file lie, links followed. Raises `DamagedError` when that leads out of the source."""
        return inside(self.root, (self.folder / name).relative_to(self.root).as_posix())

    def read(self, name: str) -> bytes | None:
        """The bytes of a file; None when it is not there. Raises `DamagedError`."""
        path = self.path(name)
        return read_bytes(path) if path.exists() else None


def in_cache(root: Path) -> Iterator[Snapshot]:
    """The versions in a cache, or in one repository's folder of it."""
    folders = [root] if _repository_of(root) else sorted(path for path in root.iterdir() if _repository_of(path))
    for folder in folders:
        named = _repository_of(folder)
        if named is None or folder.is_symlink() or not (folder / "snapshots").is_dir():
            continue
        refs = _refs(folder)
        for snapshot in sorted((folder / "snapshots").iterdir()):
            if COMMIT.fullmatch(snapshot.name) and snapshot.is_dir() and not snapshot.is_symlink():
                tree = _tree(folder, snapshot.name)
                yield Snapshot(
                    *named,
                    commit=snapshot.name,
                    folder=snapshot,
                    root=folder,
                    refs=tuple(ref for ref, commit in refs.items() if commit == snapshot.name),
                    files=tree or dict(_linked(snapshot)),
                    whole=tree is not None,
                )


def is_cache(root: Path) -> bool:
    """Whether a folder is the Hub's cache, or one repository's folder of it."""
    return _repository_of(root) is not None or any(_repository_of(path) for path in root.iterdir())


def in_folder(folder: Path, given_name: str | None) -> Snapshot:
    """The version that a folder holds. Raises `SourceError` when it has no files that tell of one."""
    if not any((folder / name).is_file() for name in ("README.md", "config.json", "adapter_config.json")):
        raise SourceError(
            f"There is no model card in {folder}.",
            "give a folder with a README.md, or the Hub's cache (…/huggingface/hub)",
        )
    kind, name, commit, time = _of_clone(folder)
    downloaded = dict(_downloaded(folder))
    commits = {one for one, _, _ in downloaded.values()}
    if len(commits) == 1:
        commit = next(iter(commits))
        time = from_seconds(max(saved for _, _, saved in downloaded.values()))
    if given_name:
        kind, name = _split(given_name)
    tree = _tree(folder / ".cache" / "huggingface", commit) if commit else None
    files = tree or {path: etag for path, (_, etag, _) in downloaded.items()} or dict(_plain(folder))
    return Snapshot(kind, name, commit, folder, folder, time, (), files, whole=tree is not None or not downloaded)


def _repository_of(folder: Path) -> tuple[str, str] | None:
    """`models--org--name` as `models` and `org/name`."""
    kind, separator, rest = folder.name.partition("--")
    return (kind, rest.replace("--", "/", 1)) if kind in KINDS and separator and rest else None


def _split(name: str) -> tuple[str, str]:
    kind, _, rest = name.removeprefix("hf://").partition("/")
    return (kind, rest) if kind in KINDS and rest else (KINDS[0], name)


def _refs(folder: Path) -> dict[str, str]:
    """Branches and tags with their commits, by name; also in folders, as of `refs/pr/1`."""
    found = {}
    for path in sorted((folder / "refs").rglob("*")):
        try:
            if path.is_file():
                held = read_bytes(inside(folder, path.relative_to(folder).as_posix()), _MAX_SMALL_BYTES)
                found[path.relative_to(folder / "refs").as_posix()] = held.decode("ascii", "replace").strip()
        except DamagedError:
            continue
    return found


def _linked(snapshot: Path) -> Iterator[tuple[str, File]]:
    """Files of a snapshot are links to blobs, which are named by their entity tag: the sha256 or the git id."""
    for where, _, names in os.walk(snapshot):
        for name in names:
            path = Path(where, name)
            tag = path.readlink().name if path.is_symlink() else ""
            yield path.relative_to(snapshot).as_posix(), _tagged(tag)


def _tagged(tag: str, size: int | None = None) -> File:
    return File(
        sha256=tag if _SHA256.fullmatch(tag) else None, git_blob=tag if COMMIT.fullmatch(tag) else None, size=size
    )


def _tree(folder: Path, commit: str) -> dict[str, File] | None:
    """The listing of a commit, which the client keeps since 2.0; None when there is none that can be used."""
    try:
        listed = load_json(read_bytes(inside(folder, f"trees/{commit}.json")))
    except DamagedError:
        return None
    files = listed.get("files") if isinstance(listed, dict) and listed.get("format_version") == 1 else None
    if not isinstance(files, dict):
        return None
    return {path: _listed_file(about) for path, about in files.items() if isinstance(about, dict)}


def _listed_file(about: dict[str, Any]) -> File:
    size = about.get("size")
    tag = about.get("lfs_sha256") or about.get("blob_id")
    return _tagged(tag if isinstance(tag, str) else "", size if isinstance(size, int) else None)


def _downloaded(folder: Path) -> Iterator[tuple[str, tuple[str, File, float]]]:
    """`{file}.metadata` beside a download: the commit, the entity tag and the time, in seconds since 1970, a line each."""
    below = folder / ".cache" / "huggingface" / "download"
    for path in sorted(below.rglob("*.metadata")):
        try:
            held = read_bytes(inside(folder, path.relative_to(folder).as_posix()), _MAX_SMALL_BYTES)
            commit, tag, time = held.decode("utf-8", "replace").split()[:3]
            from_seconds(float(time))
        except (DamagedError, ValueError, OverflowError):
            continue
        if COMMIT.fullmatch(commit):
            yield path.relative_to(below).as_posix().removesuffix(".metadata"), (commit, _tagged(tag), float(time))


def _plain(folder: Path) -> Iterator[tuple[str, File]]:
    """Files of a folder that nothing is told of."""
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and not path.is_symlink() and not any(part.startswith(".") for part in relative.parts):
            yield relative.as_posix(), File(size=path.stat().st_size)


def _of_clone(folder: Path) -> tuple[str, str, str | None, str | None]:
    """Kind, name, commit and time of a folder in a repository. Only a clone from the Hub tells the first three.

    In any other repository the time is that of the last commit that changed the folder.
    """
    try:
        with Repository(folder) as repository:
            below = folder.resolve().relative_to(repository.root.resolve()).as_posix()
            parts = urlsplit(repository.url)
            if parts.hostname in _HOSTS and below == ".":
                last = _last(commit for commit in repository.commits(refs=("HEAD",)))
                kind, name = _split(parts.path.strip("/"))
                return kind, name, last[0] if last else None, last[1] if last else None
            changed = repository.changes((f":(literal){below}",) if below != "." else (), refs=("HEAD",))
            last = _last(commit for commit, _ in changed)
            return KINDS[0], "", None, last[1] if last else None
    except (SourceError, ValueError):
        return KINDS[0], "", None, None


def _last(commits: Iterator[Any]) -> tuple[str, str] | None:
    last = None
    for commit in commits:
        last = (commit.sha, commit.time)
    return last
