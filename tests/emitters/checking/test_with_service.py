"""`check` and `scan` against a running service, by the command line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import httpx
import pytest

from whence.api.server import BackgroundServer
from whence.settings import Settings
from whence_emitters.cli import main
from whence_emitters.digests import Digests, digest
from whence_emitters.importing.events import Run, dataset, written
from whence_emitters.importing.facets import Digest, digest_set
from whence_emitters.parents import RunRef

Send = Callable[..., None]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with BackgroundServer(Settings(store="memory:", port=0)) as running:
        yield running.url


@pytest.fixture
def send(url: str) -> Send:
    """Tell the service of files or folders that a run wrote: by their paths, or by other names."""

    def run(*paths: Path, name: str | None = None, **given: Any) -> None:
        outputs = [written(_described(path, name or path.as_posix())) for path in paths]
        at = "2026-01-02T03:04:05Z"
        one = Run(RunRef("jobs", "write", f"write {paths} {given}"), at, at, "COMPLETE", outputs=outputs)
        for event in one.events():
            httpx.post(f"{url}/api/v1/lineage", json=event).raise_for_status()

    return run


def _described(path: Path, name: str) -> dict[str, Any]:
    found: Digests = digest(path)
    digests = [Digest(algorithm, value) for algorithm, value in found.values]
    return dataset("file", name, None, whence_contentDigests=digest_set(digests, files=found.files, size=found.bytes))


def answer(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_file_is_checked_against_the_newest_version_under_its_path(
    tmp_path: Path, url: str, send: Send, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n")
    send(path)
    assert main(["check", str(path), "--url", url]) == 0
    path.write_bytes(b"a,c\n")
    capsys.readouterr()
    assert main(["check", str(path), "--url", url, "--json"]) == 1
    (wrong,) = answer(capsys)["files"]
    assert (wrong["path"], wrong["verdict"], wrong["algorithm"]) == ("a.csv", "changed", "sha256")


def test_a_folder_and_any_name_of_a_version(
    tmp_path: Path, url: str, send: Send, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "a").write_bytes(b"a")
    send(folder, name="the data of today")
    ref = f"dir-sha256:{dict(digest(folder).values)['dir-sha256']}"
    for named in ("the data of today", ref):
        assert main(["check", str(folder), "--url", url, "--ref", named]) == 0
    (folder / "b").write_bytes(b"b")
    assert main(["check", str(folder), "--url", url, "--ref", "the data of today"]) == 1
    assert "changed" in capsys.readouterr().out


def test_what_the_service_does_not_know_is_a_sentence(
    tmp_path: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a").write_bytes(b"nobody recorded this")
    assert main(["check", str(tmp_path / "a"), "--url", url]) == 2
    assert main(["check", str(tmp_path / "a"), "--url", url, "--ref", "no such thing"]) == 2
    said = capsys.readouterr().err
    assert "knows nothing by the name of a" in said
    assert "'no such thing' is not known" in said


def test_scan_lists_what_neither_path_nor_folder_nor_bytes_name(
    tmp_path: Path, url: str, send: Send, capsys: pytest.CaptureFixture[str]
) -> None:
    top = tmp_path / "top"
    for name, body in (
        ("by-path", "1"), ("folder/deep/inside", "2"), ("copy-of-known", "3"), ("nobody/knows", "4"), ("empty", ""), ("__pycache__/c", "5"),
    ):  # fmt: skip
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(body * 50, "utf-8")
    elsewhere = tmp_path / "known"
    elsewhere.write_text("3" * 50, "utf-8")
    send(top / "by-path", top / "folder", elsewhere)
    (top / "by-path").write_text("changed since", "utf-8")

    assert main(["scan", str(top), "--url", url, "--json"]) == 1
    assert answer(capsys) == {
        "files": 5, "byName": 2, "byBytes": 1, "empty": 1, "unnamed": ["nobody/knows"], "unreadable": [],
    }  # fmt: skip
    assert main(["scan", str(top), "--url", url, "--all"]) == 1
    assert "__pycache__/c\nnobody/knows\n6 files: 2 known by name, 1 by their bytes" in capsys.readouterr().out
    (top / "nobody" / "knows").unlink()
    assert main(["scan", str(top), "--url", url, "--quiet"]) == 0


def test_a_folder_in_a_recorded_folder_is_known(tmp_path: Path, url: str, send: Send) -> None:
    (tmp_path / "all" / "part").mkdir(parents=True)
    (tmp_path / "all" / "part" / "x").write_bytes(b"in a recorded folder")
    send(tmp_path / "all")
    (tmp_path / "all" / "part" / "y").write_bytes(b"came later")
    assert main(["scan", str(tmp_path / "all" / "part"), "--url", url]) == 0


def test_scan_passes_over_what_git_ignores(
    tmp_path: Path, url: str, git: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    git(tmp_path, "init", "-q")
    for name in ("tracked", "ignored.log", "new"):
        (tmp_path / name).write_text(f"{name} that no event names", "utf-8")
    (tmp_path / ".gitignore").write_text("*.log\n", "utf-8")
    git(tmp_path, "add", "tracked", ".gitignore")
    main(["scan", str(tmp_path), "--url", url, "--json"])
    assert answer(capsys)["unnamed"] == [".gitignore", "new", "tracked"]


def test_scan_asks_in_few_requests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from whence_emitters.checking import scanning

    for number in range(120):
        (tmp_path / f"f{number}").write_text(str(number), "utf-8")
    asked: list[int] = []

    class Nobody:
        def ask(self, _: str, ids: list[str]) -> dict[str, Any]:
            asked.append(len(ids))
            return {"nodes": [None] * len(ids)}

    monkeypatch.setattr(scanning, "ASKED_AT_ONCE", 100)
    found = scanning.scan(tmp_path, Nobody())  # type: ignore[arg-type]
    assert len(found.unnamed) == 120
    assert max(asked) == 100
    assert len(asked) <= 2 + 4, "by name, then by three digests each"


class Answering(BaseHTTPRequestHandler):
    """Something that is no whence."""

    def do_POST(self) -> None:
        kind, status = self.path.strip("/").split("/")[0], 200
        type(self).seen.append(self.headers.get("Authorization"))
        body = {
            "text": b"hello",
            "list": b"[]",
            "denied": b'{"code": "UNAUTHENTICATED", "message": "no key", "hint": "send one"}',
        }.get(kind, b"")
        if kind in {"denied", "broken", "moved"}:
            status = {"denied": 401, "broken": 500, "moved": 307}[kind]
        self.send_response(status)
        if status == 307:
            self.send_header("Location", "/text/graphql")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    seen: ClassVar[list[str | None]] = []

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def stranger() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    Answering.seen = []
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.mark.parametrize(("kind", "code", "said"), [
    ("text", 3, "no whence service"), ("list", 3, "no whence service"), ("denied", 2, "no key"), ("broken", 3, "HTTP 500"), ("moved", 3, "HTTP 307"),
])  # fmt: skip
def test_what_is_no_service_or_takes_no_key_is_a_sentence(
    tmp_path: Path,
    stranger: str,
    kind: str,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("WHENCE_API_KEY", "wk_secret")
    (tmp_path / "a").write_bytes(b"a")
    assert main(["scan", str(tmp_path), "--url", f"{stranger}/{kind}"]) == code
    output = capsys.readouterr()
    assert said in output.err
    assert output.err.count("\n") == 1
    assert "wk_secret" not in output.err + output.out
    assert Answering.seen == ["Bearer wk_secret"], "sent once, and not to where a redirect leads"


@pytest.mark.parametrize("bad", ["ftp://host", "nonsense", "http://ada:hunter2@127.0.0.1:1"])
def test_an_address_that_is_none(tmp_path: Path, bad: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", str(tmp_path), "--url", bad]) == 2
    assert "hunter2" not in capsys.readouterr().err


def test_a_service_that_is_away_is_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a").write_bytes(b"a")
    assert main(["scan", str(tmp_path), "--url", "http://127.0.0.1:9"]) == 3
    assert "does not answer" in capsys.readouterr().err
