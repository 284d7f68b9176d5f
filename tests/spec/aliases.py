"""Rule 24 and the decision on registry aliases: dated, and of one version of a group at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from spec.names import Names, State
from spec.told import Told
from whence.model.graph import Alias

Moves = Mapping[State, tuple[Alias, ...]]
"""By state; of each alias in the order in which it moved."""

Move = tuple[int, str, str]
"""Time of the alias, ns UTC, what was done, and uid of the version ("": none is named). A SET at the time of a DELETE comes after it."""


def moves(told: Told, names: Names) -> Moves:
    said: dict[tuple[str, frozenset[str]], set[Move]] = {}
    for asset, version, alias in told.aliased:
        said.setdefault((alias.name, names.group(asset)), set()).add((alias.at, alias.action, version or ""))
    found: dict[State, list[Alias]] = {}
    for name, group in sorted(said, key=lambda each: each[0]):
        for state, alias in _played(name, sorted(said[name, group]), names):
            found.setdefault(state, []).append(alias)
    return {state: tuple(each) for state, each in found.items()}


def _played(name: str, in_order: list[Move], names: Names) -> Iterator[tuple[State, Alias]]:
    """Set elsewhere, it leaves the version that had it, at that moment; a deletion that names another version leaves it."""
    holder: State | None = None
    for at, action, version in in_order:
        state = names.state(version) if version else None
        if action == "SET" and state != holder:
            if holder:
                yield holder, Alias(name, at, "DELETE")
            if state:
                yield state, Alias(name, at, "SET")
            holder = state
        elif action == "DELETE" and holder and state in (None, holder):
            yield holder, Alias(name, at, "DELETE")
            holder = None
