"""A repository that git-lfs 3.3.0 made, in one file without the large files, and what comes of it."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.systems.git.work import Work, at
from tests.systems.git_lfs.produce import LARGE, NESTED, PASSED_BY, PLAIN, REMOTE, SMALL
from tests.systems.graphs import History, check, events_of, import_all

RECORD = Path(__file__).parent / "records" / "git-lfs-3.3.0" / "risk.bundle"
NAMESPACE = "git+https://git.example.com/acme/risk"


def oid(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def version(path: str, content: bytes) -> str:
    return f"version/{NAMESPACE}/{path}/sha256:{oid(content)}"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "risk.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", str(RECORD), str(folder)], check=True)
    subprocess.run(["git", "-C", str(folder), "remote", "set-url", "origin", REMOTE], check=True)
    return folder


@pytest.mark.needs("shared-spec")
def test_what_pointers_stand_for_becomes_versions(source: Path, capability: Callable[[str], Path]) -> None:
    events, _done, reading = import_all("git-lfs", source)
    check(events, capability("shared-spec"))
    brought = {
        event["eventTime"]: [(one["name"], one["facets"]["version"]["datasetVersion"]) for one in event["inputs"]]
        for event in events
    }
    assert brought == {
        at(1): [
            ("data/loans.parquet", f"sha256:{oid(NESTED)}"),
            ("models/base.bin", f"sha256:{oid(SMALL)}"),
            ("models/old.bin", f"sha256:{oid(PLAIN)}"),
        ],
        at(2): [("models/base.bin", f"sha256:{oid(LARGE)}")],
        at(3): [("models/past.bin", f"sha256:{oid(PASSED_BY)}")],
        at(4): [("models/risk.bin", f"sha256:{oid(LARGE)}")],
        at(5): [("dos.txt", f"sha256:{oid(LARGE)}")],
    }
    digests = [one["facets"]["whence_contentDigests"] for event in events for one in event["inputs"]]
    assert [one["bytes"] for one in digests] == [
        len(each) for each in (NESTED, SMALL, PLAIN, LARGE, PASSED_BY, LARGE, LARGE)
    ]
    assert {one["digests"][0]["algorithm"] for one in digests} == {"sha256"}
    assert dict(reading.missing) == {
        ("pointer of models/past.bin", "git-lfs should keep it, but the commit holds the file itself"): 1
    }
    history = History(events)
    assert history.edges("PREVIOUS") == {
        f"{version('models/base.bin', LARGE)} PREVIOUS {version('models/base.bin', SMALL)}"
    }
    assert f"{version('models/risk.bin', LARGE)} SAME_BYTES {version('models/base.bin', LARGE)}" in history.edges(
        "SAME_BYTES"
    )
    assert len(history.edges("AT_COMMIT")) == 5


def test_the_same_bytes_in_a_pipeline_elsewhere_are_found_by_the_file(source: Path) -> None:
    """What another producer read by its digest is what a pointer stands for."""
    facet = {
        "_producer": "https://example.com/p",
        "_schemaURL": "https://w3id.org/whence/facets/1-0-0/WhenceContentDigestsDatasetFacet.json",
        "digests": [{"algorithm": "sha256", "value": oid(LARGE), "strength": "CONTENT"}],
    }
    trained = {
        "eventType": "COMPLETE", "eventTime": "2026-10-01T00:00:00Z", "producer": "https://example.com/p",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": "0198f0c2-7a51-7c3e-9d0b-3f0a6d0c5e11"}, "job": {"namespace": "n", "name": "serve"},
        "inputs": [{"namespace": "file", "name": "/srv/models/risk.bin", "facets": {"whence_contentDigests": facet}}],
    }  # fmt: skip
    history = History([*events_of("git-lfs", source), trained])
    assert "run/0198f0c2-7a51-7c3e-9d0b-3f0a6d0c5e11" in history.impact(f"{NAMESPACE} models/risk.bin")


def test_git_and_git_lfs_speak_of_the_same_commits(source: Path) -> None:
    pointers, files = events_of("git-lfs", source), events_of("git", source, path=["README.md", "data/**"])
    runs = {event["run"]["runId"]: event for event in files}
    both = [(event, runs[event["run"]["runId"]]) for event in pointers if event["run"]["runId"] in runs]
    assert [one["eventTime"] for one, _other in both] == [at(1), at(2)]
    for one, other in both:
        assert (one["run"], one["job"], one["eventTime"]) == (other["run"], other["job"], other["eventTime"])


def test_the_second_import_sends_nothing_and_a_new_commit_is_sent_alone(source: Path, tmp_path: Path) -> None:
    assert len(events_of("git-lfs", source)) == 5
    events, done, _reading = import_all("git-lfs", source)
    assert (events, done.unchanged) == ([], 5)
    subprocess.run(["git", "clone", "--quiet", str(source), str(tmp_path / "clone")], check=True)
    work = Work(tmp_path / "clone", remote=None)
    work.git("remote", "set-url", "origin", REMOTE)
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid(SMALL)}\nsize {len(SMALL)}\n"
    work.commit("Back to the first", {"models/risk.bin": pointer})
    (event,) = events_of("git-lfs", work.folder)
    (one,) = event["inputs"]
    assert one["facets"]["version"]["datasetVersion"] == f"sha256:{oid(SMALL)}"
    (before,) = one["facets"]["whence_versionInfo"]["parents"]
    assert before["version"] == f"sha256:{oid(LARGE)}"
