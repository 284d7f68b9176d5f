"""The parent run, as Airflow and dbt write it in the environment."""

from __future__ import annotations

import pytest

from whence_emitters.parents import Ancestry, RunRef, ancestry_from_environment, parse_run

ID = "01890d2c-7b1e-7c3a-9f00-0123456789ab"


@pytest.mark.parametrize(
    "run",
    [
        RunRef("default", "dag.task", ID),
        RunRef("https://airflow.example.com/a", "dag.task", ID),
        RunRef("ns", "a/b", ID),
    ],
)
def test_text_and_back(run: RunRef) -> None:
    assert parse_run(run.text()) == run


@pytest.mark.parametrize("text", ["", "a/b", f"b/{ID}", "a/b/not-a-uuid", f"//{ID}"])
def test_anything_else_is_none(text: str) -> None:
    assert parse_run(text) is None


def test_the_parent_is_the_root_when_no_root_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENLINEAGE_PARENT_ID", f"ns/job/{ID}")
    parent = RunRef("ns", "job", ID)
    assert ancestry_from_environment() == Ancestry(parent, parent)
    monkeypatch.setenv("OPENLINEAGE_ROOT_PARENT_ID", f"ns/root/{ID}")
    assert ancestry_from_environment() == Ancestry(parent, RunRef("ns", "root", ID))


def test_nothing_named_is_none_and_nonsense_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ancestry_from_environment() is None
    monkeypatch.setenv("OPENLINEAGE_PARENT_ID", "nonsense")
    with pytest.raises(ValueError, match="OPENLINEAGE_PARENT_ID"):
        ancestry_from_environment()
