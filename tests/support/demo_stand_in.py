"""A pipeline that takes no time in the place of the emitters' demo: one run, which reads a file and writes a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PIPELINE = """
import hashlib, json, os, sys, time, urllib.request
folder = sys.argv[sys.argv.index("--dir") + 1]
assert "OPENLINEAGE_CONFIG" not in os.environ
def file(name):
    path = os.path.abspath(os.path.join(folder, name))
    os.makedirs(os.path.dirname(path), exist_ok=True)
    open(path, "w").write("bytes of " + name)
    digest = {"algorithm": "sha256", "value": hashlib.sha256(open(path, "rb").read()).hexdigest(), "strength": "CONTENT"}
    kind = {"datasetType": {"datasetType": "MODEL"}} if name.endswith("joblib") else {}
    facets = {"whence_contentDigests": {"files": 1, "bytes": 9, "digests": [digest]}} | kind
    return {"namespace": "file", "name": path, "facets": facets}
event = {"eventType": "COMPLETE", "eventTime": "2026-01-01T00:00:00Z", "producer": "https://example.com", "schemaURL": "x",
         "run": {"runId": "0198f0c2-7a51-7c3e-9d0b-3f0a6d0c5e11"}, "job": {"namespace": "demo", "name": "train"},
         "inputs": [file("data/clean.csv")], "outputs": [file("models/risk-v2.joblib")]}
request = urllib.request.Request(os.environ["OPENLINEAGE_URL"] + "/api/v1/lineage", json.dumps(event).encode(), {"Content-Type": "application/json"})
urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request)
print("pipeline done", flush=True)
time.sleep(float(os.environ.get("STAND_IN_SECONDS", "0")))
"""


def stand_in_for_the_pipeline(folder: Path) -> str:
    """Writes it below `folder`, which has to go into PYTHONPATH. $STAND_IN_SECONDS: how long it runs on after its event."""
    package = folder / "whence_emitters" / "demo"
    package.mkdir(parents=True)
    for each in (package.parent, package):
        (each / "__init__.py").write_text("")
    (package / "__main__.py").write_text(PIPELINE)
    return str(folder)
