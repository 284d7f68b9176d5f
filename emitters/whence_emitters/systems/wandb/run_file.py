"""What one `.wandb` file says of its run.

The numbers of the fields are those of wandb's `wandb_internal.proto`, looked up in wandb 0.31.0; files of earlier releases have the same.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from whence_emitters.errors import DamagedError
from whence_emitters.systems.wandb.records import Fields, fields, inner, inners, integer, read_records, text, texts

if TYPE_CHECKING:
    from pathlib import Path

MAX_MEASUREMENTS = 10_000
MANIFEST_MD5 = "MANIFEST_MD5"
_MD5_BYTES = 16


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an artifact. `digest` is as the manifest writes it; `md5` is lower-case hex, None where the digest is something else."""

    path: str
    digest: str
    size: int
    md5: str | None


@dataclass(frozen=True, slots=True)
class Artifact:
    """An artifact that the run logged, or (`used`) made in order to read it.

    `digest` is of its manifest, by `algorithm`. `entries` is None when the record does not hold all of its files.
    """

    entity: str
    project: str
    type: str
    name: str
    digest: str
    algorithm: str
    description: str
    aliases: tuple[str, ...]
    entries: tuple[Entry, ...] | None
    used: bool


@dataclass(slots=True)
class RunFile:
    """A run as its file tells it. Times are seconds since 1970; `exit_code` is None when the file ends before the run."""

    run_id: str = ""
    entity: str = ""
    project: str = ""
    group: str = ""
    job_type: str = ""
    name: str = ""
    sweep: str = ""
    tags: list[str] = field(default_factory=list)
    offline: bool = False
    resumed: bool = False
    forked_from: str = ""
    started: float = 0.0
    last_seen: float = 0.0
    runtime: int = 0
    exit_code: int | None = None
    repository: str = ""
    commit: str = ""
    python: str = ""
    system: str = ""
    cpu: str = ""
    image: str = ""
    cuda: str = ""
    accelerators: list[str] = field(default_factory=list)
    program: str = ""
    config: dict[str, Any] = field(default_factory=dict)
    summary: dict[str, Any] = field(default_factory=dict)
    history: list[tuple[str, float, int]] = field(default_factory=list)
    rows_left_out: int = 0
    last_row: Fields | None = None
    artifacts: dict[str, Artifact] = field(default_factory=dict)
    used: list[tuple[str, str]] = field(default_factory=list)


def read_run_file(path: Path, damaged: Callable[[str], None]) -> RunFile:
    """Read the file; what is damaged is left out and told to `damaged`. Raises `DamagedError` when no run is in it, OSError."""
    run = RunFile()
    with path.open("rb") as file:
        for record in read_records(file, damaged):
            try:
                _take(run, fields(record))
            except DamagedError as error:
                damaged(error.message)
    if run.last_row is not None:
        _see(run, _row(run.last_row))
    if not run.run_id or not run.started:
        raise DamagedError("it holds no record of a run with a time")
    return run


def _take(run: RunFile, record: Fields) -> None:
    for number, take in _TAKERS.items():
        if number in record:
            for message in inners(record, number):
                take(run, message)


def _take_run(run: RunFile, message: Fields) -> None:
    run.run_id, run.entity, run.project = text(message, 1), text(message, 2), text(message, 3)
    run.group, run.job_type, run.name = text(message, 6), text(message, 7), text(message, 8)
    run.tags, run.sweep = texts(message, 10), text(message, 12)
    run.started = run.started or _seconds(message, 17)
    run.resumed = bool(integer(message, 18))
    if (config := inner(message, 4)) is not None:
        _take_config(run, config)
    if (telemetry := inner(message, 19)) is not None:
        _take_telemetry(run, telemetry)
    if (git := inner(message, 21)) is not None:
        _take_git(run, git)
    if (branch := inner(message, 23)) is not None:
        run.forked_from = text(branch, 1)


def _take_telemetry(run: RunFile, message: Fields) -> None:
    features = inner(message, 3)
    run.offline = run.offline or (features is not None and bool(integer(features, 4)))


def _take_git(run: RunFile, message: Fields) -> None:
    run.repository, run.commit = text(message, 1) or run.repository, text(message, 2) or run.commit


def _take_environment(run: RunFile, message: Fields) -> None:
    run.system, run.python = text(message, 1) or run.system, text(message, 2) or run.python
    run.image, run.cuda = text(message, 4) or run.image, text(message, 25) or run.cuda
    run.program = text(message, 7) or run.program
    if (git := inner(message, 9)) is not None:
        _take_git(run, git)
    if (cpu := inner(message, 22)) is not None:
        run.cpu = text(cpu, 3) or run.cpu
    listed = [text(one, 1) for one in inners(message, 24)] + [
        text(one, 9) or text(one, 8) for one in inners(message, 26)
    ]
    run.accelerators = [name for name in listed if name] or run.accelerators


def _take_config(run: RunFile, message: Fields) -> None:
    _change(run.config, message)


def _take_summary(run: RunFile, message: Fields) -> None:
    _change(run.summary, message)


def _change(values: dict[str, Any], message: Fields) -> None:
    """Apply a record of changes: 1 are the items set, 2 those removed, each by a key or by the parts of a nested one."""
    for item in inners(message, 1):
        values[_key(item)] = _json(text(item, 16))
    for item in inners(message, 2):
        values.pop(_key(item), None)


def _take_history(run: RunFile, message: Fields) -> None:
    """One row of measurements. Beyond the limit rows are only counted, and the last one kept for its time."""
    if len(run.history) >= MAX_MEASUREMENTS:
        run.rows_left_out += 1
        run.last_row = message
        return
    row = _row(message)
    _see(run, row)
    step = inner(message, 2)
    number = integer(step, 1) if step is not None else row.get("_step")
    for name, value in row.items():
        if not name.startswith("_") and isinstance(value, int | float) and not isinstance(value, bool):
            run.history.append((name, value, number if isinstance(number, int) and number >= 0 else 0))


def _row(message: Fields) -> dict[str, Any]:
    return {_key(item): _json(text(item, 16)) for item in inners(message, 1)}


def _see(run: RunFile, row: dict[str, Any]) -> None:
    seen = row.get("_timestamp")
    if isinstance(seen, int | float):
        run.last_seen = max(run.last_seen, float(seen))


def _take_artifact(run: RunFile, message: Fields) -> None:
    """An artifact that is linked is recorded a second time under the same `client_id`, with other aliases."""
    algorithm = text(message, 20) or MANIFEST_MD5
    manifest = inner(message, 12)
    # A large manifest lies in a file of its own (5); a distributed (13) or an incremental one (100) is completed by the server.
    partial = manifest is None or text(manifest, 5) or text(message, 13) or integer(message, 100)
    key = text(message, 15) or f"{text(message, 5)}@{text(message, 6)}"
    before = run.artifacts.get(key)
    run.artifacts[key] = Artifact(
        entity=text(message, 3) or run.entity,
        project=text(message, 2) or run.project,
        type=text(message, 4),
        name=text(message, 5),
        digest=text(message, 6),
        algorithm=algorithm,
        description=text(message, 7),
        aliases=tuple(dict.fromkeys([*(before.aliases if before else ()), *texts(message, 11)])),
        entries=None if partial or manifest is None else tuple(_entry(one, algorithm) for one in inners(manifest, 4)),
        used=bool(integer(message, 10)),
    )


def _entry(message: Fields, algorithm: str) -> Entry:
    """A reference (3) is digested by the store that it points to, and an entry may name another algorithm among its extras (16)."""
    digest = text(message, 2)
    named = {text(extra, 1): _json(text(extra, 2)) for extra in inners(message, 16)}
    is_md5 = algorithm == MANIFEST_MD5 and not text(message, 3) and named.get("alg", "MD5") == "MD5"
    return Entry(text(message, 1), digest, integer(message, 4), hex_of_base64(digest) if is_md5 else None)


def hex_of_base64(digest: str) -> str | None:
    """An MD5 in base64, as W&B writes it, in lower-case hex; None when it is none."""
    try:
        raw = base64.b64decode(digest, validate=True)
    except ValueError:
        return None
    return raw.hex() if len(raw) == _MD5_BYTES else None


def _take_use(run: RunFile, message: Fields) -> None:
    used = (text(message, 3), text(message, 2))
    if used not in run.used:
        run.used.append(used)


def _take_exit(run: RunFile, message: Fields) -> None:
    run.exit_code, run.runtime = integer(message, 1), integer(message, 2)


def _key(item: Fields) -> str:
    return text(item, 1) or ".".join(texts(item, 2))


def _json(document: str) -> Any:
    try:
        return json.loads(document)
    except (ValueError, RecursionError):
        return document


def _seconds(message: Fields, number: int) -> float:
    stamp = inner(message, number)
    return 0.0 if stamp is None else integer(stamp, 1) + integer(stamp, 2) / 1e9


_TAKERS: dict[int, Callable[[RunFile, Fields], None]] = {
    2: _take_history,
    3: _take_summary,
    5: _take_config,
    8: _take_artifact,
    11: _take_telemetry,
    17: _take_run,
    18: _take_exit,
    25: _take_use,
    26: _take_environment,
}
