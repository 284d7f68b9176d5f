"""Hugging Face: model and data set cards, the Hub's cache on this machine, adapter and model configurations, headers of safetensors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from whence_emitters.digests import digest
from whence_emitters.errors import DamagedError, SourceError, UsageError
from whence_emitters.importing.contract import Importer, Option, Reading, Record
from whence_emitters.importing.facets import Digest
from whence_emitters.systems.huggingface.card import read_card
from whence_emitters.systems.huggingface.mapping import Described, events
from whence_emitters.systems.huggingface.safetensors import read_header
from whence_emitters.systems.huggingface.snapshots import in_cache, in_folder, is_cache
from whence_emitters.systems.options import time_option
from whence_emitters.systems.places import place_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from whence_emitters.systems.huggingface.snapshots import File, Snapshot

    Pin = Callable[[str, str, str], str | None]

_WEIGHTS = (".safetensors", ".bin", ".gguf", ".pt", ".pth", ".ckpt", ".h5", ".onnx", ".msgpack")
_NO_WEIGHTS = frozenset({"training_args.bin", "optimizer.pt", "optimizer.bin", "scheduler.pt", "rng_state.pth"})
_NO_DATA = frozenset({"README.md", ".gitattributes", ".gitignore"})
_DEFAULT_BRANCH = "main"


def read(reading: Reading) -> Iterator[Record]:
    """One record a version, those that others may be made from first. Raises `SourceError`, and `UsageError` where no time is told."""
    found = _snapshots(reading)
    at, pin = time_option(reading, "at"), _pins(found)
    records = []
    for snapshot in found:
        namespace, name = _name(snapshot)
        key = f"{namespace}/{name}@{snapshot.commit or ''}"
        time = snapshot.time or at
        if time is None:
            raise UsageError(
                f"Nothing in {reading.location} tells when these versions were made.",
                "say by when they were there: --at 2026-11-02T08:30:00Z",
            )
        try:
            made, missing = events(_described(reading, snapshot, (namespace, name), (time, snapshot.time is None), pin))
        except (DamagedError, RecursionError, OSError) as error:
            reading.cannot_read(key, error.message if isinstance(error, DamagedError) else type(error).__name__)
            continue
        for what, why in missing.items():
            reading.cannot_tell(what, why)
        records.append(Record(key, made))
    yield from sorted(records, key=lambda one: (one.events[0]["eventTime"], "run" in one.events[0]))


def _described(
    reading: Reading, snapshot: Snapshot, named: tuple[str, str], time: tuple[str, bool], pin: Pin
) -> Described:
    content = _content_file(snapshot)
    return Described(
        snapshot,
        *named,
        *time,
        card=read_card(snapshot.name, snapshot.read),
        header=_header(reading, snapshot, content),
        digests=tuple(_digests(snapshot, content)),
        size=content[1].size if content else None,
        pin=pin,
    )


def _content_file(snapshot: Snapshot) -> tuple[str, File] | None:
    """The one file that holds the weights of a model, or the data of a data set; None when there are several, or some may be unknown."""
    if snapshot.kind == "models":
        found = [name for name in snapshot.files if name.endswith(_WEIGHTS) and Path(name).name not in _NO_WEIGHTS]
    else:
        found = [name for name in snapshot.files if Path(name).name not in _NO_DATA] if snapshot.whole else []
    return (found[0], snapshot.files[found[0]]) if len(found) == 1 else None


def _digests(snapshot: Snapshot, content: tuple[str, File] | None) -> Iterator[Digest]:
    if snapshot.commit:
        yield Digest("git-commit", snapshot.commit, "SNAPSHOT")
    if content is None:
        return
    name, file = content
    if file.sha256:
        yield Digest("sha256", file.sha256)
    elif file.git_blob:
        yield Digest("git-blob", file.git_blob)
    elif (path := snapshot.path(name)).is_file():
        yield from (Digest(algorithm, value) for algorithm, value in digest(path).values)


def _header(reading: Reading, snapshot: Snapshot, content: tuple[str, File] | None) -> dict[str, str]:
    if content is None or not content[0].endswith(".safetensors"):
        return {}
    try:
        path = snapshot.path(content[0])
        return read_header(path) if path.is_file() else {}
    except DamagedError as error:
        reading.cannot_read(f"{snapshot.name or snapshot.folder.name}/{content[0]}", error.message)
        return {}


def _pins(found: Sequence[Snapshot]) -> Pin:
    """What a name and a moving revision stand for here: the commit of that branch, else the only one that the cache holds."""
    by_name: dict[tuple[str, str], list[Snapshot]] = {}
    for snapshot in found:
        if snapshot.commit:
            by_name.setdefault((snapshot.kind, snapshot.name), []).append(snapshot)

    def pin(kind: str, name: str, revision: str) -> str | None:
        here = by_name.get((kind, name), [])
        at_branch = [one for one in here if (revision or _DEFAULT_BRANCH) in one.refs]
        chosen = at_branch or ([] if revision not in {"", _DEFAULT_BRANCH} else here)
        return chosen[0].commit if len(chosen) == 1 else None

    return pin


def _snapshots(reading: Reading) -> list[Snapshot]:
    folder = Path(reading.location)
    if not folder.is_dir():
        raise SourceError(f"There is no folder {folder}.", "give a folder with a model card, or the Hub's cache")
    for root in (folder, folder / "hub"):
        if root.is_dir() and is_cache(root):
            return list(in_cache(root))
    return [in_folder(folder, reading.options.get("name"))]


def _name(snapshot: Snapshot) -> tuple[str, str]:
    """As the Hub knows it, else by where the folder lies."""
    if snapshot.name:
        return f"hf://{snapshot.kind}", snapshot.name
    place = place_of(snapshot.folder)
    return place.namespace, place.name("").rstrip("/") or "."


def _identify(reading: Reading) -> str:
    return f"{Path(reading.location).resolve().as_posix()} {reading.options.get('name') or ''}".strip()


IMPORTER = Importer(
    system="huggingface",
    source="the Hub's cache (~/.cache/huggingface/hub), or a folder with a model card: downloaded, cloned or your own",
    example="whence-emit import huggingface ~/.cache/huggingface/hub --at 2026-11-02",
    identify=_identify,
    read=read,
    options=(
        Option("at", "the time of what records none, as the cache does: by then these versions were there", "T"),
        Option("name", "the name of a folder's model on the Hub: org/name, or datasets/org/name", "NAME"),
    ),
)
