"""From entries to findings: which files must be read, and what their digests come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from whence_emitters.checking.dvc import manifest_paths
from whence_emitters.checking.entry import Entry, Finding, Verdict
from whence_emitters.checking.folders import (
    DVC_IGNORED,
    dvc_ignored,
    files_below,
    read_manifest,
)
from whence_emitters.checking.hashing import Seen, Want
from whence_emitters.checking.roots import Root
from whence_emitters.digests import dvc_folder_digest, folder_sha256
from whence_emitters.errors import DamagedError
from whence_emitters.importing.files import read_bytes
from whence_emitters.names import printable
from whence_emitters.systems.git_lfs.pointer import MAX_POINTER_BYTES, parse_pointer

Members = Mapping[str, tuple[str, int | None]]
_LINKED_OUT = "its link leads out of the project"


@dataclass(frozen=True, slots=True)
class Plan:
    """One entry with the files that it takes to judge it. `listed` are a folder's files; `members` what the record says they are, if it does."""

    entry: Entry
    listed: tuple[str, ...] = ()
    members: Members | None = None
    note: str = ""


def plan(entry: Entry, root: Root) -> Plan | Finding:
    """What to read for an entry; a finding when that is clear without reading."""
    if not entry.path.is_symlink() and not entry.path.exists():
        return _finding(entry, Verdict.MISSING, "nothing is there")
    if not root.holds(entry.path):
        return _finding(entry, Verdict.REFUSED, _LINKED_OUT)
    if not entry.path.exists():
        return _finding(entry, Verdict.MISSING, "its link leads nowhere")
    if entry.is_folder != entry.path.is_dir():
        kinds = ("a folder", "a file") if entry.is_folder else ("a file", "a folder")
        return _finding(entry, Verdict.CHANGED, f"{kinds[0]} is recorded, {kinds[1]} is there")
    if not entry.is_folder:
        return Plan(entry)
    try:
        return _plan_folder(entry, root)
    except OSError as error:
        return _finding(entry, Verdict.UNREADABLE, f"it cannot be listed: {error.strerror or type(error).__name__}")


def _plan_folder(entry: Entry, root: Root) -> Plan:
    if entry.algorithm == "dir-sha256":
        return Plan(entry, tuple(files_below(entry.path)))
    left_out = dvc_ignored(entry.path, root.folder)
    listed = tuple(name for name in files_below(entry.path, DVC_IGNORED) if name not in left_out)
    if entry.members is not None:
        return Plan(entry, listed, entry.members)
    note = ""
    for path in manifest_paths(root.stores, entry.value):
        if path.is_file():
            try:
                return Plan(
                    entry, listed, {name: (md5, None) for name, md5 in read_manifest(path, entry.value).items()}
                )
            except DamagedError as error:
                note = error.message
    return Plan(entry, listed, None, note)


def wants(plans: Iterable[Plan], root: Root) -> list[Want]:
    """Every file that the plans need, once, with all algorithms that any needs it by."""
    algorithms: defaultdict[Path, set[str]] = defaultdict(set)
    sizes: defaultdict[Path, set[int | None]] = defaultdict(set)
    for each in plans:
        for path, algorithm, size in _needed(each, root):
            algorithms[path].add(algorithm)
            sizes[path].add(size)
    return [
        Want(path, frozenset(names), next(iter(sizes[path])) if len(sizes[path]) == 1 else None)
        for path, names in algorithms.items()
    ]


def _needed(each: Plan, root: Root) -> Iterator[tuple[Path, str, int | None]]:
    entry = each.entry
    if not entry.is_folder:
        yield entry.path, entry.algorithm, entry.size
        return
    by = "sha256" if entry.algorithm == "dir-sha256" else entry.member_algorithm
    for name in each.listed if each.members is None else each.members:
        if _below(name) and root.holds(entry.path / name):
            yield entry.path / name, by, each.members[name][1] if each.members is not None else None


def judge(each: Plan, seen: Mapping[Path, Seen]) -> Iterator[Finding]:
    """The findings of one entry: one for a file, one for each file of a folder that the record lists, one for any other folder."""
    if not each.entry.is_folder:
        yield _judge_file(each.entry, seen)
    elif each.members is None:
        yield _judge_whole(each, seen)
    else:
        yield from _judge_members(each, each.members, seen)


def _judge_file(entry: Entry, seen: Mapping[Path, Seen]) -> Finding:
    if entry.algorithm == "sha256" and _is_pointer_of(entry):
        return _finding(entry, Verdict.MISSING, "only its git-lfs pointer is here; `git lfs pull` brings it")
    return _compared(entry, entry.shown, entry.algorithm, entry.value, entry.size, seen[entry.path])


def _is_pointer_of(entry: Entry) -> bool:
    try:
        found = parse_pointer(read_bytes(entry.path, MAX_POINTER_BYTES))
    except DamagedError:
        return False
    return found is not None and found.digests()[0].value == entry.value


def _judge_members(each: Plan, members: Members, seen: Mapping[Path, Seen]) -> Iterator[Finding]:
    entry = each.entry
    for name, (md5, size) in members.items():
        shown = printable(f"{entry.shown}/{name}")
        path = entry.path / name
        if not _below(name):
            yield _finding(entry, Verdict.REFUSED, "the record names a file outside of the folder", shown)
        elif path not in seen:
            yield _finding(entry, Verdict.REFUSED, _LINKED_OUT, shown)
        else:
            yield _compared(entry, shown, entry.member_algorithm, md5, size, seen[path])
    for name in each.listed:
        if name not in members:
            yield _finding(entry, Verdict.EXTRA, "the record does not list it", printable(f"{entry.shown}/{name}"))
    if not members and not each.listed:
        yield _finding(entry, Verdict.OK)


def _judge_whole(each: Plan, seen: Mapping[Path, Seen]) -> Finding:
    """A folder of which the record holds one digest only: which of its files differ is not known."""
    entry = each.entry
    read: dict[str, Seen] = {}
    for name in each.listed:
        one = seen.get(entry.path / name)
        if one is None:
            return _finding(entry, Verdict.REFUSED, _LINKED_OUT, printable(f"{entry.shown}/{name}"))
        if one.problem or one.size is None:
            return _finding(
                entry, Verdict.UNREADABLE, one.problem or "it went away", printable(f"{entry.shown}/{name}")
            )
        read[name] = one
    size = sum(one.size or 0 for one in read.values())
    if entry.algorithm == "dir-sha256":
        found = folder_sha256((name, one.size or 0, one.values["sha256"]) for name, one in read.items())
    else:
        found = dvc_folder_digest({name: one.values[entry.member_algorithm] for name, one in read.items()})
    if found == entry.value:
        return _finding(entry, Verdict.OK, found=found, size=size)
    counts = f"{len(read):,} files, recorded {entry.count:,}; " if entry.count not in (None, len(read)) else ""
    why = each.note or (
        "its manifest is not in the cache" if entry.algorithm == "dvc-md5-dir" else "one digest is recorded"
    )
    reason = f"{counts}which of its files differ is not known: {why}"
    return _finding(entry, Verdict.CHANGED, reason, found=found, size=size)


def _compared(entry: Entry, shown: str, algorithm: str, recorded: str, size: int | None, one: Seen) -> Finding:
    def say(verdict: Verdict, reason: str = "") -> Finding:
        found = one.values.get(algorithm, "")
        return Finding(shown, verdict, entry.place, reason, algorithm, recorded, found, one.size or 0)

    if one.problem:
        return say(Verdict.UNREADABLE, one.problem)
    if one.size is None:
        return say(Verdict.MISSING, "nothing is there")
    if size is not None and one.size != size:
        part = "; perhaps only a part arrived" if one.size < size else ""
        return say(Verdict.CHANGED, f"{one.size:,} bytes, recorded {size:,}{part}")
    return say(Verdict.OK) if one.values[algorithm] == recorded else say(Verdict.CHANGED, "other bytes")


def _finding(
    entry: Entry, verdict: Verdict, reason: str = "", shown: str = "", *, found: str = "", size: int = 0
) -> Finding:
    return Finding(shown or entry.shown, verdict, entry.place, reason, entry.algorithm, entry.value, found, size)


def _below(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(name) and not path.is_absolute() and ".." not in path.parts and "\0" not in name
