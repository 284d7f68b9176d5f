"""What a service knows of a file or folder: the digests of one version."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from whence_emitters.checking.entry import FOLDER_ALGORITHMS, Entry, Finding, Place, Verdict
from whence_emitters.checking.hashing import FILE_ALGORITHMS
from whence_emitters.checking.roots import Root
from whence_emitters.checking.service import Service
from whence_emitters.errors import UsageError
from whence_emitters.git import code_state
from whence_emitters.names import dataset_name

_PREFERRED: Final = ("sha256", "sha512", "dir-sha256", "dvc-md5-dir", "md5", "git-blob")
_RESOLVE: Final = """
query Recorded($ref: String!) {
  resolve(ref: $ref) {
    node { id kind ...V ... on Asset { latest { id ...V } } ... on Content { digest { algorithm value strong } } }
    candidates { id } suggestions
  }
}
fragment V on Node { ... on Version { version conflict bytes digests { algorithm value strong } } }
"""
_SHOWN: Final = 5


def recorded(path: Path, root: Root, service: Service, ref: str | None = None) -> Entry | Finding:
    """The entry of the version that `ref` means (of an asset: its newest); without `ref`, of what is recorded under the path's own names.

    Raises `UsageError` when the service knows no such thing, or several.
    """
    node = _named(service, ref) if ref is not None else _of_path(service, path)
    version = node.get("latest") or node
    place = Place(version["id"], None, service.url)
    shown = root.shown(path)
    if version.get("conflict"):
        return Finding(shown, Verdict.UNREADABLE, place, "this version was reported with different digests")
    digests = version.get("digests") or ([node["digest"]] if "digest" in node else [])
    strong = {each["algorithm"]: each["value"] for each in digests if each["strong"]}
    known = (
        FOLDER_ALGORITHMS
        if path.is_dir()
        else FILE_ALGORITHMS
        if path.is_file()
        else FOLDER_ALGORITHMS | FILE_ALGORITHMS
    )
    best = next((each for each in _PREFERRED if each in strong and each in known), None)
    if best is None:
        held = ", ".join(sorted(strong)) or "no digest"
        return Finding(shown, Verdict.NOT_CHECKED, place, f"the service holds {held} of it")
    size = version.get("bytes") if best in FILE_ALGORITHMS else None
    return Entry(path, shown, place, best, strong[best], size if isinstance(size, int) else None)


def _of_path(service: Service, path: Path) -> dict[str, Any]:
    own = dataset_name(path)
    names = [f"{own.namespace} {own.name}"]
    state = code_state(path.parent)
    if state is not None and state.repository.startswith("https://"):
        names.append(f"git+{state.repository} {path.resolve().relative_to(state.root.resolve()).as_posix()}")
    for name in names:
        found = service.ask(_RESOLVE, ref=name)["resolve"]
        if found["node"] or found["candidates"]:
            return _one(found, name)
    raise UsageError(f"The service at {service.url} knows nothing by the name of {path.name}.", "say which: --ref REF")


def _named(service: Service, ref: str) -> dict[str, Any]:
    return _one(service.ask(_RESOLVE, ref=ref)["resolve"], ref)


def _one(found: dict[str, Any], ref: str) -> dict[str, Any]:
    if found["node"]:
        node: dict[str, Any] = found["node"]
        return node
    near = [each["id"] for each in found["candidates"]] or found["suggestions"]
    what = "may mean several things" if found["candidates"] else "is not known"
    raise UsageError(f"{ref!r} {what} to the service.", "; ".join(near[:_SHOWN]))
