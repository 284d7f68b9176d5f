"""The one number to show of a model version where there is room for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence.model.graph import RunDetail
from whence.queries.pages import newest_first

if TYPE_CHECKING:
    from collections.abc import Iterable

    from whence.model.graph import Metric, Node


def headline(makers: Iterable[Node], evaluations: Iterable[Node]) -> Metric | None:
    """The first metric that its newest evaluation reported, else that of the newest run that made it, at the last step; a score before a loss."""
    for runs in (evaluations, makers):
        for run in sorted(runs, key=newest_first):
            if isinstance(run.detail, RunDetail) and run.detail.metrics:
                return _first(run.detail.metrics)
    return None


def _first(metrics: tuple[Metric, ...]) -> Metric:
    name = next((metric.name for metric in metrics if "loss" not in metric.name.lower()), metrics[0].name)
    return max((metric for metric in metrics if metric.name == name), key=lambda metric: metric.step or 0)
