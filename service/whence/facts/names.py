"""Names to uids. Pipelines say the same names again and again, so that the last few thousand are remembered."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from whence.facts.shapes import NamedDataset
from whence.model import uid
from whence.model.facts import Reference

_REMEMBERED: Final = 8192
_SHORT: Final = 512
"""Longer names are not remembered: a hostile sender must not fill the memory."""

_asset = lru_cache(_REMEMBERED)(uid.asset)
_job = lru_cache(_REMEMBERED)(uid.job)


def asset_uid(namespace: str, name: str) -> str:
    return _asset(namespace, name) if len(namespace) + len(name) < _SHORT else uid.asset(namespace, name)


def job_uid(namespace: str, name: str) -> str:
    return _job(namespace, name) if len(namespace) + len(name) < _SHORT else uid.job(namespace, name)


def reference(named: NamedDataset) -> Reference:
    return Reference(asset_uid(named.namespace, named.name), named.version)
