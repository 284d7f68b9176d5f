"""Which lane a node lies in: a run in that of its job's namespace, a version where the run that made it lies, else in that of its asset's namespace."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from whence.model import uid as uids
from whence.model.graph import RunDetail, VersionDetail
from whence.model.kinds import EdgeType

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from whence.model.graph import Edge, Node

MADE_BY: Final = frozenset({EdgeType.GENERATED_BY, EdgeType.WRITTEN_BY})
NO_JOB: Final = ""
"""Namespace of runs of which nobody said what they are runs of."""
HUB_USES: Final = 5
"""What more runs use, out of several lanes, is shared."""
HUB_SHARE: Final = 20
"""What at least one in so many runs uses is shared, too, also within one lane."""
MOST_HUBS: Final = 20


class Home(NamedTuple):
    """Where a node belongs: the namespace, and the name of the job if one made it."""

    namespace: str
    job: str | None = None


def home(node: Node, maker: Node | None) -> Home:
    """`maker`: the run that made a version."""
    run = node if maker is None else maker
    if isinstance(run.detail, RunDetail):
        return Home(NO_JOB) if run.detail.job is None else Home(*uids.parse_job(run.detail.job))
    return Home(node.detail.namespace if isinstance(node.detail, VersionDetail) else NO_JOB)


def maker_of(edges: Iterable[Edge]) -> dict[str, str]:
    """The run that made each version, by uid: the earliest, where several did."""
    made = [edge for edge in edges if edge.type in MADE_BY]
    made.sort(key=lambda edge: (edge.at is None, edge.at or 0, edge.target))
    found: dict[str, str] = {}
    for edge in made:
        found.setdefault(edge.source, edge.target)
    return found


def lane_names(homes: Collection[Home]) -> list[str]:
    """The lane of each: its namespace.

    Where all jobs have one namespace, their pipelines are the lanes instead: OpenLineage names the tasks of a pipeline `{pipeline}.{task}`.
    """
    jobs = {each for each in homes if each.job is not None}
    single = len({each.namespace for each in jobs}) == 1
    if single and all("." in each.job for each in jobs if each.job is not None):
        return [each.namespace if each.job is None else each.job.partition(".")[0] for each in homes]
    return [each.namespace for each in homes]


def hubs(users: Mapping[str, Iterable[str]], lane_of: Mapping[str, str], runs: int) -> dict[str, int]:
    """How many of so many runs use what is shared, by uid, the most used first. `users`: the runs that use each thing; `lane_of`: the lane of each run."""
    found: Counter[str] = Counter()
    for uid, given in users.items():
        using = set(given)
        if len(using) <= HUB_USES:
            continue
        if len(using) * HUB_SHARE >= runs or len({lane_of[run] for run in using}) > 1:
            found[uid] = len(using)
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0]))[:MOST_HUBS])
