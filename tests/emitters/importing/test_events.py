"""Events made of what a source recorded, and their times."""

from __future__ import annotations

import pytest

from whence_emitters.importing import times
from whence_emitters.importing.events import Run, dataset, derived_run_id, read, written
from whence_emitters.importing.facets import Digest, digest_set, incomplete, native_ref
from whence_emitters.parents import RunRef

REF = RunRef("ns", "job", derived_run_id("x", "source", "1"))
START, END = times.from_seconds(0), times.from_seconds(1)


def test_a_derived_run_id_is_a_uuid_and_never_changes() -> None:
    assert derived_run_id("dvc", "git+https://h/o/r", "c0ffee") == "875d4fbc-0c56-5a48-abb9-dff5a3bd03df"
    assert derived_run_id("dvc", "a", "b") != derived_run_id("dvc", "ab")


def test_a_run_is_one_event_or_two() -> None:
    over = Run(REF, START, END, "COMPLETE", outputs=[dataset("n", "o", "1")]).events()
    assert [event["eventType"] for event in over] == ["START", "COMPLETE"]
    assert "outputs" not in over[0], "the start tells nothing that the end does not"
    assert [event["eventTime"] for event in over] == [START, END]
    assert [event["eventType"] for event in Run(REF, START, START, "FAIL").events()] == ["FAIL"]
    assert [event["eventType"] for event in Run(REF, END, START, "ABORT").events()] == ["ABORT"]
    assert [event["eventType"] for event in Run(REF, START).events()] == ["START"]


def test_inputs_and_outputs_carry_only_what_is_known() -> None:
    bare = dataset("n", "d")
    assert bare == {"namespace": "n", "name": "d", "facets": {}}
    assert read(bare) == written(bare) == bare
    full = read(bare, role="TRAIN", because="a tag says so", rows=3, size=9)
    assert set(full["inputFacets"]) == {"whence_inputRole", "whence_evidence", "inputStatistics"}
    assert set(written(bare, role="PLOT", files=2)["outputFacets"]) == {"whence_outputRole", "outputStatistics"}


def test_digests_are_a_set_and_nothing_is_no_facet() -> None:
    assert digest_set([]) is None
    facet = digest_set([Digest("md5", "a" * 32), Digest("md5", "a" * 32), Digest("x", "1", "WEAK")], size=3)
    assert facet is not None
    assert [(one["algorithm"], one["strength"]) for one in facet["digests"]] == [("md5", "CONTENT"), ("x", "WEAK")]
    assert incomplete({}, of_run=True) is None
    assert incomplete({}, history_truncated=True, of_run=False) is not None


def test_a_link_to_the_source_has_no_password() -> None:
    facet = native_ref("mlflow", "1", url="https://ada:secret@h/x", record=b"", of_run=True)
    assert facet["url"] == "https://h/x"
    assert facet["recordSha256"] == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-01-02", "2026-01-02T00:00:00.000000Z"),
        ("2026-01-02 03:04:05", "2026-01-02T03:04:05.000000Z"),
        ("2026-01-02T03:04:05.5+01:00", "2026-01-02T02:04:05.500000Z"),
    ],
)
def test_times_are_utc(text: str, utc: str) -> None:
    assert times.from_text(text) == utc


def test_times_from_numbers() -> None:
    assert times.from_milliseconds(1_700_000_000_123) == "2023-11-14T22:13:20.123000Z"
    assert times.from_seconds(-0.5) == "1969-12-31T23:59:59.500000Z"
    with pytest.raises(OverflowError):
        times.from_milliseconds(10**18)
