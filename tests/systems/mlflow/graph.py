"""The graph of a store, with runs and models called as people call them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from uuid import UUID

from tests.systems.graphs import Event, History


class Names:
    """Ids of runs and models by the names that MLflow knows."""

    def __init__(self, runs: Mapping[str, str], models: Mapping[str, str]) -> None:
        self.runs = runs
        self.models = models

    @classmethod
    def of_file(cls, path: Path) -> Names:
        """Those of a SQLite store."""
        with closing(sqlite3.connect(path)) as database:
            runs = dict(database.execute("SELECT name, run_uuid FROM runs"))
            has_models = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'logged_models'").fetchone()
            return cls(runs, dict(database.execute("SELECT name, model_id FROM logged_models")) if has_models else {})

    def run(self, name: str) -> str:
        return str(UUID(self.runs[name]))

    def called(self, text: str) -> str:
        for name, run_id in self.runs.items():
            text = text.replace(str(UUID(run_id)), f"<{name}>").replace(run_id, f"<{name}>")
        for name, model_id in self.models.items():
            text = text.replace(model_id, f"<{name}>")
        return text


def edges(events: Iterable[Event], names: Names, *types: str, of: str = "") -> set[str]:
    """Edges as lines, of those that begin with `of`."""
    return {line for line in map(names.called, History(events).edges(*types)) if line.startswith(of)}


def run_event(events: Iterable[Event], names: Names, name: str) -> Event:
    """The event that tells everything of a run."""
    found = [
        event for event in events if event.get("run", {}).get("runId") == names.run(name) and "facets" in event["run"]
    ]
    assert len(found) == 1, [event["eventType"] for event in found]
    return found[0]


def pointed_at(history: History, alias: str) -> str:
    """The version that an alias was set to last; nothing when it was deleted since."""
    moves = [(move["at"], move["action"], uid) for uid, node in history.nodes.items()
             for move in node.get("aliases") or () if move["name"] == alias]  # fmt: skip
    _at, action, uid = max(moves)
    return uid if action == "SET" else ""
