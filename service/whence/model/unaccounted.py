"""How much of what is recorded tells nothing of where it came from: counts by namespace and by team."""

from __future__ import annotations

import msgspec

from whence.model.answers import Position


class Lacking(msgspec.Struct, frozen=True, rename="camel"):
    """`count` of all, `percent` of them (one decimal; None where there are none at all), and the newest few by uid."""

    count: int
    percent: float | None
    examples: tuple[str, ...]


class Models(msgspec.Struct, frozen=True, rename="camel"):
    """Versions of models. `bases`: how many of those without a run are known as the base of others, so that they came from outside."""

    total: int
    without_run: Lacking
    bases: int


class Runs(msgspec.Struct, frozen=True, rename="camel"):
    """Runs, without commits and without those that only others speak of."""

    total: int
    without_data: Lacking
    without_code: Lacking
    without_environment: Lacking


class Share(msgspec.Struct, frozen=True, rename="camel"):
    """What one namespace or one team has; `name` None: what has none."""

    name: str | None
    models: Models
    runs: Runs


class Unaccounted(msgspec.Struct, frozen=True):
    """`complete`: all versions of models and all runs were looked at, else only the newest `looked_at` of each kind.

    `namespaces` and `teams` hold those that lack most, `namespace_count` and `team_count` how many there are.
    """

    models: Models
    runs: Runs
    namespaces: tuple[Share, ...]
    namespace_count: int
    teams: tuple[Share, ...]
    team_count: int
    complete: bool
    looked_at: int
    sentence: str
    position: Position
