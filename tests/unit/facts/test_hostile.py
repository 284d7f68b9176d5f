"""Arbitrary JSON in every place of an event gives facts or UnusableEvent, and nothing else."""

import copy
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whence.errors import TooLarge, UnusableEvent
from whence.facts import read
from whence.model.facts import Facts

SHA = "6add128adfaee01883fa828f5923dde25d73b1c5f7065331375d3d27faaacd20"
NAMED = {"namespace": "hf://models", "name": "b", "version": "1", "type": "DATASET"}
DATASET_FACETS = {
    "version": {"datasetVersion": "1"},
    "symlinks": {"identifiers": [NAMED]},
    "lifecycleStateChange": {"lifecycleStateChange": "RENAME", "previousIdentifier": NAMED},
    "datasetType": {"datasetType": "MODEL"},
    "lineage": {"inputs": [NAMED], "fields": {"f": {"inputs": [NAMED]}}},
    "tags": {"tags": [{"key": "k", "value": "v"}]},
    "ownership": {"owners": [{"name": "o"}]},
    "whence_contentDigests": {"bytes": 1, "digests": [{"algorithm": "sha256", "value": SHA, "strength": "CONTENT"}]},
    "whence_versionInfo": {"label": "l", "parents": [NAMED], "append": True},
    "whence_modelDerivation": {"base": NAMED, "relation": "MERGE"},
    "whence_modelSignature": {"inputs": [{"type": "t"}], "outputs": []},
    "whence_alias": {"name": "a", "action": "SET", "at": "2026-11-03T08:00:00Z"},
    "whence_captureCompleteness": {"missing": [{"what": "w", "why": "y"}], "historyTruncated": True},
}
INPUT_FACETS = {
    "whence_inputRole": {"role": "TRAIN"},
    "whence_evidence": {"evidence": "ASSERTED"},
    "subset": {"inputCondition": {"type": "location"}},
    "inputStatistics": {"rowCount": 1, "size": 1},
}
EVENT = {
    "eventType": "COMPLETE",
    "eventTime": "2026-11-03T08:00:00Z",
    "producer": "p",
    "schemaURL": "https://example.com/RunEvent",
    "run": {
        "runId": "r",
        "facets": {
            "parent": {"run": {"runId": "r"}, "job": NAMED, "root": {"run": {"runId": "r"}, "job": NAMED}},
            "errorMessage": {"message": "m"},
            "executionParameters": {"parameters": [{"key": "k", "value": 1}]},
            "whence_codeState": {"repository": "git@h.example:o/r", "commit": "c", "dirty": True},
            "whence_environmentPin": {
                "python": "3",
                "lockfile": {"name": "l", "sha256": "s"},
                "accelerators": [{"name": "a"}],
            },
            "whence_seeds": {"seeds": {"a": 1}},
            "whence_metrics": {"metrics": [{"name": "n", "value": 1.5, "step": 1, "dataset": NAMED}]},
        },
    },
    "job": {
        "namespace": "n",
        "name": "j",
        "facets": {
            "jobType": {"processingType": "BATCH", "integration": "i", "jobType": "j"},
            "sourceCodeLocation": {"type": "git", "url": "https://h/r", "repoUrl": "https://h/r", "version": "1"},
            "lineage": {
                "entries": [{**NAMED, "inputs": [NAMED, {"type": "JOB"}], "fields": {"f": {"inputs": [NAMED]}}}]
            },
            "documentation": {"description": "d", "_deleted": False},
        },
    },
    "dataset": {"namespace": "n", "name": "d", "facets": DATASET_FACETS},
    "inputs": [{"namespace": "n", "name": "d", "facets": DATASET_FACETS, "inputFacets": INPUT_FACETS}],
    "outputs": [
        {
            "namespace": "n",
            "name": "d",
            "facets": DATASET_FACETS,
            "outputFacets": {"whence_outputRole": {"role": "PLOT"}},
        }
    ],
}

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([2**53 + 1, 2**63, -(2**63) - 1, 10**400, 1e300, 5e-324, 1.5]),
    st.text(max_size=6),
    st.sampled_from(
        [
            "",
            "\0",
            "~",
            "MODEL",
            "://",
            "@",
            "[::1",
            "https://[",
            "2026-13-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
            "\ud800",
        ]
    ),
)
arbitrary = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["namespace", "name", "type", "inputs", "_deleted", "x"]) | st.text(max_size=3),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for name, member in members for place in places(member, (*path, name)))]


PLACES = places(EVENT)


def put(event: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    holder = event
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    return event


def facts_or_refusal(event: Any) -> Facts | None:
    try:
        found = read(json.dumps(event).encode())
    except UnusableEvent:
        return None
    msgspec.json.encode(found)
    return found


def test_the_event_that_is_spoiled_is_usable() -> None:
    found = read(json.dumps(EVENT).encode())
    assert len(found.mentions) == 2
    assert len(PLACES) > 250


@given(st.sampled_from(PLACES), arbitrary)
@settings(deadline=None, max_examples=400)
def test_anything_in_any_place(place: tuple[Any, ...], value: Any) -> None:
    facts_or_refusal(put(copy.deepcopy(EVENT), place, value))


@given(st.sampled_from([place for place in PLACES if place and place[0] == "dataset"]), arbitrary)
@settings(deadline=None, max_examples=100)
def test_anything_in_any_place_of_a_dataset_event(place: tuple[Any, ...], value: Any) -> None:
    event = {name: EVENT[name] for name in ("eventTime", "dataset")}
    facts_or_refusal(put(copy.deepcopy(event), place, value))


@pytest.mark.parametrize("value", [None, True, 0, -1, 2**64, 10**400, 1.5, "", "text", [], [None], {}, {"": None}])
def test_each_wrong_type_in_each_place(value: Any) -> None:
    for place in PLACES:
        found = facts_or_refusal(put(copy.deepcopy(EVENT), place, value))
        if len(place) > 3 and "facets" in place[-2:]:
            assert found is not None, f"a facet refuses nothing: {place}"


def test_no_facet_refuses_an_event() -> None:
    inside = [place for place in PLACES if any(step in ("facets", "inputFacets", "outputFacets") for step in place)]
    assert len(inside) > 200
    for place in inside:
        assert facts_or_refusal(put(copy.deepcopy(EVENT), place, {"x": [None, 10**400]})) is not None, place


@pytest.mark.parametrize(
    "name",
    ["\0", "a\0b", "\U0001f600" * 1000, "x" * 100_000, "../../etc/passwd", "' OR 1=1 --", "%2F", "\u202e", "\ufffe"],
)
def test_names_are_kept_whatever_they_hold(name: str) -> None:
    event = copy.deepcopy(EVENT)
    event["outputs"] = [{"namespace": name, "name": name}]
    event["run"]["runId"] = event["job"]["name"] = name
    found = facts_or_refusal(event)
    assert found is not None
    assert found.run is not None
    assert found.run.run_id == name
    assert found.mentions[1].asset.count("/") == 2
    assert found.mentions[1].asset.isascii()


@pytest.mark.parametrize("deep", ["[" * 10_000, "[" * 10_000 + "]" * 10_000, '{"a":' * 10_000 + "1" + "}" * 10_000])
def test_deep_nesting_in_a_facet_is_too_large(deep: str) -> None:
    body = json.dumps(EVENT).replace('"m"', deep, 1).encode()
    with pytest.raises(TooLarge):
        read(body)


def test_nesting_up_to_the_limit_is_read() -> None:
    event = copy.deepcopy(EVENT)
    deep: Any = 1
    for _ in range(190):
        deep = [deep]
    for place in (("run", "facets", "whence_environmentPin", "x"), ("inputs", 0, "facets", "custom")):
        put(event, place, deep)
    assert facts_or_refusal(event) is not None


@pytest.mark.parametrize("spoil", ["1e999999", "9" * 5000, '"\\ud800"', '{"a":1,"a":2}'])
def test_what_has_no_canonical_form_is_refused_whole(spoil: str) -> None:
    body = json.dumps(EVENT).replace('"m"', spoil, 1).encode()
    with pytest.raises(UnusableEvent):
        read(body)
