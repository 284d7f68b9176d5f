"""Records of an import: what of a store was found before, and the events of what is new or differs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

from whence_emitters.importing import events, times
from whence_emitters.importing.contract import Record
from whence_emitters.systems.mlflow.mapping import Mapper, after
from whence_emitters.systems.mlflow.model import state_of
from whence_emitters.systems.mlflow.models import alias_event, logged_model, pointers, version_events
from whence_emitters.systems.mlflow.stated import stated_data

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whence_emitters.importing.contract import Reading
    from whence_emitters.systems.mlflow.model import LoggedModel, MlflowRun, Registered


class Store(Protocol):
    """A tracking store, however it is read."""

    def runs(self) -> Iterator[MlflowRun]:
        """Every run, in the order in which they ended."""
        ...

    def run(self, run_id: str) -> MlflowRun | None:
        """One run."""
        ...

    def models(self) -> Iterator[LoggedModel]:
        """Logged models that no run made."""
        ...

    def registered(self) -> Iterator[Registered]:
        """Every registered model."""
        ...

    def close(self) -> None:
        """Let it go."""
        ...


def run_record(reading: Reading, mapper: Mapper, run: MlflowRun) -> Iterator[Record]:
    """A run, unless it is as it was."""
    key = f"run/{run.run_id}"
    asked = stated_data({**run.tags, **run.params}, mapper.digest_names, mapper.resolve) if mapper.resolve else ()
    revision, stamp = _revision(
        reading, key, state_of(run, mapper.digest_names, mapper.commit_names, mapper.repository, asked)
    )
    if reading.unchanged(key, stamp):
        return
    try:
        yield Record(key, mapper.run_events(run, revision), stamp, stamp_tells_all=True)
    except (OverflowError, ValueError) as error:
        reading.cannot_read(f"run {run.run_id}", str(error))


def model_record(reading: Reading, mapper: Mapper, model: LoggedModel) -> Iterator[Record]:
    """A logged model that no run made."""
    key = f"model/{model.model_id}"
    revision, stamp = _revision(reading, key, state_of(model))
    if model.ready and not reading.unchanged(key, stamp):
        what = logged_model(mapper.names, model.model_id, mapper.describe(model.location), None)
        yield Record(key, (events.dataset_event(after(model.created, revision), what),), stamp)


def versions_record(reading: Reading, mapper: Mapper, registered: Registered) -> Iterator[Record]:
    """The versions of a registered model, and what is known of each."""
    key = f"versions/{registered.workspace}/{registered.name}"
    revision, stamp = _revision(reading, key, state_of(registered, "versions"))
    if registered.versions and not reading.unchanged(key, stamp):
        told = version_events(registered, mapper.names, mapper.describe, lambda time: after(time, revision))
        yield Record(key, tuple(told), stamp)


def aliases_record(reading: Reading, mapper: Mapper, registered: Registered) -> Iterator[Record]:
    """Where the aliases of a registered model point, and which of those that were seen before are gone.

    MLflow keeps no time of a move. The first that an import sees is dated by the version that it points at, each further one after
    the move before; the stamp holds {alias: [version or "", time]}.
    """
    key = f"aliases/{registered.workspace}/{registered.name}"
    known: dict[str, tuple[str, int]] = json.loads(reading.known(key) or "{}")
    now, seen = pointers(registered), dict(known)
    updated = {version.version: version.updated for version in registered.versions}
    for name in {**known, **now}:
        version = now.get(name, "")
        before, at = known.get(name, (None, -1))
        if before != version:
            seen[name] = (version, max(updated.get(version, registered.updated), at + 1))
    stamp = json.dumps(seen, sort_keys=True)
    if not seen or reading.unchanged(key, stamp):
        return
    reading.cannot_tell(
        "aliases", "MLflow keeps where each points now, not when it was moved or where it pointed before"
    )
    moves = sorted((at, name, version) for name, (version, at) in seen.items())
    yield Record(key, tuple(
        alias_event(mapper.names, registered, name, version, times.from_milliseconds(at), deleted=not version)
        for at, name, version in moves
    ), stamp)  # fmt: skip


def _revision(reading: Reading, key: str, state: str) -> tuple[int, str]:
    """How many other states of a record were imported before, and its stamp: that number and the state."""
    known = reading.known(key)
    if known is None:
        return 0, f"0:{state}"
    number, _, before = known.partition(":")
    revision = int(number) if number.isdigit() else 0
    return (revision, known) if before == state else (revision + 1, f"{revision + 1}:{state}")
