"""Short names for the things of one answer, as a person at this folder calls them."""

from __future__ import annotations

import os
import shlex
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from whence.cli.output import visible
from whence.model import uid

Node = Mapping[str, Any]
SHORT_HEX: Final = 8
"""Digits of a digest or commit that are shown: enough to ask again with (interface page, REF)."""
_LONGEST_VERSION: Final = 24
_DIGEST_ORDER: Final = (
    "sha256",
    "sha512",
    "blake3",
    "dir-sha256",
    "dvc-md5-dir",
    "md5",
    "git-blob",
    "delta-fileset-sha256",
)


class Names:
    """Names assets by path relative to `folder` where they are files below it, by name otherwise, by namespace and name where two would read alike."""

    def __init__(self, ids: Iterable[str] = (), folder: str | None = None) -> None:
        self._folder = PurePosixPath(folder or os.getcwd())  # noqa: PTH109  the shell's folder, links kept as the person sees them
        owners: dict[str, set[str]] = defaultdict(set)
        for asset in {asset_id(each) for each in ids} - {""}:
            owners[self._plain(asset)].add(asset)
        self._alike = {name for name, assets in owners.items() if len(assets) > 1}

    def asset(self, node_id: str) -> str:
        """The name of an asset, of a version's asset, or of a job."""
        asset = asset_id(node_id)
        plain = self._plain(asset)
        return visible(f"{uid.parse_asset(asset)[0]} {plain}" if plain in self._alike else plain)

    def _plain(self, asset: str) -> str:
        namespace, name = uid.parse_asset(asset)
        if namespace != "file":
            return name
        path = PurePosixPath(name)
        return str(path.relative_to(self._folder)) if path.is_relative_to(self._folder) else name


def asset_id(node_id: str) -> str:
    """The uid of the asset that an asset's or version's uid names; empty for anything else."""
    match uid.prefix_of(node_id):
        case "asset":
            return node_id
        case "version":
            return uid.parse_version(node_id).asset_uid
    return ""


def version(node: Node) -> str:
    """A version in short: what the producer called it, else the first digits of its digest, else who wrote it."""
    parts = uid.parse_version(node["id"])
    if parts.is_unversioned:
        return "unversioned"
    if not parts.is_stand_in and not parts.is_digest:
        return f"@{shortened(visible(node.get('label') or parts.shown))}"
    digest = best_digest(node)
    if digest:
        return digest[:SHORT_HEX]
    if parts.is_digest:
        return visible(parts.shown.partition(":")[2][:SHORT_HEX])
    return visible(f"by run {parts.shown[4:]}")


def best_digest(node: Node) -> str:
    """The value of the strongest digest of a version; empty when it has none."""
    strong = {each["algorithm"]: each["value"] for each in node.get("digests") or () if each["strong"]}
    return visible(next((strong[algorithm] for algorithm in _DIGEST_ORDER if algorithm in strong), ""))


def shortened(text: str) -> str:
    """The text, or its beginning with a mark where it is too long to read; hex only as far as it is needed."""
    if len(text) >= 32 and all(each in "0123456789abcdef" for each in text.lower()):
        return text[:SHORT_HEX]
    return text if len(text) <= _LONGEST_VERSION else f"{text[:_LONGEST_VERSION]}…"


def job(node: Node) -> str:
    """The name of a run's job, or of a job; the run's own id where no job is known."""
    if node["kind"] == "JOB":
        return visible(uid.parse_job(node["id"])[1])
    known = node.get("job")
    return visible(uid.parse_job(known["id"])[1]) if known else visible(f"run {uid.parse_run(node['id'])[0]}")


def name_of(job_uid: str) -> str:
    """The name in a job's uid."""
    return visible(uid.parse_job(job_uid)[1])


def shell(node_id: str) -> str:
    """A uid as it is written on a command line."""
    return visible(shlex.quote(node_id))


def moment(text: str | None) -> str:
    """An instant as people read it: UTC, ISO 8601, whole seconds."""
    if not text:
        return ""
    whole, _, _ = text.partition(".")
    return whole if whole.endswith("Z") or len(whole) != 19 else f"{whole}Z"
