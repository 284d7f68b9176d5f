"""`make bench`: what whence does in a second, beside the floor of the same run.

    python scripts/bench.py [--quick] [--page] [--importers] [--neo4j [URL]] [--large] [--json FILE] [--folder DIR]

docs/bench.md says what each row means. Measures and does not judge: it ends with 0 whatever the figures are, with 1 when it could not measure.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import repeat
from pathlib import Path

import bench_floors as floors
import bench_importers as importers
import bench_ingest as ingest
import bench_page as page
import bench_places as places
import bench_stores as stores
import bench_walks as walks
from bench_graph import Pipeline, Scale, pipelines
from bench_posts import BATCH, ONE, Events, Kind
from bench_process import WHENCE, MeasuringError, seconds_of, sqlite_url
from bench_rows import PER_SECOND, Must, Row, figure, judged, ratio, table
from project import ROOT, UnavailableError, say

from whence.errors import WhenceError
from whence.store import open_store


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to measure; a round of posts, or of frames, takes at most `seconds`. The page is looked at with the last of the scales, and the first."""

    scales: tuple[Scale, ...]
    kinds: tuple[Kind, ...]
    rounds: int
    seconds: float


FULL = Plan(
    scales=(Scale(10_000, (100, 1000)), Scale(100_000, (100, 1000, 10_000))),
    kinds=(
        Kind("single posts", ONE, 1, 16, 3000),
        Kind("batches of 100", BATCH, 100, 2, 4000),
        Kind("batches of 500", BATCH, 500, 2, 4000),
    ),
    rounds=3,
    seconds=2.5,
)
QUICK = Plan(
    scales=(Scale(300, (100,)),),
    kinds=(
        Kind("single posts", ONE, 1, 16, 64),
        Kind("batches of 100", BATCH, 100, 2, 200),
    ),
    rounds=1,
    seconds=2,
)
COMPARED = stores.Comparison(
    scale=Scale(100_000, (1000, 10_000)),
    consumers=100_000,
    rounds=15,
    puts=6,
    posts=FULL.kinds[-1],
    post_rounds=3,
    seconds=2.5,
)
COMPARED_LARGE = replace(COMPARED, scale=Scale(1_000_000, (1000, 10_000)))
COMPARED_QUICK = stores.Comparison(
    scale=Scale(300, (100,)),
    consumers=1500,
    rounds=1,
    puts=1,
    posts=QUICK.kinds[-1],
    post_rounds=1,
    seconds=2,
)
HELP, PYTHON = "whence --help", "python -c pass"


def measure(plan: Plan, folder: Path) -> tuple[list[Row], list[Must]]:
    """All rows, and the requirements with what was measured for them."""
    event = next(iter(Events(pipelines(1000, ()))))
    references = [floors.reference(event)]
    rows = command_rows(plan.rounds)
    say("the floors")
    rows += ingest.floor_rows(plan.kinds, plan.rounds, plan.seconds, folder, pipelines(1000, ()))
    new_stores = (folder / f"new{number}.db" for number in range(plan.rounds))
    rows.append(ingest.start_row("start, a new store", new_stores, plan.rounds))
    for scale in plan.scales:
        rows += scale_rows(scale, plan, folder)
        references.append(floors.reference(event))
    musts = requirements(rows, plan)
    if plan is FULL:
        try:
            page_rows, page_musts = measure_page(plan, folder)
        except UnavailableError as error:
            say(f"{error}: going on without the rows of the page.")
        else:
            rows, musts = rows + page_rows, musts + page_musts
            references.append(floors.reference(event))
    return rows + reference_rows(references), musts


def measure_page(plan: Plan, folder: Path) -> tuple[list[Row], list[Must]]:
    """The rows of the page and its requirements, on the stores in `folder`; those that are missing are made. Raises UnavailableError."""
    for scale in plan.scales:
        if not _store(folder, scale).exists():
            say(f"{scale.name} taking in")
            asyncio.run(_build(sqlite_url(_store(folder, scale)), pipelines(scale.nodes, scale.closures)))
    small, large = plan.scales[0], plan.scales[-1]
    roots = [pipeline.output for pipeline in pipelines(large.nodes, large.closures)[: len(large.closures)]]
    of = page.Looked(_store(folder, large), large.nodes, _store(folder, small), small.nodes, roots)
    rows = page.rows(of, plan.rounds, plan.seconds, folder, say)
    return rows, page.requirements(rows, of)


def _store(folder: Path, scale: Scale) -> Path:
    return folder / f"{scale.nodes}.db"


def compare(of: stores.Comparison, opening: Sequence[places.Opening], folder: Path) -> tuple[list[Row], list[Must]]:
    """The rows of stores side by side, and the requirements of each."""
    event = next(iter(Events(pipelines(1000, ()))))
    references = [floors.reference(event)]
    rows = stores.rows_of(of, opening, folder, say)
    references.append(floors.reference(event))
    rows += reference_rows(references)
    return rows, stores.requirements(rows, of)


def reference_rows(references: Sequence[tuple[float, float]]) -> list[Row]:
    """How fast the machine was, from start to end."""
    loops, parses = zip(*references, strict=True)
    return [
        Row("reference: a million turns of a loop", "ms", loops, note=_in_order(loops)),
        Row("reference: json.loads of 1,000 events", "ms", parses, note=_in_order(parses)),
    ]


def _in_order(values: Sequence[float]) -> str:
    return "start to end: " + " · ".join(map(figure, values))


def command_rows(count: int) -> list[Row]:
    """The command line beside a Python that does nothing, in turn."""
    python, whence = [sys.executable, "-c", "pass"], [str(WHENCE), "--help"]
    seconds_of(whence)
    pairs = [(seconds_of(python), seconds_of(whence)) for _ in range(2 * count + 1)]
    return [
        Row(PYTHON, "s", tuple(each[0] for each in pairs)),
        Row(HELP, "s", tuple(each[1] for each in pairs), floor=PYTHON),
    ]


def scale_rows(scale: Scale, plan: Plan, folder: Path) -> list[Row]:
    """Take the graph in, walk it, start a service over it, post to it."""
    store = _store(folder, scale)
    url = sqlite_url(store)
    of = pipelines(scale.nodes, scale.closures)
    say(f"{scale.name} taking in")
    built = asyncio.run(_build(url, of))
    seconds = built.read_seconds + built.put_seconds
    note = f"{built.nodes:,} nodes of {built.events:,} events, {built.body_bytes // built.events:,} bytes each; {built.nodes / seconds:,.0f} nodes/s"
    rows = [Row(f"{scale.name} taken in by the store, by 500", PER_SECOND, (built.events / seconds,), note=note)]
    say(f"{scale.name} walks")
    rows += asyncio.run(walks.closures(url, len(scale.closures), of, scale.name, plan.rounds, folder / "cte.db"))
    say(f"{scale.name} service")
    rows.append(ingest.start_row(f"{scale.name} start", repeat(store), plan.rounds))
    return rows + ingest.ingest_rows(scale.name, store, plan.kinds, plan.rounds, plan.seconds, of, say)


async def _build(url: str, of: Sequence[Pipeline]) -> walks.Built:
    async with open_store(url) as store:
        return await walks.build(store, of, say)


def requirements(rows: Sequence[Row], plan: Plan) -> list[Must]:
    """What is required on two cores, by the medians of this run; of a row that this plan leaves out, nothing."""
    median = {row.name: row.median for row in rows}
    musts = [
        Must("whence --help, more than a bare Python", "s", 0.3, median[HELP] - median[PYTHON]),
        Must("start, a new store", "s", 1.5, median["start, a new store"]),
    ]
    for name in (scale.name for scale in plan.scales):
        musts.append(Must(f"{name} start", "s", 1.5, median[f"{name} start"]))
        for kind in plan.kinds:
            least = 1000 if kind.path == ONE else 2000
            musts.append(Must(f"{name} {kind.name}", PER_SECOND, least, median[f"{name} {kind.name}"], at_least=True))
        walk = f"{name} closure of 1,000, provenance()"
        if walk in median:
            musts.append(Must(walk, "ms", 10, median[walk]))
    return musts


def report(rows: Sequence[Row], musts: Sequence[Must], seconds: float) -> dict[str, object]:
    """The same for a machine."""
    return {
        "machine": machine(),
        "seconds": seconds,
        "rows": [
            {
                **asdict(row),
                "min": min(row.values),
                "median": row.median,
                "max": max(row.values),
                "times_floor": ratio(row, rows),
            }
            for row in rows
        ],
        "musts": [{**asdict(must), "met": must.met, "reached": must.reached} for must in musts],
    }


def machine() -> str:
    """What it ran on."""
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, load {os.getloadavg()[0]:.1f}"
    )


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Measure whence beside the floor of the same run.")
    parser.add_argument(
        "--quick", action="store_true", help="tiny sizes: shows that it runs, measures nothing worth quoting"
    )
    parser.add_argument(
        "--neo4j",
        nargs="?",
        const="",
        metavar="URL",
        help="compare SQLite with this Neo4j, whose database has to be empty (user and password as whence takes them; "
        "without a URL one is started)",
    )
    parser.add_argument("--page", action="store_true", help="measure the page in a real browser, and nothing else")
    parser.add_argument("--importers", action="store_true", help="measure imports of long histories, and nothing else")
    parser.add_argument("--large", action="store_true", help="compare at a million nodes, SQLite alone without --neo4j")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument(
        "--folder",
        type=Path,
        default=ROOT / ".bench",
        help="where stores are made and removed, on the disk to be measured",
    )
    return parser


def run(asked: argparse.Namespace, folder: Path) -> tuple[list[Row], list[Must]]:
    """What was asked for. Raises MeasuringError, and UnavailableError when the page alone was asked for and can't be looked at."""
    if asked.page:
        return measure_page(QUICK if asked.quick else FULL, folder)
    if asked.importers:
        return importers.measure(folder, say, quick=asked.quick)
    if asked.neo4j is None and not asked.large:
        return measure(QUICK if asked.quick else FULL, folder)
    opening: list[places.Opening] = [partial(places.sqlite, folder)]
    if asked.neo4j is not None:
        opening.append(partial(places.given, asked.neo4j) if asked.neo4j else partial(places.started, folder))
    of = COMPARED_LARGE if asked.large else COMPARED
    return compare(COMPARED_QUICK if asked.quick else of, opening, folder)


def main() -> int:
    asked = arguments().parse_args()
    began = time.perf_counter()
    asked.folder.mkdir(exist_ok=True)
    print(machine())
    with tempfile.TemporaryDirectory(dir=asked.folder.resolve()) as folder:
        try:
            rows, musts = run(asked, Path(folder))
        except (MeasuringError, UnavailableError, WhenceError) as error:
            say(f"bench: {error}")
            return 1
    seconds = time.perf_counter() - began
    print("", *table(rows), "", *judged(musts), "", f"took {seconds:.0f} s", sep="\n")
    if asked.json:
        asked.json.write_text(json.dumps(report(rows, musts, seconds), indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
