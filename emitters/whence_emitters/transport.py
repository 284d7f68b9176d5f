"""The OpenLineage client, as a way to deliver one event and to know what became of it.

Everything that the client knows to configure holds: OPENLINEAGE_URL, a configuration file, OPENLINEAGE__TRANSPORT__…, filters, tags.
Three things differ, because the spool is behind it. The client's own retries are off (the spool is the retry). Redirects are refused,
since a redirected POST becomes a GET and the event would be lost unseen. `async_http` is sent by the plain `http` transport with the
same configuration, since only that says whether the event arrived.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from whence_emitters import settings
from whence_emitters.errors import UsageError
from whence_emitters.masking import mask_text, shown_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from openlineage.client import OpenLineageClient
    from openlineage.client.event_v2 import DatasetEvent, RunEvent
    from openlineage.client.transport.transport import Transport

_TRY_LATER = frozenset({401, 403, 408, 429})
_REASON_CHARACTERS = 2000


class Outcome(Enum):
    """What became of an event."""

    DELIVERED = "delivered"
    TRY_LATER = "try later"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Delivery:
    """The outcome of one attempt, with the reason when it was not delivered. The reason holds no secret."""

    outcome: Outcome
    reason: str = ""


def open_client() -> OpenLineageClient | None:
    """Make the client that the environment configures; None when OpenLineage is disabled or nothing says where events go.

    Raises what the client raises on a configuration that it cannot use.
    """
    if settings.disabled():
        return None
    before = {name for name in os.environ if name.startswith("OPENLINEAGE__")}
    try:
        from openlineage.client import OpenLineageClient

        client = OpenLineageClient()
    finally:
        # The client copies OPENLINEAGE_URL and the key into variables of its own, which child processes would inherit.
        for name in [name for name in os.environ if name.startswith("OPENLINEAGE__") and name not in before]:
            del os.environ[name]
    config = client.config
    if client.transport.kind == "console" and not (config.transport or {}).get("type"):
        return None
    # These describe the process that sends; ours were recorded by the process that ran.
    config.facets.environment_variables = []
    config.facets.source_code_location.disabled = True
    client.transport = _plain(client.transport, config.transport or {})
    _without_retries(client.transport)
    return client


def configured_client() -> OpenLineageClient:
    """The client that the environment configures. Raises `UsageError` when it is disabled, unusable or names no destination."""
    if settings.disabled():
        raise UsageError("OPENLINEAGE_DISABLED is true, so nothing is sent.", "unset it")
    try:
        client = open_client() if settings.destination_configured() else None
    except Exception as error:
        raise UsageError(
            f"The OpenLineage configuration cannot be used: {mask_text(str(error))}", "see `whence-emit doctor`"
        ) from error
    if client is None:
        raise UsageError("Nothing says where events go.", "set OPENLINEAGE_URL, for example to http://127.0.0.1:8760")
    return client


def deliver(client: OpenLineageClient, event: dict[str, Any]) -> Delivery:
    """Send one event. Never raises."""
    try:
        typed = to_dataset_event(event) if "dataset" in event else to_run_event(event)
    except Exception as error:
        return Delivery(Outcome.REJECTED, f"not an OpenLineage event: {shown_error(error)[:_REASON_CHARACTERS]}")
    try:
        client.emit(typed)
    except Exception as error:
        return classify(error)
    return Delivery(Outcome.DELIVERED)


def classify(error: BaseException) -> Delivery:
    """Say what a failed attempt means: 4xx other than 401, 403, 408 and 429 will never be taken, all else may be later."""
    seen: BaseException | None = error
    while seen is not None:
        response = getattr(seen, "response", None)
        status = getattr(response, "status_code", None)
        if isinstance(status, int):
            reason = mask_text(f"HTTP {status} {getattr(response, 'text', '')}"[:_REASON_CHARACTERS]).strip()
            never = 400 <= status < 500 and status not in _TRY_LATER
            return Delivery(Outcome.REJECTED if never else Outcome.TRY_LATER, reason)
        seen = seen.__cause__ or seen.__context__
    return Delivery(Outcome.TRY_LATER, shown_error(error)[:_REASON_CHARACTERS])


def to_run_event(event: dict[str, Any]) -> RunEvent:
    """Make the client's RunEvent of an event from the spool. Raises KeyError, TypeError or ValueError when it is none."""
    from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
    from openlineage.client.generated.tags_job import TagsJobFacet, TagsJobFacetFields
    from openlineage.client.generated.tags_run import TagsRunFacet, TagsRunFacetFields

    run, job = event["run"], event["job"]
    run_facets = _with_tags(run.get("facets", {}), TagsRunFacet, TagsRunFacetFields)
    job_facets = _with_tags(job.get("facets", {}), TagsJobFacet, TagsJobFacetFields)
    return RunEvent(
        eventTime=event["eventTime"],
        producer=event["producer"],
        eventType=RunState(event["eventType"]),
        run=Run(runId=run["runId"], facets=run_facets),
        job=Job(namespace=job["namespace"], name=job["name"], facets=job_facets),
        inputs=[InputDataset(**dataset) for dataset in event.get("inputs", [])],
        outputs=[OutputDataset(**dataset) for dataset in event.get("outputs", [])],
    )


def _with_tags(facets: dict[str, Any], facet: Callable[..., Any], field: Callable[..., Any]) -> dict[str, Any]:
    """The facets, with `tags` as the client's own type: it adds tags of its own to it."""
    if "tags" not in facets:
        return dict(facets)
    told = facets["tags"]
    made = facet(tags=[field(**tag) for tag in told.get("tags", [])], producer=told["_producer"])
    return {**facets, "tags": made}


def to_dataset_event(event: dict[str, Any]) -> DatasetEvent:
    """Make the client's DatasetEvent. Raises KeyError, TypeError or ValueError when it is none."""
    from openlineage.client.event_v2 import DatasetEvent, StaticDataset

    return DatasetEvent(
        eventTime=event["eventTime"], producer=event["producer"], dataset=StaticDataset(**event["dataset"])
    )


def _plain(transport: Transport, config: dict[str, Any]) -> Transport:
    if transport.kind != "async_http":
        return transport
    from openlineage.client.transport.http import HttpConfig, HttpTransport

    transport.close(0)
    return HttpTransport(HttpConfig.from_dict({key: value for key, value in config.items() if key != "type"}))


def _without_retries(transport: Transport) -> None:
    for inner in getattr(transport, "transports", ()):
        _without_retries(inner)
    if transport.kind == "http":
        config = transport.config  # type: ignore[attr-defined]
        config.retry = {"total": 0, "status_forcelist": []}
        transport.session.max_redirects = 0  # type: ignore[attr-defined]
