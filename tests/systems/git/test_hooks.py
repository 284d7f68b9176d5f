"""Hooks of whence among others' hooks: run by git itself, installed again, removed without a trace."""

from __future__ import annotations

import gzip
import json
import os
import stat
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import pytest
from tests.systems.git.work import Work

from whence_emitters.cli import main
from whence_emitters.hooks import HOOKS, install, remove

SECONDS = 30.0


class Service(ThreadingHTTPServer):
    """Takes batches of events, as whence does."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Batch)
        self.events: list[dict[str, Any]] = []

    def wait(self, count: int) -> list[dict[str, Any]]:
        """The events that came, once there are as many."""
        until = time.monotonic() + SECONDS
        while len(self.events) < count:
            assert time.monotonic() < until, f"{len(self.events)} of {count} events after {SECONDS:g} s"
            time.sleep(0.02)
        return self.events


class Batch(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        body = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
        cast(Service, self.server).events.extend(json.loads(body))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    with Service() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        monkeypatch.setenv("OPENLINEAGE_URL", f"http://127.0.0.1:{server.server_address[1]}")
        yield server
        server.shutdown()
        thread.join()


def hook(work: Work, name: str, text: str, folder: str = ".git/hooks", mode: int = 0o755) -> Path:
    path = work.folder / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def files(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        path.name: (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) for path in folder.iterdir() if path.is_file()
    }


def wrote(work: Work) -> list[str]:
    """Lines that hooks of the test wrote, in order."""
    file = work.folder.parent / "wrote"
    return file.read_text().splitlines() if file.exists() else []


def test_a_commit_and_a_merge_are_imported(work: Work, service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hook", "install", "git", str(work.folder), "--path", "data/**", "--path", "it's here"]) == 0
    assert [line.split(": ")[0] for line in capsys.readouterr().out.splitlines()] == ["install git"] * 2
    first = work.commit("one", {"data/a": "1", "it's here": "2"})
    (event,) = service.wait(1)
    assert event["run"]["facets"]["whence_nativeRef"]["id"] == first
    assert [one["name"] for one in event["inputs"]] == ["data/a", "it's here"]
    (work.folder / ".git" / "hooks" / "post-commit").chmod(0o644)  # only the merge's hook is left
    work.git("checkout", "--quiet", "-b", "side")
    side = work.commit("side", {"data/b": "1"})
    work.git("checkout", "--quiet", "main")
    work.git("merge", "--quiet", "side")
    assert service.wait(2)[1]["run"]["facets"]["whence_nativeRef"]["id"] == side


@pytest.mark.parametrize("shell", ["/bin/sh", "/usr/bin/env bash", "/usr/bin/env python3"])
def test_a_hook_that_is_there_runs_first_with_its_arguments_and_its_exit_code(work: Work, shell: str) -> None:
    out = work.folder.parent / "wrote"
    python = f"import sys, pathlib\npathlib.Path({str(out)!r}).write_text(' '.join(sys.argv[1:]))\nsys.exit(7)\n"
    text = python if "python" in shell else f'echo "$(basename "$0") $*" > {out}\nexit 7\n'
    path = hook(work, "post-merge", f"#!{shell}\n{text}")
    install("git", work.folder)
    done = os.spawnv(os.P_WAIT, path, [str(path), "one", "two words"])
    assert done == 7
    assert wrote(work) == ["one two words" if "python" in shell else "post-merge one two words"], (
        "a shell script keeps its name"
    )


def test_a_hook_that_git_would_not_run_is_not_run(work: Work) -> None:
    hook(work, "post-commit", f"#!/bin/sh\necho ran > {work.folder.parent}/wrote\n", mode=0o644)
    install("git", work.folder)
    work.commit("one", {"a": "1"})
    assert wrote(work) == []


def test_installing_again_changes_nothing_and_removing_leaves_no_trace(work: Work) -> None:
    mine = hook(work, "post-commit", "#!/bin/sh\n# mine\n", mode=0o750)
    folder = mine.parent
    before = files(folder)
    install("git", work.folder, ["--path=data"])
    once = files(folder)
    assert set(once) == {"post-commit", "post-commit.before-whence", "post-merge"}
    install("git", work.folder, ["--path=data"])
    assert files(folder) == once
    assert [one.path.name for one in remove("git", work.folder)] == ["post-commit", "post-merge"]
    assert files(folder) == before
    assert remove("git", work.folder) == []


def test_systems_share_the_hooks_and_leave_one_by_one(work: Work) -> None:
    mine = hook(work, "post-commit", "#!/bin/sh\n# mine\n")
    install("git", work.folder, ["--path=a b"])
    alone = files(mine.parent)
    install("git-lfs", work.folder)
    assert b"whence_import git-lfs .\n" in files(mine.parent)["post-commit"][0]
    assert b"whence_import git . '--path=a b'\n" in files(mine.parent)["post-commit"][0]
    remove("git-lfs", work.folder)
    assert files(mine.parent) == alone
    assert set(HOOKS) >= {"git", "git-lfs", "dvc"}


def test_an_own_folder_of_hooks_is_used(work: Work) -> None:
    work.git("config", "core.hooksPath", "tools/hooks")
    installed = install("git", work.folder)
    assert {one.path.parent for one in installed} == {work.folder / "tools" / "hooks"}
    assert not (work.folder / ".git" / "hooks").exists()


def test_a_folder_of_hooks_for_all_repositories_is_left_alone(
    work: Work, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    work.git("config", "--global", "core.hooksPath", str(tmp_path / "all"))
    assert main(["hook", "install", "git", str(work.folder)]) == 2
    assert "run for every repository" in capsys.readouterr().err
    assert not (tmp_path / "all").exists()


def test_husky_scripts_without_a_shebang_still_run(work: Work) -> None:
    """husky 9 points core.hooksPath to `.husky/_`, whose files start the script of the same name one folder above."""
    out = work.folder.parent / "wrote"
    hook(work, "post-commit", '#!/usr/bin/env sh\n. "$(dirname "$0")/h"\n', ".husky/_")
    starter = '#!/usr/bin/env sh\nn=$(basename "$0")\ns=$(dirname "$(dirname "$0")")/$n\n[ ! -f "$s" ] && exit 0\nsh -e "$s" "$@"\n'
    hook(work, "h", starter, ".husky/_", 0o644)
    hook(work, "post-commit", f"echo user >> {out}\n", ".husky", 0o644)
    work.git("config", "core.hooksPath", ".husky/_")
    generated = files(work.folder / ".husky" / "_")
    install("git", work.folder)
    assert files(work.folder / ".husky" / "_") == generated, "husky writes that folder anew"
    work.commit("one", {"a": "1"})
    assert wrote(work) == ["user"]
    remove("git", work.folder)
    assert list(files(work.folder / ".husky")) == ["post-commit"]
    work.commit("two", {"a": "2"})
    assert wrote(work) == ["user", "user"]


def test_a_manager_that_moves_our_hook_aside_still_runs_all(work: Work) -> None:
    """pre-commit renames a hook that it finds to `{name}.legacy` and starts it from its own."""
    out = work.folder.parent / "wrote"
    path = hook(work, "post-commit", f"#!/bin/sh\necho first >> {out}\n")
    install("git", work.folder)
    path.rename(path.with_name("post-commit.legacy"))
    hook(work, "post-commit", f'#!/bin/sh\n"$0.legacy" "$@"\necho manager >> {out}\n')
    work.commit("one", {"a": "1"})
    assert wrote(work) == ["first", "manager"]


def test_two_hooks_in_the_way_are_said(work: Work, capsys: pytest.CaptureFixture[str]) -> None:
    hook(work, "post-merge", "#!/bin/sh\n")
    hook(work, "post-merge.before-whence", "#!/bin/sh\n")
    before = files(work.folder / ".git" / "hooks")
    assert main(["hook", "install", "git", str(work.folder)]) == 2
    assert "keeps another one already" in capsys.readouterr().err
    assert files(work.folder / ".git" / "hooks") == before


def test_what_an_import_cannot_do_stands_in_its_log_and_the_commit_is_made(work: Work) -> None:
    install("git", work.folder, ["--path=a"])
    sha = work.commit("one", {"a": "1"})
    log = work.folder / ".git" / "whence-git.log"
    until = time.monotonic() + SECONDS
    while "\n" not in (log.read_text() if log.exists() else ""):
        assert time.monotonic() < until
        time.sleep(0.02)
    assert log.read_text().startswith("whence-emit: Nothing says where events go.")
    assert work.git("rev-parse", "HEAD") == sha


def test_a_bare_repository_and_no_repository_are_said(
    work: Work, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    work.git("init", "--quiet", "--bare", str(tmp_path / "bare"))
    assert main(["hook", "install", "git", str(tmp_path / "bare")]) == 2
    assert "nobody commits there" in capsys.readouterr().err
    assert main(["hook", "install", "git", str(tmp_path)]) == 3
    assert "not a git repository" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["hook", "install", "mlflow"])


def test_the_answer_as_json(work: Work, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hook", "install", "git-lfs", str(work.folder), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["system"] == "git-lfs"
    assert [(Path(one["path"]).name, one["present"], one["chained"]) for one in answer["hooks"]] == [
        ("post-commit", True, False),
        ("post-merge", True, False),
    ]
    assert main(["hook", "remove", "git-lfs", str(work.folder), "--quiet"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["hook", "remove", "git-lfs", str(work.folder)]) == 0
    assert capsys.readouterr().out == "git-lfs: there is no hook of ours\n"
