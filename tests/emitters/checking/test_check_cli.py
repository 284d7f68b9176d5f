"""`whence-emit check`: what it prints, writes and ends with."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from whence_emitters.cli import main
from whence_emitters.cli.progress import Progress

from .files import flip, lock


def test_all_ok_is_0_and_one_line(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--lock", str(project / "dvc.lock")]) == 0
    assert capsys.readouterr().out.startswith("9 files: 9 ok (")


def test_a_difference_is_1_and_stands_in_every_report(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flip(project / "clean.txt")
    junit, sarif = tmp_path / "check.xml", tmp_path / "check.sarif"
    assert main(["check", str(project), "--junit", str(junit), "--sarif", str(sarif)]) == 1
    out = capsys.readouterr().out
    assert out.splitlines()[0].startswith("changed      clean.txt  (dvc.lock:")
    assert out.splitlines()[-1].startswith("9 files: 8 ok, 1 changed (")
    assert ET.parse(junit).getroot().get("failures") == "1"
    assert len(json.loads(sarif.read_text("utf-8"))["runs"][0]["results"]) == 1


def test_json_lists_what_is_wrong(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flip(project / "clean.txt")
    assert main(["check", str(project), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["ok"] is False
    assert found["counts"] == {
        "ok": 8, "missing": 0, "changed": 1, "extra": 0, "refused": 0, "unreadable": 0, "notChecked": 0,
    }  # fmt: skip
    (wrong,) = found["files"]
    assert (wrong["path"], wrong["verdict"], wrong["record"], wrong["part"]) == (
        "clean.txt", "changed", "dvc.lock", "stage clean, outs",
    )  # fmt: skip
    assert wrong["recorded"] != wrong["found"]


def test_quiet_says_nothing(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flip(project / "clean.txt")
    assert main(["check", str(project), "--quiet"]) == 1
    assert capsys.readouterr() == ("", "")


def test_what_cannot_be_read_is_3_unless_something_differs(dvc3: Path) -> None:
    (dvc3 / "broken.dvc").write_text("outs: 3\n", "utf-8")
    assert main(["check", str(dvc3), "--quiet"]) == 3
    flip(dvc3 / "clean.txt")
    assert main(["check", str(dvc3), "--quiet"]) == 1


def test_strict_takes_nothing_unchecked(dvc3: Path) -> None:
    (dvc3 / "far.dvc").write_text("outs:\n- path: s3://bucket/key\n  etag: abc\n", "utf-8")
    assert main(["check", str(dvc3), "--quiet"]) == 0
    assert main(["check", str(dvc3), "--quiet", "--strict"]) == 1


def test_a_record_may_reach_as_far_as_a_person_says(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / ".dvc").mkdir(parents=True)
    (tmp_path / "shared").write_bytes(b"x")
    (project / "dvc.lock").write_text(
        lock(["{path: ../shared, hash: md5, md5: 9dd4e461268c8034f5c8564e155c67a6}"]), "utf-8"
    )
    assert main(["check", str(project), "--quiet"]) == 1
    assert main(["check", str(project), "--quiet", "--root", str(tmp_path)]) == 0


@pytest.mark.parametrize("arguments", [
    ["check"], ["check", "--lock", "no such file"], ["check", "nothing here"], ["check", ".", "--jobs", "0"], ["check", ".", "--deps", "--outs"],
    ["check", ".", "elsewhere", "--ref", "x"], ["check", "--lock", "dvc.lock", "--url", "http://127.0.0.1:9"], ["scan"], ["scan", "no such folder"],
])  # fmt: skip
def test_usage_is_2(
    dvc3: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    monkeypatch.chdir(dvc3)
    try:
        code = main(arguments)
    except SystemExit as ended:
        code = int(ended.code or 0)
    assert code == 2
    assert "Traceback" not in capsys.readouterr().err


def test_paths_of_another_project_are_not_mixed_in(dvc3: Path, tmp_path: Path) -> None:
    assert main(["check", str(dvc3), str(tmp_path)]) == 2


def test_progress_is_for_a_terminal_only(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for terminal in (False, True):
        monkeypatch.setattr(sys.stderr, "isatty", lambda terminal=terminal: terminal)
        progress = Progress("check", quiet=False)
        progress._next = 0
        progress(3 << 20)
        progress.close()
        shown = capsys.readouterr().err
        assert ("check: 1 files, 3.0 MiB" in shown) is terminal
