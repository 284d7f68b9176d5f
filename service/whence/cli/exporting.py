"""Fetch an export into a folder: from a service as an archive, or written here from a store. The bytes are the same."""

from __future__ import annotations

import asyncio
import hashlib
import re
import tarfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO, Any, Final, cast

import msgspec

from whence import __version__, queries
from whence.cli.where import Where
from whence.errors import StoreUnavailable
from whence.ingest.past import Past
from whence.model.plain import moment
from whence.queries.export import FileDigest, Folder, Question
from whence.queries.export.export import MANIFEST, SUMS, sums
from whence.settings import Settings
from whence.store import open_store

Told = Callable[[FileDigest], None]
_OURS: Final = re.compile(r"[A-Za-z0-9]+(\.[a-z]+)?|events/[0-9]+\.json")
_PIECE: Final = 1024 * 1024
_CONNECT_SECONDS: Final = 5.0


def fetch(where: Where, settings: Settings, question: Question, folder: Path, told: Told) -> dict[str, Any]:
    """Fill an empty folder; the manifest. Raises what the question raises, StoreUnavailable when the answer does not arrive whole, OSError."""
    if where.url:
        return _from_service(where.url, settings.api_key, question, folder, told)
    assert where.store is not None
    return asyncio.run(_from_store(where.store, question, folder, told))


async def _from_store(url: str, question: Question, folder: Path, told: Told) -> dict[str, Any]:
    async with open_store(url, read_only=True) as store:
        known = store if question.as_known is None else await Past(store).store(question.as_known)
        return (await queries.export(known, question, Folder(folder), __version__, told)).value


def _from_service(url: str, key: str | None, question: Question, folder: Path, told: Told) -> dict[str, Any]:
    import httpx

    from whence.cli.ask_http import client_for, no_answer, read_answer

    body = {"ref": question.ref, "asOf": moment(question.as_of), "asKnown": question.as_known}
    # The service answers when the export is complete, which may take long.
    timeout = httpx.Timeout(None, connect=_CONNECT_SECONDS)
    try:
        with (
            client_for(url, key) as client,
            client.stream("POST", "/api/v1/export", json=body, timeout=timeout) as response,
        ):
            if response.headers.get("content-type") != "application/x-tar":
                response.read()
                read_answer(response, url)
                raise StoreUnavailable(f"The service at {url} sent no export.", hint="Is it as new as this command?")
            return _unpacked(response.iter_bytes(_PIECE), folder, told, url)
    except httpx.HTTPError as error:
        raise no_answer(url, error) from error


class _Stream:
    """Pieces, to be read as a file."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._held = b""

    def read(self, size: int) -> bytes:
        while len(self._held) < size and (piece := next(self._pieces, b"")):
            self._held += piece
        taken, self._held = self._held[:size], self._held[size:]
        return taken


def _unpacked(pieces: Iterable[bytes], folder: Path, told: Told, url: str) -> dict[str, Any]:
    """What comes from a network names no place of its own choice, and is kept only if all of it is what its sums say."""
    files: list[FileDigest] = []
    try:
        with tarfile.open(fileobj=cast("IO[bytes]", _Stream(pieces)), mode="r|") as archive:
            for member in archive:
                content = archive.extractfile(member) if member.isreg() else None
                if content is None or not _OURS.fullmatch(member.name):
                    raise StoreUnavailable(f"The service at {url} sent a file that no export has.")
                files.append(_keep(content, folder, member.name))
                told(files[-1])
    except tarfile.TarError as error:
        raise _not_whole(url) from error
    if not files or files[-1].path != SUMS or (folder / SUMS).read_bytes() != sums(files[:-1]):
        raise _not_whole(url)
    manifest: dict[str, Any] = msgspec.json.decode((folder / MANIFEST).read_bytes())
    return manifest


def _keep(content: IO[bytes], folder: Path, name: str) -> FileDigest:
    digest, size = hashlib.sha256(), 0
    with Folder(folder).file(name) as sink:
        while piece := content.read(_PIECE):
            sink.write(piece)
            digest.update(piece)
            size += len(piece)
    return FileDigest(name, digest.hexdigest(), size)


def _not_whole(url: str) -> StoreUnavailable:
    return StoreUnavailable(f"The export did not arrive whole from {url}.", hint="Nothing of it was kept: try again.")
