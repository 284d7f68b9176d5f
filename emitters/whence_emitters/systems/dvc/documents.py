"""DVC's own files as plain values: dvc.lock, `*.dvc`, run-cache entries and directory manifests.

Formats: https://dvc.org/doc/user-guide/project-structure and DVC's schemas (dvc/schema.py, 3.67; dvc/lockfile 1.0 for the oldest). What a
person may have edited is taken as far as it makes sense; a part that does not is reported, and the rest is used.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from whence_emitters.errors import DamagedError
from whence_emitters.importing.facets import Digest
from whence_emitters.importing.files import load_json, load_yaml
from whence_emitters.systems.dvc.lock_text import entries, sections, stage_texts

Problem: TypeAlias = Callable[[str, str], None]

MAX_DOCUMENT_BYTES = 16 * 1024 * 1024
_MD5 = re.compile(r"[0-9a-f]{32}")
_DIRECTORY = ".dir"
_VERSIONS = ("md5", "etag", "checksum", "version_id")
_STAGES_KEPT = 4096
_DOS2UNIX = "md5-dos2unix"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an import or a `ds://` dataset comes from: a path in another repository at a commit, or an address."""

    url: str
    path: str = ""
    revision: str | None = None
    is_repository: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """A dependency or an output as DVC wrote it down. `size` is in bytes; `version` is None when DVC had no hash for it.

    `unproven`: an MD5 of DVC 2 and before, taken after CR LF became LF in a text, so that it may be no MD5 of the bytes.
    """

    path: str
    version: str | None
    digests: tuple[Digest, ...] = ()
    size: int | None = None
    files: int | None = None
    origin: Origin | None = None
    unproven: bool = False

    @property
    def md5(self) -> str | None:
        """The MD5 in hex of a file, or of a directory's manifest."""
        return self.version[4:].removesuffix(_DIRECTORY) if self.version and self.version.startswith("md5:") else None

    @property
    def is_directory(self) -> bool:
        """Whether DVC hashed it as a directory."""
        return bool(self.version and self.version.endswith(_DIRECTORY))


@dataclass(frozen=True, slots=True)
class Stage:
    """What a stage ran on and made, in one state. Paths are relative to its working directory, parameters are by file.

    `identity` is a SHA-256 of what DVC itself goes by: command, parameters, and the paths and hashes of all that went in and came out. It is
    the same in dvc.lock, in the run cache and in a later commit of the same result; sizes, clouds and the order play no part.
    """

    command: str
    deps: tuple[Entry, ...]
    params: Mapping[str, Any]
    outs: tuple[Entry, ...]
    wdir: str
    identity: str


def _identity(command: str, deps: tuple[Entry, ...], params: Mapping[str, Any], outs: tuple[Entry, ...]) -> str:
    state = [command, sorted(map(_state_of, deps)), params, sorted(map(_state_of, outs))]
    return hashlib.sha256(json.dumps(state, sort_keys=True, default=str).encode("utf-8", "replace")).hexdigest()


def _state_of(entry: Entry) -> list[str]:
    origin = entry.origin
    return [entry.path, entry.version or "", *([origin.url, origin.path, origin.revision or ""] if origin else ())]


def stages_of_lock(document: bytes, problem: Problem) -> dict[str, Stage]:
    """The stages of a dvc.lock by name; schema 1.0 has them at the top. Raises `DamagedError`."""
    if (texts := stage_texts(document)) is not None and (known := _all(texts)) is not None:
        return known
    found = _mapping(load_yaml(document), "dvc.lock")
    stages = _mapping(found.get("stages", {}), "its stages") if "schema" in found or "stages" in found else found
    return dict(_each(stages, _stage, problem))


def _all(texts: Mapping[str, str]) -> dict[str, Stage] | None:
    known = {name: _stage_of_text(text) for name, text in texts.items()}
    return {name: stage for name, stage in known.items() if stage} if all(known.values()) else None


@lru_cache(maxsize=_STAGES_KEPT)
def _stage_of_text(text: str) -> Stage | None:
    """A stage as DVC writes it; None when YAML has to read the document."""
    found: dict[str, Any] = {}
    for key, section in (sections(text) or {}).items():
        if key in {"deps", "outs"}:
            found[key] = entries(section)
            if found[key] is None:
                return None
        else:
            try:
                found |= load_yaml(section)
            except DamagedError:
                return None
    return _stage(found) if "cmd" in found else None


def stage_of_run_cache(document: bytes) -> Stage:
    """One entry of the run cache. Raises `DamagedError`."""
    return _stage(load_yaml(document))


def stage_of_dvc_file(document: bytes) -> Stage:
    """A `*.dvc` file: outputs, and dependencies when it is an import. Raises `DamagedError`."""
    return _stage(load_yaml(document))


def is_tracking(stage: Stage) -> bool:
    """Whether a `*.dvc` file only tracks data (`dvc add`), so that nothing was run for it."""
    return not stage.deps and not stage.command


def directory_manifest(document: bytes, md5: str) -> int:
    """The number of files in a `.dir` manifest that has this MD5. Raises `DamagedError` when it has another or is none."""
    if hashlib.md5(document, usedforsecurity=False).hexdigest() != md5:
        raise DamagedError("its MD5 is not its name")
    listed = load_json(document)
    if not isinstance(listed, list) or not all(isinstance(one, dict) and "relpath" in one for one in listed):
        raise DamagedError("it is no list of files")
    return len(listed)


def _stage(found: Any) -> Stage:
    given = _mapping(found, "the stage")
    lines = given.get("cmd") or ""
    command = "\n".join(str(line) for line in lines) if isinstance(lines, list) else str(lines)
    deps = tuple(_entry(one) for one in _list(given.get("deps")))
    params = _mapping(given.get("params") or {}, "params")
    outs = tuple(_entry(one) for one in _list(given.get("outs")))
    return Stage(command, deps, params, outs, _text(given.get("wdir")) or ".", _identity(command, deps, params, outs))


def _entry(found: Any) -> Entry:
    given = _mapping(found, "a dependency or output")
    path = _text(given.get("path"))
    if not path and "db" not in given:
        raise DamagedError("a dependency or output has no path")
    dataset = _dataset(given)
    meta = dataset.get("meta")
    version, digests, unproven = _hash_of(meta if isinstance(meta, dict) else given)
    if isinstance(number := dataset.get("version"), int):
        version = f"v{number}"
    return Entry(
        path=path or "",
        version=version,
        digests=digests + tuple(_in_clouds(given.get("cloud"))),
        size=_count(given.get("size")),
        files=_count(given.get("nfiles")),
        origin=_origin(given),
        unproven=unproven,
    )


def _hash_of(given: Mapping[str, Any]) -> tuple[str | None, tuple[Digest, ...], bool]:
    name = next((name for name in _VERSIONS if _text(given.get(name))), None)
    if name is None:
        return None, (), False
    value = str(given[name]).strip('"')
    version = f"{name.replace('_', '-')}:{value}"
    if name != "md5":
        return version, (Digest(name.replace("_", "-"), value, "SNAPSHOT" if name == "version_id" else "WEAK"),), False
    hexadecimal = value.removesuffix(_DIRECTORY)
    if not _MD5.fullmatch(hexadecimal):
        return version, (Digest("md5", value, "WEAK"),), False
    is_directory = value != hexadecimal
    if given.get("hash") != "md5":
        return version, (Digest(f"{_DOS2UNIX}{'-dir' if is_directory else ''}", hexadecimal, "WEAK"),), not is_directory
    return version, (Digest("dvc-md5-dir" if is_directory else "md5", hexadecimal),), False


def _in_clouds(clouds: Any) -> list[Digest]:
    """Versions that a cloud gave the same bytes: `cloud: {remote: {version_id, etag}}`."""
    if not isinstance(clouds, dict):
        return []
    named = [(str(remote), one.get("version_id")) for remote, one in clouds.items() if isinstance(one, dict)]
    return [Digest("cloud-version", f"{remote}:{version}", "SNAPSHOT") for remote, version in named if version]


def _origin(given: Mapping[str, Any]) -> Origin | None:
    if isinstance(repo := given.get("repo"), dict) and _text(repo.get("url")):
        return Origin(
            str(repo["url"]), str(given.get("path", "")), _text(repo.get("rev_lock")) or _text(repo.get("rev"))
        )
    if (dataset := _dataset(given)) and _text(dataset.get("url")):
        return Origin(
            str(dataset["url"]),
            str(dataset.get("path", "")),
            _text(dataset.get("rev_lock")),
            dataset.get("type") == "dvc",
        )
    return None


def _dataset(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What DVC locked for a `ds://` dependency: of type `dvc`, `url` or `dc` (DataChain)."""
    found = given.get("dataset")
    return found if isinstance(found, dict) else {}


def _each(stages: Mapping[str, Any], parse: Callable[[Any], Stage], problem: Problem) -> list[tuple[str, Stage]]:
    parsed = []
    for name, stage in stages.items():
        try:
            parsed.append((str(name), parse(stage)))
        except DamagedError as error:
            problem(f"stage {name}", error.message)
    return parsed


def _mapping(found: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(found, dict):
        raise DamagedError(f"{what} is no mapping")
    return found


def _list(found: Any) -> list[Any]:
    if found is None:
        return []
    if not isinstance(found, list):
        raise DamagedError("its dependencies or outputs are no list")
    return found


def _text(found: Any) -> str | None:
    return found if isinstance(found, str) and found else None


def _count(found: Any) -> int | None:
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None
