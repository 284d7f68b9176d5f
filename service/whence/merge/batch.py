"""A batch of events -> the changes that it makes (rules 26 to 28). Pure but for reading what is known."""

from __future__ import annotations

from collections.abc import Sequence

from whence.merge import touches
from whence.merge.claiming import claim_all
from whence.merge.drawing import draw_owners, draw_versions
from whence.merge.folding import fold_all
from whence.merge.moving import move_rows
from whence.merge.overlay import Overlay
from whence.merge.state import Changes, Known, Logged
from whence.merge.work import Work


def merge_batch(known: Known, events: Sequence[Logged]) -> Changes:
    """Merge events that the log has just taken in; the difference to apply.

    In event-time order, whatever order they came in: fewer reads have to be bound twice (rule 28). The result does not depend on it.
    """
    overlay = Overlay(known)
    work = Work(overlay)
    ordered = sorted(events, key=lambda event: (event.facts.time, event.facts.key))
    fold_all(work, ordered)
    claim_all(work)
    move_rows(work)
    draw_owners(work)
    draw_versions(work)
    return overlay.changes(touches.of_batch(overlay, ordered))
