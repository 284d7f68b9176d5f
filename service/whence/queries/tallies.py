"""Counting what is unaccounted: in all, by namespace, by team."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from whence.model.unaccounted import Lacking, Models, Runs, Share, Unaccounted
from whence.queries.gaps import EXAMPLES

if TYPE_CHECKING:
    from whence.model.answers import Position

LISTED: Final = 100
"""Namespaces and teams that an answer lists: those that lack most."""


class Seen:
    """How far the pages of one kind went: how many nodes, whether those were all, and at which positions of the log."""

    def __init__(self) -> None:
        self.nodes = 0
        self.all_of_them = True
        self.positions: list[Position] = []


class _Lack:
    """A count, with the first few examples: what is counted comes newest first."""

    def __init__(self) -> None:
        self.count = 0
        self.examples: list[str] = []

    def add(self, uid: str) -> None:
        self.count += 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(uid)

    def of(self, total: int) -> Lacking:
        return Lacking(self.count, round(100 * self.count / total, 1) if total else None, tuple(self.examples))


class _Tally:
    """The counts of one namespace, of one team, or of all."""

    def __init__(self) -> None:
        self._models = 0
        self._bases = 0
        self._runs = 0
        self._no_run, self._no_data, self._no_code, self._no_environment = (_Lack() for _ in range(4))

    def model(self, uid: str, *, made: bool, base: bool) -> None:
        self._models += 1
        if not made:
            self._no_run.add(uid)
            self._bases += base

    def run(self, uid: str, *, data: bool, code: bool, environment: bool) -> None:
        self._runs += 1
        for has, lack in ((data, self._no_data), (code, self._no_code), (environment, self._no_environment)):
            if not has:
                lack.add(uid)

    @property
    def lacking(self) -> int:
        return sum(each.count for each in (self._no_run, self._no_data, self._no_code, self._no_environment))

    @property
    def models(self) -> Models:
        return Models(self._models, self._no_run.of(self._models), self._bases)

    @property
    def runs(self) -> Runs:
        lacks = (each.of(self._runs) for each in (self._no_data, self._no_code, self._no_environment))
        return Runs(self._runs, *lacks)


class Tallies:
    """All counts of one question; what is of another namespace or team than asked for is passed over."""

    def __init__(self, namespace: str | None, team: str | None) -> None:
        self._namespace = namespace
        self._team = team
        self._all = _Tally()
        self._namespaces: dict[str | None, _Tally] = {}
        self._teams: dict[str | None, _Tally] = {}

    def model(self, uid: str, namespace: str, teams: tuple[str, ...], *, made: bool, base: bool) -> None:
        """Count a version of a model."""
        self._each(namespace, teams, lambda tally: tally.model(uid, made=made, base=base))

    def run(
        self, uid: str, namespace: str | None, teams: tuple[str, ...], *, data: bool, code: bool, environment: bool
    ) -> None:
        """Count a run; None: it has no job."""
        self._each(namespace, teams, lambda tally: tally.run(uid, data=data, code=code, environment=environment))

    def _each(self, namespace: str | None, teams: tuple[str, ...], count: Callable[[_Tally], None]) -> None:
        if self._namespace is not None and namespace != self._namespace:
            return
        if self._team is not None and self._team not in teams:
            return
        count(self._all)
        count(self._namespaces.setdefault(namespace, _Tally()))
        for team in (self._team,) if self._team is not None else teams or (None,):
            count(self._teams.setdefault(team, _Tally()))

    def answer(self, models: Seen, runs: Seen) -> Unaccounted:
        """What was counted, and how far that went."""
        complete = models.all_of_them and runs.all_of_them
        positions = [*models.positions, *runs.positions]
        return Unaccounted(
            models=self._all.models,
            runs=self._all.runs,
            namespaces=_shares(self._namespaces),
            namespace_count=len(self._namespaces),
            teams=_shares(self._teams),
            team_count=len(self._teams),
            complete=complete,
            looked_at=models.nodes + runs.nodes,
            sentence=" ".join(
                _sentences(self._all, models, runs, moved=any(each != positions[0] for each in positions))
            ),
            position=positions[0],
        )


def _shares(tallies: Mapping[str | None, _Tally]) -> tuple[Share, ...]:
    worst = sorted(tallies.items(), key=lambda each: (-each[1].lacking, each[0] or ""))[:LISTED]
    return tuple(Share(name, tally.models, tally.runs) for name, tally in worst)


def _sentences(tally: _Tally, models: Seen, runs: Seen, *, moved: bool) -> Iterable[str]:
    of_models, of_runs = tally.models, tally.runs
    yield f"{of_models.without_run.count:,} of {of_models.total:,} versions of models have no run that made them."
    yield (
        f"Of {of_runs.total:,} runs {of_runs.without_data.count:,} name no data that they read, "
        f"{of_runs.without_code.count:,} no code, {of_runs.without_environment.count:,} no environment."
    )
    if not models.all_of_them:
        yield f"Only the newest {models.nodes:,} versions of models were looked at."
    if not runs.all_of_them:
        yield f"Only the newest {runs.nodes:,} runs were looked at."
    if moved:
        yield "Events came in while it was counted."
