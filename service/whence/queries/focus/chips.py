"""What is written on a card instead of being one: job, commit and environment of a run, the asset of a version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from whence.model import uid as uids
from whence.model.focus import Chip
from whence.model.graph import CommitDetail, EnvironmentDetail, Node, RunDetail, VersionDetail

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from whence.store.port import Store

SHORT_HEX: Final = 8


async def pinned(store: Store, runs: Iterable[Node]) -> dict[str, Node]:
    """The commits and environments of these runs, by uid: one question for all of them."""
    details = (run.detail for run in runs)
    wanted = {
        uid for run in details if isinstance(run, RunDetail) for uid in (run.commit, run.environment) if uid is not None
    }
    return await store.get(sorted(wanted), facets=False) if wanted else {}


def chips(node: Node, known: Mapping[str, Node]) -> dict[str, Chip | None]:
    """The chips of a card by their names."""
    match node.detail:
        case RunDetail() as run:
            return {
                "job": _job(run.job),
                "commit": _of(run.commit, known),
                "environment": _of(run.environment, known),
            }
        case VersionDetail() as version:
            return {"asset": Chip(version.asset, version.asset_name)}
    return {}


def _job(job: str | None) -> Chip | None:
    return None if job is None else Chip(job, uids.parse_job(job)[1])


def _of(uid: str | None, known: Mapping[str, Node]) -> Chip | None:
    if uid is None or uid not in known:
        return None
    return Chip(uid, label(known[uid]))


def label(node: Node) -> str:
    """A commit by the first digits of its id; an environment by its interpreter and accelerator or image, else by the first digits of its pin."""
    match node.detail:
        case CommitDetail(sha=sha):
            return sha[:SHORT_HEX]
        case EnvironmentDetail(pin=pin):
            return _environment(pin) or node.uid.partition("/")[2][:SHORT_HEX]
    return node.name


def _environment(pin: Mapping[str, object]) -> str:
    python, image, accelerators = pin.get("python"), pin.get("image"), pin.get("accelerators")
    names = (
        [each.get("name") for each in accelerators if isinstance(each, dict)] if isinstance(accelerators, list) else []
    )
    parts = (f"Python {python}" if isinstance(python, str) else None, *names[:1], image if not names else None)
    return ", ".join(part for part in parts if isinstance(part, str))
