"""The second opinion: the graph of a log, derived from all of its events at once, straight from the rules of docs/design.md.

Nothing here is incremental and nothing is shared with the merge but the reading of one event. It is meant to be read beside the rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from spec import aliases, edges, mentions, names, nodes, origins, reads, runs, timelines, told, written
from whence.model import instant, uid
from whence.model.facts import EventType, Facts
from whence.model.graph import Edge, Node


@dataclass(frozen=True)
class Graph:
    """Nodes by uid, edges by key (without positions of events, which depend on arrival), and what answers for uids that were replaced (rule 9)."""

    nodes: Mapping[str, Node]
    edges: Mapping[tuple[str, str, str, str], Edge]
    successors: Mapping[str, str]


def project(log: Sequence[tuple[int, Facts]]) -> Graph:
    """The graph of these events, given as (position, facts), each key once. The order does not matter."""
    events = [runs.Event(seq, facts) for seq, facts in log]
    attempts = runs.attempts(events)  # rules 1 to 3
    parent_of = runs.parents(attempts)
    called = names.names(events)  # rules 4 to 6
    shares = mentions.shares(attempts, called)  # rules 7, 8, 20
    made = written.written(shares, parent_of)  # rules 7 to 10
    subjects, declared = mentions.without_run(events)  # rule 25
    lines = timelines.timelines(subjects, shares, made, called)  # rules 10 to 13

    said = told.told_by_name(subjects, declared, shares, made)
    strong = told.strong_by_state(said, called)
    bound = reads.reads(shares, made, parent_of, lines, called, strong)  # rules 15 to 19
    told.add_reads(said, bound.values())

    drawn = edges.Edges()  # rules 20, 20a, 21
    edges.draw_attempts(drawn, attempts, parent_of)
    edges.draw_reads(drawn, bound)
    drawing = edges.Drawing(drawn, said, made, bound, lines, called)
    edges.draw_outputs(drawing)
    edges.draw_subjects(drawing, subjects)
    pools = told.pools(said, made, lines, called)  # rules 5, 14
    edges.draw_versions(drawn, said, pools)
    edges.draw_names(drawn, called)
    sizes = {version: nodes.version_size(said, version) for pool in pools.values() for version in pool.versions}
    contents = origins.draw_contents(drawn, pools, sizes)  # rule 22
    origins.draw_origins(drawn, pools, attempts, called)  # rule 23

    every = (
        *nodes.run_nodes(attempts, parent_of),
        *nodes.unknown_run_nodes(attempts, parent_of),
        *nodes.job_nodes(events),
        *nodes.asset_nodes(events, lines, called),
        *nodes.version_nodes(said, pools, called, aliases.moves(said, called)),
        *nodes.content_nodes(contents),
        *nodes.pin_nodes(attempts),
    )
    return Graph({node.uid: node for node in every}, drawn.by_key, _successors(events, attempts, made, called))


def _successors(
    events: Sequence[runs.Event],
    attempts: Mapping[str, runs.Attempt],
    made: Mapping[written.Key, written.Written],
    called: names.Names,
) -> dict[str, str]:
    """Rule 9: what answers for every uid of an attempt and every stand-in that some part of this log could have minted."""
    found: dict[str, str] = {}
    for event in events:
        run = event.facts.run
        if run is None:
            continue
        minted = [uid.run(run.run_id)]
        if event.type is EventType.START:
            minted.append(uid.attempt(run.run_id, instant.format(event.time)))
        for attempt in minted:
            containing = runs.attempt_containing(attempts, attempt)
            if containing is None:
                continue
            if containing != attempt:
                found[attempt] = containing
            for asset in _outputs(made, containing):
                stand_in = uid.stand_in(asset, attempt)
                answer = written.successor(attempts, made, called, stand_in)
                if answer is not None and answer != stand_in:
                    found[stand_in] = answer
    return found


def _outputs(made: Mapping[written.Key, written.Written], attempt: str) -> set[str]:
    """The assets that are its outputs, those that explicit lineage adds included: stand-ins are minted under their names."""
    own = [each for (maker, _), each in made.items() if maker == attempt]
    return {heard.mention.asset for each in own for heard in each.share.outputs}
