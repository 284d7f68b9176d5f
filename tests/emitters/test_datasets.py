"""One dataset in an event: what was seen of it, or why nothing was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from whence_emitters import Input, Output
from whence_emitters.datasets import Observation, input_dataset, observe, output_dataset
from whence_emitters.names import dataset_name

if TYPE_CHECKING:
    from pathlib import Path


def why(seen: Observation) -> str:
    ((what, reason),) = seen.missing
    assert what == "contentDigests"
    return reason


def test_nothing_is_fetched() -> None:
    assert "nothing is fetched" in why(observe(dataset_name("https://example.com/a.csv"), wanted=True))


def test_what_does_not_exist_is_said(tmp_path: Path) -> None:
    seen = observe(dataset_name(tmp_path / "a"), wanted=True)
    assert "did not exist" in why(seen)
    assert not seen.exists


def test_a_declined_or_too_large_digest_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    assert "declined" in why(observe(dataset_name(tmp_path / "a"), wanted=False))
    monkeypatch.setenv("WHENCE_DIGEST_MAX_BYTES", "4")
    for path in (tmp_path / "a", tmp_path):
        assert "4 bytes" in why(observe(dataset_name(path), wanted=True))
    monkeypatch.setenv("WHENCE_DIGEST_MAX_BYTES", "5")
    assert observe(dataset_name(tmp_path), wanted=True).found


def test_a_bug_here_is_not_the_jobs_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").touch()
    monkeypatch.setattr("whence_emitters.datasets.digest", lambda *_, **__: 1 / 0)
    assert "ZeroDivisionError" in why(observe(dataset_name(tmp_path / "a"), wanted=True))


@pytest.mark.parametrize(
    ("role", "kind"), [("MODEL", "MODEL"), ("BASE_MODEL", "MODEL"), ("TRAIN", "FILE"), (None, "FILE")]
)
def test_models_are_typed_by_their_role(role: str | None, kind: str) -> None:
    made = input_dataset(Input("/m", role=role), Observation())  # type: ignore[arg-type]
    assert made["facets"]["datasetType"]["datasetType"] == kind


def test_no_version_is_made_up() -> None:
    assert "version" not in output_dataset(Output("/a"), Observation())["facets"]
    assert output_dataset(Output("/a", version="v3"), Observation())["facets"]["version"]["datasetVersion"] == "v3"


@pytest.mark.parametrize(
    ("subset", "condition"),
    [
        ("part-0", {"type": "location", "locations": ["part-0"]}),
        ({"split": "train"}, {"type": "partition", "partitions": [{"dimensions": {"split": "train"}}]}),
        ({"type": "location", "locations": ["a", "b"]}, {"type": "location", "locations": ["a", "b"]}),
    ],
)
def test_a_subset_is_the_standard_condition(subset: object, condition: dict[str, object]) -> None:
    made = input_dataset(Input("/a", subset=subset), Observation())  # type: ignore[arg-type]
    assert made["inputFacets"]["subset"]["inputCondition"] == condition
    made = output_dataset(Output("/a", subset=subset), Observation())  # type: ignore[arg-type]
    assert made["outputFacets"]["subset"]["outputCondition"] == condition
