"""`POST /api/v1/export`: the files of an export as one tar archive, the same bytes that an export of the store writes."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from whence import __version__, canonical, queries
from whence.api.http import Bodies, media_type
from whence.api.tar import archive, length
from whence.errors import BadRequest, StoreUnavailable, WrongMediaType
from whence.model import instant
from whence.queries.export import Folder, Question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from whence.api.http import Receive, Scope, Send
    from whence.ingest.past import Past
    from whence.queries.export import FileDigest
    from whence.store import Store

PATH: Final = "/api/v1/export"
_AT_ONCE: Final = 2
"""An export holds its whole answer in memory while it is written."""


class Exports:
    """The ASGI handler of exports. The archive is on disk before its first byte is sent, so an answer is an error or whole."""

    def __init__(self, store: Store, past: Past, bodies: Bodies) -> None:
        self._store = store
        self._past = past
        self._bodies = bodies
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            raise BadRequest(
                "An export is asked for with POST.", hint='Send {"ref", "asOf", "asKnown"} as application/json.'
            )
        if media_type(scope)[0] != "application/json":
            raise WrongMediaType("An export is asked for with application/json.")
        question = _question(canonical.parse(await self._bodies.read(scope, receive)))
        with tempfile.TemporaryDirectory(prefix="whence-export-") as folder:
            async with self._room:
                files = await self._write(question, Path(folder))
            await _send_archive(send, Path(folder), files)

    async def _write(self, question: Question, folder: Path) -> Sequence[FileDigest]:
        """In a thread where the store lets itself be asked from several: a long export holds up nothing else then."""
        try:
            if self._store.loops == "many":
                return await asyncio.to_thread(asyncio.run, self._write_here(question, folder))
            return await self._write_here(question, folder)
        except OSError as error:
            raise StoreUnavailable(
                f"The service could not write the export: {error.strerror or error}.",
                hint="Look at the room in its temporary folder.",
            ) from error

    async def _write_here(self, question: Question, folder: Path) -> Sequence[FileDigest]:
        store = self._store if question.as_known is None else await self._past.store(question.as_known)
        files: list[FileDigest] = []
        await queries.export(store, question, Folder(folder), __version__, files.append)
        return files


def _question(body: object) -> Question:
    if not isinstance(body, dict) or not isinstance(body.get("ref"), str):
        raise BadRequest("`ref` is missing or no text.", hint='Send {"ref": "…", "asOf": null, "asKnown": null}.')
    as_of, as_known = _text(body, "asOf"), _text(body, "asKnown")
    try:
        return Question(body["ref"], None if as_of is None else instant.parse(as_of), as_known)
    except ValueError as error:
        raise BadRequest(f"`asOf` is {error}.", hint="Write it as 2026-01-31T09:30:00Z.") from None


def _text(body: dict[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise BadRequest(f"`{name}` is no text.")
    return value


async def _send_archive(send: Send, folder: Path, files: Sequence[FileDigest]) -> None:
    headers = [
        (b"content-type", b"application/x-tar"),
        (b"content-length", str(length(files)).encode()),
        (b"content-disposition", b'attachment; filename="whence-export.tar"'),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for piece in archive(folder, files):
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
