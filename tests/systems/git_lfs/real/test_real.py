"""With the real git-lfs: produce, import, the graph, again, change, import; and a clone that was told to leave the large files behind."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from tests.systems.git_lfs.produce import LARGE, SMALL
from tests.systems.git_lfs.test_import import oid, version
from tests.systems.graphs import History, events_of, import_all

from whence_emitters.checking import Finding, Verdict, check
from whence_emitters.checking.dvc import SIDES
from whence_emitters.checking.finding_records import entries, root_for

pytestmark = pytest.mark.needs("system:git_lfs")
PRODUCE = Path(__file__).parents[1] / "produce.py"


def produce(folder: Path, stage: int) -> None:
    subprocess.run([os.environ["WHENCE_SYSTEM_PYTHON"], str(PRODUCE), str(folder), "--stage", str(stage)], check=True)


def test_produce_import_again_change_import(tmp_path: Path) -> None:
    produce(source := tmp_path / "risk", 1)
    events = events_of("git-lfs", source)
    listed = subprocess.run(
        ["git", "-C", str(source), "lfs", "ls-files", "--json"], check=True, capture_output=True, text=True
    )
    newest = {one["name"]: one["facets"]["version"]["datasetVersion"] for event in events for one in event["inputs"]}
    for file in json.loads(listed.stdout)["files"]:
        assert newest[file["name"]] == f"sha256:{file['oid']}"
    assert import_all("git-lfs", source)[0] == []
    produce(source, 2)
    (change,) = events_of("git-lfs", source)
    history = History([*events, change])
    assert f"{version('models/risk.bin', SMALL)} PREVIOUS {version('models/risk.bin', LARGE)}" in history.edges(
        "PREVIOUS"
    )


def test_a_clone_without_the_large_files_says_the_same(tmp_path: Path) -> None:
    produce(source := tmp_path / "risk", 1)
    clone = tmp_path / "clone"
    subprocess.run(
        ["git", "clone", "--quiet", str(source), str(clone)], check=True, env=os.environ | {"GIT_LFS_SKIP_SMUDGE": "1"}
    )
    assert b"version https://git-lfs" in (clone / "models" / "risk.bin").read_bytes()
    remote = subprocess.run(
        ["git", "-C", str(source), "remote", "get-url", "origin"], check=True, capture_output=True, text=True
    )
    subprocess.run(["git", "-C", str(clone), "remote", "set-url", "origin", remote.stdout.strip()], check=True)
    there, here = (import_all("git-lfs", folder) for folder in (clone, source))
    assert oid(LARGE) in str(there[0])
    assert here[0] == [], "the clone is the same source, and nothing is left to tell"


def test_its_files_are_checked_against_its_pointers(tmp_path: Path) -> None:
    produce(source := tmp_path / "risk", 1)
    assert {one.shown: one.verdict.value for one in checked(source)} == {
        "data/loans.parquet": "ok",
        "models/old.bin": "ok",
        "models/past.bin": "not checked",
        "models/risk.bin": "ok",
    }
    (source / "models" / "risk.bin").write_bytes(SMALL)
    (changed,) = [one.shown for one in checked(source) if one.verdict is Verdict.CHANGED]
    assert changed == "models/risk.bin"


def checked(folder: Path) -> tuple[Finding, ...]:
    root = root_for(folder)
    return check(entries([folder], root, SIDES), root, jobs=2).findings
