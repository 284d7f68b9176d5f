"""A second, naive implementation of "Which models used this", straight from the page's sentences, against the first on random graphs."""

from __future__ import annotations

import asyncio

import networkx
from hypothesis import given, settings
from hypothesis import strategies as st

from whence import queries
from whence.model.kinds import DOWNSTREAM_EDGES, AssetType, EdgeType, How, InputRole, Kind

ROLES = [
    None,
    InputRole.TRAIN,
    InputRole.VALIDATION,
    InputRole.TEST,
    InputRole.BASE_MODEL,
    InputRole.MODEL,
    InputRole.CONFIG,
]
NAMES = ["d0", "d1", "d2", "d3", "a0", "m0", "m1", "m2", "m3"]
RUNS = ["r0", "r1", "r2", "r3"]
BYTES = ["aa" * 32, "bb" * 32]

names, runs = st.sampled_from(NAMES), st.sampled_from(RUNS)
worlds = st.fixed_dictionaries(
    {
        "reads": st.lists(st.tuples(runs, names, st.sampled_from(ROLES)), max_size=14),
        "writes": st.lists(st.tuples(names, runs), max_size=6, unique_by=lambda pair: pair[0]),
        "stated": st.lists(st.tuples(names, runs, names), max_size=4),
        "derived": st.lists(st.tuples(names, names), max_size=3),
        "bytes": st.lists(st.tuples(st.sampled_from(NAMES[:5]), st.sampled_from(BYTES), st.booleans()), max_size=4),
        "twins": st.lists(st.tuples(st.sampled_from(NAMES[:2]), st.sampled_from(NAMES[2:4])), max_size=1),
    }
)


def build(new_graph, world):
    graph, version = new_graph(), {}
    kinds = {"d": AssetType.DATASET, "a": AssetType.ARTIFACT, "m": AssetType.MODEL}
    held = {name: (value, conflict) for name, value, conflict in world["bytes"]}
    for name in NAMES:
        value, conflict = held.get(name, (None, False))
        words = {"bytes_": {"sha256": value}, "conflict": conflict} if value else {}
        version[name] = graph.version(name, kind=kinds[name[0]], **words)
    for run in RUNS:
        graph.run(run)
    for run, name, role in world["reads"]:
        graph.edge(EdgeType.USED, f"run/{run}", version[name], role=role)
    written = set()
    for name, run in world["writes"]:
        written.add(name)
        graph.edge(EdgeType.GENERATED_BY, version[name], f"run/{run}")
    for name, run, source in world["stated"]:
        if name not in written and name != source:
            graph.written(version[name], f"run/{run}")
            graph.derived(version[name], version[source], run=f"run/{run}")
    for name, base in world["derived"]:
        if name != base:
            graph.derived(version[name], version[base])
    for pair in world["twins"]:
        graph.twins(*(version[name] for name in pair))
    return graph, version


def ends(graph, *kinds):
    return {(e.source, e.target) for e in graph.edges.values() if e.type in kinds}


def asked_for(graph, roots):
    has, lent, twin = (
        ends(graph, EdgeType.HAS_CONTENT),
        ends(graph, EdgeType.CONTENT_OF),
        ends(graph, EdgeType.SAME_STATE),
    )
    asked, before = set(roots), set()
    while asked != before:
        before = set(asked)
        contents = {c for c, v in lent if v in asked}
        asked |= {v for v, c in has if c in contents} | {a for a, b in twin if b in asked}
    return asked


class Naive:
    """{(model version, how): length of its shortest path}, one sentence of the page at a time."""

    def __init__(self, graph, root):
        self.s = asked_for(graph, {root})
        walked = networkx.DiGraph(ends(graph, *DOWNSTREAM_EDGES))
        walked.add_nodes_from(self.s)
        self.d = self.s.union(*(networkx.ancestors(walked, v) for v in self.s))
        self.hops = networkx.multi_source_dijkstra_path_length(walked.reverse(), self.s)
        self.kind = {uid: node.kind for uid, node in graph.nodes.items()}
        self.used = [(e.source, e.target, e.role) for e in graph.edges.values() if e.type is EdgeType.USED]
        self.generated, self.written = ends(graph, EdgeType.GENERATED_BY), ends(graph, EdgeType.WRITTEN_BY)
        self.bases = ends(graph, EdgeType.DERIVED_FROM)
        self.found = {}
        for m in self.d:
            if self.kind[m] is Kind.MODEL_VERSION:
                self.derived(m)
                self.made(m)
        self.evaluated()

    def tell(self, model, how, length):
        self.found[model, how] = min(length, self.found.get((model, how), length))

    def derived(self, m):
        for x in (b for a, b in self.bases if a == m and b in self.d):
            if self.kind[x] is Kind.MODEL_VERSION:
                self.tell(m, How.FINE_TUNED_FROM, 1 + self.hops[x])
            elif not any(a == m for a, _ in self.generated | self.written):
                self.tell(m, How.ROLE_UNKNOWN, 1 + self.hops[x])

    def made(self, m):
        for r, x, role in self.used:
            by_it = (m, r) in self.generated or ((m, r) in self.written and (m, x) in self.bases)
            if x != m and x in self.d and by_it:
                for how in self.hows(x, role):
                    self.tell(m, how, 2 + self.hops[x])

    def hows(self, x, role):
        kind, in_s = self.kind[x], x in self.s
        return [
            how
            for how, holds in {
                How.TRAINED_ON: role is InputRole.TRAIN and in_s,
                How.VALIDATED_ON: role is InputRole.VALIDATION and in_s,
                How.TRAINED_ON_DERIVED: role is InputRole.TRAIN and not in_s and kind is Kind.DATASET_VERSION,
                How.FINE_TUNED_FROM: role is InputRole.BASE_MODEL and kind is Kind.MODEL_VERSION,
                How.ROLE_UNKNOWN: role is None,
            }.items()
            if holds
        ]

    def evaluated(self):
        for r, x, role in self.used:
            if role is InputRole.TEST and x in self.d:
                models = [(m, as_) for run, m, as_ in self.used if run == r and self.kind[m] is Kind.MODEL_VERSION]
                has_role = any(as_ is InputRole.MODEL for _, as_ in models)
                for m, as_ in models:
                    if m != x and as_ is (InputRole.MODEL if has_role else None):
                        self.tell(m, How.EVALUATED_ON, 2 + self.hops[x])


def hops_to_s(via):
    """Hops of a path without its last part, which only leads from one version of S to another."""
    same = {EdgeType.HAS_CONTENT, EdgeType.CONTENT_OF, EdgeType.SAME_STATE}
    hops = len(via.edges)
    while hops and via.edges[hops - 1].type in same:
        hops -= 1
    return hops


@settings(max_examples=300, deadline=None)
@given(world=worlds, name=st.sampled_from(NAMES))
def test_both_find_the_same_models_in_the_same_ways_by_paths_of_the_same_length(new_graph, world, name):
    graph, version = build(new_graph, world)

    page = asyncio.run(queries.models_using(graph.store(), version[name]))

    first = {
        (use.version.uid, how): hops_to_s(via) for use in page.items for how, via in zip(use.how, use.via, strict=True)
    }
    assert first == Naive(graph, version[name]).found
    asked = asked_for(graph, {version[name]})
    for use in page.items:
        for via in use.via:
            assert via.nodes[0].uid == use.version.uid
            assert via.nodes[hops_to_s(via)].uid in asked
            assert via.nodes[-1].uid == version[name], "and on over equal bytes and other names to what was asked for"
            for edge, a, b in zip(via.edges, via.nodes, via.nodes[1:], strict=False):
                assert {edge.source, edge.target} == {a.uid, b.uid}
                assert edge.key in graph.edges
