"""`whence export`: the same bytes from a service and from a store, a folder that is whole or not there, and a way to check it."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import subprocess
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from tests.cli.conftest import Project, Run, answer

from whence.cli import exporting
from whence.model import instant
from whence.queries.export import Folder
from whence.testing.events import run_event


def contents(folder: Path | str) -> dict[str, bytes]:
    place = Path(folder)
    return {str(path.relative_to(place)): path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()}


def leftovers() -> list[str]:
    """What lies here besides the project's own files."""
    return sorted(path.name for path in Path().iterdir() if path.name not in {"raw.csv", "clean.csv", "risk.joblib"})


@pytest.mark.parametrize(
    "asked",
    [
        ("./risk.joblib",),
        ("serve",),
        ("./clean.csv", "--as-of", "2026-01-01T10:30:00Z"),
        ("./clean.csv", "--as-known", "3"),
        ("./clean.csv", "--as-known", "4", "--as-of", "2026-01-01T11:00:00Z"),
    ],
    ids=lambda asked: " ".join(asked),
)
def test_a_service_and_a_store_give_the_same_bytes(
    project: Project, service: str, run: Run, asked: tuple[str, ...]
) -> None:
    here = run("export", *asked, "-o", "here", "--json", "--store", project.store).stdout
    there = run("export", *asked, "-o", "there", "--json", "--url", service).stdout
    assert here == there
    assert json.loads(here) == json.loads(Path("here/manifest.json").read_text())
    assert contents("here") == contents("there")
    assert len(contents("here")) > 8


def test_it_says_what_it_wrote_and_how_to_check_it(project: Project, run: Run) -> None:
    text = run("export", "./risk.joblib", "-o", "out", "--store", project.store).stdout
    assert text.splitlines()[0].startswith("out: ")
    assert "5 events, at position 5 of the log." in text
    assert text.index("Provenance") < text.index("Impact") < text.index("cd out && sha256sum -c SHA256SUMS")
    assert run("export", "./risk.joblib", "-o", "quiet", "--quiet", "--store", project.store).stdout == "quiet\n"


def test_sha256sum_checks_it(project: Project, run: Run) -> None:
    run("export", "./risk.joblib", "-o", "out", "--store", project.store)
    check = ["sha256sum", "--strict", "-c", "SHA256SUMS"]
    assert subprocess.run(check, cwd="out", capture_output=True, check=False).returncode == 0
    Path("out/edges.csv").write_bytes(Path("out/edges.csv").read_bytes() + b"\n")
    assert subprocess.run(check, cwd="out", capture_output=True, check=False).returncode == 1


def test_as_known_answers_what_was_known_and_says_at_which_position(project: Project, run: Run) -> None:
    told = answer(run("export", "./clean.csv", "-o", "out", "--as-known", "3", "--json", "--store", project.store))
    assert told["log"]["seq"] == 3
    assert told["counts"]["events"] == 3
    assert told["question"]["asked"]["asKnown"] == "3"
    text = run("impact", "./clean.csv", "--as-known", "3", "--store", project.store).stdout
    assert "As known at position 3 of the log." in text
    assert "serve" not in text
    assert "serve" in run("impact", "./clean.csv", "--store", project.store).stdout


QUESTIONS = [
    ("provenance", "./clean.csv"),
    ("impact", "./clean.csv"),
    ("models", "./clean.csv"),
    ("data", "./clean.csv"),
    ("path", "./clean.csv", "./raw.csv"),
    ("show", "./clean.csv"),
    ("versions", "./clean.csv"),
    ("find", "clean"),
]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question[0])
def test_every_question_can_be_asked_as_known(
    project: Project, service: str, run: Run, question: tuple[str, ...]
) -> None:
    for form in ((), ("--json",)):
        known = (*question, "--as-known", "2", "--as-of", "2026-01-01T10:01:00Z", *form)
        here = run(*known, "--store", project.store).stdout
        assert here == run(*known, "--url", service).stdout
        assert here.strip()
    run(*question, "--as-known", "6", "--store", project.store, code=2)


def test_a_file_that_was_not_known_then_is_not_known(project: Project, run: Run) -> None:
    said = run("provenance", "./risk.joblib", "--as-known", "2", "--store", project.store, code=2).stderr
    assert "Nothing recorded holds the bytes of ./risk.joblib" in said
    said = run("show", "./risk.joblib", "--as-of", "2026-01-01", "--store", project.store, code=2).stderr
    assert "was not there yet at 2026-01-01T00:00:00Z" in said


@pytest.mark.parametrize("known", ["", "-1", "yesterday", "1.5", "9" * 30])
def test_what_is_neither_position_nor_time_is_wrong_usage(project: Project, run: Run, known: str) -> None:
    run("provenance", "./clean.csv", "--as-known", known, "--store", project.store, code=2)


def test_a_time_is_written_as_for_as_of(project: Project, run: Run) -> None:
    def known(moment: str) -> int:
        found: int = answer(run("find", "clean", "--as-known", moment, "--json", "--store", project.store))["seq"]
        return found

    assert known("2020-01-01") == known("400w") == 0
    assert known(instant.format(time.time_ns())) == 5


def test_an_empty_folder_is_filled_and_anything_else_refused(project: Project, run: Run) -> None:
    question = ("export", "./clean.csv", "--store", project.store, "-o")
    Path("empty").mkdir()
    run(*question, "empty")
    assert "manifest.json" in contents("empty")
    before = contents("empty")
    assert "not empty" in run(*question, "empty", code=2).stderr
    assert contents("empty") == before
    assert "is no folder" in run(*question, "raw.csv", code=2).stderr
    Path("link").symlink_to("nowhere")
    assert "is no folder" in run(*question, "link", code=2).stderr
    run(*question, "deeper/and/deeper")
    assert "manifest.json" in contents("deeper/and/deeper")
    assert leftovers() == ["deeper", "empty", "link"]


def test_a_folder_is_whole_or_not_there(project: Project, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Folder.file

    def full(self: Folder, path: str) -> object:
        if path == "keys.txt":
            raise OSError(errno.ENOSPC, "No space left on device")
        return whole(self, path)

    monkeypatch.setattr(Folder, "file", full)
    said = run("export", "./clean.csv", "-o", "out", "--store", project.store, code=3).stderr
    assert "No space left on device" in said
    run("export", "nothing-like-it", "-o", "out", "--store", project.store, code=2)
    assert leftovers() == []


def test_interrupted_it_leaves_nothing(project: Project, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(exporting, "_from_store", interrupted)
    run("export", "./clean.csv", "-o", "out", "--store", project.store, code=1)
    assert leftovers() == []


@pytest.fixture
def answering(request: pytest.FixtureRequest) -> Iterator[Callable[[bytes], str]]:
    """The URL of a program that answers every POST with these bytes as an archive."""
    servers: list[HTTPServer] = []

    def start(body: bytes) -> str:
        class Page(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                self.send_response(200)
                self.send_header("content-type", "application/x-tar")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        servers.append(HTTPServer(("127.0.0.1", 0), Page))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def tar_of(files: dict[str, bytes], kind: bytes = tarfile.REGTYPE) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.type = (len(content) if kind == tarfile.REGTYPE else 0), kind
            member.linkname = "/etc/passwd" if kind != tarfile.REGTYPE else ""
            archive.addfile(member, io.BytesIO(content))
    return made.getvalue()


def sums_of(files: dict[str, bytes]) -> bytes:
    return "".join(f"{hashlib.sha256(each).hexdigest()}  {name}\n" for name, each in sorted(files.items())).encode()


GOOD = {"manifest.json": b"{}\n", "answer.json": b"{}\n"}


@pytest.mark.parametrize(
    "archive",
    [
        tar_of({"../escaped": b"x"}),
        tar_of({"/tmp/escaped": b"x"}),
        tar_of({"events/../../escaped.json": b"x"}),
        tar_of({"events/1.json": b""}, tarfile.SYMTYPE),
        tar_of({"events": b""}, tarfile.DIRTYPE),
        tar_of(GOOD),
        tar_of(GOOD | {"SHA256SUMS": sums_of(GOOD | {"answer.json": b"other"})}),
        tar_of(GOOD | {"SHA256SUMS": sums_of(GOOD)}, tarfile.LNKTYPE),
        tar_of({"SHA256SUMS": sums_of(GOOD)} | GOOD),
        tar_of({"answer.json": b"x" * 5000} | GOOD)[:2000],
        b"no archive",
        b"",
    ],
    ids=[
        "above", "absolute", "above within", "link", "folder", "no sums", "wrong sums", "hard links", "sums first", "half", "no tar", "nothing",
    ],
)  # fmt: skip
def test_what_a_service_sends_is_kept_only_if_it_is_an_export(
    project: Project, run: Run, answering: Callable[[bytes], str], archive: bytes
) -> None:
    said = run("export", "clean", "-o", "out", "--url", answering(archive), code=3).stderr
    assert said.startswith("error: ")
    assert leftovers() == []
    assert not (Path.cwd().parent / "escaped").exists()


def test_what_is_whole_is_kept(project: Project, run: Run, answering: Callable[[bytes], str]) -> None:
    run("export", "clean", "-o", "out", "--url", answering(tar_of(GOOD | {"SHA256SUMS": sums_of(GOOD)})), "--quiet")
    assert contents("out") == GOOD | {"SHA256SUMS": sums_of(GOOD)}


def test_hostile_names_stay_inside_cells(project: Project, run: Run) -> None:
    names = ["../../../up", "=cmd()", "line\nbreak", "nul\0", "\u202egnp.exe", "long" * 2_500]
    event = run_event("h", outputs=[{"namespace": "..", "name": name} for name in names], job="/../job")
    run("ingest", "-", "--store", project.store, stdin=event)
    run("export", "/../job", "-o", "path", "--store", project.store, code=2)
    text = run("export", "jobs /../job", "-o", "out", "--store", project.store).stdout
    assert not set(text) & {"\0", "\u202e"}
    assert {Path(name).parts[0] for name in contents("out")} == {
        *("answer.json", "nodes.csv", "edges.csv", "events.csv", "prov.json", "keys.txt", "manifest.json", "SHA256SUMS", "events"),
    }  # fmt: skip
    assert Path("out/events/6.json").read_bytes() == event
    assert leftovers() == ["out"]
