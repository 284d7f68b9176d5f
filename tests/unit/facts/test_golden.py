"""Events as producers send them, and the facts that each asserts: golden/NN-name/{event.json, facts.json}.

The facets' texts are left out of facts.json, their names stay; test_mention.py looks at the texts. After a change that is meant, run with
WHENCE_REWRITE_GOLDEN=1 and read the difference.
"""

import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from whence.facts import read
from whence.model.facts import Facts

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(GOLDEN.iterdir())
REWRITE = os.environ.get("WHENCE_REWRITE_GOLDEN") == "1"


def shown(facts: Facts) -> str:
    said: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(facts))
    for part in (said.get("run"), said.get("job"), *said.get("mentions", ())):
        if part:
            part.pop("text", None)
            part["facets"] = sorted(part.get("facets", ()))
    return msgspec.json.format(msgspec.json.encode(said), indent=2).decode() + "\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_facts_of_an_event(case: Path) -> None:
    given = shown(read((case / "event.json").read_bytes()))
    if REWRITE:
        assert not os.environ.get("CI"), "golden files are never rewritten by CI"
        (case / "facts.json").write_text(given, encoding="utf-8")
    assert given == (case / "facts.json").read_text(encoding="utf-8")


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 24
