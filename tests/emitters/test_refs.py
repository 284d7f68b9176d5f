"""Arguments that can mean nothing are refused at once, with what would mean something."""

from __future__ import annotations

import dataclasses

import pytest

from whence_emitters import Input, Output, UsageError
from whence_emitters.refs import OutputDetails


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Input("a", role="TRIAN"), "TRAIN, VALIDATION"),  # type: ignore[arg-type]
        (lambda: Input(""), "neither a path nor a URI"),
        (lambda: Input(7), "neither a path nor a URI"),  # type: ignore[arg-type]
        (lambda: Input("a", namespace="x"), "both `namespace` and `name`"),
        (lambda: Output("a", kind="TABLE"), "DATASET, MODEL"),  # type: ignore[arg-type]
        (lambda: Output("a", role="CHART"), "PLOT"),  # type: ignore[arg-type]
        (lambda: Output("a", base="b"), "FINE_TUNE"),
        (lambda: Output("a", relation="MERGE"), "both `base` and `relation`"),
    ],
)
def test_a_bad_argument_says_what_is_possible(make: object, says: str) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        make()  # type: ignore[operator]
    assert caught.value.code == "BAD_REQUEST"
    assert caught.value.hint


def test_a_given_name_replaces_the_one_of_the_path() -> None:
    found = Input("/data/a.csv", namespace="lake", name="a", version="3").dataset
    assert (found.namespace, found.name, found.version, str(found.path)) == ("lake", "a", "3", "/data/a.csv")


def test_the_details_of_an_output_are_its_own_arguments() -> None:
    assert set(OutputDetails.__annotations__) == {field.name for field in dataclasses.fields(Output)} - {"ref"}


@pytest.mark.parametrize(
    "output", [Output("m", kind="MODEL"), Output("m", role="CHECKPOINT"), Output("m", base="b", relation="ADAPTER")]
)
def test_models_are_known_by_kind_role_or_base(output: Output) -> None:
    assert output.is_model
