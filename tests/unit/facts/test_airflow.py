"""Assets that only the `airflow` facet names become inputs and outputs (rule 6a), as they would be with a converter; nothing else changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from whence.model.facts import Facts, Role

Build = Callable[..., dict[str, Any]]
Read = Callable[[Any], Facts]
ASSETS = "[{'uri': 's3://lake/raw.csv', 'extra': {}, 'type': 'asset'}, {'uri': 'orders', 'extra': {'n': None}}]"


@pytest.fixture
def mentioned(run_event: Build, facts_of: Read) -> Callable[..., list[tuple[str, str]]]:
    def ask(facet: Any, **fields: Any) -> list[tuple[str, str]]:
        run = {"runId": "0198f0c2-7a51-7c3e-9d0b-3f0a6d0c5e11", "facets": {"airflow": facet}}
        return [(each.role, each.asset) for each in facts_of(run_event(run=run, **fields)).mentions]

    return ask


def test_inlets_are_inputs_and_outlets_outputs(mentioned: Callable[..., list[tuple[str, str]]]) -> None:
    assert mentioned({"task": {"inlets": ASSETS, "outlets": "[{'uri': 'file:///srv/out.csv'}]"}}) == [
        (Role.INPUT, "asset/s3%3A%2F%2Flake/raw.csv"),
        (Role.INPUT, "asset/airflow%3A%2F%2Frisk/orders"),
        (Role.OUTPUT, "asset/file/%2Fsrv%2Fout.csv"),
    ]


def test_an_asset_that_stands_among_the_inputs_is_not_added_again(
    mentioned: Callable[..., list[tuple[str, str]]],
) -> None:
    given = [{"namespace": "s3://lake", "name": "raw.csv"}]
    twice = "[{'uri': 's3://lake/raw.csv'}, {'uri': 's3a://lake/raw.csv'}]"
    raw = "asset/s3%3A%2F%2Flake/raw.csv"
    assert mentioned({"task": {"inlets": twice}}, inputs=given) == [(Role.INPUT, raw)]
    assert mentioned({"task": {"inlets": twice, "outlets": twice}}, inputs=given) == [
        (Role.INPUT, raw),
        (Role.OUTPUT, raw),
    ]


@pytest.mark.parametrize(
    "facet",
    [
        {"task": {"inlets": ASSETS}, "_deleted": True},
        {"task": {"inlets": [{"uri": "s3://lake/raw.csv"}]}},
        {"task": {"inlets": ASSETS[:-3]}},
        {"task": {"inlets": r"[{'uri': 's3://lake/\ud800'}, {'uri': ''}]"}},
        {"task": "inlets"},
        {"dag": {"inlets": ASSETS}},
        None,
    ],
)
def test_what_does_not_fit_says_nothing(mentioned: Callable[..., list[tuple[str, str]]], facet: Any) -> None:
    assert mentioned(facet) == []


def test_an_event_of_a_job_alone_has_no_task(run_event: Build, facts_of: Read) -> None:
    event = run_event()
    facets = {"airflow": {"task": {"inlets": ASSETS}}}
    del event["run"]
    assert facts_of({**event, "job": {"namespace": "a", "name": "b", "facets": facets}}).mentions == ()
