"""POST /api/v1/export: the files that an export of the store has, as one archive, or an error and nothing else."""

from __future__ import annotations

import asyncio
import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from whence import __version__
from whence.api.access import needed_scope
from whence.api.exports import PATH
from whence.api.keys import Scope
from whence.api.server import BackgroundServer
from whence.queries.export import Folder, Question, export
from whence.settings import Settings
from whence.store import open_store

from .conftest import body_of, event_of

RUN = "00000000-0000-4000-8000-000000000001"
FIRST = {"run": RUN, "time": "2026-01-01T00:00:00Z", "inputs": ["raw"], "outputs": ["clean"]}
SECOND = {"time": "2026-01-02T00:00:00Z", "inputs": ["clean"], "outputs": ["model"]}


@pytest.fixture(params=["memory", "sqlite"])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[httpx.Client, str]]:
    """A service with two events, and the URL of its store."""
    store = "memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/whence.db"
    with BackgroundServer(Settings(store=store, port=0)) as running, httpx.Client(base_url=running.url) as client:
        for words in (FIRST, SECOND):
            assert client.post("/api/v1/lineage", content=body_of(**words)).status_code == 201
        yield client, store


def files_in(archive: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        return {member.name: opened.extractfile(member).read() for member in opened}


def test_the_archive_has_the_files_of_an_export_of_the_store(served: Any, tmp_path: Path) -> None:
    client, store = served
    answer = client.post(PATH, json={"ref": "risk clean"})
    assert answer.headers["content-type"] == "application/x-tar"
    assert "attachment" in answer.headers["content-disposition"]
    files = files_in(answer.content)
    assert list(files)[-2:] == ["manifest.json", "SHA256SUMS"]
    assert client.post(PATH, json={"ref": "risk clean"}).content == answer.content
    if store == "memory:":
        return

    async def here() -> None:
        async with open_store(store, read_only=True) as opened:
            await export(opened, Question("risk clean"), Folder(tmp_path / "here"), __version__)

    (tmp_path / "here").mkdir()
    asyncio.run(here())
    assert files == {
        str(path.relative_to(tmp_path / "here")): path.read_bytes()
        for path in (tmp_path / "here").rglob("*")
        if path.is_file()
    }


def test_the_manifest_in_graphql_is_that_of_the_archive(served: Any) -> None:
    client, _ = served
    asked = {"ref": "risk clean", "asOf": "2026-01-01T12:00:00Z", "asKnown": "1"}
    query = (
        "query ($ref: String!, $asOf: DateTime, $asKnown: String) { export(ref: $ref, asOf: $asOf, asKnown: $asKnown) }"
    )
    manifest = client.post("/graphql", json={"query": query, "variables": asked}).json()["data"]["export"]
    assert manifest == json.loads(files_in(client.post(PATH, json=asked).content)["manifest.json"])
    assert manifest["log"]["seq"] == 1
    assert manifest["question"]["asked"] == asked


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"ref": "nothing like it"}, 404, "NOT_FOUND"),
        ({"ref": "risk model", "asKnown": "1"}, 404, "NOT_FOUND"),
        ({"ref": "risk clean", "asKnown": "9"}, 400, "BAD_REQUEST"),
        ({"ref": "risk clean", "asKnown": 9}, 400, "BAD_REQUEST"),
        ({"ref": "risk clean", "asOf": "yesterday"}, 400, "BAD_REQUEST"),
        ({"ref": None}, 400, "BAD_REQUEST"),
        ([], 400, "BAD_REQUEST"),
    ],
)
def test_what_can_t_be_exported_is_an_error(client: httpx.Client, body: Any, status: int, code: str) -> None:
    for words in (FIRST, SECOND):
        client.post("/api/v1/lineage", content=body_of(**words))
    if isinstance(body, dict) and body.get("asKnown") == "9":
        body = body | {"asKnown": "999999"}
    answer = client.post(PATH, json=body)
    if body == {"ref": "risk model", "asKnown": "1"}:
        assert answer.json()["code"] == code
    else:
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["message"]


@pytest.mark.parametrize(("method", "kind", "status"), [("GET", "application/json", 400), ("POST", "text/plain", 415)])
def test_only_a_post_of_json_is_answered(client: httpx.Client, method: str, kind: str, status: int) -> None:
    """So that no page of another origin can have one made without asking first."""
    answer = client.request(method, PATH, content=b'{"ref": "x"}', headers={"content-type": kind})
    assert answer.status_code == status


def test_a_closed_service_asks_for_a_key_that_may_read() -> None:
    assert needed_scope({"method": "POST", "path": PATH}) is Scope.READ


def test_nothing_is_left_behind(served: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client, _ = served
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    client.post(PATH, json={"ref": "risk clean"})
    client.post(PATH, json={"ref": "nothing like it"})
    assert list((tmp_path / "temporary").iterdir()) == []


def test_no_room_is_told_as_that(served: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    client, _ = served

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Folder, "file", full)
    answer = client.post(PATH, json={"ref": "risk clean"})
    assert (answer.status_code, answer.json()["code"]) == (503, "STORE_UNAVAILABLE")
    assert "No space left" in answer.json()["message"]


def test_a_large_event_goes_through_as_it_was_sent(served: Any) -> None:
    client, _ = served
    facet = {"big": {"_producer": "x", "_schemaURL": "x", "text": "é" * 1_500_000}}
    body = json.dumps(event_of(outputs=["big"], run_facets=facet), indent=3, ensure_ascii=False).encode()
    seq = client.post("/api/v1/lineage", content=body).json()["seq"]
    files = files_in(client.post(PATH, json={"ref": "risk big"}).content)
    assert files[f"events/{seq}.json"] == body
