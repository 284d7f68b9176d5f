"""Data that a parameter or a tag names by its digest (`dataset_sha256`), and commits that one names (`git_commit`).

A whole digest is taken as it stands. A beginning of 12 digits or more is taken only when a whence service knows exactly one content that
begins so. A label such as `v2.0` says nothing about bytes and stays a parameter.
"""

from __future__ import annotations

import json
import os
import re
import urllib.request
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from whence_emitters.errors import SourceError, UsageError
from whence_emitters.importing.facets import Digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

DIGEST_PARAMETERS = (
    "dataset_hash", "dataset_digest", "dataset_sha256", "dataset_md5", "dataset_version",
    "data_hash", "data_sha256", "data_md5", "data_version",
)  # fmt: skip
COMMIT_PARAMETERS = ("git_commit", "git_sha")

_BY_LENGTH = {64: "sha256", 32: "md5", 128: "sha512"}
_LENGTHS = {"sha256": 64, "sha512": 128, "blake3": 64, "dir-sha256": 64, "dvc-md5-dir": 32, "md5": 32, "git-blob": 40}
_PREFIX_DIGITS = 12
_HEX = re.compile(r"[0-9a-f]+")
_ANSWER_BYTES = 1 << 20
_SECONDS = 30.0
_QUESTION = "query($ref: String!) { resolve(ref: $ref) { node { id kind } candidates { id kind } } }"


@dataclass(frozen=True, slots=True)
class Stated:
    """What one parameter or tag says: a digest, or why it says none."""

    name: str
    digest: Digest | None
    why: str = ""


class Resolver:
    """Asks a whence service which content begins with some digits. `url` as WHENCE_URL, the key in WHENCE_API_KEY."""

    def __init__(self, url: str) -> None:
        if urlsplit(url).scheme not in {"http", "https"}:
            raise UsageError(f"{url!r} is no address of a service.", "give one such as http://127.0.0.1:8760")
        self._url = url.rstrip("/")
        self._cached = lru_cache(maxsize=10_000)(self._ask)

    def __call__(self, prefix: str) -> tuple[Digest, ...]:
        """Every content that begins so. Raises `SourceError` when the service does not answer."""
        return self._cached(prefix)

    def _ask(self, prefix: str) -> tuple[Digest, ...]:
        body = json.dumps({"query": _QUESTION, "variables": {"ref": prefix}}).encode()
        headers = {"Content-Type": "application/json"} | (
            {"Authorization": f"Bearer {key}"} if (key := os.environ.get("WHENCE_API_KEY")) else {}
        )
        request = urllib.request.Request(f"{self._url}/graphql", body, headers)  # noqa: S310 - http or https, given by the user
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
                told = json.loads(answer.read(_ANSWER_BYTES))
            found = told["data"]["resolve"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SourceError(
                f"The service given with --resolve did not answer: {type(error).__name__}.",
                "start it, or leave --resolve out",
            ) from error
        return tuple(dict.fromkeys(_contents(found, prefix)))


def _contents(found: Any, prefix: str) -> Iterable[Digest]:
    for node in [found.get("node"), *found.get("candidates", ())] if isinstance(found, dict) else []:
        if node and node.get("kind") == "CONTENT":
            algorithm, _, value = unquote(str(node["id"]).removeprefix("content/")).partition(":")
            if value.startswith(prefix) and _LENGTHS.get(algorithm) == len(value):
                yield Digest(algorithm, value)


def stated_data(
    told: Mapping[str, str], names: Iterable[str], resolve: Callable[[str], tuple[Digest, ...]] | None
) -> list[Stated]:
    """What parameters or tags of these names say of the data."""
    return [_stated(name, told[name], resolve) for name in names if told.get(name)]


def _stated(name: str, text: str, resolve: Callable[[str], tuple[Digest, ...]] | None) -> Stated:
    digest = whole_digest(text)
    if digest:
        return Stated(name, digest)
    prefix = text.strip().lower()
    if not _HEX.fullmatch(prefix) or not _PREFIX_DIGITS <= len(prefix) < _LENGTHS["sha512"]:
        return Stated(name, None, "it is a label, no digest of bytes")
    if resolve is None:
        return Stated(name, None, "it is the beginning of a digest; --resolve asks a service which one")
    found = resolve(prefix)
    if len(found) == 1:
        return Stated(name, found[0])
    return Stated(
        name, None, f"it is the beginning of {'several digests' if found else 'no digest'} that the service knows"
    )


def whole_digest(text: str) -> Digest | None:
    """A whole digest, alone or as `{algorithm}:{hex}` or DVC's `{md5}.dir`; None for anything else.

    The algorithm of bare digits is told by their number: 64 sha256, 32 md5, 128 sha512. Forty may as well be a commit, and are none.
    """
    named, colon, rest = text.strip().lower().rpartition(":")
    value = rest.removesuffix(".dir")
    if not _HEX.fullmatch(value):
        return None
    algorithm = named if colon else _BY_LENGTH.get(len(value), "")
    if rest.endswith(".dir"):
        algorithm = "dvc-md5-dir" if algorithm == "md5" else ""
    return Digest(algorithm, value) if _LENGTHS.get(algorithm) == len(value) else None
