"""The answer to `unaccounted` as JSON, in the names of the schema."""

from __future__ import annotations

from typing import Any

import msgspec

from whence.model.unaccounted import Share, Unaccounted


def as_json(given: Unaccounted) -> dict[str, Any]:
    """Counts, percentages and examples: in all, by namespace, by team."""
    return {
        "models": msgspec.to_builtins(given.models),
        "runs": msgspec.to_builtins(given.runs),
        "namespaces": [_share("namespace", each) for each in given.namespaces],
        "namespaceCount": given.namespace_count,
        "teams": [_share("team", each) for each in given.teams],
        "teamCount": given.team_count,
        "complete": given.complete,
        "lookedAt": given.looked_at,
        "sentence": given.sentence,
        "seq": given.position.seq,
        "headHash": given.position.head_hash,
    }


def _share(name: str, given: Share) -> dict[str, Any]:
    return {name: given.name, "models": msgspec.to_builtins(given.models), "runs": msgspec.to_builtins(given.runs)}
