"""The Hub's cache and a downloaded folder, made by the real huggingface_hub from a server on this machine: `python produce.py FOLDER [--stage 1|2]`.

Leaves `hub`, a cache with a base, an adapter of it, a merge and a data set, and `local`, a folder that a model was downloaded to. Stage 2
downloads a second version of the adapter.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import struct
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

BASE, ADAPTER, SECOND, MERGE, DATA = ("1" * 40, "2" * 40, "3" * 40, "4" * 40, "5" * 40)


def card(**matter: object) -> bytes:
    return b"---\n" + json.dumps(matter, indent=1).encode() + b"\n---\n# A card\n"


def weights(values: bytes, **metadata: str) -> bytes:
    tensor = {"dtype": "U8", "shape": [len(values)], "data_offsets": [0, len(values)]}
    header = json.dumps({"__metadata__": {"format": "pt", **metadata}, "layer.weight": tensor}).encode()
    return struct.pack("<Q", len(header)) + header + values


RESULTS = [
    {
        "name": "risk-adapter",
        "results": [
            {
                "task": {"type": "text-classification"},
                "dataset": {"type": "acme/loans", "name": "Loans", "split": "test", "revision": DATA},
                "metrics": [{"type": "accuracy", "value": 0.91}],
            }
        ],
    }
]
REPOSITORIES = {
    ("models", "acme/risk-base", BASE): {
        "README.md": card(license="apache-2.0", library_name="transformers", tags=["text-classification"]),
        "config.json": b'{"model_type": "bert"}',
        "model.safetensors": weights(b"base weights"),
    },
    ("models", "acme/risk-adapter", ADAPTER): {
        "README.md": card(base_model="acme/risk-base", datasets=["acme/loans"], **{"model-index": RESULTS}),
        "adapter_config.json": json.dumps({"base_model_name_or_path": "acme/risk-base", "revision": BASE, "peft_type": "LORA"}).encode(),
        "adapter_model.safetensors": weights(b"adapter", trained_with="peft", hub_token="hf_" + "a" * 30),
    },
    ("models", "acme/risk-adapter", SECOND): {
        "README.md": card(base_model="acme/risk-base", datasets=["acme/loans"]),
        "adapter_config.json": json.dumps({"base_model_name_or_path": "acme/risk-base", "peft_type": "LORA"}).encode(),
        "adapter_model.safetensors": weights(b"adapter, trained again"),
    },
    ("models", "acme/risk-merge", MERGE): {
        "README.md": card(base_model=["acme/risk-base", "zoo/never-downloaded"], base_model_relation="merge"),
        "model-00001-of-00002.safetensors": weights(b"first half"),
        "model-00002-of-00002.safetensors": weights(b"second half"),
    },
    ("datasets", "acme/loans", DATA): {
        "README.md": card(license="mit"),
        "loans.csv": b"amount,default\n100,0\n250,1\n",
    },
}  # fmt: skip
LARGE = (".safetensors", ".csv")


class Hub(BaseHTTPRequestHandler):
    """As much of the Hub as a download asks for: a repository's info, its tree, its files."""

    protocol_version = "HTTP/1.1"
    heads: ClassVar[dict[tuple[str, str], str]] = {}

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = self.path.partition("?")[0].strip("/").replace("%2F", "/")
        parts = path.split("/")
        if parts[0] == "api":
            kind, name, what, revision = parts[1], "/".join(parts[2:4]), parts[4], parts[5]
            commit, files = self.version(kind, name, revision)
            tree = [entry(path, data) for path, data in sorted(files.items())]
            info = {"id": name, "sha": commit, "siblings": [{"rfilename": one["path"]} for one in tree]}
            self.answer(json.dumps(tree if what == "tree" else info).encode(), {"Content-Type": "application/json"})
            return
        kind = "datasets" if parts[0] == "datasets" else "models"
        parts = parts[1:] if kind == "datasets" else parts
        commit, files = self.version(kind, "/".join(parts[:2]), parts[3])
        data = files["/".join(parts[4:])]
        about = entry("/".join(parts[4:]), data)
        tag = about["lfs"]["oid"] if "lfs" in about else about["oid"]
        self.answer(data, {"ETag": f'"{tag}"', "X-Repo-Commit": commit})

    def version(self, kind: str, name: str, revision: str) -> tuple[str, dict[str, bytes]]:
        commit = self.heads.get((kind, name), revision) if revision == "main" else revision
        return commit, REPOSITORIES[kind, name, commit]

    def answer(self, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def entry(path: str, data: bytes) -> dict:
    blob = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
    found = {"type": "file", "path": path, "oid": blob, "size": len(data)}
    if path.endswith(LARGE):
        found["lfs"] = {"oid": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 127}
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stage", type=int, default=1)
    given = parser.parse_args()
    folder = given.folder.resolve()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    Thread(target=server.serve_forever, daemon=True).start()
    os.environ |= {
        "HF_ENDPOINT": f"http://127.0.0.1:{server.server_port}", "HF_HOME": str(folder), "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_XET": "1", "HOME": str(folder),
    }  # fmt: skip
    download(folder, second=given.stage == 2)
    for path in (folder / "hub" / ".locks", folder / "xet", folder / "local" / ".cache" / "huggingface" / ".gitignore"):
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for path in folder.rglob("*.lock"):
        path.unlink()


def download(folder: Path, *, second: bool) -> None:
    from huggingface_hub import snapshot_download

    if second:
        Hub.heads["models", "acme/risk-adapter"] = SECOND
        snapshot_download("acme/risk-adapter")
        return
    for kind, name, commit in REPOSITORIES:
        if commit != SECOND:
            Hub.heads[kind, name] = commit
            snapshot_download(name, repo_type=kind.removesuffix("s"))
    snapshot_download("acme/risk-adapter", local_dir=folder / "local")


if __name__ == "__main__":
    main()
