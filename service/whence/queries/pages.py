"""Pages of an answer that is computed whole: a stable order, and cursors that hold the place in it, so that a page can be asked for
again after the graph has grown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from whence.errors import BadRequest
from whence.model.answers import Page, Position
from whence.store.order import age, from_cursor, not_a_cursor, to_cursor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from whence.model.answers import Closure, Completeness
    from whence.model.graph import Node

T = TypeVar("T")
Key = tuple[str | int, ...]

MOST: Final = 10_000
"""The largest page, and up to where totals are exact."""


def check_first(first: int) -> int:
    """Raises BadRequest when no page can have this length."""
    if not 1 <= first <= MOST:
        raise BadRequest(
            f"A page holds 1 to {MOST:,} items, not {first:,}.", hint="Ask for fewer, and go on with after."
        )
    return first


def newest_first(node: Node) -> Key:
    """The order of lists: by (-at, uid), nodes without a time last."""
    return (age(node.at), node.uid)


def page_of(
    items: Sequence[T],
    key: Callable[[T], Key],
    *,
    first: int,
    after: str | None,
    position: Position,
) -> Page[T]:
    """The page of `items`, ordered by `key` (unique), that follows the cursor `after`. Raises BadRequest for a cursor or a length that is none."""
    check_first(first)
    ordered = sorted(items, key=key)
    rest = ordered if after is None else _beyond(ordered, key, after)
    kept = rest[:first]
    return Page(
        items=tuple(kept),
        cursors=tuple(to_cursor(*key(item)) for item in kept),
        has_next=len(rest) > first,
        total=min(len(ordered), MOST),
        total_exact=len(ordered) <= MOST,
        position=position,
    )


def answered(page: Page[Any], items: Iterable[T], closure: Closure, said: Completeness) -> Page[T]:
    """The page with what is shown of its items, and what the answer says of itself; its total is not exact when the walk was cut."""
    return Page(
        items=tuple(items),
        cursors=page.cursors,
        has_next=page.has_next,
        total=page.total,
        total_exact=page.total_exact and not closure.cut_by,
        position=page.position,
        completeness=said,
    )


def _beyond(ordered: Sequence[T], key: Callable[[T], Key], after: str) -> Sequence[T]:
    place = from_cursor(after, tuple[str | int, ...])
    try:
        return [item for item in ordered if key(item) > place]
    except TypeError:  # the cursor of another list: its parts are of other types
        raise not_a_cursor(after) from None
