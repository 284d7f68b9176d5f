"""Small scenes: events by short words in, the graph by short words out, the same one whatever the order and the batches.

Words: `raw` an asset of namespace `d` · `raw@1` its version · `r1` a run · `r1@10` its attempt begun at minute 10 · `sha256:a` the content of made-up
digest `a` · `job:train` · `commit:c1` · `environment:…`. Times are whole minutes after 2026-01-01T00:00Z.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from whence.model import instant, uid
from whence.model.graph import AssetDetail, Edge, Node, RunDetail, VersionDetail
from whence.model.kinds import EdgeType, Evidence
from whence.store.memory import MemoryStore
from whence.testing import dataset, dataset_event, job_event, run_event
from whence.testing.events import run_id
from whence.testing.harness import put
from whence.testing.projection_tests import whole_graph

NAMESPACE: Final = "d"
RUNS: Final = {run_id(word): word for word in ("r0", "r1", "r2", "r3", "r4", "r5", "r6", "parent", "child", "other")}
_EPOCH: Final = instant.parse("2026-01-01T00:00:00Z")
_MINUTE: Final = 60 * 10**9
_LENGTHS: Final = {"sha256": 64, "sha512": 128, "blake3": 64, "dir-sha256": 64, "md5": 32, "git-blob": 40}

Events = bytes | Sequence[bytes]


# -- events in ---------------------------------------------------------------------------------------------------------


def at(minute: float) -> int:
    """ns UTC of a minute of the scene."""
    return _EPOCH + round(minute * _MINUTE)


def clock(minute: float) -> str:
    return instant.format(at(minute))


def digest(word: str, strength: str = "CONTENT") -> dict[str, str]:
    """`a` is a sha256, `md5:a` an md5: made-up values that `Scene` shows by the same letter."""
    algorithm, _, letter = word.rpartition(":")
    algorithm = algorithm or "sha256"
    return {"algorithm": algorithm, "value": _value(algorithm, letter), "strength": strength}


def ds(
    word: str,
    *digests: str | dict[str, str],
    role: str | None = None,
    writes: str | None = None,
    asserted: bool = False,
    also: Sequence[str] = (),
    change: str | None = None,
    was: str | None = None,
    append: bool = False,
    parents: Sequence[str] = (),
    base: str | None = None,
    relation: str = "FINE_TUNE",
    subset: Mapping[str, Any] | None = None,
    size: int | None = None,
    **facets: Mapping[str, Any],
) -> dict[str, Any]:
    """A dataset by its word and what is said of it. `also`: symlinks; `change`, `was`: lifecycle and the previous name; `base`: of a model derivation."""
    given: dict[str, Any] = dict(facets)
    if digests:
        given["whence_contentDigests"] = {"digests": [digest(d) if isinstance(d, str) else d for d in digests]}
        given["whence_contentDigests"] |= {"bytes": size} if size is not None else {}
    if also:
        given["symlinks"] = {"identifiers": [_named(name) | {"type": "TABLE"} for name in also]}
    if change:
        given["lifecycleStateChange"] = {"lifecycleStateChange": change}
        given["lifecycleStateChange"] |= {"previousIdentifier": _named(was)} if was else {}
    if append or parents:
        given["whence_versionInfo"] = {"append": append, "parents": [_named(parent) for parent in parents]}
    if base:
        given["whence_modelDerivation"] = {"base": _named(base), "relation": relation}
    made = dataset(word, NAMESPACE, **given)
    use = {
        "whence_inputRole": role and {"role": role},
        "whence_outputRole": writes and {"role": writes},
        "whence_evidence": asserted and {"evidence": "ASSERTED", "because": "a person said so"},
        "subset": subset,
    }
    said = {name: facet for name, facet in use.items() if facet}
    return made | {"inputFacets": said, "outputFacets": said} if said else made


def event(
    run: str,
    event_type: str,
    minute: float,
    ins: Sequence[str | dict[str, Any]] = (),
    outs: Sequence[str | dict[str, Any]] = (),
    *,
    job: str = "train",
    parent: str | None = None,
    commit: str | None = None,
    pin: Mapping[str, Any] | None = None,
    processing: str | None = None,
    lineage: Mapping[str, Sequence[str]] | None = None,
    run_facets: Mapping[str, Any] | None = None,
    job_facets: Mapping[str, Any] | None = None,
) -> bytes:
    """A RunEvent. `parent` is a run's word; `lineage` is {target: sources}, a source that begins with `job:` a job."""
    of_run, of_job = dict(run_facets or {}), dict(job_facets or {})
    if parent:
        of_run["parent"] = {"run": {"runId": run_id(parent)}, "job": {"namespace": "jobs", "name": "flow"}}
    if commit:
        of_run["whence_codeState"] = {"repository": "https://h/o/r", "commit": commit}
    if pin:
        of_run["whence_environmentPin"] = pin
    if processing:
        of_job["jobType"] = {"processingType": processing, "integration": "SPARK"}
    if lineage is not None:
        of_job["lineage"] = {"entries": [entry(target, sources) for target, sources in lineage.items()]}
    inputs, outputs = [_whole(each) for each in ins], [_whole(each) for each in outs]
    return run_event(
        run, event_type, clock(minute), job=job, inputs=inputs, outputs=outputs, run_facets=of_run, job_facets=of_job
    )


def entry(target: str, sources: Sequence[str]) -> dict[str, Any]:
    """One entry of a `lineage` facet."""
    return {**_typed(target), "inputs": [_typed(source) for source in sources]}


def start(run: str, minute: float, ins: Sequence[Any] = (), outs: Sequence[Any] = (), **more: Any) -> bytes:
    return event(run, "START", minute, ins, outs, **more)


def running(run: str, minute: float, ins: Sequence[Any] = (), outs: Sequence[Any] = (), **more: Any) -> bytes:
    return event(run, "RUNNING", minute, ins, outs, **more)


def complete(run: str, minute: float, ins: Sequence[Any] = (), outs: Sequence[Any] = (), **more: Any) -> bytes:
    return event(run, "COMPLETE", minute, ins, outs, **more)


def fail(run: str, minute: float, ins: Sequence[Any] = (), outs: Sequence[Any] = (), **more: Any) -> bytes:
    return event(run, "FAIL", minute, ins, outs, **more)


def abort(run: str, minute: float, ins: Sequence[Any] = (), outs: Sequence[Any] = (), **more: Any) -> bytes:
    return event(run, "ABORT", minute, ins, outs, **more)


def ran(
    run: str, began: float, ended: float, ins: Sequence[Any] = (), outs: Sequence[Any] = (), **more: Any
) -> list[bytes]:
    """A plain run: START with its inputs, COMPLETE with its outputs, everything else said in both."""
    return [start(run, began, ins, **more), complete(run, ended, (), outs, **more)]


def said(subject: str | dict[str, Any], minute: float) -> bytes:
    """A DatasetEvent."""
    return dataset_event(_whole(subject), clock(minute))


def declared(minute: float, ins: Sequence[Any] = (), outs: Sequence[Any] = (), job: str = "train") -> bytes:
    """A JobEvent."""
    inputs, outputs = [_whole(each) for each in ins], [_whole(each) for each in outs]
    return job_event(job, clock(minute), inputs=inputs, outputs=outputs)


# -- the graph out -----------------------------------------------------------------------------------------------------


class Scene:
    """The graph of some events, looked at by short words."""

    def __init__(self, stores: Sequence[MemoryStore], nodes: Sequence[Node], edges: Sequence[Edge]) -> None:
        self._stores = stores
        self.nodes = {short(node.uid): node for node in nodes}
        self._edges = edges

    def edges(self, *types: str) -> set[str]:
        """`r1 USED raw@1 [TRAIN] @3 INFERRED`: of these types, with what qualifies them, minute and evidence unless RECORDED."""
        return {_shown(edge) for edge in self._edges if edge.type in map(EdgeType, types)}

    def links(self, *types: str) -> set[str]:
        """`r1 USED raw@1`: of these types, the ends only."""
        return {_ends(edge) for edge in self._edges if edge.type in map(EdgeType, types)}

    def all_links(self) -> set[str]:
        return {_ends(edge) for edge in self._edges}

    def versions(self, asset: str | None = None) -> set[str]:
        """The version nodes there are, of one asset or all."""
        return {
            word
            for word, node in self.nodes.items()
            if isinstance(node.detail, VersionDetail) and asset in (None, node.detail.asset_name)
        }

    def version(self, word: str) -> VersionDetail:
        detail = self.nodes[word].detail
        assert isinstance(detail, VersionDetail)
        return detail

    def run(self, word: str) -> RunDetail:
        detail = self.nodes[word].detail
        assert isinstance(detail, RunDetail)
        return detail

    def asset(self, word: str) -> AssetDetail:
        detail = self.nodes[word].detail
        assert isinstance(detail, AssetDetail)
        return detail

    def minute(self, word: str) -> float | None:
        """When the node is, in minutes of the scene."""
        return minute_of(self.nodes[word].at)

    def facet(self, word: str, name: str) -> Any:
        facets = self.nodes[word].facets or {}
        return msgspec.json.decode(facets[name]) if name in facets else None

    def resolves(self, word: str) -> str | None:
        """What a uid, perhaps a replaced one, is answered by: the same however the events came."""
        asked = uid_of(word)
        found = {node.uid if (node := asyncio.run(store.get([asked])).get(asked)) else None for store in self._stores}
        assert len(found) == 1, f"{word} is answered by {found}, depending on the order of events"
        (only,) = found
        return short(only) if only else None


def scene(*given: Events) -> Scene:
    """The graph of these events. Asserts that every order, batching and repeat of them gives the same."""
    bodies = [body for each in given for body in ([each] if isinstance(each, bytes) else each)]
    stores, graphs = [], []
    for batches in orders(bodies):
        store = MemoryStore()
        graphs.append(asyncio.run(_merged(store, batches)))
        stores.append(store)
        assert_same(graphs[0], graphs[-1], f"order {len(stores) - 1}")
    return Scene(stores, *graphs[0])


def orders(bodies: Sequence[bytes]) -> Iterable[list[list[bytes]]]:
    """As given in one batch; then one by one, backwards, shuffled, in pairs, and with repeats."""
    shuffle = random.Random(len(bodies))
    backwards = list(reversed(bodies))
    mixed = shuffle.sample(list(bodies), len(bodies))
    again = shuffle.sample([*bodies, *bodies], 2 * len(bodies))
    yield [list(bodies)]
    yield [[body] for body in bodies]
    yield [[body] for body in backwards]
    yield [[body] for body in mixed]
    yield [again[place : place + 2] for place in range(0, len(again), 2)]


Graph = tuple[list[Node], list[Edge]]


async def _merged(store: MemoryStore, batches: Iterable[list[bytes]]) -> Graph:
    for batch in batches:
        await put(store, *batch)
    return await whole_graph(store)


def assert_same(one: Graph, other: Graph, what: str) -> None:
    """Equal nodes with their facets, and equal edges with `at` and evidence; else what is in one only."""
    if one == other:
        return
    lines = []
    wanted, got = _by_key(one), _by_key(other)
    for key in sorted(wanted.keys() | got.keys()):
        if wanted.get(key) != got.get(key):
            lines += [f"- {wanted.get(key)}", f"+ {got.get(key)}"]
    raise AssertionError(f"{what} gives another graph:\n" + "\n".join(lines))


def _by_key(graph: Graph) -> dict[str, Node | Edge]:
    nodes, edges = graph
    return {node.uid: node for node in nodes} | {edge.id: edge for edge in edges}


# -- words and uids ----------------------------------------------------------------------------------------------------


def short(long: str) -> str:
    """The word for a uid."""
    prefix = uid.prefix_of(long)
    if prefix == "run":
        run, began = uid.parse_run(long)
        word = RUNS.get(run, run)
        return word if began is None else f"{word}@{minute_of(instant.parse(began)):g}"
    if prefix == "version":
        parts = uid.parse_version(long)
        raw = f"run:{short('run/' + parts.raw[4:])}" if parts.is_stand_in else parts.raw
        return f"{parts.name}@{_digest_word(raw) if parts.is_digest else raw}"
    if prefix == "asset":
        return uid.parse_asset(long)[1]
    if prefix == "job":
        return f"job:{uid.parse_job(long)[1]}"
    if prefix == "content":
        return _digest_word(":".join(uid.parse_content(long)))
    return f"{prefix}:{long.rpartition('/')[2]}"


def uid_of(word: str) -> str:
    """The uid of an asset's, a version's or a run's word."""
    head, sign, rest = word.partition("@")
    if head in RUNS.values():
        return uid.attempt(run_id(head), clock(float(rest))) if sign else uid.run(run_id(head))
    asset = uid.asset(NAMESPACE, head)
    if not sign:
        return asset
    if rest.startswith("run:"):
        return uid.stand_in(asset, uid_of(rest[4:]))
    algorithm, colon, letter = rest.partition(":")
    if colon:
        return uid.digest_version(asset, algorithm, _value(algorithm, letter))
    return uid.unversioned(asset) if rest == "~" else uid.version_of(asset, rest)


def minute_of(time: int | None) -> float | None:
    return None if time is None else (time - _EPOCH) / _MINUTE


def _value(algorithm: str, letter: str) -> str:
    return (letter.encode().hex() * 64)[: _LENGTHS.get(algorithm, 64)]


def _digest_word(text: str) -> str:
    algorithm, _, value = text.partition(":")
    return f"{algorithm}:{bytes.fromhex(value[:2]).decode()}"


def _named(word: str) -> dict[str, str]:
    name, _, version = word.partition("@")
    return {"namespace": NAMESPACE, "name": name} | ({"version": version} if version else {})


def _typed(word: str) -> dict[str, str]:
    if word.startswith("job:"):
        return {"type": "JOB", "namespace": "jobs", "name": word[4:]}
    return {"type": "DATASET", **_named(word)}


def _whole(given: str | dict[str, Any]) -> dict[str, Any]:
    return ds(given) if isinstance(given, str) else given


def _ends(edge: Edge) -> str:
    return f"{short(edge.source)} {edge.type} {short(edge.target)}"


def _shown(edge: Edge) -> str:
    minute = minute_of(edge.at)
    words = [
        f"[{edge.role or edge.relation}]" if edge.role or edge.relation else "",
        f"by {short(edge.run)}" if edge.run else "",
        edge.subset or "",
        "" if minute is None else f"@{minute:g}",
        "" if edge.evidence is Evidence.RECORDED else edge.evidence.value,
    ]
    return " ".join([_ends(edge), *filter(None, words)])
