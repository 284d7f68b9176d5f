"""event: the parts that an event can't do without, and which of the three it is."""

import pytest

from whence.errors import UnusableEvent
from whence.model.facts import EventClass, EventType, Role

RUN = {"runId": "r1"}
JOB = {"namespace": "n", "name": "j"}
DATASET = {"namespace": "n", "name": "d"}
TIME = "2026-11-03T08:00:00Z"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"eventTime": None}, "eventTime is missing"),
        ({"eventTime": 1793689200}, "eventTime is a number, not a text"),
        ({"eventTime": "yesterday"}, "eventTime is not a date and time"),
        ({"eventTime": "2300-01-01T00:00:00Z"}, "eventTime is a time outside"),
        ({"eventTime": ""}, "eventTime is empty"),
        ({"run": {}}, "run.runId is missing"),
        ({"run": {"runId": 7}}, "run.runId is a number, not a text"),
        ({"run": {"runId": ""}}, "run.runId is empty"),
        ({"run": "r1"}, "run is a text, not an object"),
        ({"job": None}, "job is missing"),
        ({"job": []}, "job is an array, not an object"),
        ({"job": {"name": "j"}}, "job.namespace is missing"),
        ({"job": {"namespace": "n", "name": False}}, "job.name is a boolean, not a text"),
        ({"inputs": {}}, "inputs is an object, not an array"),
        ({"outputs": "x"}, "outputs is a text, not an array"),
        ({"inputs": [DATASET, DATASET, DATASET, 5]}, r"inputs\[3\] is a number, not an object"),
        ({"inputs": [DATASET, {"namespace": "n"}]}, r"inputs\[1\].name is missing"),
        ({"outputs": [{"name": "d", "namespace": {}}]}, r"outputs\[0\].namespace is an object, not a text"),
        ({"outputs": [None]}, r"outputs\[0\] is null, not an object"),
    ],
)
def test_what_an_event_needs_is_named_when_it_lacks(fields, reason, run_event, facts_of):
    with pytest.raises(UnusableEvent, match=f"^{reason}") as refused:
        facts_of(run_event(**fields))
    assert refused.value.hint


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ([], "the event is an array, not an object"),
        (None, "the event is null, not an object"),
        ({"eventTime": TIME}, "neither a run nor a job nor a dataset"),
        ({"eventTime": TIME, "dataset": {"namespace": "n"}}, "dataset.name is missing"),
        ({"eventTime": TIME, "dataset": 1}, "dataset is a number, not an object"),
        ({"eventTime": TIME, "run": RUN, "dataset": DATASET}, "job is missing"),
    ],
)
def test_what_is_no_event_is_refused(event, reason, facts_of):
    with pytest.raises(UnusableEvent, match=reason):
        facts_of(event)


@pytest.mark.parametrize(
    ("name", "parts", "expected"),
    [
        ("RunEvent", {"run": RUN, "job": JOB}, EventClass.RUN),
        ("RunEvent", {"run": RUN, "job": JOB, "dataset": DATASET}, EventClass.RUN),
        ("RunEvent", {"job": JOB}, EventClass.JOB),
        ("RunEvent", {"dataset": DATASET}, EventClass.DATASET),
        ("RunEvent", {"run": None, "dataset": DATASET}, EventClass.DATASET),
        ("JobEvent", {"job": JOB}, EventClass.JOB),
        ("JobEvent", {"job": JOB, "dataset": DATASET}, EventClass.JOB),
        ("JobEvent", {"run": RUN, "job": JOB}, EventClass.RUN),
        ("DatasetEvent", {"dataset": DATASET, "job": JOB}, EventClass.DATASET),
        ("DatasetEvent", {"dataset": DATASET, "run": RUN, "job": JOB}, EventClass.RUN),
        ("DatasetEvent", {"job": JOB}, EventClass.JOB),
        ("", {"dataset": DATASET, "job": JOB}, EventClass.DATASET),
        ("Unheard", {"run": RUN, "job": JOB}, EventClass.RUN),
    ],
)
def test_schema_url_decides_where_the_fields_fit_it(name, parts, expected, facts_of):
    facts = facts_of(
        {"eventTime": TIME, "schemaURL": f"https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/{name}", **parts}
    )
    assert facts.event_class is expected
    assert (facts.run is not None) == (expected is EventClass.RUN)
    assert (facts.job is not None) == (expected is not EventClass.DATASET)
    assert [mention.role for mention in facts.mentions] == [Role.SUBJECT] * (expected is EventClass.DATASET)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        *((each.value, each) for each in EventType),
        (None, EventType.OTHER),
        ("EXPLODED", EventType.OTHER),
        (3, EventType.OTHER),
    ],
)
def test_event_type_absent_or_unknown_is_other(given, expected, run_event, facts_of):
    assert facts_of(run_event(eventType=given)).run.event_type is expected


@pytest.mark.parametrize("lacking", [{"producer": None}, {"producer": 5}, {"schemaURL": None}, {"schemaURL": []}])
def test_what_can_be_done_without_refuses_nothing(lacking, run_event, facts_of):
    assert facts_of(run_event(**lacking)).event_class is EventClass.RUN


def test_time_is_utc_nanoseconds_and_text_as_given(run_event, facts_of):
    facts = facts_of(run_event(eventTime="2026-11-03T08:00:00.000000001-01:30"))
    assert facts.time == 1793698200_000000001
    assert facts.time_text == "2026-11-03T08:00:00.000000001-01:30"


@pytest.mark.parametrize("empty", [None, []])
def test_no_inputs_and_outputs_is_an_event(empty, run_event, facts_of):
    assert facts_of(run_event(inputs=empty, outputs=empty)).mentions == ()


@pytest.mark.parametrize("facets", [None, [], "x", 5])
def test_facets_of_a_wrong_type_are_none(facets, run_event, facts_of):
    event = run_event(inputs=[{"namespace": "n", "name": "d", "facets": facets, "inputFacets": facets}])
    event["run"]["facets"] = event["job"]["facets"] = facets
    facts = facts_of(event)
    assert (facts.run.facets, facts.job.facets, facts.mentions[0].facets) == ({}, {}, {})


def test_facets_that_are_null_are_absent(mention_of):
    assert list(mention_of(facets={"schema": None, "documentation": {"description": "x"}}).facets) == ["documentation"]
