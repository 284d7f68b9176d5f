"""Events that real producers sent, and every example of the specification put into an event: never an error."""

import json

import pytest

from whence.facts import read
from whence.facts.words import DATASET_WORDS, JOB_WORDS, RUN_WORDS
from whence.model.facts import EventClass
from whence.model.kinds import AssetType

PLACES = ("run", "job", "dataset", "input", "output")


@pytest.mark.needs("shared-corpus")
def test_every_event_of_the_corpus_gives_facts(capability):
    bodies = [path.read_bytes() for path in sorted(capability("shared-corpus").rglob("*.json"))]
    assert len(bodies) > 80
    for body in bodies:
        given, found = json.loads(body), read(body)
        assert found.event_class is EventClass.RUN
        assert found.run.run_id == given["run"]["runId"]
        assert found.run.event_type == given["eventType"]
        assert len(found.mentions) == len(given.get("inputs") or ()) + len(given.get("outputs") or ())
        assert set(found.run.facets) == set(given["run"].get("facets") or ())
        assert all(mention.asset_type is AssetType.DATASET for mention in found.mentions)
        assert ("parent" in found.run.facets) == ("parent" in found.run.said)


@pytest.mark.needs("shared-corpus")
def test_every_known_facet_of_the_corpus_fits_its_shape(capability):
    """A shape that is too narrow for what producers send would lose what they say without a word."""
    for path in sorted(capability("shared-corpus").rglob("*.json")):
        found = read(path.read_bytes())
        assert {name for name in found.run.facets if name in RUN_WORDS} <= found.run.said.keys(), path.name
        without_commit = {"sourceCodeLocation"}
        assert {name for name in found.job.facets if name in JOB_WORDS} - without_commit <= found.job.said.keys(), (
            path.name
        )
        for mention in found.mentions:
            of_a_part = {"inputStatistics"} if mention.subset else set()
            assert {name for name in mention.facets if name in DATASET_WORDS} <= mention.said.keys() | of_a_part, (
                path.name
            )
            assert ("symlinks" in mention.facets) >= bool(mention.same_as)
            assert ("lifecycleStateChange" in mention.facets) == (mention.lifecycle is not None), path.name


@pytest.mark.needs("shared-spec")
def test_every_facet_example_of_the_specification_in_every_place(capability):
    examples = sorted((capability("shared-spec") / "openlineage" / "tests").glob("*/*.json"))
    assert len(examples) > 40
    for path in examples:
        facets = json.loads(path.read_bytes())
        named = {"namespace": "n", "name": "d", "facets": facets}
        event = {
            "eventTime": "2026-11-03T08:00:00Z",
            "run": {"runId": "r", "facets": facets},
            "job": {"namespace": "n", "name": "j", "facets": facets},
            "inputs": [{**named, "inputFacets": facets}],
            "outputs": [{**named, "outputFacets": facets}],
        }
        found = read(json.dumps(event).encode())
        assert set(facets) <= set(found.run.facets) & set(found.job.facets) & set(found.mentions[0].facets) & set(
            found.mentions[1].facets
        )
        read(json.dumps({"eventTime": event["eventTime"], "dataset": named}).encode())


@pytest.mark.needs("shared-spec")
def test_the_full_example_of_the_specification(capability):
    found = read((capability("shared-spec") / "openlineage" / "tests" / "example_full_event.json").read_bytes())
    assert (found.event_class, found.job.uid) == (EventClass.RUN, "job/food_delivery/dbt")


def test_every_example_of_our_facets_is_read(pytestconfig):
    """Our own examples fit our own shapes: each makes some difference to the facts."""
    only_shown = {"whence_nativeRef"}
    place_of = {
        "RunFacet": "run",
        "InputDatasetFacet": "input",
        "OutputDatasetFacet": "output",
        "DatasetFacet": "dataset",
    }
    examples = sorted((pytestconfig.rootpath / "schema" / "facets" / "examples").glob("*.json"))
    assert len(examples) >= 16
    for path in examples:
        facets = json.loads(path.read_bytes())
        place = next(place for suffix, place in place_of.items() if path.stem.endswith(suffix))
        if only_shown.isdisjoint(facets):
            assert seen(place, facets) != seen(place, {name: {} for name in facets}), path.name


def seen(place, facets):
    """Everything that the facts hold beside the facets' own text."""
    dataset = {"namespace": "n", "name": "d", "facets": facets if place == "dataset" else {}}
    inputs = {"inputFacets": facets if place == "input" else {}}
    outputs = {"outputFacets": facets if place == "output" else {}}
    event = {
        "eventTime": "2026-11-03T08:00:00Z",
        "run": {"runId": "r", "facets": facets if place == "run" else {}},
        "job": {"namespace": "n", "name": "j"},
        "inputs": [{**dataset, **inputs}],
        "outputs": [{**dataset, **outputs}],
    }
    found = read(json.dumps(event).encode())
    told = [
        [getattr(each, name) for name in each.__struct_fields__ if name not in ("facets", "text")]
        for each in found.mentions
    ]
    return found.run.said, told
