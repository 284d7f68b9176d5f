"""An export is whole, the same on every store, and binds each file; no text of an event names a file."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from pathlib import Path

import pytest

from whence import canonical, queries
from whence.errors import NotFound, StoreUnavailable, TooCostly
from whence.model.answers import Walk
from whence.queries.export import Question, Unwritten, asking, export
from whence.store.memory import MemoryStore
from whence.testing.events import dataset_event, incoming, run_event, run_id

from .conftest import HOSTILE, STORES, contents, exported, pipeline

MODEL = "file model"
FILES = {"answer.json", "nodes.csv", "edges.csv", "events.csv", "prov.json", "keys.txt", "manifest.json", "SHA256SUMS"}


def test_every_store_gives_the_same_bytes_each_time(tmp_path: Path) -> None:
    questions = [Question(MODEL), Question(MODEL), Question("file raw"), Question("jobs lonely")]
    made = []
    for name, url in STORES.items():
        folder = tmp_path / name
        folder.mkdir()
        exported(url, folder, *questions)
        made.append([contents(folder / str(number)) for number in range(len(questions))])
    first, *others = made
    assert first[0] == first[1] != first[2]
    assert all(other == first for other in others)


def test_the_events_of_a_batch_may_come_one_by_one(tmp_path: Path) -> None:
    """Positions and bytes of the log decide, not how it was put."""

    async def run() -> bytes:
        store = MemoryStore()
        for number, body in enumerate(pipeline(), 1):
            await store.put([incoming(body, number)])
        return (await export(store, Question(MODEL), Unwritten(), "1.2.3")).text

    exported("memory:", tmp_path, Question(MODEL))
    assert asyncio.run(run()) == (tmp_path / "0" / "manifest.json").read_bytes()


def test_files_are_named_by_us_alone_and_lie_in_the_folder(one) -> None:
    folder, manifest = one(MODEL)
    names = set(contents(folder))
    assert names >= FILES
    assert all(re.fullmatch(r"events/[1-9][0-9]*\.json", name) for name in names - FILES)
    assert {each["path"] for each in manifest["files"]} == names - {"manifest.json", "SHA256SUMS"}
    assert any(name in (folder / "answer.json").read_text() for name in HOSTILE if name.isprintable())


def test_sums_and_manifest_give_the_digest_and_size_of_each_file(one) -> None:
    folder, manifest = one(MODEL)
    files = contents(folder)
    for each in manifest["files"]:
        content = files[each["path"]]
        assert (each["sha256"], each["size"]) == (hashlib.sha256(content).hexdigest(), len(content))
    assert json.loads(files["manifest.json"]) == manifest
    listed = dict(line.split("  ")[::-1] for line in files.pop("SHA256SUMS").decode().splitlines())
    assert listed == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def test_cited_events_are_there_byte_for_byte_under_their_keys(one) -> None:
    folder, manifest = one(MODEL)
    log = dict(enumerate(pipeline(), 1))
    answer = json.loads((folder / "answer.json").read_text())
    edges = answer["provenance"]["edges"] + answer["impact"]["subgraph"]["edges"]
    assert {each["seq"] for each in manifest["events"]} == {seq for edge in edges for seq in edge["eventSeqs"]}
    for each in manifest["events"]:
        body = (folder / each["file"]).read_bytes()
        assert body == log[each["seq"]]
        assert each["key"] == canonical.key(canonical.canonical_of(body))


def test_the_head_hash_follows_from_the_keys(one) -> None:
    folder, manifest = one(MODEL)
    keys = (folder / "keys.txt").read_text().splitlines()
    head = "0" * 64
    for key in keys:
        head = hashlib.sha256(f"{head}{key}".encode()).hexdigest()
    assert manifest["log"] == {"seq": 7, "headHash": head, "lastReceivedAt": "1970-01-01T00:00:00.000000007Z"}
    assert all(keys[each["seq"] - 1] == each["key"] for each in manifest["events"])


def test_the_manifest_tells_what_was_asked_and_what_that_came_to(url, tmp_path: Path) -> None:
    as_of = 1_714_561_200_000_000_000
    _, asked = exported(url, tmp_path, Question(MODEL), Question(run_id("t"), as_of, "6"))
    assert asked["question"]["asked"] == {"ref": run_id("t"), "asOf": "2024-05-01T11:00:00Z", "asKnown": "6"}
    assert asked["question"]["resolved"]["id"] == f"run/{run_id('t')}"
    assert (asked["complete"], asked["cutBy"], asked["whence"]) == (True, [], "1.2.3")
    assert asked["impact"]["sentence"].endswith("As of 2024-05-01T11:00:00Z; facets, tags and owners are the latest.")
    assert [gap["kind"] for gap in asked["provenance"]["gaps"]] == ["UNVERSIONED_READ"]


def test_both_answers_are_those_of_the_questions(one) -> None:
    folder, _ = one("sha256:" + "ab" * 32)
    answer = json.loads((folder / "answer.json").read_text())
    store = MemoryStore()

    async def ask():
        await store.put([incoming(body, number) for number, body in enumerate(pipeline(), 1)])
        ref = "sha256:" + "ab" * 32
        return await queries.provenance(store, ref), await queries.impact(store, ref)

    up, down = asyncio.run(ask())
    for found, given in ((up, answer["provenance"]), (down.subgraph, answer["impact"]["subgraph"])):
        assert [node["id"] for node in given["nodes"]] == [node.uid for node in found.nodes]
        assert [edge["id"] for edge in given["edges"]] == [edge.id for edge in found.edges]
        assert given["depths"] == list(found.depths)
        assert given["roots"] == list(found.roots)
        assert given["completeness"]["sentence"] == found.completeness.sentence
    assert answer["impact"]["total"] == down.total > 0
    assert answer["impact"]["servingNow"] == [node.uid for node in down.serving_now] != []
    assert answer["impact"]["modelsToRetrain"] == [node.uid for node in down.models_to_retrain] != []


def test_numbers_of_any_size_stay_exact(one) -> None:
    folder, _ = one(MODEL)
    nodes = json.loads((folder / "answer.json").read_text())["provenance"]["nodes"]
    assert {"numpy": str(2**70)} in [node["detail"].get("seeds") for node in nodes]


def test_what_has_no_edges_cites_the_first_event_that_speaks_of_it(one) -> None:
    _, manifest = one("jobs lonely")
    assert manifest["counts"] == {"nodes": 1, "edges": 0, "events": 1}
    assert [each["seq"] for each in manifest["events"]] == [7]


def test_an_unknown_ref_is_not_found(url, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        exported(url, tmp_path, Question("nothing like it"), bodies=[])


def test_an_export_is_whole_or_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST_NODES", 3)
    with pytest.raises(TooCostly):
        exported("memory:", tmp_path, Question(MODEL))
    assert contents(tmp_path) == {}


def test_an_export_is_longer_than_an_answer_on_the_screen(tmp_path: Path) -> None:
    many = 1_200
    body = run_event("wide", inputs=[f"part{number}@1" for number in range(many)], outputs=["whole@1"])
    (manifest,) = exported("memory:", tmp_path, Question("whole@1"), bodies=[body])
    assert manifest["counts"]["nodes"] == many + 2 > Walk().max_nodes
    assert manifest["complete"] is True


def test_both_answers_are_of_one_position_or_none_is_given() -> None:
    class Busy(MemoryStore):
        """Every look at the log finds one event more."""

        more = 0

        async def events(self, *arguments, **named):
            self.more += 1
            if self.more < self.until:
                await self.put([incoming(dataset_event(f"other@{self.more}"))])
            return await super().events(*arguments, **named)

    async def run(until: int):
        store = Busy()
        store.until = 0
        await store.put([incoming(body) for body in pipeline()])
        store.until = until
        return (await export(store, Question(MODEL), Unwritten(), "1.2.3")).value

    manifest = asyncio.run(run(8))
    assert manifest["log"]["seq"] > len(pipeline())
    with pytest.raises(StoreUnavailable, match="faster"):
        asyncio.run(run(1_000_000))
