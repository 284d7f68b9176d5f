"""What the words of a NodeFilter mean, defined once: every store finds the same nodes by them."""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import unquote

from whence.errors import BadRequest
from whence.model.answers import NodeFilter
from whence.model.graph import (
    AssetDetail,
    CommitDetail,
    ContentDetail,
    JobDetail,
    Node,
    RunDetail,
    VersionDetail,
)
from whence.store.order import age, cutoff

_HEX_PREFIX: Final = re.compile(r"[0-9a-f]{8,}")
_AFTER_EVERY_HEX: Final = "g"


class Fingerprint(NamedTuple):
    """Something a node is known by in hexadecimal: a digest (any strength), or a commit's sha (algorithm empty)."""

    value: str
    algorithm: str


def search_text(node: Node) -> str:
    """What `text` is looked for in: name, decoded parts of the uid, tags and owners, one a line, without regard to case."""
    parts = node.uid.split("/")[1:]
    if "%" in node.uid:
        parts = [unquote(part) for part in parts]
    return searchable("\n".join(dict.fromkeys((node.name, *parts, *node.tags, *node.owners))))


def searchable(text: str) -> str:
    """Text as it is compared: case folded, and NUL, at which SQL text functions may stop, replaced."""
    return text.casefold().replace("\0", "\ufffd")


def fingerprints(node: Node) -> tuple[Fingerprint, ...]:
    match node.detail:
        case VersionDetail(digests=digests):
            return tuple(sorted({Fingerprint(each.value.lower(), each.algorithm) for each in digests}))
        case ContentDetail(algorithm=algorithm, value=value):
            return (Fingerprint(value.lower(), algorithm),)
        case CommitDetail(sha=sha):
            return (Fingerprint(sha.lower(), ""),)
        case _:
            return ()


def namespace_of(node: Node) -> str | None:
    return node.detail.namespace if isinstance(node.detail, AssetDetail | VersionDetail | JobDetail) else None


def whole_of(node: Node) -> str | None:
    """What a node is one of: the asset (uid) of a version, the job of a run."""
    match node.detail:
        case VersionDetail(asset=asset):
            return asset
        case RunDetail(job=job):
            return job
        case _:
            return None


class FingerprintRange(NamedTuple):
    """Fingerprints with low <= value < high, of this algorithm; None: of any."""

    low: str
    high: str
    algorithm: str | None = None

    def holds(self, node: Node) -> bool:
        return any(
            self.low <= each.value < self.high and self.algorithm in (None, each.algorithm)
            for each in fingerprints(node)
        )


def hex_prefix(text: str) -> FingerprintRange | None:
    """The fingerprints that begin with this text, or None when it is not eight hex digits or more."""
    lowered = text.lower()
    return FingerprintRange(lowered, lowered + _AFTER_EVERY_HEX) if _HEX_PREFIX.fullmatch(lowered) else None


def digest_range(digest: str) -> FingerprintRange:
    """The fingerprints that `NodeFilter.digest` means. Raises BadRequest when it is neither `alg:value` nor a hex prefix."""
    algorithm, colon, value = digest.rpartition(":")
    if colon and algorithm and value:
        return FingerprintRange(value.lower(), value.lower() + "\0", algorithm)
    found = hex_prefix(digest)
    if found is None:
        raise BadRequest(f"not a digest: {digest[:80]!r}", hint="Give alg:value, or at least the first 8 hex digits.")
    return found


def check(wanted: NodeFilter) -> None:
    """Raises BadRequest for a filter that means nothing."""
    if wanted.digest is not None:
        digest_range(wanted.digest)


def matches(node: Node, wanted: NodeFilter) -> bool:
    """Whether everything that the filter gives holds for this node."""
    detail = node.detail
    ages = age(node.at)
    return (
        (not wanted.kinds or node.kind in wanted.kinds)
        and (wanted.name is None or node.name == wanted.name)
        and (wanted.namespace is None or namespace_of(node) == wanted.namespace)
        and (wanted.tag is None or wanted.tag in node.tags)
        and (wanted.owner is None or wanted.owner in node.owners)
        and (wanted.job is None or (isinstance(detail, RunDetail) and detail.job == wanted.job))
        and (wanted.state is None or (isinstance(detail, RunDetail) and detail.state is wanted.state))
        and (not wanted.versions_of or (isinstance(detail, VersionDetail) and detail.asset in wanted.versions_of))
        and (wanted.digest is None or digest_range(wanted.digest).holds(node))
        and (wanted.text is None or _text_matches(node, wanted.text))
        and (wanted.since is None or (node.at is not None and node.at >= wanted.since))
        and (wanted.until is None or (node.at is not None and node.at < wanted.until))
        and ages >= cutoff(wanted.as_of)
    )


def _text_matches(node: Node, text: str) -> bool:
    prefix = hex_prefix(text)
    return searchable(text) in search_text(node) or (prefix is not None and prefix.holds(node))
