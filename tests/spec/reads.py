"""Rules 15 to 19: which versions an attempt read of a group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from spec.content import preferred
from spec.mentions import Heard, Share, latest_named
from spec.names import Names, State
from spec.runs import Attempt, descendants
from spec.timelines import Timelines
from spec.written import TOMBSTONE, Key, Row, Written
from whence.model import uid
from whence.model.graph import Digest
from whence.model.kinds import Evidence


@dataclass(frozen=True)
class Use:
    """One mention that makes a USED edge."""

    version: str
    heard: Heard
    evidence: Evidence


@dataclass
class Read:
    """What became of the inputs of one attempt in one group.

    `describes`: mentions that say something of a version; `lends`: digests that a version has by inference (rule 16).
    """

    uses: list[Use] = field(default_factory=list)
    describes: list[tuple[str, Heard]] = field(default_factory=list)
    lends: list[tuple[str, Heard]] = field(default_factory=list)


@dataclass(frozen=True)
class Reader:
    """How one attempt looks at one group: until when, and strictly below which row."""

    attempt: Attempt
    group: frozenset[str]
    instant: int
    below: Row | None
    lines: Timelines
    names: Names
    digests: Mapping[State, frozenset[Digest]]

    def at_instant(self) -> str | None:
        """Rule 17: the newest version; None when there is no row or a tombstone."""
        row = self.lines.newest(self.group, self.instant, reader=self.attempt.uid, below=self.below)
        return None if row is None or row.rank == TOMBSTONE else row.version

    def with_any(self, digests: frozenset[tuple[str, str]]) -> str | None:
        """Rule 16: the newest version that shares one of them."""
        rows = self.lines.seen(self.group, self.instant, reader=self.attempt.uid, below=self.below)
        sharing = [row.version for row in rows if row.rank != TOMBSTONE and digests & self.held(row.version)]
        return sharing[-1] if sharing else None

    def held(self, version: str) -> set[tuple[str, str]]:
        return {(each.algorithm, each.value) for each in self.digests.get(self.names.state(version), ())}


def read_instant(attempt: Attempt, naming: Iterable[Heard]) -> int:
    """Rule 19: the first non-terminal event that names the group, at most the attempt's end; if only terminal events name it, its start."""
    times = [heard.time for heard in naming if not heard.event.is_terminal]
    first = min(times, default=attempt.started)
    return first if attempt.ended is None else min(first, attempt.ended)


def reader(
    attempt: Attempt,
    group: frozenset[str],
    naming: Iterable[Heard],
    made: Mapping[Key, Written],
    lines: Timelines,
    names: Names,
    digests: Mapping[State, frozenset[Digest]],
) -> Reader:
    """How this attempt looks at this group; `naming` are the mentions that name it."""
    own = made.get((attempt.uid, group))
    below = own.reads_below if own else None
    return Reader(attempt, group, read_instant(attempt, naming), below, lines, names, digests)


def read(share: Share, look: Reader, *, descendant_reads: bool) -> Read:
    """Rules 15, 16, 17, in this order. `descendant_reads`: a descendant mentions the group as input (rule 9a)."""
    latest = latest_named(share.inputs)
    if latest is not None:
        return _by_name(share, latest)
    if any(heard.strong for heard in share.inputs):
        return _by_bytes(share, look)
    if descendant_reads:
        return Read()
    return _by_time(share, look)


def _by_name(share: Share, latest: Heard) -> Read:
    """Rule 15: exactly the versions that are named; what nameless mentions say goes to the latest-named one."""
    found = Read()
    for heard in share.inputs:
        if heard.named:
            found.uses.append(Use(heard.named, heard, _recorded(heard)))
        version = heard.named or latest.named
        assert version is not None
        found.describes.append((version, heard))
    return found


def _by_bytes(share: Share, look: Reader) -> Read:
    """Rule 16. Mentions without digests stay unbound (docs/design.md, Decisions)."""
    found = Read()
    for united in _united(share.inputs):
        digests = frozenset(digest for heard in united for digest in heard.strong)
        values = frozenset((each.algorithm, each.value) for each in digests)
        sharing, newest = look.with_any(values), look.at_instant()
        algorithms = {algorithm for algorithm, _ in values}
        for heard in united:
            if sharing is not None:
                found.uses.append(Use(sharing, heard, _recorded(heard)))
            elif newest is not None and not algorithms & {algorithm for algorithm, _ in look.held(newest)}:
                found.uses.append(Use(newest, heard, Evidence.INFERRED))
                found.lends.append((newest, heard))
            else:
                first = min(digests, key=preferred)
                version = uid.digest_version(min(each.mention.asset for each in united), first.algorithm, first.value)
                found.uses.append(Use(version, heard, _recorded(heard)))
                found.describes.append((version, heard))
    return found


def _by_time(share: Share, look: Reader) -> Read:
    """Rule 17."""
    newest = look.at_instant()
    if newest is not None:
        return Read([Use(newest, heard, Evidence.INFERRED) for heard in share.inputs])
    unknown = uid.unversioned(min(heard.mention.asset for heard in share.inputs))
    return Read(
        [Use(unknown, heard, Evidence.INFERRED) for heard in share.inputs],
        [(unknown, heard) for heard in share.inputs],
    )


def _united(inputs: Iterable[Heard]) -> list[list[Heard]]:
    """Rule 16: the digests of one mention are one thing, and mentions that share a digest unite."""
    pieces: list[list[Heard]] = []
    for heard in inputs:
        if not heard.strong:
            continue
        touching = [piece for piece in pieces if any(_share_one(heard, other) for other in piece)]
        pieces = [piece for piece in pieces if piece not in touching]
        pieces.append([heard, *(other for piece in touching for other in piece)])
    return pieces


def _share_one(one: Heard, other: Heard) -> bool:
    return bool(one.strong & other.strong)


def _recorded(heard: Heard) -> Evidence:
    """Rule 15: our `evidence` facet makes ASSERTED edges in place of RECORDED."""
    return Evidence.ASSERTED if heard.mention.asserted else Evidence.RECORDED


def reads(
    shares: Mapping[Key, Share],
    made: Mapping[Key, Written],
    parent_of: Mapping[str, str],
    lines: Timelines,
    names: Names,
    digests: Mapping[State, frozenset[Digest]],
) -> dict[Key, Read]:
    found = {}
    for (attempt, group), share in shares.items():
        if share.inputs:
            look = reader(share.attempt, group, share.inputs, made, lines, names, digests)
            below = descendants(parent_of, attempt)
            descendant_reads = any((child, group) in shares and shares[child, group].inputs for child in below)
            found[attempt, group] = read(share, look, descendant_reads=bool(descendant_reads))
    return found
