"""The recorded demo is the demo's: its steps, twice, and nothing of the machine that recorded it."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter

from page_services import demo_events

from . import odd
from .record_demo import FOLDER, PYTHON, anonymous

EVENTS = [json.loads(line) for line in demo_events()]
# Folders that machines have; what the demo works in is called as a person's would be.
ELSEWHERE = re.compile(rb"/(?:root|work|tmp|opt|Users|home/(?!me/))[/\w.-]*")


def test_it_has_every_step_of_both_passes() -> None:
    ended = Counter(event["job"]["name"] for event in EVENTS if event["eventType"] != "START")
    once = {"risk.train": 1}
    steps = ("pipeline", "fetch", "clean", "split", "train", "finetune", "evaluate", "serve")
    assert ended == {name: once.get(name, 2) for name in (f"risk.{step}" for step in steps)}


def test_it_names_no_place_of_the_machine_that_recorded_it() -> None:
    assert [found for line in demo_events() for found in ELSEWHERE.findall(line)] == []
    event = f'{{"name": "/somewhere/demo/data/raw.csv", "python": "{sys.prefix}/bin/python"}}'
    said = anonymous(event, "/somewhere/demo")
    assert json.loads(said) == {"name": f"{FOLDER}/data/raw.csv", "python": f"{PYTHON}/bin/python"}


def test_odd_events_have_what_breaks_pages() -> None:
    names = {dataset["name"] for event in odd.events() for dataset in event["outputs"]}
    assert {*odd.HOSTILE, odd.LONG} <= names
    assert len(odd.LONG) == 10_000
    assert {event["eventType"] for event in odd.events()} == {"START", "COMPLETE", "FAIL", "ABORT"}
