"""lineage: rule 20."""

import pytest

from whence.facts.lineage import lineage, lineage_of_dataset
from whence.model.facts import Explicit

JOB = {"type": "JOB", "namespace": "airflow", "name": "extract"}


def dataset(name, **more):
    return {"type": "DATASET", "namespace": "n", "name": name, **more}


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([], ()),
        ([dataset("t", inputs=[])], (Explicit("asset/n/t", ()),)),
        ([dataset("t")], (Explicit("asset/n/t", ()),)),
        ([dataset("t", inputs=None, fields=None)], (Explicit("asset/n/t", ()),)),
        (
            [dataset("t", inputs=[dataset("b"), JOB, dataset("a"), dataset("b", field="x")])],
            (Explicit("asset/n/t", ("asset/n/a", "asset/n/b")),),
        ),
        (
            [dataset("t", inputs=[dataset("a")], fields={"f": {"inputs": [dataset("c", field="x"), JOB]}})],
            (Explicit("asset/n/t", ("asset/n/a", "asset/n/c")),),
        ),
        ([JOB, {"type": "JOB", "inputs": [dataset("a")]}], ()),
        ([dataset("t", inputs=[JOB])], (Explicit("asset/n/t", ()),)),
        (
            [dataset("u"), dataset("t", inputs=[dataset("a")]), dataset("t", inputs=[dataset("b")])],
            (Explicit("asset/n/t", ("asset/n/a", "asset/n/b")), Explicit("asset/n/u", ())),
        ),
    ],
)
def test_targets_and_what_they_came_from(entries, expected, raw):
    assert lineage(raw({"entries": entries})).lineage == expected


@pytest.mark.parametrize(
    "facet",
    [
        {},
        {"entries": {}},
        {"entries": [{"namespace": "n", "name": "t"}]},
        {"entries": [dataset("t"), {"type": "STREAM", "namespace": "n", "name": "u"}]},
        {"entries": [dataset("t", inputs=[{"type": "DATASET", "name": "no namespace"}])]},
        {"entries": [dataset("t", fields={"f": []})]},
    ],
)
def test_one_entry_of_a_wrong_shape_leaves_none(facet, raw):
    assert lineage(raw(facet)) is None


def test_of_a_dataset_the_target_is_the_dataset(raw):
    facet = raw({"inputs": [dataset("b"), JOB], "fields": {"f": {"inputs": [dataset("a")]}}})
    assert lineage_of_dataset(facet, "asset/n/t") == (Explicit("asset/n/t", ("asset/n/a", "asset/n/b")),)
    assert lineage_of_dataset(raw({"inputs": "all"}), "asset/n/t") is None


def test_the_datasets_own_facet_counts_in_a_dataset_event_only(mention_of, facts_of):
    given = {"namespace": "n", "name": "t", "facets": {"lineage": {"inputs": [dataset("a")]}}}
    (subject,) = facts_of({"eventTime": "2026-11-03T08:00:00Z", "dataset": given}).mentions
    assert subject.lineage == (Explicit("asset/n/t", ("asset/n/a",)),)
    assert mention_of(facets=given["facets"]).lineage is None


def test_of_a_run_and_of_its_job_each_under_its_name(run_event, facts_of):
    event = run_event()
    event["run"]["facets"] = {"lineage": {"entries": [dataset("t")]}}
    event["job"]["facets"] = {"lineage": {"entries": [dataset("u")]}}
    said = facts_of(event).run.said
    assert said["lineage"].lineage == (Explicit("asset/n/t", ()),)
    assert said["job.lineage"].lineage == (Explicit("asset/n/u", ()),)
