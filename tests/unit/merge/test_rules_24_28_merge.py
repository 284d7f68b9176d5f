"""Rules 24 to 28: what exists, JobEvents and DatasetEvents, and records that do not grow."""

from __future__ import annotations

import asyncio

import pytest

from whence.merge import records
from whence.model.graph import JobDetail
from whence.model.kinds import Kind
from whence.store.memory import MemoryStore
from whence.testing.events import run_id
from whence.testing.harness import put

from .scenes import at, complete, declared, ds, fail, ran, running, said, scene, start


def test_rule_24_a_node_exists_while_some_record_derives_it() -> None:
    """Everything that the first reading of a run led to goes when a later event says otherwise."""
    seen = scene(
        start("r1", 1, [ds("raw", "a")], ["clean@draft"], commit="c1"),
        ran("r2", 0, 0.5, outs=[ds("raw@1", "a")]),
        complete("r1", 5, [], ["clean@1"], commit="c2"),
    )
    assert {"raw@sha256:a", "clean@draft", "clean@run:r1", "commit:c1"}.isdisjoint(seen.nodes)
    assert {"raw@1", "clean@1", "commit:c2", "sha256:a"} <= seen.nodes.keys()


def test_rule_24_no_edge_hangs_in_the_air() -> None:
    seen = scene(
        ran("r1", 1, 5, [ds("a", "a")], [ds("x", "b", base="m")], parent="parent", commit="c1", lineage={"x": ["q"]}),
        said(ds("a@2", also=["z"]), 3),
        declared(2, ["a"], ["x"]),
    )
    ends = {word for link in seen.all_links() for word in (link.split()[0], link.split()[2])}
    assert ends <= seen.nodes.keys()
    assert {"a", "x", "m", "q", "z", "parent", "job:train", "job:flow"} <= seen.nodes.keys()


def test_rule_24_facets_tags_and_owners_are_the_latest() -> None:
    """Of an asset, and of a version: the latest by event time, whatever came last."""
    old = ds("raw@1", ownership={"owners": [{"name": "ana"}]}, tags={"tags": [{"key": "old"}]})
    new = ds("raw@1", ownership={"owners": [{"name": "bo"}]}, tags={"tags": [{"key": "new"}]})
    seen = scene(said(new, 9), said(old, 3))
    for word in ("raw", "raw@1"):
        assert (seen.nodes[word].owners, seen.nodes[word].tags) == (("bo",), ("new",)), word


def test_rule_24_registry_aliases_are_dated() -> None:
    def champion(version: str, action: str = "SET") -> dict[str, object]:
        return ds(f"m@{version}", whence_alias={"name": "champion", "action": action})

    seen = scene(said(champion("1"), 3), said(champion("2"), 5), said(champion("1", "DELETE"), 5))
    assert [(a.name, a.at, a.action) for a in seen.version("m@1").aliases] == [
        ("champion", at(3), "SET"),
        ("champion", at(5), "DELETE"),
    ]
    assert [(a.name, a.at) for a in seen.version("m@2").aliases] == [("champion", at(5))]


def test_rule_25_a_job_event_declares_and_is_never_walked() -> None:
    seen = scene(declared(1, ["raw@1"], [ds("clean", documentation={"description": "x"})]), start("r1", 2, ["raw"]))
    job = seen.nodes["job:train"].detail
    assert isinstance(job, JobDetail)
    assert ([*job.declared_inputs], [*job.declared_outputs]) == (["asset/d/raw"], ["asset/d/clean"])
    assert seen.links("USED", "GENERATED_BY", "INSTANCE_OF") == {"r1 USED raw@~", "r1 INSTANCE_OF job:train"}
    assert seen.versions("clean") == set()
    assert seen.facet("clean", "documentation")["description"] == "x"


def test_rule_25_the_latest_job_event_declares() -> None:
    seen = scene(declared(1, ["raw"], ["clean"]), declared(5, ["other"], []))
    job = seen.nodes["job:train"].detail
    assert isinstance(job, JobDetail)
    assert (job.declared_inputs, job.declared_outputs) == (("asset/d/other",), ())


def test_rule_25_a_dataset_event_without_a_version_makes_none() -> None:
    seen = scene(said(ds("raw", documentation={"description": "x"}), 5))
    assert (seen.versions(), seen.nodes["raw"].kind) == (set(), Kind.DATASET)
    assert seen.facet("raw", "documentation")["description"] == "x"
    assert seen.minute("raw") == 5


def test_rule_25_a_dataset_event_with_a_version_is_a_sighting() -> None:
    seen = scene(said(ds("raw@1", "a"), 5), start("r1", 6, ["raw"]))
    assert seen.minute("raw@1") == 5
    assert seen.edges("USED", "HAS_CONTENT", "VERSION_OF") == {
        "r1 USED raw@1 @6 INFERRED",
        "raw@1 HAS_CONTENT sha256:a @5",
        "raw@1 VERSION_OF raw @5",
    }


SOURCES = {"inputs": [{"type": "DATASET", "namespace": "d", "name": "raw"}]}


def test_rule_25_the_lineage_of_a_dataset_event_counts_for_the_version_that_it_names() -> None:
    seen = scene(
        ran("r1", 1, 2, outs=["raw@1"]), said(ds("clean@1", lineage=SOURCES), 5), ran("r2", 6, 7, outs=["raw@2"])
    )
    assert seen.edges("DERIVED_FROM") == {"clean@1 DERIVED_FROM raw@1 @5 INFERRED"}
    assert seen.links("WRITTEN_BY") == set()


def test_rule_25_without_a_version_it_says_nothing() -> None:
    seen = scene(ran("r1", 1, 2, outs=["raw@1", "clean@1"]), said(ds("clean", lineage=SOURCES), 5))
    assert seen.links("DERIVED_FROM") == set()


def test_rule_25_a_late_symlink_of_a_source_moves_the_lineage_of_a_dataset_event() -> None:
    seen = scene(
        said(ds("clean@1", lineage=SOURCES), 5), ran("r1", 1, 2, outs=["table@1"]), said(ds("raw", also=["table"]), 0)
    )
    assert seen.links("DERIVED_FROM") == {"clean@1 DERIVED_FROM table@1"}


@pytest.mark.parametrize("change", [{"name": "x"}, {"name": "y"}], ids=["one facet", "facets that change"])
def test_rule_26_a_stream_that_never_ends_does_not_grow_its_record(change: dict[str, str]) -> None:
    def beat(number: int) -> bytes:
        noise = {"custom": {"beat": number} if change["name"] == "y" else change}
        return running("r1", number / 100, ["raw"], [ds("clean", **noise)], run_facets=noise)

    async def size_after(beats: int) -> int:
        store = MemoryStore()
        for begin in range(0, beats, 100):
            await put(store, *(beat(number) for number in range(begin, begin + 100)))
        record = store._known.records([f"run {run_id('r1')}", run_id("r1")])
        found = [value for value in record.values() if isinstance(value, records.RunRecord)]
        assert len(found) == 1
        return len(records.encode(found[0]))

    few, many = asyncio.run(size_after(200)), asyncio.run(size_after(2_000))
    assert many <= few + 32, "a few bytes for larger numbers"


def test_rule_27_a_late_write_moves_every_read_that_looks_at_it() -> None:
    reads = [start(f"r{n}", n + 2, ["raw"]) for n in (1, 2, 3, 4)]
    late = ran("other", 0, 4.5, outs=["raw@2"])
    seen = scene(ran("r0", 0, 1, outs=["raw@1"]), reads, late)
    assert seen.links("USED") == {"r1 USED raw@1", "r2 USED raw@1", "r3 USED raw@2", "r4 USED raw@2"}


def test_rule_27_a_late_write_moves_derivations_with_the_reads() -> None:
    made = ran("r1", 5, 6, ["raw"], ["x@1"], lineage={"x": ["raw"]})
    assert scene(made).links("DERIVED_FROM") == {"x@1 DERIVED_FROM raw@~"}
    assert scene(made, ran("r0", 0, 1, outs=["raw@1"])).links("DERIVED_FROM") == {"x@1 DERIVED_FROM raw@1"}


def test_rule_27_the_failed_flag_follows_a_same_named_sibling() -> None:
    """No row of a@1 changes when b@1, its other name, is written."""
    failed = [start("r1", 1), fail("r1", 2, [], [ds("a@1", also=["b"])])]
    seen = scene(failed, start("r2", 3, ["a@1"]), ran("r3", 4, 5, outs=["b@1"]))
    assert not seen.version("a@1").failed
    assert seen.minute("a@1") == seen.minute("b@1") == 3


def test_rule_27_children_are_linked_anew_when_their_parents_attempts_change() -> None:
    child = start("child", 12, parent="parent")
    one = scene(child, start("parent", 1), start("parent", 10))
    assert one.links("CHILD_OF") == {"child CHILD_OF parent"}
    two = scene(child, start("parent", 1), start("parent", 10), fail("parent", 5))
    assert two.links("CHILD_OF") == {"child CHILD_OF parent@10"}


def test_rule_28_the_times_of_a_batch_may_lie_in_any_order() -> None:
    """`scene` merges each batch as one and compares it with one by one; here the batch is upside down."""
    seen = scene(
        complete("r2", 9, [], ["clean@1"]), start("r2", 8, ["raw"]), complete("r1", 5, [], ["raw@1"]), start("r1", 4)
    )
    assert seen.links("USED") == {"r2 USED raw@1"}
