"""The questions: plain async functions `(store, …) -> frozen answer`, one question a file, over the store's port only."""

from whence.queries.catalog import counts, uncaptured
from whence.queries.datasets_of import datasets_of
from whence.queries.export import export
from whence.queries.find import find
from whence.queries.focus import focus
from whence.queries.headline import headline
from whence.queries.impact import impact
from whence.queries.log import event, events, rejected
from whence.queries.map import lineage_map
from whence.queries.models import model_role, serving
from whence.queries.models_of_each import models_of_each
from whence.queries.models_using import models_using
from whence.queries.neighbours import holders, neighbours
from whence.queries.path import path
from whence.queries.provenance import provenance
from whence.queries.resolve import resolve, resolve_one
from whence.queries.roots import roots_of
from whence.queries.stats import service_info, stats
from whence.queries.unaccounted import unaccounted
from whence.queries.versions import versions

__all__ = [
    "counts",
    "datasets_of",
    "event",
    "events",
    "export",
    "find",
    "focus",
    "headline",
    "holders",
    "impact",
    "lineage_map",
    "model_role",
    "models_of_each",
    "models_using",
    "neighbours",
    "path",
    "provenance",
    "rejected",
    "resolve",
    "resolve_one",
    "roots_of",
    "service_info",
    "serving",
    "stats",
    "unaccounted",
    "uncaptured",
    "versions",
]
