"""What must hold for nodes and hops: get, expand, find, uids that were replaced."""

from __future__ import annotations

import msgspec

from whence.errors import BadRequest, WhenceError
from whence.merge.state import ALIAS, Changes, Entry
from whence.model import uid
from whence.model.answers import LogFilter, NodeFilter
from whence.model.graph import CommitDetail, ContentDetail, Digest, Edge, Node, VersionDetail
from whence.model.kinds import Direction, EdgeType, InputRole, Kind, RunState, Strength
from whence.store.memory import graph_changes
from whence.store.port import Store
from whence.testing.events import run_event
from whence.testing.graphs import Graph, graph, node, uid_of
from whence.testing.harness import StoreSuite, on_a_store, put, raises

UP, DOWN = Direction.UPSTREAM, Direction.DOWNSTREAM
ALL = tuple(EdgeType)


class NodeTests(StoreSuite):
    @on_a_store
    async def test_get_gives_whole_nodes_and_nothing_for_the_unknown(self, store: Store) -> None:
        given = msgspec.structs.replace(
            node("v1", 5),
            tags=("pii", "team:risk"),
            owners=("ana",),
            facets={"schema": msgspec.Raw(b'{"fields":[]}'), "x": msgspec.Raw(b"12345678901234567890")},
        )
        await self.apply(store, graph_changes([given, node("r1")], []))
        assert await store.get([given.uid, "version/no/such/one", "", "\0"]) == {given.uid: given}
        bare = await store.get([given.uid, given.uid, uid_of("r1")], facets=False)
        assert bare == {given.uid: msgspec.structs.replace(given, facets=None), uid_of("r1"): node("r1")}
        assert (await store.get([uid_of("r1")]))[uid_of("r1")].facets == {}
        assert await store.get([]) == {}

    @on_a_store
    async def test_a_node_is_replaced_whole_and_removed_whole(self, store: Store) -> None:
        first = msgspec.structs.replace(node("v1", 5), tags=("old",), facets={"a": msgspec.Raw(b"1")})
        await self.apply(store, graph_changes([first, node("r1")], [_edge("r1 USED v1")]))
        second = msgspec.structs.replace(node("v1", 9), name="renamed", tags=("new",), facets={})
        await self.apply(store, graph_changes([second], []))
        assert await store.get([first.uid]) == {first.uid: second}
        assert await _found(store, NodeFilter(tag="old")) == await _found(store, NodeFilter(name="table")) == []
        assert await _found(store, NodeFilter(tag="new")) == [first.uid]
        gone = graph_changes([], [])
        gone.nodes[first.uid] = None
        gone.edges_removed.append(_edge("r1 USED v1").key)
        await self.apply(store, gone)
        assert await store.get([first.uid]) == {}
        assert await _found(store, NodeFilter()) == [uid_of("r1")]
        assert (await store.expand([uid_of("r1")], UP, ALL)).edges == {uid_of("r1"): ()}

    @on_a_store
    async def test_an_edge_to_no_node_is_refused_whole(self, store: Store) -> None:
        broken = graph_changes([node("v1"), node("v2")], [_edge("v1 DERIVED_FROM v2"), _edge("v1 DERIVED_FROM v3")])
        await raises(WhenceError, self.apply(store, broken))
        assert await _found(store, NodeFilter()) == []

    @on_a_store
    async def test_a_replaced_uid_is_answered_by_its_successor(self, store: Store) -> None:
        """Rule 9."""
        changes = graph("r1 USED v2", "v2 GENERATED_BY r2").changes
        changes.entries_added += [_alias("old", uid_of("v1")), _alias(uid_of("v1"), uid_of("v2"))]
        changes.entries_added += [_alias(uid_of("r1"), uid_of("r2")), _alias("circle", "circle")]
        await self.apply(store, changes)
        found = await store.get(["old", uid_of("v1"), uid_of("r1"), "circle"], facets=False)
        assert {asked: got.uid for asked, got in found.items()} == {
            "old": uid_of("v2"),
            uid_of("v1"): uid_of("v2"),
            uid_of("r1"): uid_of("r1"),
        }
        hop = await store.expand(["old"], UP, ALL)
        assert [edge.target for edge in hop.edges["old"]] == [uid_of("r2")]
        assert (await store.closure(["old"], DOWN, ALL)).roots == (uid_of("v2"),)

    @on_a_store
    async def test_a_node_that_goes_takes_its_edges_along(self, store: Store) -> None:
        await self.apply(store, graph("v1 DERIVED_FROM v2", "v2 DERIVED_FROM v3", "v1 DERIVED_FROM v3").changes)
        await self.apply(store, _without("v2"))
        for direction, word in ((UP, "v1"), (DOWN, "v3")):
            (edges,) = (await store.expand([uid_of(word)], direction, ALL)).edges.values()
            assert [edge.key for edge in edges] == [_edge("v1 DERIVED_FROM v3").key]
        await self.apply(store, graph(nodes=["v2"]).changes)
        assert (await store.expand([uid_of("v2")], UP, ALL)).totals == {uid_of("v2"): 0}

    @on_a_store
    async def test_events_are_found_by_a_replaced_uid_and_by_one_that_is_gone(self, store: Store) -> None:
        await put(store, run_event("r1", outputs=["clean@1"]))
        clean = uid.version("file", "clean", "1")
        changes = graph(nodes=["v1"]).changes
        changes.touches += [(uid_of("v1"), 1), ("version/never/a/node", 1)]
        changes.entries_added.append(_alias("old", clean))
        await self.apply(store, changes)
        await self.apply(store, _without("v1"))
        for touched in (clean, "old", uid_of("v1"), "version/never/a/node"):
            page = await store.events(LogFilter(touching=touched))
            assert [entry.seq for entry in page.entries] == [1], touched
        assert (await store.events(LogFilter(touching="other"))).total == 0


class HopTests(StoreSuite):
    @on_a_store
    async def test_hops_go_out_upstream_and_in_downstream_newest_first(self, store: Store) -> None:
        given = graph("r1 USED v1 @3", "r1 USED v2 @5", "r1 USED v3 @3", "a1 SAME_AS a2", "v4 GENERATED_BY r1 @9")
        await self.apply(store, given.changes)
        hop = await store.expand([uid_of("r1"), uid_of("v1"), "unknown"], UP, [EdgeType.USED, EdgeType.GENERATED_BY])
        assert [edge.target for edge in hop.edges[uid_of("r1")]] == [uid_of("v2"), uid_of("v1"), uid_of("v3")]
        assert (hop.edges[uid_of("v1")], hop.edges["unknown"]) == ((), ())
        assert (hop.totals, hop.more) == ({uid_of("r1"): 3, uid_of("v1"): 0, "unknown": 0}, {})
        back = await store.expand([uid_of("r1")], DOWN, ALL)
        assert [edge.source for edge in back.edges[uid_of("r1")]] == [uid_of("v4")]
        assert (await store.expand([uid_of("r1")], UP, [])).edges == {uid_of("r1"): ()}

    @on_a_store
    async def test_an_edge_keeps_all_it_says(self, store: Store) -> None:
        used = _edge("r1 USED v1 @3")
        edges = [
            msgspec.structs.replace(used, role=InputRole.TRAIN, subset='{"rows":[1,2]}', event_seqs=(1, 900)),
            msgspec.structs.replace(used, role=InputRole.TEST, at=4),
            msgspec.structs.replace(used, type=EdgeType.DERIVED_FROM, relation="FINE_TUNE", run=uid_of("r1")),
            msgspec.structs.replace(used, type=EdgeType.SAME_AS, at=None),
        ]
        await self.apply(store, graph_changes([node("r1"), node("v1")], edges))
        found = (await store.expand([uid_of("r1")], UP, ALL)).edges[uid_of("r1")]
        assert list(found) == [edges[1], edges[2], edges[0], edges[3]]
        changed = msgspec.structs.replace(edges[1], at=2, event_seqs=(7,))
        await self.apply(store, graph_changes([], [changed]))
        found = (await store.expand([uid_of("v1")], DOWN, ALL)).edges[uid_of("v1")]
        assert list(found) == [edges[2], edges[0], changed, edges[3]]

    @on_a_store
    async def test_pages_of_a_hub_lose_and_repeat_nothing(self, store: Store) -> None:
        edges = [f"r{number} USED v0 @{number % 4}" for number in range(40)]
        edges += [f"v0 GENERATED_BY r{number} @{number % 3}" for number in range(10)]
        twice = msgspec.structs.replace(_edge("r5 USED v0 @1"), role=InputRole.TEST)
        given = graph(*edges)
        await self.apply(store, graph_changes(given.nodes, [*given.edges, twice]))
        for direction, total in ((DOWN, 41), (UP, 10)):
            whole = (await store.expand([uid_of("v0")], direction, ALL)).edges[uid_of("v0")]
            paged: list[Edge] = []
            after = None
            while True:
                hop = await store.expand([uid_of("v0")], direction, ALL, first=7, after=after)
                paged += hop.edges[uid_of("v0")]
                assert hop.totals[uid_of("v0")] == total
                after = hop.more.get(uid_of("v0"))
                if after is None:
                    break
            assert (tuple(paged), len(paged)) == (whole, total)
            far = [edge.source if direction is DOWN else edge.target for edge in whole]
            assert [(-(edge.at or 0), each) for edge, each in zip(whole, far, strict=True)] == sorted(
                (-(edge.at or 0), each) for edge, each in zip(whole, far, strict=True)
            )

    @on_a_store
    async def test_several_hubs_are_paged_at_once_but_resumed_one_by_one(self, store: Store) -> None:
        await self.apply(store, graph("r1 USED v1", "r1 USED v2", "r2 USED v1").changes)
        hop = await store.expand([uid_of("r1"), uid_of("r2")], UP, ALL, first=1)
        assert {near: len(edges) for near, edges in hop.edges.items()} == {uid_of("r1"): 1, uid_of("r2"): 1}
        assert hop.more.keys() == {uid_of("r1")}
        cursor = hop.more[uid_of("r1")]
        rest = await store.expand([uid_of("r1")], UP, ALL, after=cursor)
        assert [edge.target for edge in rest.edges[uid_of("r1")]] == [uid_of("v2")]
        await raises(BadRequest, store.expand([uid_of("r1"), uid_of("r2")], UP, ALL, after=cursor))
        for wrong in ("", "!", "bm90IGpzb24", "WzFd"):
            await raises(BadRequest, store.expand([uid_of("r1")], UP, ALL, first=1, after=wrong))

    @on_a_store
    async def test_as_of_hides_later_edges_and_far_ends(self, store: Store) -> None:
        """Rule 24; SAME_AS is always in force."""
        given = graph(
            "a1 SAME_AS a2",
            "a1 VERSION_OF v1 @3",
            "a1 VERSION_OF v2 @4",
            "a1 VERSION_OF v3 @2",
            "a1 VERSION_OF v4 @3",
            at={"v1": 3, "v2": 3, "v3": 4, "v4": None, "a1": 1, "a2": None},
        )
        timeless = [msgspec.structs.replace(given.edges[0], at=None), *given.edges[1:]]
        await self.apply(store, graph_changes(given.nodes, timeless))
        for first in (None, 10):
            hop = await store.expand([uid_of("a1")], UP, ALL, as_of=3, first=first)
            assert [edge.target for edge in hop.edges[uid_of("a1")]] == [uid_of("v1"), uid_of("v4"), uid_of("a2")]
            assert hop.totals == {uid_of("a1"): 3}


class FindTests(StoreSuite):
    @on_a_store
    async def test_everything_given_must_hold(self, store: Store) -> None:
        digests = (Digest("sha256", "ab" * 32), Digest("etag", "Not-Hex-1", Strength.WEAK))
        version = msgspec.structs.replace(
            node("v1", 10),
            name="Straße/Clean",
            tags=("pii", "team:Risk"),
            owners=("Ana",),
            detail=VersionDetail(uid_of("a1"), "s3://b", "clean", "v1", digests=digests),
        )
        content = msgspec.structs.replace(node("c1", 5), detail=ContentDetail("sha256", "ab" * 32))
        commit = msgspec.structs.replace(node("k1"), detail=CommitDetail("https://example.com/r", "ab" * 20))
        running = node("r1", 20)
        nodes = [version, content, commit, running, node("a1", 1), node("j1", 2)]
        await self.apply(store, graph_changes(nodes, []))
        v, c, k, r, a, j = (each.uid for each in nodes)
        cases = {
            NodeFilter(): [r, v, c, j, a, k],
            NodeFilter(kinds=(Kind.RUN, Kind.CONTENT)): [r, c],
            NodeFilter(name="Straße/Clean"): [v],
            NodeFilter(name="clean"): [],
            NodeFilter(namespace="s3://b"): [v],
            NodeFilter(namespace="jobs"): [j],
            NodeFilter(tag="team:Risk"): [v],
            NodeFilter(tag="team"): [],
            NodeFilter(owner="Ana"): [v],
            NodeFilter(job="job/jobs/train"): [r],
            NodeFilter(job=a): [],
            NodeFilter(state=RunState.COMPLETE): [r],
            NodeFilter(state=RunState.FAIL): [],
            NodeFilter(versions_of=(a, "asset/x/y")): [v],
            NodeFilter(versions_of=("job/jobs/train",)): [],
            NodeFilter(digest="sha256:" + "AB" * 32): [v, c],
            NodeFilter(digest="etag:not-hex-1"): [v],
            NodeFilter(digest="sha256:" + "ab" * 4): [],
            NodeFilter(digest="ABABABAB"): [v, c, k],
            NodeFilter(digest="ab" * 21): [v, c],
            NodeFilter(text="STRASSE"): [v],
            NodeFilter(text="team:risk"): [v],
            NodeFilter(text="file"): [v, a],
            NodeFilter(text="example.com/r"): [k],
            NodeFilter(text="abababab"): [v, c, k],
            NodeFilter(text=""): [r, v, c, j, a, k],
            NodeFilter(text="100%"): [],
            NodeFilter(text="\0"): [],
            NodeFilter(since=5, until=20): [v, c],
            NodeFilter(since=20): [r],
            NodeFilter(until=2): [a],
            NodeFilter(as_of=5): [c, j, a, k],
            NodeFilter(as_of=5, since=2): [c, j],
            NodeFilter(text="file", kinds=(Kind.DATASET,), as_of=1): [a],
        }
        for wanted, expected in cases.items():
            page = await store.find(wanted)
            assert ([each.uid for each in page.items], page.total) == (expected, len(expected)), wanted
            assert all(each.facets is None for each in page.items)

    @on_a_store
    async def test_a_digest_that_is_none_is_a_bad_request(self, store: Store) -> None:
        for wrong in ("", "abc", "xyzxyzxyz", ":", "sha256:"):
            await raises(BadRequest, store.find(NodeFilter(digest=wrong)))

    @on_a_store
    async def test_pages_of_nodes_lose_and_repeat_nothing(self, store: Store) -> None:
        times = {f"v{number}": None if number % 5 == 0 else number % 3 for number in range(23)}
        await self.apply(store, graph(at=times).changes)
        for wanted in (NodeFilter(), NodeFilter(text="file"), NodeFilter(kinds=(Kind.DATASET_VERSION,))):
            seen: list[Node] = []
            after = None
            while True:
                page = await store.find(wanted, first=4, after=after)
                seen += page.items
                assert (page.total, page.total_exact) == (23, True)
                if not page.has_next:
                    break
                after = page.cursors[-1]
            assert len({each.uid for each in seen}) == len(seen) == 23
            keys = [(each.at is None, -(each.at or 0), each.uid) for each in seen]
            assert keys == sorted(keys)
        await raises(BadRequest, store.find(NodeFilter(), after="nonsense"))


async def _found(store: Store, wanted: NodeFilter) -> list[str]:
    return [each.uid for each in (await store.find(wanted)).items]


def _edge(text: str) -> Edge:
    return graph(text).edges[0]


def _without(word: str) -> Changes:
    changes = graph_changes([], [])
    changes.nodes[uid_of(word)] = None
    return changes


def _alias(old: str, new: str) -> Entry:
    return Entry(ALIAS, old, 0, 0, new, "")


__all__ = ["FindTests", "Graph", "HopTests", "NodeTests"]
