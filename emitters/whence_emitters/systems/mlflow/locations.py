"""Where a dataset lies that a run logged: the source that MLflow stored with it, as OpenLineage's name and version.

A source is what `DatasetSource.to_dict` of mlflow 3.17.2 gives for each type. One that says nothing of a place (`code`, SQL text) has no
name of its own; what MLflow calls the dataset names it then, under a namespace that is this server's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from whence_emitters.errors import DamagedError
from whence_emitters.importing.files import load_json
from whence_emitters.names import dataset_name

if TYPE_CHECKING:
    from collections.abc import Mapping

_COMMIT = re.compile(r"^[0-9a-f]{40}(?:[0-9a-f]{24})?$")
_ONE_SLASH = re.compile(r"^(file|dbfs):/(?!/)", re.IGNORECASE)
_URI = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://")
_FILE_BUILDERS = frozenset({"arrow", "csv", "imagefolder", "json", "pandas", "parquet", "text"})


@dataclass(frozen=True, slots=True)
class Location:
    """A name, the exact version where the source says one, the part that was read, and what the source leaves open."""

    namespace: str
    name: str
    version: str | None = None
    subset: tuple[tuple[str, str], ...] = ()
    declared: str | None = None
    open: str = ""


@lru_cache(maxsize=4096)
def locate(source_type: str, source: str, catalog: str | None, data: str) -> Location | None:
    """The place that a source names; None when it names none.

    A table without a path has its name in the namespace `catalog`, and is `table/{name}` in `data` when that is not known.
    """
    try:
        told = load_json(source)
    except DamagedError:
        return None
    if not isinstance(told, dict):
        return None
    if source_type == "hugging_face":
        return _hugging_face(told)
    if source_type == "uc_volume":
        return Location(catalog or data, str(told["path"]).lstrip("/")) if told.get("path") else None
    table = told.get("delta_table_name") or told.get("table_name")
    version = _version(told.get("delta_table_version"))
    if told.get("path") or told.get("uri") or told.get("url"):
        return _at(str(told.get("path") or told.get("uri") or told.get("url")), version, source_type)
    if table:
        name = str(table) if catalog else f"table/{table}"
        return Location(catalog or data, name, version, open="" if version else _unversioned(source_type))
    return None


def _at(text: str, version: str | None, source_type: str) -> Location | None:
    text = _ONE_SLASH.sub(r"\1:///", text)
    if not _URI.match(text) and not text.startswith("/"):
        return None  # relative to a folder that MLflow does not record
    if text.startswith("lakefs://"):
        return _lakefs(text)
    try:
        found = dataset_name(text)
    except ValueError:
        return None  # it looks like an address and is none
    return Location(found.namespace, found.name, version, open="" if version else _unversioned(source_type))


def _version(given: Any) -> str | None:
    return str(given) if isinstance(given, int) and not isinstance(given, bool) else None


def _unversioned(source_type: str) -> str:
    if source_type == "delta_table":
        return "MLflow recorded no version of the table (it drops version 0)"
    return "MLflow records where the data was, not which state of it was read"


def _lakefs(text: str) -> Location:
    repository, _, rest = text.removeprefix("lakefs://").partition("/")
    ref, _, path = rest.partition("/")
    exact = ref if re.fullmatch("[0-9a-f]{64}", ref) else None
    return Location(
        f"lakefs://{repository}", path or "/", exact,
        declared=None if exact else ref, open="" if exact else f"{ref} is a branch or tag, which moves",
    )  # fmt: skip


def _hugging_face(told: Mapping[str, Any]) -> Location | None:
    path = told.get("path")
    if not isinstance(path, str) or not path or path in _FILE_BUILDERS or path.startswith(("/", ".")):
        return None
    revision = told.get("revision")
    exact = revision if isinstance(revision, str) and _COMMIT.match(revision) else None
    part = tuple(
        (name, str(told[key])) for name, key in (("split", "split"), ("config", "config_name"))
        if told.get(key) and told[key] != "None"
    )  # fmt: skip
    return Location(
        "hf://datasets", path, exact, part,
        declared=None if exact else str(revision or "main"), open="" if exact else "the revision is a name, which moves",
    )  # fmt: skip
