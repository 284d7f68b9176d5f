"""What a step writes into a table's history, and what an importer reads back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from whence_emitters import step
from whence_emitters.live import commit_properties as properties
from whence_emitters.live.delta import commit_properties, user_metadata
from whence_emitters.live.iceberg import snapshot_properties

RUN = "0198f0c2-7a51-7c3e-9d0b-3f0a6d0c5e11"
COMMIT = "11a110bbef1bcc07ee6b72c48ab5c5b21afbab91"


@pytest.fixture(autouse=True)
def _nothing_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHENCE_SPOOL", str(tmp_path / "spool"))
    monkeypatch.setenv("WHENCE_EMIT_SEND", "later")
    monkeypatch.delenv("OPENLINEAGE_PARENT_ID", raising=False)


def test_inside_a_step_they_name_its_run_and_job() -> None:
    with step("prepare/daily", namespace="risk") as inside:
        run_id, told = inside.run_id, commit_properties(ticket="RISK-7")
        assert (
            json.loads(user_metadata()) == snapshot_properties() == {key: told[key] for key in told if key != "ticket"}
        )
    writer = properties.writer_of(told)
    assert (writer.run_id, writer.job) == (run_id, ("risk", "prepare/daily"))
    assert told["ticket"] == "RISK-7"


def test_under_whence_emit_run_they_name_the_run_around_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENLINEAGE_PARENT_ID", f"risk/prepare/{RUN}")
    assert properties.writer_of(snapshot_properties()).run_id == RUN
    monkeypatch.setenv("OPENLINEAGE_PARENT_ID", "none")
    assert snapshot_properties() == {}


def test_outside_of_every_run_they_are_what_is_given() -> None:
    assert commit_properties() == {}
    assert commit_properties(ticket="RISK-7") == {"ticket": "RISK-7"}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"lineage.run_id": RUN.upper()}, properties.Writer(run_id=RUN)),
        ({"whence.run_id": RUN}, properties.Writer(run_id=RUN)),
        ({"lineage.run_id": "run 7", "lineage.job_name": "prepare"}, properties.Writer()),
        ({"lineage.run_id": 7, "git.commit": None}, properties.Writer()),
        ({"git.commit": COMMIT}, properties.Writer()),
        (
            {"git.commit": COMMIT, "git.repository": "https://ada:secret@Git.Example.com/acme/risk.git"},
            properties.Writer(code=("https://git.example.com/acme/risk", COMMIT)),
        ),
    ],
    ids=["upper case", "the other key", "no UUID", "no text", "a commit of nowhere", "credentials"],
)
def test_what_is_read_back(told: dict[str, object], expected: properties.Writer) -> None:
    assert properties.writer_of(told) == expected
