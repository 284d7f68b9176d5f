"""What the history of a repository comes to: versions of declared paths, the commits that brought them, tags that name data."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.systems.git.work import COMMIT_JOB, NAMESPACE, Work, at
from tests.systems.graphs import History, check, events_of, import_all

from whence_emitters.importing.events import derived_run_id

COMMIT = "commit/https://git.example.com/acme/risk/"


def run_of(sha: str) -> str:
    return f"run/{derived_run_id('git', NAMESPACE, sha)}"


def version(path: str, blob: str) -> str:
    return f"version/{NAMESPACE}/{path}/git-blob:{blob}"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def two_commits(work: Work) -> tuple[str, str]:
    """data/train.csv and params.yaml, then another train.csv; src.py is no data."""
    first = work.commit("Add the data", {"data/train.csv": "a,b\n1,2\n", "params.yaml": "depth: 3\n", "src.py": "x"})
    return first, work.commit("Remove an outlier", {"data/train.csv": "a,b\n"})


@pytest.mark.needs("shared-spec")
def test_declared_paths_become_versions_and_commits_refer_to_them(
    work: Work, capability: Callable[[str], Path]
) -> None:
    first, second = two_commits(work)
    events = events_of("git", work.folder, path=["data/**", "params.yaml"])
    check(events, capability("shared-spec"))
    assert [event["eventTime"] for event in events] == [at(0), at(1)]
    history = History(events)
    train = [version("data/train.csv", work.blob("data/train.csv", sha)) for sha in (first, second)]
    params = version("params.yaml", work.blob("params.yaml"))
    assert history.edges("USED") == {
        f"{run_of(first)} USED {train[0]} REFERENCE",
        f"{run_of(first)} USED {params} REFERENCE",
        f"{run_of(second)} USED {train[1]} REFERENCE",
    }
    assert history.edges("PREVIOUS") == {f"{train[1]} PREVIOUS {train[0]}"}
    assert history.edges("AT_COMMIT") == {f"{run_of(sha)} AT_COMMIT {COMMIT}{sha}" for sha in (first, second)}
    assert history.edges("GENERATED_BY", "DERIVED_FROM") == set()
    assert history.edges("INSTANCE_OF") == {f"{run_of(sha)} INSTANCE_OF job/{COMMIT_JOB}" for sha in (first, second)}
    content = hashlib.md5(b"a,b\n1,2\n").hexdigest()
    assert history.edges("HAS_CONTENT") >= {
        f"{train[0]} HAS_CONTENT content/git-blob:{work.blob('data/train.csv', first)}",
        f"{train[0]} HAS_CONTENT content/sha256:{sha256('a,b' + chr(10) + '1,2' + chr(10))}",
        f"{train[0]} HAS_CONTENT content/md5:{content}",
    }
    assert not [uid for uid in history.nodes if "src.py" in uid]
    node = history.nodes[train[1]]
    assert node["facets"]["whence_versionInfo"]["changeNote"] == "Remove an outlier"
    assert node["facets"]["whence_versionInfo"]["createdAt"] == at(1)
    assert run_of(first) in history.impact(f"md5:{content}")


def test_the_second_import_sends_nothing_and_a_commit_is_sent_alone(work: Work) -> None:
    two_commits(work)
    assert len(events_of("git", work.folder, path=["data"])) == 2
    events, done, _reading = import_all("git", work.folder, path=["data"])
    assert (events, done.unchanged) == ([], 2)
    third = work.commit("Add a test set", {"data/test.csv": "c\n"})
    events, done, _reading = import_all("git", work.folder, path=["data"])
    assert [event["run"]["facets"]["whence_nativeRef"]["id"] for event in events] == [third]
    assert done.unchanged == 2
    (more,) = events_of("git", work.folder, path=["data", "params.yaml"])
    assert [one["name"] for one in more["inputs"]] == ["data/train.csv", "params.yaml"], (
        "what another path adds is sent"
    )


def test_two_clones_are_one_source(work: Work, tmp_path: Path) -> None:
    two_commits(work)
    assert len(events_of("git", work.folder, path=["data"])) == 2
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(work.folder), str(clone)], check=True)
    subprocess.run(
        ["git", "-C", str(clone), "remote", "set-url", "origin", "https://git.example.com/acme/risk"], check=True
    )
    assert import_all("git", clone, path=["data"])[0] == []


@pytest.mark.needs("shared-spec")
def test_an_annotated_tag_leads_from_data_to_commit_and_back(work: Work, capability: Callable[[str], Path]) -> None:
    first, second = two_commits(work)
    old = sha256("a,b\n1,2\n")
    raw = "5" * 32
    message = (
        f"Quarterly release\n\ndataset=data/train.csv sha256={old.upper()}\n\n  dataset=s3://lake/raw md5={raw}.dir."
    )
    tag = work.tag("data-2026q3", message, first)
    events = events_of("git", work.folder, path=["data/**"])
    check(events, capability("shared-spec"))
    history = History(events)
    train, lake = (
        version("data/train.csv", work.blob("data/train.csv", first)),
        f"version/s3://lake/raw/dvc-md5-dir:{raw}",
    )
    assert history.edges("USED") >= {
        f"{run_of(tag)} USED {train} REFERENCE ASSERTED",
        f"{run_of(tag)} USED {lake} REFERENCE ASSERTED",
    }
    assert f"{run_of(tag)} AT_COMMIT {COMMIT}{first}" in history.edges("AT_COMMIT")
    assert run_of(tag) in history.impact(f"sha256:{old}") & history.impact(f"dvc-md5-dir:{raw}")
    assert {train, lake, f"{COMMIT}{first}"} <= history.provenance(run_of(tag))
    assert run_of(tag) in history.impact(first)
    assert run_of(tag) not in history.impact(second)
    (event,) = [event for event in events if event["job"]["name"] == "git tag"]
    assert {one["key"]: one["value"] for one in event["run"]["facets"]["tags"]["tags"]} == {
        "tag": "data-2026q3", "tagger": "Ada Example", "message": message,
    }  # fmt: skip


def test_a_tag_finds_bytes_that_another_system_knows(work: Work) -> None:
    commit = work.commit("Train", {"train.py": "x"})
    tag = work.tag("v1", f"dataset=clean.csv sha256={'ab' * 32}")
    elsewhere = {
        "eventType": "COMPLETE", "eventTime": "2026-09-20T00:00:00Z", "producer": "https://example.com/p",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": "0198f0c2-7a51-7c3e-9d0b-3f0a6d0c5e11"}, "job": {"namespace": "n", "name": "clean"}, "inputs": [],
        "outputs": [{"namespace": "s3://lake", "name": "clean.csv", "facets": {"whence_contentDigests": {
            "_producer": "https://example.com/p", "_schemaURL": "https://w3id.org/whence/facets/1-0-0/WhenceContentDigestsDatasetFacet.json",
            "digests": [{"algorithm": "sha256", "value": "ab" * 32, "strength": "CONTENT"}]}}}],
    }  # fmt: skip
    history = History([elsewhere, *events_of("git", work.folder)])
    assert "run/0198f0c2-7a51-7c3e-9d0b-3f0a6d0c5e11" in history.provenance(run_of(tag))
    assert run_of(tag) in history.impact("s3://lake clean.csv")
    assert f"{COMMIT}{commit}" in history.provenance(run_of(tag))


DVC_TRACKED = "outs:\n- md5: {md5}\n  size: 5\n  hash: md5\n  path: {path}\n"
DVC_LOCK = "schema: '2.0'\nstages:\n  clean:\n    cmd: clean\n    outs:\n    - path: {path}\n      hash: md5\n      md5: {md5}\n"


@pytest.mark.parametrize(
    ("path", "file", "text"),
    [
        ("raw/a.csv", "raw/a.csv.dvc", DVC_TRACKED.replace("{path}", "a.csv")),
        ("out/a.csv", "dvc.lock", DVC_LOCK.replace("{path}", "out/a.csv")),
        ("sub/out/a.csv", "sub/dvc.lock", DVC_LOCK.replace("{path}", "out/a.csv")),
    ],
)
def test_a_tag_of_data_that_dvc_keeps_is_about_the_state_of_its_own_commit(
    work: Work, path: str, file: str, text: str
) -> None:
    old, new = "a5" * 16, "b7" * 16
    first = work.commit("old", {".dvc/config": "", file: text.format(md5=old)})
    work.commit("new", {file: text.format(md5=new)})
    tag = work.tag("v1", f"dataset={path} sha256={'e' * 64}", first)
    history = History([*events_of("dvc", work.folder), *events_of("git", work.folder)])
    held = f"version/{NAMESPACE}/{path}/md5:{old}"
    assert [edge for edge in history.edges("USED") if edge.startswith(run_of(tag))] == [
        f"{run_of(tag)} USED {held} REFERENCE ASSERTED"
    ]
    assert f"{held} HAS_CONTENT content/sha256:{'e' * 64}" in history.edges("HAS_CONTENT")
    assert not [edge for edge in history.edges("HAS_CONTENT") if f"md5:{new} " in edge and "sha256" in edge]


def test_a_tag_of_a_pointer_names_the_version_of_git_lfs(work: Work) -> None:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'1' * 64}\nsize 12\n"
    work.commit("Large", {".gitattributes": "*.bin filter=lfs\n", "model.bin": pointer})
    tag = work.tag("v1", f"dataset=model.bin sha256={'1' * 64}")
    history = History(events_of("git", work.folder))
    assert f"{run_of(tag)} USED version/{NAMESPACE}/model.bin/sha256:{'1' * 64} REFERENCE ASSERTED" in history.edges(
        "USED"
    )


def test_a_tag_that_the_commit_contradicts_is_told_and_names_no_version(work: Work) -> None:
    work.commit("one", {"a.csv": "1\n", "folder/b.csv": "2\n"})
    work.tag("v1", f"dataset=a.csv sha256={'0' * 64} dataset=folder sha256={'1' * 64} dataset=gone sha256={'2' * 64}")
    events, _done, reading = import_all("git", work.folder, path=["**"])
    (tagged,) = [event for event in events if event["job"]["name"] == "git tag"]
    assert [(one["name"], "version" in one["facets"]) for one in tagged["inputs"]] == [
        ("a.csv", False), ("folder", False), ("gone", False),
    ]  # fmt: skip
    assert ("tag v1: a.csv", "the tagged commit holds other bytes there") in list(reading.missing)
    history = History(events)
    assert not [edge for edge in history.edges("HAS_CONTENT") if "git-blob" in edge and "0" * 64 in edge]


def test_without_paths_only_tagged_commits_are_told_and_why(work: Work) -> None:
    _first, second = two_commits(work)
    tag = work.tag("v1", "just words")
    events, _done, reading = import_all("git", work.folder)
    assert [event["run"]["facets"]["whence_nativeRef"]["id"] for event in events] == [second, tag]
    assert [what for what, _why in reading.missing] == ["versions of files"]
    assert import_all("git", work.folder)[0] == []


def test_a_moved_tag_is_another_run(work: Work) -> None:
    two_commits(work)
    work.tag("v1", "one")
    assert len(events_of("git", work.folder, path=["data"])) == 3
    work.git("tag", "-d", "v1")
    moved = work.tag("v1", "two")
    (event,) = events_of("git", work.folder, path=["data"])
    assert event["run"]["runId"] == derived_run_id("git", NAMESPACE, moved)


def test_secrets_and_people_of_a_commit_are_not_sent(tmp_path: Path) -> None:
    work = Work(tmp_path / "w", "https://ada:ghp_abcdefghijklmnopqrstuvwxyz012345@git.example.com/acme/risk.git")
    work.commit("Set password=hunter2 for the lake", {"data/a": "1"})
    work.tag("v1", f"token=glpat-abcdefghijklmnop1234\ndataset=https://u:p4ss@x.example/a sha256={'0' * 64}")
    events = str(events_of("git", work.folder, path=["data"]))
    for secret in ("hunter2", "ghp_", "glpat", "p4ss", "ada@example.com"):
        assert secret not in events
    assert NAMESPACE in events


def test_pointers_of_git_lfs_are_left_to_their_importer(work: Work) -> None:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'1' * 64}\nsize 12\n"
    work.commit("Large", {"data/model.bin": pointer, "data/a.csv": "1"})
    events, _done, reading = import_all("git", work.folder, path=["data"])
    assert [one["name"] for event in events for one in event["inputs"]] == ["data/a.csv"]
    assert [what for what, _why in reading.missing] == ["data/model.bin"]


def test_bytes_that_the_clone_does_not_hold_are_said_to_be_missing(work: Work, tmp_path: Path) -> None:
    work.commit("one", {"a": "1"})
    work.git("config", "uploadpack.allowFilter", "true")
    partial = tmp_path / "partial"
    subprocess.run(
        ["git", "clone", "--quiet", "--bare", "--filter=blob:none", f"file://{work.folder}", str(partial)], check=True
    )
    (event,) = events_of("git", partial, path=["a"])
    (one,) = event["inputs"]
    assert [digest["algorithm"] for digest in one["facets"]["whence_contentDigests"]["digests"]] == ["git-blob"]
    (missing,) = one["facets"]["whence_captureCompleteness"]["missing"]
    assert missing == {"what": "contentDigests", "why": "sha256 and md5 were not computed: the clone does not hold it"}


def test_the_end_of_a_shallow_clone_is_a_gap_and_no_root(work: Work, tmp_path: Path) -> None:
    first, second = two_commits(work)
    shallow = tmp_path / "shallow"
    subprocess.run(["git", "clone", "--quiet", "--depth=1", f"file://{work.folder}", str(shallow)], check=True)
    subprocess.run(
        ["git", "-C", str(shallow), "remote", "set-url", "origin", work.git("remote", "get-url", "origin")], check=True
    )
    events, _done, reading = import_all("git", shallow, path=["data"])
    (event,) = events
    assert event["run"]["facets"]["whence_captureCompleteness"]["historyTruncated"] is True
    assert "history" in [what for what, _why in reading.missing]
    whole = events_of("git", work.folder, path=["data"])
    assert [one["run"]["facets"]["whence_nativeRef"]["id"] for one in whole] == [first, second]
    assert "whence_captureCompleteness" not in whole[1]["run"]["facets"]


def test_a_repository_of_the_sha256_format(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    folder.mkdir()
    subprocess.run(["git", "-C", str(folder), "init", "-q", "--object-format=sha256"], check=True)
    work = Work(folder)
    work.commit("one", {"a": "1\n"})
    (event,) = events_of("git", folder, path=["a"])
    digests = {one["algorithm"]: one for one in event["inputs"][0]["facets"]["whence_contentDigests"]["digests"]}
    assert digests["git-blob"]["value"] == "d00491fd7e5bb6fa28c517a0bb32b8b506539d4d"
    assert digests["git-blob-sha256"]["strength"] == "SNAPSHOT"
    assert digests["sha256"]["value"] == sha256("1\n")


def test_hundreds_of_commits_are_each_told_once(work: Work) -> None:
    work.many_commits(300)
    events, done, _reading = import_all("git", work.folder, path=["dvc.lock"])
    assert done.sent == 300
    assert [event["eventTime"] for event in events] == sorted({event["eventTime"] for event in events})
    assert import_all("git", work.folder, path=["dvc.lock"])[0] == []
