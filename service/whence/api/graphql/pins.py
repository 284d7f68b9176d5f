"""The types of what a run is pinned to: the commit of its code, and its environment."""

# mypy: disable-error-code=untyped-decorator
# strawberry types its field decorator as Any.

from typing import Any, ClassVar

import strawberry

from whence.api.graphql.enums import EdgeType, Kind
from whence.api.graphql.nodes import Node, far_nodes
from whence.model import graph
from whence.model.kinds import Direction


@strawberry.type(description="A commit of code.")
class Commit(Node):
    kinds: ClassVar = (Kind.COMMIT,)

    @strawberry.field(description="URL of the repository, without credentials.")
    def repository(self) -> str:
        return self._detail.repository

    @strawberry.field(description="The id of the commit.")
    def sha(self) -> str:
        return self._detail.sha

    @strawberry.field(
        description="Whether a run at this commit had changes that were not committed; false when all runs say they had none, null when none says."
    )
    async def dirty(self) -> bool | None:
        runs = await far_nodes(self, Direction.DOWNSTREAM, EdgeType.AT_COMMIT)
        said = [run.detail.dirty for run in runs if isinstance(run.detail, graph.RunDetail)]
        return True if True in said else (False if False in said else None)

    @strawberry.field(description="Where to look at it, when a producer says. whence never opens it.")
    def url(self) -> str | None:
        return self._detail.url

    @property
    def _detail(self) -> graph.CommitDetail:
        assert isinstance(self.node.detail, graph.CommitDetail)
        return self.node.detail


@strawberry.type(description="What a run ran in.")
class Environment(Node):
    kinds: ClassVar = (Kind.ENVIRONMENT,)

    @strawberry.field(description="Version of the Python interpreter.")
    def python(self) -> str | None:
        return _text(self._pin.get("python"))

    @strawberry.field(description="The container image, with its digest.")
    def image(self) -> str | None:
        return _text(self._pin.get("image"))

    @strawberry.field(description="The accelerators, by name.")
    def accelerator(self) -> str | None:
        given = self._pin.get("accelerators")
        names = [_text(each.get("name")) for each in given if isinstance(each, dict)] if isinstance(given, list) else []
        return ", ".join(name for name in names if name) or None

    @strawberry.field(description="SHA-256 of the lock file.")
    def lock_digest(self) -> str | None:
        lockfile = self._pin.get("lockfile")
        return _text(lockfile.get("sha256")) if isinstance(lockfile, dict) else None

    @strawberry.field(description="SHA-256 of the list of installed packages.")
    def packages(self) -> str | None:
        return _text(self._pin.get("packagesSha256"))

    @property
    def _pin(self) -> dict[str, Any]:
        assert isinstance(self.node.detail, graph.EnvironmentDetail)
        return self.node.detail.pin


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
