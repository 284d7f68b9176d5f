"""`whence migrate --to`: a whole log into another store, and the same graph there."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from neo4j_sources import Endpoint
from tests.cli.conftest import Project, Run, answer

from whence.cli.copying import progress_line
from whence.errors import StoreUnavailable
from whence.ingest import transfer
from whence.model.answers import LogFilter
from whence.store import open_store
from whence.store.memory import MemoryStore
from whence.store.port import Incoming, LogPage, Receipt, Refused
from whence.testing import incoming, run_event


def page_of(store: str, *, rejected: bool = False) -> LogPage:
    async def read() -> LogPage:
        ids = [str(number) for number in range(1, 10)] if rejected else []
        async with open_store(store, read_only=True) as opened:
            return await opened.events(LogFilter(ascending=True), first=1000, rejected_ids=ids)

    return asyncio.run(read())


def put(store: str, *batch: Incoming | Refused) -> list[Receipt]:
    async def write() -> list[Receipt]:
        async with open_store(store) as opened:
            return await opened.put(batch)

    return asyncio.run(write())


def refused(body: bytes, reason: str = "no JSON", replay_of: str | None = None) -> Refused:
    return Refused(body, "BAD_REQUEST", reason, False, 5, "ci", replay_of)


LATER = incoming(run_event("later", time="2026-02-01T00:00:00Z", inputs=["x"]), 9, "ci")


@pytest.fixture
def source(project: Project) -> str:
    """The project's store, with two refused events; the second of them was accepted since."""
    put(project.store, refused(b"{"), refused(b"[", "was wrong"))
    put(project.store, incoming(run_event("again", time="2026-01-02T00:00:00Z"), 7, "ci", replay_of="2"))
    return project.store


def assert_same(one: str, other: str) -> None:
    for rejected in (False, True):
        here, there = page_of(one, rejected=rejected), page_of(other, rejected=rejected)
        assert (here.state, here.entries, here.rejected, here.became) == (
            there.state,
            there.entries,
            there.rejected,
            there.became,
        )


def test_log_and_rejected_events_are_the_same_in_the_other_store_and_so_is_the_graph(
    source: str, tmp_path: Path, run: Run
) -> None:
    to = f"sqlite:///{tmp_path / 'other' / 'store.db'}"
    told = answer(run("migrate", "--json", "--store", source, "--to", to))
    digest = answer(run("verify", "--json", "--store", to))["replayed"]
    assert told == {"store": source, "to": to, "events": 6, "rejected": 2, "digest": digest, "equal": True}
    assert_same(source, to)
    assert [each.sender for each in page_of(to).entries][-1] == "ci"


def test_to_neo4j_and_back(source: str, neo4j_store: Endpoint, tmp_path: Path, run: Run) -> None:
    back = f"sqlite:///{tmp_path / 'back.db'}"
    there = answer(run("migrate", "--json", "--store", source, "--to", neo4j_store.url))
    again = answer(run("migrate", "--json", "--store", neo4j_store.url, "--to", back))
    assert (there["equal"], again["equal"], again["digest"]) == (True, True, there["digest"])
    assert_same(source, neo4j_store.url)
    assert_same(source, back)


def test_run_again_it_brings_what_came_since(source: str, tmp_path: Path, run: Run) -> None:
    to = f"sqlite:///{tmp_path / 'other.db'}"
    run("migrate", "--store", source, "--to", to)
    assert "6 events (0 of them new)" in run("migrate", "--store", source, "--to", to).stdout
    put(source, LATER, refused(b"x"), refused(b"{", "still no JSON", replay_of="1"))
    said = run("migrate", "--store", source, "--to", to).stdout
    assert "7 events (1 of them new) and 3 rejected" in said
    assert "Equal" in said
    assert_same(source, to)


def test_cut_off_it_goes_on(source: str, tmp_path: Path, run: Run) -> None:
    to = f"sqlite:///{tmp_path / 'other.db'}"

    class CutOffError(Exception):
        pass

    def cut_off(there: int, everything: int) -> None:
        assert everything == 206
        if there >= 200:
            raise CutOffError

    put(source, *(incoming(run_event(f"r{number}", outputs=["x"])) for number in range(200)))

    async def half() -> None:
        async with open_store(source, read_only=True) as one, open_store(to) as two:
            await two.migrate()
            await transfer(one, two, cut_off)

    with pytest.raises(CutOffError):
        asyncio.run(half())
    assert page_of(to).state.position.seq == 200
    assert "206 events (6 of them new) and 2 rejected" in run("migrate", "--store", source, "--to", to).stdout
    assert_same(source, to)


@pytest.mark.parametrize("other", [[LATER], [refused(b"other")]], ids=["events", "rejected"])
def test_a_store_with_another_log_is_refused_and_left_alone(
    source: str, tmp_path: Path, run: Run, other: list[Incoming | Refused]
) -> None:
    to = f"sqlite:///{tmp_path / 'other.db'}"
    put(to, *other)
    before = page_of(to)
    said = run("migrate", "--store", source, "--to", to, code=2).stderr
    assert "two logs are not mixed" in said
    assert page_of(to) == before


def test_a_store_that_went_on_by_itself_is_refused(source: str, tmp_path: Path, run: Run) -> None:
    to = f"sqlite:///{tmp_path / 'other.db'}"
    run("migrate", "--store", source, "--to", to)
    put(to, LATER)
    assert "holds other events" in run("migrate", "--store", source, "--to", to, code=2).stderr


def test_graphs_that_differ_are_1_and_say_how_to_find_out(source: str, tmp_path: Path, run: Run) -> None:
    with sqlite3.connect(source.removeprefix("sqlite:///")) as damaged:
        damaged.execute("DELETE FROM edges")
    damaged.close()
    to = f"sqlite:///{tmp_path / 'other.db'}"
    said = run("migrate", "--store", source, "--to", to, code=1).stdout
    assert "Not equal" in said
    assert f"whence verify --store {source}" in said
    assert answer(run("migrate", "--json", "--store", source, "--to", to, code=1))["equal"] is False


def test_from_an_older_projection_it_is_copied_and_not_compared(source: str, tmp_path: Path, run: Run) -> None:
    with sqlite3.connect(source.removeprefix("sqlite:///")) as old:
        old.execute("UPDATE meta SET value = 0 WHERE name = 'projection'")
    old.close()
    to = f"sqlite:///{tmp_path / 'other.db'}"
    assert "Not compared" in run("migrate", "--store", source, "--to", to).stdout
    assert answer(run("migrate", "--json", "--store", source, "--to", to))["equal"] is None
    run("verify", "--store", to)


def test_what_cannot_be_meant_is_refused(source: str, tmp_path: Path, run: Run) -> None:
    assert "gone with this command" in run("migrate", "--store", source, "--to", "memory:", code=2).stderr
    run("migrate", "--store", source, "--to", "mysql://a", code=2)
    run("migrate", "--check", "--store", source, "--to", f"sqlite:///{tmp_path / 'x.db'}", code=2)
    nothing = tmp_path / "nothing.db"
    run("migrate", "--store", f"sqlite:///{nothing}", "--to", f"sqlite:///{tmp_path / 'x.db'}", code=3)
    assert not nothing.exists()
    assert not (tmp_path / "x.db").exists()


class Written(MemoryStore):
    """A store that somebody else writes to, whenever this one is asked to put or hash."""

    def __init__(self, *, amid: str) -> None:
        super().__init__()
        self._amid = amid

    async def put(self, batch: object) -> list[Receipt]:
        if self._amid == "put":
            await super().put([LATER])
        return await super().put(batch)  # type: ignore[arg-type]

    async def find(self, *given: object, **more: object) -> object:  # type: ignore[override]
        if self._amid == "hash":
            await super().put([LATER])
        return await super().find(*given, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("amid", "message"), [("put", "Somebody else writes"), ("hash", "Events came in")])
def test_what_is_written_meanwhile_is_noticed(amid: str, message: str) -> None:
    async def run() -> None:
        one = MemoryStore()
        await one.put([incoming(run_event("r1")), incoming(run_event("r2"))])
        with pytest.raises(StoreUnavailable, match=message):
            await transfer(one, Written(amid=amid))

    asyncio.run(run())


def test_large_events_are_put_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whence.ingest.transferring.BATCH_BYTES", 1000)
    sizes: list[int] = []

    class Watched(MemoryStore):
        async def put(self, batch: object) -> list[Receipt]:
            sizes.append(sum(len(each.body) for each in batch))  # type: ignore[attr-defined]
            return await super().put(batch)  # type: ignore[arg-type]

    async def run() -> None:
        one = MemoryStore()
        bodies = [run_event(f"r{number}", job="j" * 200) for number in range(9)]
        await one.put([incoming(body) for body in bodies])
        await one.put([refused(b"x" * 600), refused(b"y" * 600)])
        done = await transfer(one, Watched())
        assert (done.equal, done.events, done.rejected) == (True, 9, 2)
        assert max(sizes) <= 1000
        assert len([size for size in sizes if size]) > 3

    asyncio.run(run())


def test_progress_counts_and_gives_the_rate() -> None:
    assert progress_line(1000, 5000, 800, 2.0) == "1,000 of 5,000 events, 400 a second"
    assert progress_line(0, 5000, 0, 0.0) == "0 of 5,000 events"
    assert progress_line(5000, 5000, 5000, 2.0) == "5,000 events; comparing …"
