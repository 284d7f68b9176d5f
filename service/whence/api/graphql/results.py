"""The leaves of the schema: types that point at nodes by uid only."""

import base64
from typing import Generic, TypeVar

import msgspec
import strawberry
from strawberry.scalars import JSON

from whence.api.graphql.enums import CutBy, EdgeType, Evidence, GapKind, InputRole
from whence.api.graphql.scalars import DateTime, Long
from whence.model import answers, graph

T = TypeVar("T")


@strawberry.type(description="A digest of a version.")
class Digest:
    algorithm: str = strawberry.field(description="sha256, md5, dir-sha256, …; see docs/naming.md.")
    value: str = strawberry.field(description="Lower-case hex, or the id as the source gives it.")
    strong: bool = strawberry.field(description="Computed from the bytes: what has the same value is the same.")

    @classmethod
    def of(cls, digest: graph.Digest) -> "Digest":
        return cls(algorithm=digest.algorithm, value=digest.value, strong=digest.strong)


@strawberry.type(description="A number that a run reported.")
class Metric:
    name: str = strawberry.field(description="Its name, as the run gives it.")
    value: float | None = strawberry.field(description="The number; null when it is not finite.")
    text: str = strawberry.field(description='The number as text, also "NaN", "Infinity" and "-Infinity".')
    step: Long | None = strawberry.field(description="The step of training it belongs to.")
    dataset: strawberry.ID | None = strawberry.field(description="uid of the dataset or version it was measured on.")

    @classmethod
    def of(cls, metric: graph.Metric) -> "Metric":
        return cls(
            name=metric.name,
            value=metric.value,
            text=metric.text if metric.text is not None else _number(metric.value),
            step=None if metric.step is None else Long(metric.step),
            dataset=None if metric.dataset is None else strawberry.ID(metric.dataset),
        )


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


@strawberry.type(description="A parameter of a run.")
class Param:
    name: str = strawberry.field(description="Its name.")
    value: str = strawberry.field(description="Its value, as text.")

    @classmethod
    def of(cls, param: graph.Param) -> "Param":
        return cls(name=param.name, value=param.value)


@strawberry.type(description="An edge, from the dependent to what it depends on.")
class Edge:
    id: strawberry.ID = strawberry.field(description="The same for the same edge, always.")
    type: EdgeType = strawberry.field(description="What the edge says.")
    source: strawberry.ID = strawberry.field(description="uid of the dependent.")
    target: strawberry.ID = strawberry.field(description="uid of what it depends on.")
    at: DateTime | None = strawberry.field(description="Since when, in event time; null for SAME_AS only.")
    evidence: Evidence = strawberry.field(description="How it is known.")
    role: InputRole | None = strawberry.field(description="Of USED: what for; null when nobody said.")
    relation: str | None = strawberry.field(description="Of DERIVED_FROM: how, for example FINE_TUNE or RENAMED.")
    run: strawberry.ID | None = strawberry.field(description="uid of the run that it comes from, where it has one.")
    event_seqs: list[Long] = strawberry.field(
        description="Positions in the log of events that say so: for each mention at most its first and its last."
    )

    @classmethod
    def of(cls, edge: graph.Edge) -> "Edge":
        return cls(
            id=strawberry.ID(edge.id),
            type=edge.type,
            source=strawberry.ID(edge.source),
            target=strawberry.ID(edge.target),
            at=instant_or_none(edge.at),
            evidence=edge.evidence,
            role=edge.role,
            relation=edge.relation,
            run=None if edge.run is None else strawberry.ID(edge.run),
            event_seqs=[Long(seq) for seq in edge.event_seqs],
        )


@strawberry.type(description="What an answer can't see, of one kind.")
class Gap:
    kind: GapKind = strawberry.field(description="Which kind.")
    count: Long = strawberry.field(description="How many.")
    examples: list[strawberry.ID] = strawberry.field(description="Up to five uids.")
    sentence: str = strawberry.field(description="The same for a person.")

    @classmethod
    def of(cls, gap: answers.Gap) -> "Gap":
        return cls(kind=gap.kind, count=Long(gap.count), examples=ids(gap.examples), sentence=gap.sentence)


@strawberry.type(description="Whether an answer is all there is, what cut it, and what it can't see.")
class Completeness:
    complete: bool = strawberry.field(description="True exactly when nothing was cut; gaps stand beside it.")
    cut_by: list[CutBy] = strawberry.field(description="What cut it.")
    frontier: list[strawberry.ID] = strawberry.field(
        description="Nodes of the answer with neighbours that were left out."
    )
    remaining: Long = strawberry.field(description="How many nodes were left out.")
    remaining_exact: bool = strawberry.field(description="False: `remaining` is a lower bound.")
    gaps: list[Gap] = strawberry.field(description="What it can't see.")
    sentence: str = strawberry.field(description="All of it for a person.")

    @classmethod
    def of(cls, given: answers.Completeness) -> "Completeness":
        return cls(
            complete=given.complete,
            cut_by=list(given.cut_by),
            frontier=ids(given.frontier),
            remaining=Long(given.remaining),
            remaining_exact=given.remaining_exact,
            gaps=[Gap.of(gap) for gap in given.gaps],
            sentence=given.sentence,
        )


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="There is more after this page.")
    has_previous_page: bool = strawberry.field(description="This page was asked for with a cursor.")
    start_cursor: str | None = strawberry.field(description="Cursor of its first entry.")
    end_cursor: str | None = strawberry.field(description="Cursor of its last entry: go on after it.")


@strawberry.type(description="One entry of a page.")
class ConnectionEdge(Generic[T]):
    cursor: str = strawberry.field(description="Go on after this entry with this cursor.")
    node: T = strawberry.field(description="The entry.")


@strawberry.type(description="One page of a list, and where in the log it was read.")
class Connection(Generic[T]):
    edges: list[ConnectionEdge[T]] = strawberry.field(description="The entries of this page.")
    page_info: PageInfo = strawberry.field(description="Where this page stands.")
    total_count: Long | None = strawberry.field(
        description="How many there are on all pages: exact to 10,000, then 10,000."
    )
    total_exact: bool = strawberry.field(description="False: there are more than `totalCount`.")
    completeness: Completeness = strawberry.field(
        description="Whether the list is all there is, and what it can't see."
    )
    seq: Long = strawberry.field(description="Position of the log at which it was read.")
    head_hash: str = strawberry.field(description="Hash of the log up to there.")


@strawberry.type(description="An event as it was received.")
class Event:
    seq: Long = strawberry.field(description="Its position in the log, from 1.")
    key: str = strawberry.field(description="SHA-256 of its canonical form (RFC 8785).")
    event_time: DateTime = strawberry.field(description="When it happened, as its producer says.")
    received_at: DateTime = strawberry.field(description="When it was received.")
    producer: str = strawberry.field(description="URI of what sent it.")
    event_type: str | None = strawberry.field(
        description="START, RUNNING, COMPLETE, ABORT, FAIL or OTHER; null for what is no run's event."
    )
    run: strawberry.ID | None = strawberry.field(description="uid of the run it speaks of.")
    job: strawberry.ID | None = strawberry.field(description="uid of the job it speaks of.")
    sender: str | None = strawberry.field(
        description="Name of the key that it came with; null when it came without one."
    )
    raw: JSON = strawberry.field(description="The event itself, the first bytes received.")

    @classmethod
    def of(cls, entry: answers.LogEntry) -> "Event":
        return cls(
            seq=Long(entry.seq),
            key=entry.key,
            event_time=DateTime(entry.time),
            received_at=DateTime(entry.received_at),
            producer=entry.producer,
            event_type=entry.event_type,
            run=None if entry.run is None else strawberry.ID(entry.run),
            job=None if entry.job is None else strawberry.ID(entry.job),
            sender=entry.sender,
            raw=JSON(msgspec.Raw(entry.body)),
        )


@strawberry.type(description="An event that was refused: it is kept, and can be offered again with replayRejected.")
class Rejected:
    id: strawberry.ID = strawberry.field(description="Its position among the refused events.")
    received_at: DateTime = strawberry.field(description="When it was received.")
    code: str = strawberry.field(description="Why, for a machine.")
    reason: str = strawberry.field(description="Why, for a person.")
    retriable: bool = strawberry.field(
        description="The fault was not in the event: the same bytes may be accepted later."
    )
    sender: str | None = strawberry.field(
        description="Name of the key that it came with; null when it came without one."
    )
    raw: str = strawberry.field(description="What was received, as text or in base64.")
    raw_encoding: str = strawberry.field(description='"utf-8", or "base64" when it is no UTF-8.')

    @classmethod
    def of(cls, entry: answers.RejectedEntry) -> "Rejected":
        try:
            raw, encoding = entry.body.decode(), "utf-8"
        except UnicodeDecodeError:
            raw, encoding = base64.b64encode(entry.body).decode(), "base64"
        return cls(
            id=strawberry.ID(entry.id),
            received_at=DateTime(entry.received_at),
            code=entry.code,
            reason=entry.reason,
            retriable=entry.retriable,
            sender=entry.sender,
            raw=raw,
            raw_encoding=encoding,
        )


def ids(uids: tuple[str, ...]) -> list[strawberry.ID]:
    """uids as GraphQL ids."""
    return [strawberry.ID(uid) for uid in uids]


def instant_or_none(nanoseconds: int | None) -> DateTime | None:
    """An instant for the DateTime scalar."""
    return None if nanoseconds is None else DateTime(nanoseconds)
