"""Why an answer is empty, and what else must be said first: full sentences from what a walk found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from whence.model.graph import Node, RunDetail, VersionDetail
from whence.model.kinds import ASSET_KINDS, VERSION_KINDS, Direction, Kind, RunState
from whence.queries.same import equals, twins

if TYPE_CHECKING:
    from collections.abc import Collection

    from whence.queries.walked import Walked


def remarks(walked: Walked, direction: Direction) -> tuple[str, ...]:
    """Sentences on the roots, and the reason when a walk that nothing cut found nothing else."""
    closure = walked.closure
    if not closure.roots:
        return ("Nothing of it had been recorded at that time.",)
    roots = [node for node, depth in zip(closure.nodes, closure.depths, strict=True) if depth == 0]
    said = _on_roots(roots)
    if closure.cut_by or walked.walk.edges is not None:
        return said  # what else there is was not looked for
    if direction is Direction.UPSTREAM:
        found = len(closure.nodes) > len(twins(closure.roots, closure.edges))
        return said if found else (*said, _nothing_upstream(walked.asked, roots))
    same = equals(closure.roots, closure.edges)
    if any(node.uid not in same and node.kind is not Kind.CONTENT for node in closure.nodes):
        return said
    copies = len(same) - len(twins(closure.roots, closure.edges))
    return (*said, _nothing_downstream(walked.asked, roots, copies))


def _on_roots(roots: Collection[Node]) -> tuple[str, ...]:
    versions = [node.detail for node in roots if isinstance(node.detail, VersionDetail)]
    said = []
    if versions and all(version.failed for version in versions):
        said.append("Only failed runs wrote it.")
    if versions and all(version.unversioned for version in versions):
        said.append("It stands for an unknown state: it was read when nothing recorded had written it.")
    return tuple(said)


def _nothing_upstream(asked: Node, roots: Collection[Node]) -> str:
    if asked.kind in ASSET_KINDS and all(node.kind not in VERSION_KINDS for node in roots):
        return "No version of it has been recorded, only its name."
    match asked.kind:
        case Kind.RUN:
            return "No event says what this run read, nor its commit or environment."
        case Kind.JOB:
            recorded = any(node.kind is Kind.RUN for node in roots)
            return "No event says what its runs read." if recorded else "No run of this job has been recorded."
        case Kind.COMMIT | Kind.ENVIRONMENT:
            return "Provenance ends here: nothing is recorded of what a commit or an environment came from."
        case Kind.CONTENT if not any(node.kind in VERSION_KINDS for node in roots):
            return "No version holds these bytes any more."
        case _:
            return "It is a root: no event says what made it."


def _nothing_downstream(asked: Node, roots: Collection[Node], copies: int) -> str:
    if asked.kind in ASSET_KINDS and all(node.kind not in VERSION_KINDS for node in roots):
        return "No version of it has been recorded, only its name."
    match asked.kind:
        case Kind.RUN:
            state = asked.detail.state if isinstance(asked.detail, RunDetail) else RunState.UNKNOWN
            failed = state in (RunState.FAIL, RunState.ABORT)
            return (
                "The run failed, and no event says that it wrote anything."
                if failed
                else "No event says that this run wrote anything."
            )
        case Kind.JOB:
            recorded = any(node.kind is Kind.RUN for node in roots)
            return (
                "No event says that its runs wrote anything." if recorded else "No run of this job has been recorded."
            )
        case Kind.COMMIT:
            return "No recorded run was at this commit."
        case Kind.ENVIRONMENT:
            return "No recorded run was in this environment."
        case _ if copies == 1:
            return "Nothing recorded reads it, nor the one other version with the same bytes."
        case _ if copies > 1:
            return f"Nothing recorded reads it, nor any of the {copies:,} other versions with the same bytes."
        case _:
            return "Nothing recorded reads it."
