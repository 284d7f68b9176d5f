"""Tools that send their own OpenLineage events: recorded runs of theirs, a real service to send to, and the graph told by jobs instead of run ids."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.faults.services import service
from tests.scenarios.scenario import Graph, graph_of

from whence.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
PRODUCING_SECONDS = 540


def recorded(system: str, record: str) -> list[dict[str, Any]]:
    """The events of `tests/systems/{system}/records/{record}`, in the order in which they were sent."""
    lines = (HERE / system / "records" / record / "events.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def produce(
    python: Path, system: str, folder: Path, *, stage: int, url: str, around: tuple[str | Path, ...] = ()
) -> None:
    """Runs the system's produce.py with its own Python, as the end of another command if one is given; events go to a service."""
    command = [*around, python, HERE / system / "produce.py", folder, "--stage", str(stage)]
    settings = {name: value for name, value in os.environ.items() if not name.startswith(("OPENLINEAGE", "WHENCE"))}
    done = subprocess.run(
        command,
        env=settings | {"OPENLINEAGE_URL": url, "SPARK_LOCAL_IP": "127.0.0.1"},
        capture_output=True,
        text=True,
        timeout=PRODUCING_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, str]]:
    """`whence serve` on a store in the folder: its URL and the store's."""
    store = f"sqlite:///{folder / 'whence.db'}"
    with service(store) as (url, _):
        yield url, store


def graph_in(store: str) -> Graph:
    """The graph of a store that a service has left."""

    async def look() -> Graph:
        async with open_store(store) as opened:
            return await graph_of(opened)

    return asyncio.run(look())


def story(graph: Graph) -> set[str]:
    """Who used and made what: `{job} USED {asset} of {job} [places] [INFERRED]`, `{job} MADE {asset}`, `{job} IN {job}`.

    `of` names the jobs that made the state that was read; without, nobody is known to have.
    """
    job_of = {edge["source"]: _name(edge["target"]) for edge in graph.edges if edge["type"] == "INSTANCE_OF"}
    asset_of = {edge["source"]: _name(edge["target"]) for edge in graph.edges if edge["type"] == "VERSION_OF"}
    makers: dict[str, set[str]] = {}
    for edge in graph.edges:
        if edge["type"] == "GENERATED_BY":
            makers.setdefault(edge["source"], set()).add(job_of[edge["target"]])
    lines = set()
    for edge in graph.edges:
        source, target = edge["source"], edge["target"]
        if edge["type"] == "USED":
            by = "".join(f" of {job}" for job in sorted(makers.get(target, ())))
            part = "".join(f" at {place}" for place in _places(edge["subset"]))
            guess = " INFERRED" if edge["evidence"] == "INFERRED" else ""
            lines.add(f"{job_of[source]} USED {asset_of[target]}{by}{part}{guess}")
        elif edge["type"] == "GENERATED_BY":
            lines.add(f"{job_of[target]} MADE {asset_of[source]}")
        elif edge["type"] == "CHILD_OF":
            lines.add(f"{job_of[source]} IN {job_of[target]}")
    return lines


def _places(subset: Any) -> list[str]:
    condition = json.loads(subset) if isinstance(subset, str) else subset or {}
    return [Path(place).name for place in condition.get("locations", ())]


def _name(uid: str) -> str:
    """Of a job or an asset, without its namespace."""
    return unquote(uid.split("/")[2])
