"""`whence_metrics`: what a run measured."""

from __future__ import annotations

from typing import Literal

import msgspec

from whence.facts.names import asset_uid
from whence.facts.shapes import Long, Name, NamedDataset, shape
from whence.model import uid
from whence.model.facts import Said
from whence.model.graph import Metric


class _Metric(msgspec.Struct, frozen=True):
    name: Name
    value: float | Literal["NaN", "Infinity", "-Infinity"]
    step: Long | None = None
    dataset: NamedDataset | None = None


class _Metrics(msgspec.Struct, frozen=True):
    metrics: list[_Metric]


_look = shape(_Metrics)


def metrics(facet: msgspec.Raw) -> Said | None:
    """In the order sent. Source: schema/facets/WhenceMetricsRunFacet.json; `"NaN"`, `"Infinity"`, `"-Infinity"` stand where JSON has no number."""
    given = _look(facet)
    if given is None:
        return None
    return Said(metrics=tuple(_metric(each) for each in given.metrics))


def _metric(given: _Metric) -> Metric:
    value, text = (None, given.value) if isinstance(given.value, str) else (given.value, None)
    return Metric(given.name, value=value, text=text, step=given.step, dataset=_uid_of(given.dataset))


def _uid_of(dataset: NamedDataset | None) -> str | None:
    if dataset is None:
        return None
    asset = asset_uid(dataset.namespace, dataset.name)
    return asset if dataset.version is None else uid.version_of(asset, dataset.version)
