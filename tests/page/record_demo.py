"""Records the events of the demo's real pipeline for the tests of the page: `python tests/page/record_demo.py`.

The demo takes most of a minute and its digests depend on the machine; its log, once recorded, takes a second and is the same everywhere.
Only what names the machine is changed: its folder becomes /home/me/demo, that of its Python /home/me/venv.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

from whence.api.server import BackgroundServer
from whence.settings import Settings

LOG = Path(__file__).with_name("demo.ndjson")
FOLDER, PYTHON = "/home/me/demo", "/home/me/venv"
QUESTION = "{ events(first: 500) { edges { node { seq raw } } } }"


def anonymous(event: str, folder: str) -> str:
    """The event without where it was recorded."""
    return event.replace(folder, FOLDER).replace(sys.prefix, PYTHON)


def recorded() -> list[str]:
    """Each event as it came, in the order of the log."""
    with tempfile.TemporaryDirectory() as folder, BackgroundServer(Settings(store="memory:", port=0)) as service:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("WHENCE_")}
        demo = [sys.executable, "-m", "whence_emitters.demo", "--dir", f"{folder}/demo"]
        subprocess.run(demo, env=environment | {"OPENLINEAGE_URL": service.url, "NO_PROXY": "*"}, check=True)
        body = json.dumps({"query": QUESTION}).encode()
        request = urllib.request.Request(f"{service.url}/graphql", body, {"Content-Type": "application/json"})
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
            nodes = [edge["node"] for edge in json.load(answer)["data"]["events"]["edges"]]
        raw = [node["raw"] for node in sorted(nodes, key=lambda node: int(node["seq"]))]
        return [anonymous(json.dumps(event, separators=(",", ":")), f"{folder}/demo") for event in raw]


if __name__ == "__main__":
    LOG.write_text("\n".join(recorded()) + "\n", "utf-8")
