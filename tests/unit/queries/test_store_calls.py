"""No question asks the store once for each node: the number of calls does not depend on the size of the answer."""

from __future__ import annotations

import pytest

from whence import queries
from whence.model.kinds import InputRole
from whence.store.memory import MemoryStore

QUESTIONS = {
    "provenance": lambda store, first, last: queries.provenance(store, last),
    "impact": lambda store, first, last: queries.impact(store, first),
    "models": lambda store, first, last: queries.models_using(store, first),
    "data": lambda store, first, last: queries.datasets_of(store, last),
    "focus": lambda store, first, last: queries.focus(store, first),
    "map": lambda store, first, last: queries.lineage_map(store),
    "uncaptured": lambda store, first, last: queries.uncaptured(store),
    "models of each": lambda store, first, last: queries.models_of_each(store, [first, last]),
    "path": lambda store, first, last: queries.path(store, last, first),
    "role": lambda store, first, last: queries.model_role(store, [first, last]),
}


def chain(graph, length):
    """Models, each fine-tuned from the one before and evaluated, all made from one dataset."""
    first = last = graph.version("clean", bytes_={"sha256": "ab" * 32})
    for number in range(length):
        model = graph.model("risk", str(number))
        graph.run(f"tune{number}", reads={last: InputRole.BASE_MODEL, first: InputRole.TRAIN}, writes=(model,))
        graph.run(f"evaluate{number}", reads={model: InputRole.MODEL, first: InputRole.TEST})
        last = model
    return first, last


def count_calls(monkeypatch):
    """The list that each call of the store is noted in; a walk is one call."""
    calls, walking = [], []

    def noted(name, method):
        async def call(self, *words, **named):
            if not walking:
                calls.append(name)
            if name == "closure":
                walking.append(name)
            try:
                return await method(self, *words, **named)
            finally:
                if name == "closure":
                    walking.pop()

        return call

    for name in ("get", "find", "expand", "events", "closure"):
        monkeypatch.setattr(MemoryStore, name, noted(name, getattr(MemoryStore, name)))
    return calls


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_as_many_calls_for_a_long_chain_as_for_a_short_one(ask, new_graph, monkeypatch, question):
    calls, counts = count_calls(monkeypatch), []
    for length in (2, 40):
        graph = new_graph()
        first, last = chain(graph, length)
        calls.clear()
        ask(question(graph.store(), first, last))
        counts.append(list(calls))

    assert counts[0] == counts[1]
    assert 0 < len(counts[0]) <= 10
