"""The live hook on an object that stands for wandb's run; with the real one: real/test_real.py."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from whence_emitters.live.wandb import LocalArtifact, install, track

MD5 = "sZRqySSS0jR8YjW00mERhA=="
MANIFEST = hashlib.md5(b"wandb-artifact-manifest-v1\na.csv:" + MD5.encode() + b"\n").hexdigest()


class Run:
    """The parts of wandb's run that the hook uses."""

    def __init__(self, *, offline: bool) -> None:
        self.offline, self.entity, self.project, self.id, self.job_type = offline, "acme", "risk", "r1", "train"
        self.settings = SimpleNamespace(base_url="https://api.forge.coreweave.com", program_relpath="train.py")
        self.config = {"lr": 0.1, "api_key": "hunter2", "_wandb": {}}
        self.logged: list[Any] = []
        self.finished: list[Any] = []

    def use_artifact(self, artifact_or_name: Any, type: str | None = None) -> Any:  # noqa: A002 - as wandb calls it
        if self.offline:
            raise TypeError("Cannot use artifact when in offline mode.")
        return _artifact("zoo", f"{artifact_or_name.split(':')[0]}:v4", type or "dataset")

    def log_artifact(self, artifact: Any) -> Any:
        self.logged.append(artifact)
        return artifact

    def _finish(self, exit_code: int | None = None) -> None:
        self.finished.append(exit_code)


def _artifact(project: str, name: str, kind: str) -> Any:
    entry = SimpleNamespace(path="a.csv", digest=MD5, ref=None, size=6, extra={})
    return SimpleNamespace(
        entity="acme", project=project, name=name, type=kind, digest=MANIFEST, description=None,
        digest_algorithm="MANIFEST_MD5", manifest=SimpleNamespace(entries={"a.csv": entry}),
    )  # fmt: skip


@pytest.fixture
def spool(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("WHENCE_SPOOL", str(tmp_path / "spool"))
    monkeypatch.setenv("WHENCE_EMIT_SEND", "later")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "spool" / "pending"


def _events(spool: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted(spool.iterdir())]


def _named(what: list[dict[str, Any]]) -> list[tuple[str, str, str | None]]:
    return [(one["namespace"], one["name"], one["facets"].get("version", {}).get("datasetVersion")) for one in what]


def test_online_versions_are_exact(spool: Path) -> None:
    run = track(Run(offline=False))
    assert run.use_artifact("clean-data:latest", role="TRAIN").name == "clean-data:v4"
    run.log_artifact(_artifact("", "model", "model"))
    run._finish()
    events = _events(spool)
    assert [event["eventType"] for event in events] == ["RUNNING", "RUNNING", "COMPLETE"]
    last = events[-1]
    assert _named(last["inputs"]) == [("wandb://api.wandb.ai/acme/zoo", "clean-data", "v4")]
    assert last["inputs"][0]["inputFacets"]["whence_inputRole"]["role"] == "TRAIN"
    assert _named(last["outputs"]) == [("wandb://api.wandb.ai/acme/risk", "model", f"md5:{MANIFEST}")]
    parameters = {one["name"]: one["value"] for one in last["run"]["facets"]["executionParameters"]["parameters"]}
    assert parameters == {"lr": "0.1", "api_key": "***"}
    assert (len(run.logged), run.finished) == (1, [None])


def test_offline_a_local_path_takes_the_place_of_the_download(spool: Path, tmp_path: Path) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    (folder / "a.csv").write_bytes(b"hello\n")
    run = track(Run(offline=True))
    used = run.use_artifact("clean-data:v3", local="images")
    assert isinstance(used, LocalArtifact)
    assert Path(used.download()).name == "images"
    with pytest.raises(ValueError, match="is a folder"):
        used.file()
    run._finish(exit_code=3)
    last = _events(spool)[-1]
    assert last["eventType"] == "FAIL"
    (read,) = last["inputs"]
    digests = {one["algorithm"]: one["value"] for one in read["facets"]["whence_contentDigests"]["digests"]}
    listed = json.dumps([{"md5": "b1946ac92492d2347c6235b4d2611184", "relpath": "a.csv"}])
    assert digests["dvc-md5-dir"] == hashlib.md5(listed.encode()).hexdigest()
    assert _named([read]) == [("wandb://api.wandb.ai/acme/risk", "clean-data", "v3")]


def test_offline_without_a_path_fails_as_wandb_does_and_the_use_is_told(spool: Path) -> None:
    run = track(Run(offline=True))
    with pytest.raises(TypeError, match="offline mode"):
        run.use_artifact("vision/images:latest")
    run._finish()
    last = _events(spool)[-1]
    assert _named(last["inputs"]) == [("wandb://api.wandb.ai/acme/vision", "images", None)]
    assert any("local" in one["why"] for one in last["run"]["facets"]["whence_captureCompleteness"]["missing"])


def test_what_goes_wrong_here_never_reaches_the_job(spool: Path) -> None:
    run = track(Run(offline=False))
    broken = SimpleNamespace(name="broken", type="dataset")
    assert run.log_artifact(broken) is broken
    run._finish()
    last = _events(spool)[-1]
    assert last["eventType"] == "COMPLETE"
    assert any(
        one["what"].startswith("output") for one in last["run"]["facets"]["whence_captureCompleteness"]["missing"]
    )


def test_nothing_is_changed_when_disabled_or_tracked_already(spool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = track(Run(offline=False))
    before = run.log_artifact
    assert track(run).log_artifact is before
    run._finish()
    monkeypatch.setenv("OPENLINEAGE_DISABLED", "true")
    other = Run(offline=True)
    assert track(other).log_artifact == other.log_artifact
    assert "log_artifact" not in vars(other)
    assert len(_events(spool)) == 2


def test_install_tracks_every_run_once(spool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = SimpleNamespace(init=lambda **_: Run(offline=False))
    monkeypatch.setitem(sys.modules, "wandb", stand_in)
    install()
    first = stand_in.init
    install()
    assert stand_in.init is first
    stand_in.init(project="risk")._finish()
    assert [event["eventType"] for event in _events(spool)] == ["RUNNING", "COMPLETE"]
