"""One answer, one position of the log: asked again while events come in between its calls, but not for ever."""

from __future__ import annotations

import pytest

from whence import queries
from whence.model.answers import Position
from whence.model.kinds import InputRole
from whence.queries.walked import at_rest
from whence.store.memory import MemoryStore


@pytest.mark.parametrize(("moving", "asked"), [(0, 1), (1, 2), (2, 3), (9, 3)])
def test_it_is_asked_again_while_the_log_moves_at_most_three_times(ask, moving, asked):
    times = []

    async def question():
        times.append(len(times))
        return len(times), len(times) > moving

    assert ask(at_rest(question)) == asked


def test_models_are_asked_again_when_an_event_came_in_between(ask, graph, monkeypatch):
    clean, risk = graph.version("clean"), graph.model("risk")
    graph.run("train", reads={clean: InputRole.TRAIN}, writes=(risk,))
    store, walks = graph.store(), []
    closure = MemoryStore.closure

    async def moved_on(self, *words, **named):
        found = await closure(self, *words, **named)
        walks.append(found)
        if len(walks) == 1:
            self._log.position = Position(1, "a" * 64)
        return found

    monkeypatch.setattr(MemoryStore, "closure", moved_on)

    page = ask(queries.models_using(store, clean))

    assert len(walks) == 2
    assert page.position == Position(1, "a" * 64)
