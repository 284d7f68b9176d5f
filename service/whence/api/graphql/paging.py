"""Pages of the queries as connections of the schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from whence.api.graphql.results import Completeness, Connection, ConnectionEdge, PageInfo
from whence.api.graphql.scalars import Long
from whence.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Callable

    from whence.model.answers import Page

A = TypeVar("A")
B = TypeVar("B")

DEFAULT_FIRST: Final = 50
MAX_FIRST: Final = 1000


def page_size(first: int | None, default: int = DEFAULT_FIRST) -> int:
    """`first`, when it is between 1 and 1,000; the default when it is null. Raises BadRequest."""
    if first is None:
        return default
    if not 1 <= first <= MAX_FIRST:
        raise BadRequest(f"`first` is {first}.", hint=f"Ask for 1 to {MAX_FIRST:,} at a time and go on with `after`.")
    return first


def connection(page: Page[A], shown: Callable[[A], B], after: str | None) -> Connection[B]:
    """The page, each item as `shown` makes it."""
    return Connection(
        edges=[
            ConnectionEdge(cursor=cursor, node=shown(item))
            for item, cursor in zip(page.items, page.cursors, strict=True)
        ],
        page_info=PageInfo(
            has_next_page=page.has_next,
            has_previous_page=after is not None,
            start_cursor=page.cursors[0] if page.cursors else None,
            end_cursor=page.cursors[-1] if page.cursors else None,
        ),
        total_count=Long(page.total),
        total_exact=page.total_exact,
        completeness=Completeness.of(page.completeness),
        seq=Long(page.position.seq),
        head_hash=page.position.head_hash,
    )
