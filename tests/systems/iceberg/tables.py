"""Small metadata files written by hand, for what no library at hand writes: by the Iceberg table specification."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

LOCATION = "s3://lake/risk/loans"


def snapshot(
    number: int, time: int, parent: int | None = None, operation: str = "append", **summary: str
) -> dict[str, Any]:
    """With `added` and `total` as the numbers of data files."""
    names = {"added": "added-data-files", "total": "total-data-files"}
    told = {"operation": operation} | {names.get(name, name): value for name, value in summary.items()}
    followed = {} if parent is None else {"parent-snapshot-id": parent}
    return {
        "snapshot-id": number,
        "timestamp-ms": time,
        "sequence-number": number,
        "summary": told,
        "schema-id": 0,
        **followed,
    }


def metadata(*snapshots: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Of format version 2, the last snapshot being the current one and each one current when it was made."""
    fields = [{"id": 1, "name": "id", "type": "long", "required": False}]
    return {
        "format-version": 2,
        "table-uuid": "9c12d441-03fe-4693-9a96-a0705ddf69c1",
        "location": LOCATION,
        "last-updated-ms": snapshots[-1]["timestamp-ms"] if snapshots else 1,
        "schemas": [{"type": "struct", "schema-id": 0, "fields": fields}],
        "current-schema-id": 0,
        "snapshots": list(snapshots),
        "current-snapshot-id": snapshots[-1]["snapshot-id"] if snapshots else -1,
        "snapshot-log": [{"timestamp-ms": one["timestamp-ms"], "snapshot-id": one["snapshot-id"]} for one in snapshots],
    } | {key.replace("_", "-"): value for key, value in more.items()}


def write_table(folder: Path, *versions: Any, name: str = "{:05}-9c12d441.metadata.json") -> Path:
    """Metadata files, each naming those before it; gzip when the name says so."""
    below = folder / "metadata"
    below.mkdir(parents=True, exist_ok=True)
    log: list[dict[str, Any]] = []
    for number, version in enumerate(versions):
        told = version | {"metadata-log": list(log)} if isinstance(version, dict) else version
        text = json.dumps(told).encode()
        file = name.format(number)
        (below / file).write_bytes(gzip.compress(text, mtime=0) if ".gz" in file else text)
        log.append({"metadata-file": f"{LOCATION}/metadata/{file}", "timestamp-ms": number})
    return folder
