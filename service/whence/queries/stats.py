"""How much happened when, and in what state is the service?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence.errors import BadRequest
from whence.model.answers import LogFilter, ServiceInfo, Stat
from whence.queries.log import log_state
from whence.store.port import Buckets, Store

if TYPE_CHECKING:
    from whence.model.kinds import Bucket


async def stats(store: Store, bucket: Bucket, since: int, until: int, *, nodes: bool = True) -> tuple[Stat, ...]:
    """Counts by bucket of time over [since, until), ns UTC, empty buckets too; without `nodes` those of events only.

    Raises BadRequest, and TooCostly for too many buckets.
    """
    if until <= since:
        raise BadRequest("until must be after since.", hint="Times are [since, until).")
    page = await store.events(LogFilter(bodies=False), buckets=Buckets(bucket, since, until, nodes))
    return page.stats


async def service_info(store: Store, version: str) -> ServiceInfo:
    """What is running: release, store (without credentials), position of the log, projection, refused events."""
    state = (await log_state(store)).state
    return ServiceInfo(version, store.url, state.position, state.projection, state.rejected)
