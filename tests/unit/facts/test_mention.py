"""mention, run, job and shapes: the facets' own text, what stands in two places, what is taken back."""

import json

import msgspec

from whence.canonical import canonical
from whence.facts import facts, read
from whence.model.facts import Facts, Role, Said

DESCRIPTION = {"documentation": {"description": "é", "z": 1.50, "a": None}}


def test_texts_are_slices_of_the_canonical_form(run_event):
    given = {"namespace": "n", "name": "d", "facets": DESCRIPTION, "outputFacets": {"custom": [1.0, {"b": 1, "a": 2}]}}
    event = run_event(inputs=[], outputs=[given])
    event["run"]["facets"] = event["job"]["facets"] = DESCRIPTION
    found = read(json.dumps(event, indent=1).encode())
    (mention,) = found.mentions
    assert mention.role is Role.OUTPUT
    assert (
        bytes(mention.text)
        == canonical(given)
        == json.dumps(
            json.loads(bytes(mention.text)), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        ).encode()
    )
    assert bytes(mention.facets["documentation"]) == '{"a":null,"description":"é","z":1.5}'.encode()
    assert bytes(mention.facets["custom"]) == b'[1,{"a":2,"b":1}]'
    assert found.run.facets == found.job.facets == {"documentation": mention.facets["documentation"]}


def test_facts_are_a_pure_function_of_the_canonical_form(run_event):
    text = canonical(run_event(inputs=[{"namespace": "n", "name": "d", "facets": DESCRIPTION}]))
    first = facts(text, "k" * 64)
    assert first == facts(text, "k" * 64)
    assert first.key == "k" * 64


def test_one_name_in_both_places_is_kept_twice(mention_of):
    facets, beside = {"custom": {"of": "dataset"}}, {"custom": {"of": "use"}, "other": {}}
    assert {n: bytes(r) for n, r in mention_of("inputs", facets=facets, inputFacets=beside).facets.items()} == {
        "custom": b'{"of":"dataset"}',
        "input.custom": b'{"of":"use"}',
        "other": b"{}",
    }
    assert list(mention_of("outputs", facets=facets, outputFacets=beside).facets) == [
        "custom",
        "output.custom",
        "other",
    ]


def test_a_dataset_twice_is_two_mentions(run_event, facts_of):
    each = {"namespace": "n", "name": "d"}
    roles = [{**each, "inputFacets": {"whence_inputRole": {"role": role}}} for role in ("TRAIN", "TEST")]
    assert [mention.input_role for mention in facts_of(run_event(inputs=roles)).mentions] == ["TRAIN", "TEST"]


def test_rows_of_a_part_are_not_rows_of_the_version(mention_of):
    statistics = {"rowCount": 5, "size": 7}
    whole = mention_of(outputFacets={"outputStatistics": statistics})
    assert whole.said == {"outputStatistics": Said(rows=5, bytes=7)}
    appended = mention_of(
        facets={"whence_versionInfo": {"append": True}}, outputFacets={"outputStatistics": statistics}
    )
    assert appended.said == {"whence_versionInfo": Said()}
    part = mention_of(
        "inputs",
        inputFacets={
            "inputStatistics": statistics,
            "subset": {"inputCondition": {"type": "location", "locations": []}},
        },
    )
    assert part.said == {}
    assert "inputStatistics" in part.facets


def test_a_deleted_facet_of_a_dataset_is_kept_and_says_nothing(mention_of):
    mention = mention_of(
        facets={
            "version": {"datasetVersion": "1", "_deleted": True},
            "ownership": {"owners": [{"name": "a"}], "_deleted": False},
        }
    )
    assert mention.version is None
    assert set(mention.facets) == {"version", "ownership"}
    assert mention.said == {"ownership": Said(owners=("a",))}


def test_a_deleted_facet_of_a_job_is_named_and_takes_the_place_of_an_earlier_one(run_event, facts_of):
    event = run_event()
    event["job"]["facets"] = {
        "ownership": {"_deleted": True},
        "jobType": {"_deleted": True, "processingType": "SERVICE"},
        "sql": {"query": '"_deleted":true'},
    }
    found = facts_of(event)
    assert (list(found.job.facets), found.job.deleted, found.job.said) == (["sql"], ("jobType", "ownership"), {})
    assert found.run.said == {"job.jobType": Said()}


def test_a_word_inside_a_facet_takes_nothing_back(mention_of):
    inner = {"documentation": {"description": "d", "nested": {"_deleted": True}}}
    assert mention_of(facets=inner).said == {"documentation": Said(description="d")}


def test_facts_survive_being_stored_as_json(run_event, facts_of):
    """Replay after a redaction works from stored facts."""
    event = run_event(
        inputs=[{"namespace": "n", "name": "d", "facets": {**DESCRIPTION, "version": {"datasetVersion": 1}}}]
    )
    found = facts_of(event)
    assert msgspec.json.decode(msgspec.json.encode(found), type=Facts) == found
