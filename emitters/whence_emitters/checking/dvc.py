"""What DVC recorded: `dvc.lock` (schema 2.0, and 1.0 without a schema) and `.dvc` files, of DVC 3 and of older ones.

An item without `hash:` was written before DVC 3: its `md5` counts CR LF in text as LF (`md5-dos2unix`). Paths are relative to the
stage's `wdir`, which only `dvc.yaml` names. Source: dvc/schema.py, dvc/stage/serialize.py.
"""

from __future__ import annotations

import configparser
import re
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from whence_emitters.checking.entry import Entry, Finding, Place, Verdict
from whence_emitters.checking.folders import member
from whence_emitters.checking.roots import Root
from whence_emitters.errors import DamagedError
from whence_emitters.importing.files import load_yaml, read_bytes

Side = Literal["deps", "outs"]
SIDES: tuple[Side, ...] = ("deps", "outs")
LOCK_NAME = "dvc.lock"
_REMOTE = re.compile(r"^(?:[A-Za-z][A-Za-z0-9+.-]+|ds)://")
_MD5 = re.compile(r"[0-9a-f]{32}(?:\.dir)?")
_LINE = re.compile(r"^\s*(?:- )?md5:\s*['\"]?([0-9a-f]{32}(?:\.dir)?)", re.MULTILINE)


def cache_folders(root: Path) -> tuple[Path, ...]:
    """Where the repository's DVC keeps its cache: `.dvc/cache`, and `cache.dir` of its configuration."""
    home = root / ".dvc"
    found = [home / "cache"]
    for name in ("config", "config.local"):
        config = configparser.ConfigParser(interpolation=None, strict=False)
        try:
            config.read_string(read_bytes(home / name, 1 << 20).decode("utf-8", "replace"))
        except (DamagedError, configparser.Error):
            continue
        if given := config.get("cache", "dir", fallback="").strip():
            found.append(home / given)
    return tuple(found)


def manifest_paths(caches: tuple[Path, ...], digest: str) -> list[Path]:
    """Where the manifest of a folder may lie: as DVC 3 places it, and as older ones do."""
    tail = Path(digest[:2]) / f"{digest[2:]}.dir"
    return [path for cache in caches for path in (cache / "files" / "md5" / tail, cache / tail)]


@dataclass(frozen=True, slots=True)
class _Document:
    path: Path
    root: Root
    content: dict[str, Any]
    lines: dict[str, deque[int]] = field(default_factory=dict)
    """The lines, from 1, on which each digest stands; taken in the order of the document."""

    def place(self, part: str, digest: str = "") -> Place:
        waiting = self.lines.get(digest)
        return Place(self.root.shown(self.path), waiting.popleft() if waiting else None, part)


def read_record(path: Path, root: Root, sides: tuple[Side, ...] = SIDES) -> Iterator[Entry | Finding]:
    """The entries of a `dvc.lock` or `.dvc` file, and findings for those that nothing here can be compared with.

    Raises `DamagedError` when the file cannot be used.
    """
    document = _open(path, root)
    read = _lock if path.name == LOCK_NAME else _dvc_file
    for side, part, base, item in read(document):
        made = _entry(document, f"{part}, {side}" if part else side, base, item)
        if side in sides:
            yield made


def _open(path: Path, root: Root) -> _Document:
    text = read_bytes(path)
    content = load_yaml(text)
    if not isinstance(content, dict):
        raise DamagedError(f"{path.name} holds no record")
    lines: defaultdict[str, deque[int]] = defaultdict(deque)
    decoded = text.decode("utf-8", "replace")
    line, counted = 1, 0
    for found in _LINE.finditer(decoded):
        line += decoded.count("\n", counted, found.start(1))
        counted = found.start(1)
        lines[found[1]].append(line)
    return _Document(path, root, content, dict(lines))


_Item = tuple[Side, str, Path | None, Any]


def _lock(document: _Document) -> Iterator[_Item]:
    content = document.content
    stages = content.get("stages") if "schema" in content or "stages" in content else content
    if stages is None:
        return
    if not isinstance(stages, dict):
        raise DamagedError(f"{document.path.name}: `stages` is no mapping")
    written_in = _stage_folders(document)
    for name, stage in stages.items():
        if not isinstance(stage, dict):
            raise DamagedError(f"{document.path.name}: stage {name} is no mapping")
        wdir = written_in.get(str(name).partition("@")[0], ".")
        base = None if "${" in wdir else document.path.parent / wdir
        yield from _sides(stage, f"stage {name}", base)


def _stage_folders(document: _Document) -> dict[str, str]:
    """{stage: `wdir`} of the `dvc.yaml` beside the lock, where it says so."""
    try:
        pipeline = load_yaml(read_bytes(document.path.with_name("dvc.yaml")))
    except DamagedError:
        return {}
    stages = pipeline.get("stages") if isinstance(pipeline, dict) else None
    found = {}
    for name, stage in (stages if isinstance(stages, dict) else {}).items():
        inner = stage.get("do", stage) if isinstance(stage, dict) else None
        wdir = inner.get("wdir") if isinstance(inner, dict) else None
        if isinstance(wdir, str):
            found[str(name)] = wdir
    return found


def _dvc_file(document: _Document) -> Iterator[_Item]:
    wdir = document.content.get("wdir", ".")
    if not isinstance(wdir, str):
        raise DamagedError(f"{document.path.name}: `wdir` is no text")
    yield from _sides(document.content, "", document.path.parent / wdir)


def _sides(stage: dict[str, Any], part: str, base: Path | None) -> Iterator[_Item]:
    sides: tuple[Side, ...] = tuple(key for key in stage if key in SIDES)  # in the order of the document
    for side in sides:
        items = stage[side] or []
        if not isinstance(items, list):
            raise DamagedError(f"{part or 'the file'}: `{side}` is no list")
        for item in items:
            yield side, part, base, item


def _entry(document: _Document, part: str, base: Path | None, item: Any) -> Entry | Finding:
    given = item.get("path") if isinstance(item, dict) else None
    if not isinstance(item, dict) or not isinstance(given, str) or not given:
        return Finding("?", Verdict.UNREADABLE, document.place(part), "an item of the record names no path")
    digest = item.get("md5")
    place = document.place(part, digest if isinstance(digest, str) else "")
    if _REMOTE.match(given):
        return Finding(_without_credentials(given), Verdict.NOT_CHECKED, place, "it lies elsewhere, not in this folder")
    if "repo" in item:
        return Finding(given, Verdict.NOT_CHECKED, place, "it lies in another repository")
    if base is None:
        return Finding(given, Verdict.NOT_CHECKED, place, "its folder is a variable of dvc.yaml")
    path = document.root.place(base, given)
    if path is None:
        reason = "it lies outside of the project; --root DIR says how far a record may reach"
        return Finding(given, Verdict.REFUSED, place, reason)
    return _recorded(document.root.shown(path), path, place, item)


def _recorded(shown: str, path: Path, place: Place, item: dict[str, Any]) -> Entry | Finding:
    digest, listed, size, count = item.get("md5"), item.get("files"), item.get("size"), item.get("nfiles")
    member_algorithm = "md5" if item.get("hash") == "md5" else "md5-dos2unix"
    whole = size if isinstance(size, int) and size >= 0 else None
    if isinstance(digest, str) and _MD5.fullmatch(digest):
        if not digest.endswith(".dir"):
            # The size is of the bytes as they lay there, but MD5 without CR may be of a file that was checked out otherwise.
            return Entry(path, shown, place, member_algorithm, digest, whole if member_algorithm == "md5" else None)
        value = digest.removesuffix(".dir")
        files = count if isinstance(count, int) else None
        return Entry(path, shown, place, "dvc-md5-dir", value, whole, files, None, member_algorithm)
    if (
        isinstance(listed, list) and digest is None
    ):  # a remote with versions: the files of the folder stand in the record itself
        try:
            members = dict(_listed(each) for each in listed)
        except DamagedError as error:
            return Finding(shown, Verdict.UNREADABLE, place, error.message)
        return Entry(path, shown, place, "dvc-md5-dir", "", None, len(members), members, "md5")
    if digest is not None:
        return Finding(shown, Verdict.UNREADABLE, place, f"the record's md5 is none: {str(digest)[:60]!r}")
    return Finding(shown, Verdict.NOT_CHECKED, place, "the record holds no digest of its bytes")


def _listed(item: Any) -> tuple[str, tuple[str, int | None]]:
    name, md5 = member(item, "the record")
    size = item.get("size")
    return name, (md5, size if isinstance(size, int) else None)


def _without_credentials(url: str) -> str:
    scheme, _, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}://{authority.rpartition('@')[2]}{slash}{path.partition('?')[0]}"
