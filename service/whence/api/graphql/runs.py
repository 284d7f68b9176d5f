"""The types of nodes: assets and versions of each kind, content, jobs and their runs."""

# mypy: disable-error-code=untyped-decorator
# strawberry types its field decorator as Any.

from typing import Any, ClassVar

import msgspec
import strawberry
from strawberry.scalars import JSON

from whence import queries
from whence.api.graphql.arguments import After, First
from whence.api.graphql.enums import EdgeType, Evidence, InputRole, Kind, ModelRole, RunState
from whence.api.graphql.loading import View
from whence.api.graphql.nodes import Asset, Node, Version, far_nodes, load, shown, shown_as
from whence.api.graphql.paging import connection, page_size
from whence.api.graphql.pins import Commit, Environment
from whence.api.graphql.results import Connection, Digest, Metric, Param, instant_or_none
from whence.api.graphql.scalars import DateTime
from whence.model import graph
from whence.model.kinds import Direction
from whence.queries.instants import all_as_they_were, is_service, is_serving
from whence.queries.pages import newest_first


@strawberry.type(description="A logical dataset: a table, a file, a topic.")
class Dataset(Asset):
    kinds: ClassVar = (Kind.DATASET,)


@strawberry.type(description="A logical model.")
class Model(Asset):
    kinds: ClassVar = (Kind.MODEL,)


@strawberry.type(
    description="Something else that a run leaves behind: metrics, plots, reports, notebooks, configuration."
)
class Artifact(Asset):
    kinds: ClassVar = (Kind.ARTIFACT,)


@strawberry.type(description="One immutable state of a dataset.")
class DatasetVersion(Version):
    kinds: ClassVar = (Kind.DATASET_VERSION,)


@strawberry.type(description="One state of an artifact.")
class ArtifactVersion(Version):
    kinds: ClassVar = (Kind.ARTIFACT_VERSION,)


@strawberry.type(
    description="One state of a model: a base checkpoint at a revision, an intermediate checkpoint, a released model."
)
class ModelVersion(Version):
    kinds: ClassVar = (Kind.MODEL_VERSION,)

    @strawberry.field(description="What it is in the life of models; null when none of the roles holds.")
    async def role(self) -> ModelRole | None:
        return await self.view.loader.role(self.node.uid, self.view.as_of)

    @strawberry.field(description="Metrics of the runs that wrote it, then of the runs that evaluated it.")
    async def metrics(self) -> list[Metric]:
        runs = [*await self._makers(), *await self._evaluations()]
        return [Metric.of(metric) for run in runs for metric in run_detail(run).metrics]

    @strawberry.field(
        description="The one metric to show where there is room for one: the first that its newest evaluation reported, else the run that made it, at its last step; a score before a loss."
    )
    async def headline(self) -> Metric | None:
        found = queries.headline(await self._makers(), await self._evaluations())
        return None if found is None else Metric.of(found)

    @strawberry.field(description="The deployments that use it now: runs of a SERVICE job that have not ended.")
    async def serving(self) -> "list[Run]":
        users = await far_nodes(self, Direction.DOWNSTREAM, EdgeType.USED)
        deployments = filter(is_serving, all_as_they_were(users, self.view.as_of))
        return [shown_as(Run, run, self.view) for run in sorted(deployments, key=newest_first)]

    async def _makers(self) -> list[graph.Node]:
        return await far_nodes(self, Direction.UPSTREAM, EdgeType.GENERATED_BY, EdgeType.WRITTEN_BY)

    async def _evaluations(self) -> list[graph.Node]:
        """Runs that used it in the role MODEL. A deployment evaluates nothing, whatever it reports."""
        used = await self.view.edges(self.node.uid, Direction.DOWNSTREAM, EdgeType.USED)
        runs = dict.fromkeys(edge.source for edge in used.edges if edge.role is InputRole.MODEL)
        return [run for run in await self.view.loader.nodes(runs) if not is_service(run)]


@strawberry.type(description="Some exact bytes, under one strong digest.")
class Content(Node):
    kinds: ClassVar = (Kind.CONTENT,)

    @strawberry.field(description="The digest.")
    def digest(self) -> Digest:
        detail = self.node.detail
        assert isinstance(detail, graph.ContentDetail)
        return Digest(algorithm=detail.algorithm, value=detail.value, strong=True)

    @strawberry.field(description="The versions that have these bytes, the newest first.")
    async def holders(self, first: First = 50, after: After = None) -> Connection[Node]:
        page = await queries.holders(self.view.store, self.node.uid, page_size(first), after)
        return connection(page, lambda node: shown(node, self.view), after)


@strawberry.type(description="A step of a pipeline.")
class Job(Node):
    kinds: ClassVar = (Kind.JOB,)

    @strawberry.field(description="Its namespace.")
    def namespace(self) -> str:
        return self._detail.namespace

    @strawberry.field(description="What it is for, as its producer says; null when nobody said.")
    def description(self) -> str | None:
        return self._detail.description

    @strawberry.field(
        description="What it is declared to read, by its latest JobEvent. No run says so: walks do not follow it."
    )
    async def declared_inputs(self) -> list[Asset]:
        return await self._assets(self._detail.declared_inputs)

    @strawberry.field(
        description="What it is declared to write, by its latest JobEvent. No run says so: walks do not follow it."
    )
    async def declared_outputs(self) -> list[Asset]:
        return await self._assets(self._detail.declared_outputs)

    @strawberry.field(description="Its newest run.")
    async def latest_run(self) -> "Run | None":
        runs = await self._runs()
        return shown_as(Run, await load(self.view, runs.edges[0].source), self.view) if runs.edges else None

    @strawberry.field(description="How many runs it has had, each attempt counted; counted to 10,000.")
    async def run_count(self) -> int:
        return int((await self._runs()).total)

    async def _runs(self) -> Any:
        return await self.view.edges(self.node.uid, Direction.DOWNSTREAM, EdgeType.INSTANCE_OF, first=1)

    async def _assets(self, uids: tuple[str, ...]) -> list[Asset]:
        return [shown_as(Asset, node, self.view) for node in await self.view.loader.nodes(uids)]

    @property
    def _detail(self) -> graph.JobDetail:
        assert isinstance(self.node.detail, graph.JobDetail)
        return self.node.detail


@strawberry.type(description="One execution of a job.")
class Run(Node):
    kinds: ClassVar = (Kind.RUN,)

    @strawberry.field(description="What it is an execution of.")
    async def job(self) -> Job:
        return shown_as(Job, await load(self.view, self._detail.job or ""), self.view)

    @strawberry.field(description="Its state.")
    def state(self) -> RunState:
        return self._detail.state

    @strawberry.field(description="When it started: its first event.")
    def started_at(self) -> DateTime | None:
        return instant_or_none(self._detail.started_at)

    @strawberry.field(description="When it ended; null while it has not.")
    def ended_at(self) -> DateTime | None:
        return instant_or_none(self._detail.ended_at)

    @strawberry.field(description="Why it failed, in its own words; null when it did not say.")
    def error(self) -> str | None:
        return self._detail.error

    @strawberry.field(
        description="What the producer calls such a job, for example QUERY or TASK; null when it did not say."
    )
    def job_type(self) -> str | None:
        return self._detail.job_type

    @strawberry.field(
        description="BATCH, STREAMING or SERVICE, or the producer's own word in upper case; null when it did not say."
    )
    def processing_type(self) -> str | None:
        return self._detail.processing_type

    @strawberry.field(description="The run that started it.")
    async def parent(self) -> "Run | None":
        uid = self._detail.parent
        return None if uid is None else shown_as(Run, await load(self.view, uid), self.view)

    @strawberry.field(description="The commit of its code.")
    async def commit(self) -> Commit | None:
        uid = self._detail.commit
        return None if uid is None else shown_as(Commit, await load(self.view, uid), self.view)

    @strawberry.field(description="What it ran in.")
    async def environment(self) -> Environment | None:
        uid = self._detail.environment
        return None if uid is None else shown_as(Environment, await load(self.view, uid), self.view)

    @strawberry.field(description="What it read, and what for.")
    async def inputs(self) -> "list[Use]":
        loader = self.view.loader
        found = await loader.edges(self.node.uid, Direction.UPSTREAM, EdgeType.USED)
        versions = {node.uid: node for node in await loader.nodes({edge.target: None for edge in found.edges})}
        return [Use.of(edge, versions[edge.target], self.view) for edge in found.edges if edge.target in versions]

    @strawberry.field(description="What it wrote.")
    async def outputs(self) -> list[Version]:
        found = await far_nodes(self, Direction.DOWNSTREAM, EdgeType.GENERATED_BY, EdgeType.WRITTEN_BY)
        return [shown_as(Version, node, self.view) for node in found]

    @strawberry.field(description="Its parameters.")
    def params(self) -> list[Param]:
        return [Param.of(param) for param in self._detail.params]

    @strawberry.field(description="Its random seeds by library.")
    def seeds(self) -> JSON:
        return JSON(self._detail.seeds)

    @strawberry.field(description="The metrics that it reported.")
    def metrics(self) -> list[Metric]:
        return [Metric.of(metric) for metric in self._detail.metrics]

    @property
    def _detail(self) -> graph.RunDetail:
        return run_detail(self.node)


@strawberry.type(description="One version that a run read.")
class Use:
    version: Version = strawberry.field(description="What it read.")
    role: InputRole | None = strawberry.field(description="What for; null when nobody said.")
    subset: JSON | None = strawberry.field(description="Which part of it, as its producer says.")
    evidence: Evidence = strawberry.field(description="How it is known.")

    @classmethod
    def of(cls, edge: graph.Edge, version: graph.Node, view: View) -> "Use":
        subset = None if edge.subset is None else JSON(msgspec.Raw(edge.subset.encode()))
        return cls(version=shown_as(Version, version, view), role=edge.role, subset=subset, evidence=edge.evidence)


def run_detail(run: graph.Node) -> graph.RunDetail:
    """What a node says as a run: nothing, when it is none."""
    return run.detail if isinstance(run.detail, graph.RunDetail) else graph.RunDetail("")
