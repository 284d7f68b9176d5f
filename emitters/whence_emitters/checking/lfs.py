"""What git recorded of files that git-lfs keeps: the pointers in the index."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from whence_emitters.checking.entry import Entry, Finding, Place, Verdict
from whence_emitters.checking.roots import Root
from whence_emitters.names import printable
from whence_emitters.systems.git_commands import GitCommands
from whence_emitters.systems.git_lfs.pointer import MAX_POINTER_BYTES, Pointer, parse_pointer


def read_pointers(folder: Path, root: Root) -> Iterator[Entry | Finding]:
    """The files at or below `folder` that git-lfs keeps: an entry for each pointer in the index, a finding for each that is none there.

    Nothing when `folder` lies in no work tree or there is no git. Raises `SourceError` when git does not answer.
    """
    if shutil.which("git") is None or not (root.folder / ".git").exists():
        return
    asked = f":(literal){folder.relative_to(root.folder).as_posix()}"
    with closing(GitCommands(root.folder)) as git:
        staged = _staged(git.run("ls-files", "-s", "-z", "--", asked))
        new = git.run("ls-files", "-o", "--exclude-standard", "-z", "--", asked)
        kept = _kept_by_lfs(git, [*staged, *filter(None, new.split(b"\0"))])
        names = [name for name in staged if name in kept]
        for name, blob in zip(names, _small_blobs(git, [staged[name] for name in names]), strict=True):
            yield _entry(root, name, parse_pointer(blob))
        for name in sorted(kept - staged.keys()):
            place = Place(".gitattributes")
            yield Finding(_shown(name), Verdict.EXTRA, place, "git-lfs would keep it, but it is not added")


def _entry(root: Root, name: bytes, found: Pointer | None) -> Entry | Finding:
    shown = _shown(name)
    place = Place(shown, 1, "git-lfs pointer")
    if found is None:
        return Finding(shown, Verdict.NOT_CHECKED, place, "git holds the file itself, no git-lfs pointer")
    path = root.folder / name.decode("utf-8", "surrogateescape")
    return Entry(path, shown, place, "sha256", found.digests()[0].value, found.file_size())


def _shown(name: bytes) -> str:
    return printable(name.decode("utf-8", "surrogateescape"))


def _staged(listed: bytes) -> dict[bytes, str]:
    """{path: blob id} of the regular files in the index, without those in the middle of a merge."""
    found = {}
    for line in filter(None, listed.split(b"\0")):
        meta, _, name = line.partition(b"\t")
        mode, blob, stage = meta.split()
        if mode.startswith(b"100") and stage == b"0":
            found[name] = blob.decode()
    return found


def _kept_by_lfs(git: GitCommands, names: Iterable[bytes]) -> set[bytes]:
    said = git.run("check-attr", "-z", "--stdin", "filter", stdin=b"".join(name + b"\0" for name in names))
    fields = said.split(b"\0")
    return {name for name, value in zip(fields[::3], fields[2::3], strict=False) if value == b"lfs"}


def _small_blobs(git: GitCommands, ids: Sequence[str]) -> Iterator[bytes]:
    """The blobs that may be pointers, in this order; larger ones come empty, and are never read."""
    small = [size is not None and size <= MAX_POINTER_BYTES for _, size in git.sizes(ids)]
    contents = iter(git.contents([each for each, is_small in zip(ids, small, strict=True) if is_small]))
    for is_small in small:
        yield (next(contents) or b"") if is_small else b""
