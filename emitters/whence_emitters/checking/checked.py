"""Check entries: read the files that they speak of, all at once, and say what was found."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from whence_emitters.checking.entry import DIFFERS, Entry, Finding, Verdict
from whence_emitters.checking.hashing import Progress, hash_all
from whence_emitters.checking.judging import Plan, judge, plan, wants
from whence_emitters.checking.roots import Root


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found, in the order of the record. `seconds` of reading, `bytes` read."""

    findings: tuple[Finding, ...]
    bytes: int
    seconds: float

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many files there are of each verdict."""
        counted = Counter(finding.verdict for finding in self.findings)
        return {verdict: counted[verdict] for verdict in Verdict}

    @property
    def differs(self) -> bool:
        """Whether something is not as it was recorded."""
        return any(finding.verdict in DIFFERS for finding in self.findings)

    @property
    def unknown(self) -> bool:
        """Whether something could not be told: unreadable, or nothing at all was there to compare."""
        counts = self.counts
        return counts[Verdict.UNREADABLE] > 0 or counts[Verdict.NOT_CHECKED] == len(self.findings)


def check(
    given: Iterable[Entry | Finding], root: Root, *, jobs: int | None = None, progress: Progress | None = None
) -> Checked:
    """Compare entries with the files below `root`; findings among them are passed on. `jobs` files are read at once."""
    begun = time.monotonic()
    steps = [plan(each, root) if isinstance(each, Entry) else each for each in given]
    seen = hash_all(wants((each for each in steps if isinstance(each, Plan)), root), jobs=jobs, progress=progress)
    found = [finding for each in steps for finding in (judge(each, seen) if isinstance(each, Plan) else (each,))]
    read = sum(one.size or 0 for one in seen.values() if one.values)
    return Checked(tuple(found), read, time.monotonic() - begun)
