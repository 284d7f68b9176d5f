"""Mint and take apart uids: the identity of every node (design page, §3).

A uid is a kind's prefix and percent-encoded parts joined by `/`. Given parts are UTF-8, percent-encoded after RFC 3986, only
`A-Z a-z 0-9 - . _ ~` plain, upper-case hex, nothing else normalised. `:`, `@` and a lone `~` are literal only where whence mints
them (`run:{attempt}`, `{alg}:{value}`, `@{START}`, `~`), so that no producer can forge a stand-in.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

PREFIXES: Final = ("asset", "version", "content", "job", "run", "commit", "environment")
UNVERSIONED: Final = "~"


@lru_cache(maxsize=8192)
def encode(part: str) -> str:
    """Percent-encode one given part. Lone surrogates can't occur: the canonical form of an event has none."""
    return quote(part, safe="")


def encode_version(version: str) -> str:
    """Percent-encode a given version name; one named exactly `~` becomes `%7E`, so it is never our unversioned state."""
    return "%7E" if version == UNVERSIONED else encode(version)


def asset(namespace: str, name: str) -> str:
    return f"asset/{encode(namespace)}/{encode(name)}"


def version(namespace: str, name: str, given: str) -> str:
    """The version of an asset that a producer named."""
    return f"version/{encode(namespace)}/{encode(name)}/{encode_version(given)}"


def version_of(asset_uid: str, given: str) -> str:
    """The version that a producer named, of the asset with this uid."""
    return f"version{asset_uid[5:]}/{encode(given) if given != UNVERSIONED else '%7E'}"


def stand_in(asset_uid: str, attempt_uid: str) -> str:
    """The version of an asset that an attempt wrote without naming it: `run:{attempt}` (rule 7)."""
    return f"version{asset_uid[5:]}/run:{attempt_uid[4:]}"


def unversioned(asset_uid: str) -> str:
    """The state of an asset that was read when nothing was known of it: `~` (rule 17)."""
    return f"version{asset_uid[5:]}/{UNVERSIONED}"


def digest_version(asset_uid: str, algorithm: str, value: str) -> str:
    """The version of an asset that is known by its bytes only: `{alg}:{value}` (rule 16)."""
    return f"version{asset_uid[5:]}/{encode(algorithm)}:{encode(value)}"


def content(algorithm: str, value: str) -> str:
    return f"content/{encode(algorithm)}:{encode(value)}"


def job(namespace: str, name: str) -> str:
    return f"job/{encode(namespace)}/{encode(name)}"


@lru_cache(maxsize=4096)
def run(run_id: str) -> str:
    """The first attempt under this run id. A UUID is lower-cased; any other id is kept."""
    return f"run/{encode(normal_run_id(run_id))}"


def attempt(run_id: str, start: str) -> str:
    """A later attempt under the same run id, by the instant of its START (rule 1)."""
    return f"{run(run_id)}@{start}"


def commit(repository: str, sha: str) -> str:
    return f"commit/{encode(repository)}/{encode(sha)}"


def environment(sha256: str) -> str:
    return f"environment/{sha256}"


_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


@lru_cache(maxsize=4096)
def normal_run_id(run_id: str) -> str:
    """A UUID lower-cased; any other id unchanged."""
    return run_id.lower() if _UUID.fullmatch(run_id) else run_id


class VersionParts(NamedTuple):
    """A version uid taken apart: `raw` is its last part as it stands in the uid."""

    asset_uid: str
    namespace: str
    name: str
    raw: str

    @property
    def shown(self) -> str:
        """The version as people read it."""
        return unquote(self.raw)

    @property
    def is_stand_in(self) -> bool:
        return self.raw.startswith("run:")

    @property
    def is_unversioned(self) -> bool:
        return self.raw == UNVERSIONED

    @property
    def is_digest(self) -> bool:
        return ":" in self.raw and not self.is_stand_in


def prefix_of(uid: str) -> str:
    """`asset`, `version`, …; empty when it is no uid."""
    head, slash, _ = uid.partition("/")
    return head if slash and head in PREFIXES else ""


def asset_of(version_uid: str) -> str:
    """uid of the asset that a version is a version of. Nothing is checked: for uids that whence minted."""
    return "asset" + version_uid[7 : version_uid.rindex("/")]


def parse_version(uid: str) -> VersionParts:
    """Take a version uid apart. Raises ValueError when it is none."""
    parts = uid.split("/")
    if len(parts) != 4 or parts[0] != "version":
        raise ValueError(f"not the uid of a version: {uid}")
    asset_uid = f"asset/{parts[1]}/{parts[2]}"
    return VersionParts(asset_uid, *parse_asset(asset_uid), parts[3])


@lru_cache(maxsize=4096)
def parse_asset(uid: str) -> tuple[str, str]:
    """(namespace, name) of an asset uid. Raises ValueError when it is none."""
    parts = uid.split("/")
    if len(parts) != 3 or parts[0] != "asset":
        raise ValueError(f"not the uid of an asset: {uid}")
    return unquote(parts[1]), unquote(parts[2])


@lru_cache(maxsize=4096)
def parse_job(uid: str) -> tuple[str, str]:
    """(namespace, name) of a job uid. Raises ValueError when it is none."""
    parts = uid.split("/")
    if len(parts) != 3 or parts[0] != "job":
        raise ValueError(f"not the uid of a job: {uid}")
    return unquote(parts[1]), unquote(parts[2])


@lru_cache(maxsize=4096)
def parse_run(uid: str) -> tuple[str, str | None]:
    """(run id, START instant of a later attempt or None). Raises ValueError when it is no run's uid."""
    if not uid.startswith("run/"):
        raise ValueError(f"not the uid of a run: {uid}")
    run_id, at, start = uid[4:].partition("@")
    return unquote(run_id), (start if at else None)


def parse_content(uid: str) -> tuple[str, str]:
    """(algorithm, value) of a content uid. Raises ValueError when it is none."""
    if not uid.startswith("content/") or ":" not in uid:
        raise ValueError(f"not the uid of content: {uid}")
    algorithm, _, value = uid[8:].partition(":")
    return unquote(algorithm), unquote(value)
