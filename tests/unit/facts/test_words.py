"""words: what each facet of a run, a job or a dataset says, and that a wrong shape says nothing."""

import pytest

from whence.facts.words import DATASET_WORDS, JOB_WORDS, RUN_WORDS
from whence.model.facts import Said
from whence.model.graph import Metric, Param

ALL = {**RUN_WORDS, **JOB_WORDS, **DATASET_WORDS}


@pytest.mark.parametrize(
    ("name", "facet", "said"),
    [
        ("parent", {"run": {"runId": "A"}}, Said(parent="run/A")),
        (
            "parent",
            {"run": {"runId": "A"}, "job": {"namespace": "n", "name": "j"}},
            Said(parent="run/A", parent_job="job/n/j"),
        ),
        (
            "parent",
            {"run": {"runId": "A"}, "root": {"run": {"runId": "0198F0C2-7A51-7C3E-9D0B-3F0A6D0C5E11"}}},
            Said(parent="run/A", root="run/0198f0c2-7a51-7c3e-9d0b-3f0a6d0c5e11"),
        ),
        (
            "tags",
            {
                "tags": [
                    {"key": "b", "value": "x"},
                    {"key": "a", "value": "true"},
                    {"key": "a", "value": "a"},
                    {"key": "a"},
                ]
            },
            Said(tags=("a", "b:x")),
        ),
        ("tags", {"tags": [{"key": "pii", "value": "true", "field": "iban"}]}, Said(tags=())),
        (
            "ownership",
            {"owners": [{"name": "b", "type": "OWNER"}, {"name": "a"}, {"name": "b"}]},
            Said(owners=("a", "b")),
        ),
        ("documentation", {"description": "text"}, Said(description="text")),
        ("errorMessage", {"message": "no", "stackTrace": "…"}, Said(error="no")),
        (
            "executionParameters",
            {"parameters": [{"key": "b", "value": "1"}, {"key": "a", "name": "A", "value": 1e-7}]},
            Said(params=(Param("b", "1"), Param("a", "1e-7"))),
        ),
        ("executionParameters", {}, Said(params=())),
        ("whence_seeds", {"seeds": {"b": 2**70, "a": -1}}, Said(seeds='{"a":-1,"b":1180591620717411303424}')),
        (
            "whence_metrics",
            {"metrics": [{"name": "m", "value": "-Infinity"}]},
            Said(metrics=(Metric("m", text="-Infinity"),)),
        ),
        (
            "whence_metrics",
            {
                "metrics": [
                    {"name": "m", "value": 0.5, "step": 3, "dataset": {"namespace": "n", "name": "d", "version": "~"}}
                ]
            },
            Said(metrics=(Metric("m", value=0.5, step=3, dataset="version/n/d/%7E"),)),
        ),
        ("whence_captureCompleteness", {"missing": [{"what": "inputs"}]}, Said(capture_missing=1)),
        ("whence_captureCompleteness", {"historyTruncated": True}, Said(history_truncated=True)),
        (
            "jobType",
            {"processingType": "Service", "integration": "X"},
            Said(processing_type="SERVICE", integration="X"),
        ),
        ("inputStatistics", {"rowCount": 5, "size": 7, "fileCount": 1}, Said(rows=5, bytes=7)),
        ("outputStatistics", {"rowCount": 5.0, "size": None}, Said(rows=5)),
        ("dataQualityMetrics", {"rowCount": 5, "bytes": 7, "columnMetrics": {}}, Said(rows=5, bytes=7)),
    ],
)
def test_what_a_facet_says(name, facet, said, raw):
    assert ALL[name](raw(facet)) == said


@pytest.mark.parametrize(
    ("name", "facet"),
    [
        ("parent", {"run": {"runId": ""}}),
        ("parent", {"run": {"runId": "A"}, "job": {"namespace": "n"}}),
        ("parent", {"job": {"namespace": "n", "name": "j"}}),
        ("tags", {"tags": [{"key": "a"}, {"value": "b"}]}),
        ("ownership", {"owners": [{"name": "a"}, "b"]}),
        ("executionParameters", {"parameters": [{"key": "a", "value": "1"}, {"value": "2"}]}),
        ("whence_seeds", {"seeds": {"a": 1, "b": "2"}}),
        ("whence_seeds", {"seeds": {"a": 1.5}}),
        ("whence_metrics", {"metrics": [{"name": "a", "value": 1}, {"name": "b", "value": "high"}]}),
        ("whence_metrics", {"metrics": [{"name": "a", "value": 10**400}]}),
        ("whence_metrics", {"metrics": [{"name": "a", "value": 1, "step": 2**63}]}),
        ("whence_captureCompleteness", {"missing": ["inputs"]}),
        ("outputStatistics", {"rowCount": 5, "size": -1}),
        ("outputStatistics", {"rowCount": 2**63}),
    ],
)
def test_a_facet_of_a_wrong_shape_is_not_half_read(name, facet, raw):
    assert ALL[name](raw(facet)) is None


@pytest.mark.parametrize("name", sorted(ALL))
@pytest.mark.parametrize("facet", [None, True, 7, 0.5, "text", [], ["text"], [{}]])
def test_no_facet_that_is_no_object_is_read(name, facet, raw):
    assert ALL[name](raw(facet)) is None
