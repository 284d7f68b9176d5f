"""What Prometheus may scrape. Label values come from closed sets, so their number is bounded whatever clients send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0

from whence.api import page
from whence.ingest import Accepted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from whence.ingest import Outcome

CONTENT_TYPE: Final = CONTENT_TYPE_PLAIN_1_0_0
_PUT_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_REQUEST_SECONDS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_BATCH_EVENTS: Final = (1, 2, 5, 10, 20, 50, 100, 200)
_PATHS: Final = frozenset(
    {
        *page.PATHS,
        "/health",
        "/ready",
        "/metrics",
        "/graphql",
        "/api/v1/lineage",
        "/api/v1/lineage/batch",
        "/api/v1/export",
    }
)


class Metrics:
    """The counters of one service, in a registry of their own. It is the Watcher of the ingest lane."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        events = Counter("whence_events", "Events by outcome.", ["outcome"], registry=self.registry)
        self._accepted, self._duplicate, self._rejected = map(events.labels, ("accepted", "duplicate", "rejected"))
        waiting = Gauge("whence_queue_events", "Events taken in and not yet answered.", registry=self.registry)
        waiting.set_function(lambda: self._held)
        self._held = 0
        self._put = Histogram(
            "whence_put_seconds", "Duration of one put into the store.", buckets=_PUT_SECONDS, registry=self.registry
        )
        self._batch = Histogram(
            "whence_put_events", "Events in one put.", buckets=_BATCH_EVENTS, registry=self.registry
        )
        self._requests = Counter(
            "whence_http_requests", "Requests by path and status.", ["path", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "whence_http_request_seconds",
            "Duration of requests by path.",
            ["path"],
            buckets=_REQUEST_SECONDS,
            registry=self.registry,
        )
        self._seq = Gauge("whence_log_seq", "Position of the log.", registry=self.registry)
        self._refused = Gauge(
            "whence_log_rejected", "Refused events that were not accepted since.", registry=self.registry
        )
        self._known: dict[tuple[str, int], Counter] = {}
        self._timers: dict[str, Histogram] = {}

    def committed(self, events: int, seconds: float) -> None:
        """One put took this long."""
        self._put.observe(seconds)
        self._batch.observe(events)

    def answered(self, outcomes: Sequence[Outcome]) -> None:
        """These outcomes went to a client."""
        accepted = [each for each in outcomes if isinstance(each, Accepted)]
        duplicates = sum(each.duplicate for each in accepted)
        self._accepted.inc(len(accepted) - duplicates)
        if duplicates:
            self._duplicate.inc(duplicates)
        if len(accepted) < len(outcomes):
            self._rejected.inc(len(outcomes) - len(accepted))

    def waiting(self, events: int) -> None:
        """So many events are taken in and not yet answered."""
        self._held = events

    def requested(self, path: str, status: int, seconds: float) -> None:
        """One request was answered. A path that is not ours counts as `other`, assets as `/static`."""
        label = path if path in _PATHS else ("/static" if path.startswith("/static/") else "other")
        counter = self._known.get((label, status))
        if counter is None:
            counter = self._known[label, status] = self._requests.labels(label, str(status))
            self._timers.setdefault(label, self._seconds.labels(label))
        counter.inc()
        self._timers[label].observe(seconds)

    def exposition(self, seq: int, rejected: int) -> bytes:
        """All of it as text, with the log as it is now."""
        self._seq.set(seq)
        self._refused.set(rejected)
        return generate_latest(self.registry)
