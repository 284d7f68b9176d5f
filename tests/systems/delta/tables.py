"""Small logs written by hand, for what no library at hand writes: by the Delta transaction log protocol."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.systems.graphs import Event

SCHEMA = json.dumps({"type": "struct", "fields": [{"name": "id", "type": "long", "nullable": True, "metadata": {}}]})


def metadata(table_id: str = "t") -> dict[str, Any]:
    return {"metaData": {"id": table_id, "format": {"provider": "parquet"}, "schemaString": SCHEMA, "createdTime": 1}}


def info(time: int | None = None, operation: str = "WRITE", **more: Any) -> dict[str, Any]:
    return {
        "commitInfo": {"operation": operation, "operationParameters": {"mode": "Append"}}
        | ({"timestamp": time} if time else {})
        | more
    }


def add(path: str, size: int = 3, **more: Any) -> dict[str, Any]:
    return {
        "add": {"path": path, "size": size, "partitionValues": {}, "modificationTime": 5, "dataChange": True} | more
    }


def remove(path: str, **more: Any) -> dict[str, Any]:
    return {"remove": {"path": path, "deletionTimestamp": 5, "dataChange": True} | more}


def write_log(folder: Path, *commits: list[Any]) -> Path:
    log = folder / "_delta_log"
    log.mkdir(parents=True, exist_ok=True)
    for version, actions in enumerate(commits):
        (log / f"{version:020}.json").write_text("".join(json.dumps(action) + "\n" for action in actions))
    return folder


def contents(events: list[Event]) -> dict[str, str]:
    """The digest of the files of each version that has one."""
    found = {}
    for event in events:
        for output in event["outputs"]:
            for digest in output["facets"].get("whence_contentDigests", {"digests": []})["digests"]:
                if digest["strength"] == "CONTENT":
                    found[output["facets"]["version"]["datasetVersion"]] = digest["value"]
    return found
