"""Graphs of imported tables as short lines, and a model that was trained on one version."""

from __future__ import annotations

from typing import Any

from tests.systems.graphs import Event, History

WALKED = ("USED", "GENERATED_BY", "DERIVED_FROM", "WRITTEN_BY", "SAME_BYTES")


def lines(events: list[Event], root: str, *types: str) -> set[str]:
    """Edges with the version uids below `root` cut to `{table}/{version}` and commit runs called `{OPERATION}@{version}`."""
    names = {f"version/{root}": ""}
    for event in events:
        if event.get("eventType") == "COMPLETE":
            output = event["outputs"][0]
            version = output["facets"]["version"]["datasetVersion"]
            operation = event["job"]["name"].removeprefix(f"{output['name']} ")
            names[f"run/{event['run']['runId']}"] = f"{operation}@{version}"
    found = set()
    for line in History(events).edges(*(types or WALKED)):
        for uid, name in names.items():
            line = line.replace(uid, name)
        found.add(line)
    return found


def trained(table: tuple[str, str], version: str, model: str, time: str) -> Event:
    """A run that trained a model on one version of a table."""
    read = {"namespace": table[0], "name": table[1], "facets": _facet("version", datasetVersion=version)}
    role = {"inputFacets": _facet("whence_inputRole", role="TRAIN")}
    made = {"namespace": "models", "name": model, "facets": _facet("datasetType", datasetType="MODEL")}
    return {
        "eventType": "COMPLETE", "eventTime": time, "producer": "https://example.com", "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": f"0198f0c2-7a51-7c3e-9d0b-{int(model.encode().hex()[:8], 16):012}"},
        "job": {"namespace": "risk", "name": f"train {model}"},
        "inputs": [read | role], "outputs": [made],
    }  # fmt: skip


def _facet(name: str, **fields: Any) -> dict[str, Any]:
    return {name: {"_producer": "https://example.com", "_schemaURL": "https://example.com/facet.json", **fields}}
