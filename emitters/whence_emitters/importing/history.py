"""`import_history`: what `whence-emit import` does, for a program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whence_emitters import settings
from whence_emitters.importing.contract import Reading
from whence_emitters.importing.cursor import cursor_file, open_cursor
from whence_emitters.importing.engine import Imported, run_import
from whence_emitters.importing.registry import importer_of
from whence_emitters.masking import mask_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from whence_emitters.importing.destination import Destination


def import_history(
    system: str, location: str, *,
    since: datetime | None = None, limit: int | None = None, options: Mapping[str, Any] | None = None,
    destination: Destination | None = None, show: Destination | None = None, again: bool = False,
    progress: Callable[[Imported], None] = lambda _so_far: None,
) -> tuple[Imported, Reading]:  # fmt: skip
    """Import a source, and say what was done and what the source could not tell.

    Events go to `destination`, else where OpenLineage's configuration says. With `show` they go there instead, and nothing is
    remembered: it is given what an import would send now. `again=True` sends everything again. Raises the errors of
    `whence_emitters.errors`.
    """
    importer = importer_of(system)
    reading = Reading(location, since=since, options=dict(options or {}))
    identity = mask_text(importer.identify(reading))
    to = destination or _configured(optional=show is not None)
    path = cursor_file(system, identity, to.name) if to else None
    if show is not None and (again or path is None or not path.exists()):
        path = None
    receiver = show or to
    assert receiver is not None
    about = {"system": system, "source": identity, "destination": to.name if to else ""}
    with open_cursor(path, read_only=show is not None, **about) as cursor:
        if again:
            cursor.forget()
        done = run_import(importer, reading, cursor, receiver, limit=limit, progress=progress)
    return done, reading


def _configured(*, optional: bool) -> Destination | None:
    from whence_emitters.importing.destination import destination_of
    from whence_emitters.transport import configured_client

    if optional and (settings.disabled() or not settings.destination_configured()):
        return None
    return destination_of(configured_client())
