"""kill -9 at a random moment amid ingest, again and again on one store: nothing acknowledged is lost, nothing is applied twice, the store opens,
positions are dense, and the graph is what a replay of the log gives.

$WHENCE_TEST_KILLS says how often (`make test-kill`: 20 times), by default twice.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Final, Protocol

import pytest
from neo4j_fixtures import log_in
from neo4j_sources import endpoint_of

from .audit import Audit, audit
from .conftest import KILLED
from .load import Load
from .services import SERVE, SERVE_ALONE, committing_process, merging_process, service

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from neo4j_server import Server
    from neo4j_sources import Endpoint

KILLS: Final = int(os.environ.get("WHENCE_TEST_KILLS", "2"))
LONGEST_SECONDS: Final = 0.4
"""From the first answer of a round to the kill, at most."""
pytestmark = pytest.mark.timeout(300 + 60 * KILLS)


class Victim(Protocol):
    """What is killed. Inside of `running` its service answers at the URL given; `kill` returns when the victim is dead and, if the service outlives it, back."""

    label: str
    store: str
    outlived: bool
    """Whether the service goes on when the victim is killed."""

    def running(self) -> AbstractContextManager[str]: ...
    def kill(self) -> None: ...


class WholeService:
    """The service itself: a new one is started for each round."""

    outlived = False

    def __init__(
        self, label: str, store: str, how: tuple[str, ...] = SERVE, login: dict[str, str] | None = None
    ) -> None:
        self.label, self.store, self._how, self._login = label, store, how, login

    @contextmanager
    def running(self) -> Iterator[str]:
        with service(self.store, self._how, self._login) as (url, self._process):
            yield url

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


class WritingProcess:
    """One of the two that write for a service, which goes on and starts others."""

    outlived = True

    def __init__(self, label: str, store: str, found: Callable[[subprocess.Popen[str]], int]) -> None:
        self.label, self.store, self._found = label, store, found

    @contextmanager
    def running(self) -> Iterator[str]:
        with service(self.store) as (url, self._process):
            yield url

    def kill(self) -> None:
        os.kill(self._found(self._process), signal.SIGKILL)


class Database:
    """The Neo4j server under a service, which goes on when it is started again."""

    label = "Neo4j, the server killed"
    outlived = True

    def __init__(self, server: Server) -> None:
        self._server = server
        self.store = server.url

    @contextmanager
    def running(self) -> Iterator[str]:
        with service(self.store, login=endpoint_of(self._server).environment()) as (url, _):
            yield url

    def kill(self) -> None:
        self._server.kill()
        self._server.start()


def kill_again_and_again(victim: Victim, kills: int) -> tuple[Load, list[Audit]]:
    """A round a kill. What was not answered is sent again in the next, and after the last."""
    load = Load()
    found: list[Audit] = []
    with ExitStack() as until_the_end:
        url = until_the_end.enter_context(victim.running()) if victim.outlived else ""
        for _ in range(kills):
            with ExitStack() as this_round:
                asyncio.run(one_round(victim, load, url or this_round.enter_context(victim.running())))
            found.append(audit(victim.store, load.acknowledged))
    with victim.running() as url:
        asyncio.run(load.send(url, lambda: load.wait_for_answers(len(load.unanswered) + 1)))
    found.append(audit(victim.store, load.acknowledged))
    assert not load.unanswered
    return load, found


async def one_round(victim: Victim, load: Load, url: str) -> None:
    async def fault() -> None:
        await asyncio.sleep(random.uniform(0, LONGEST_SECONDS))
        await asyncio.to_thread(victim.kill)
        if victim.outlived:
            await load.wait_for_answers(10)

    await load.send(url, fault)


def row(victim: Victim, kills: int, load: Load, found: list[Audit]) -> tuple[object, ...]:
    """Of the table, in the order of its headings."""
    equal = sum(each.equal for each in found)
    return (
        victim.label,
        kills,
        len(load.acknowledged),
        sum(each.lost for each in found),
        sum(each.twice for each in found),
        f"{equal} of {len(found)}, {found[-1].digest[:12]}",
    )


@pytest.fixture(params=["sqlite", "sqlite-alone", "sqlite-merging", "sqlite-committing"])
def victim_on_sqlite(request: pytest.FixtureRequest, tmp_path: Path) -> Victim:
    store = f"sqlite:///{tmp_path}/whence.db"
    if request.param == "sqlite-merging":
        return WritingProcess("SQLite, its merging process killed", store, merging_process)
    if request.param == "sqlite-committing":
        return WritingProcess("SQLite, its committing process killed", store, committing_process)
    if request.param == "sqlite-alone":
        return WholeService("SQLite in one process, it is killed", store, SERVE_ALONE)
    return WholeService("SQLite, whence serve killed", store)


def check(victim: Victim, request: pytest.FixtureRequest) -> None:
    load, found = kill_again_and_again(victim, KILLS)
    request.node.user_properties.append((KILLED, row(victim, KILLS, load, found)))
    assert [(each.lost, each.twice, each.equal) for each in found] == [(0, 0, True)] * (KILLS + 1)
    assert found[-1].events == len(load.acknowledged), "all that was sent was acknowledged in the end"


def test_sqlite(victim_on_sqlite: Victim, request: pytest.FixtureRequest) -> None:
    check(victim_on_sqlite, request)


def test_whence_on_neo4j(neo4j_store: Endpoint, request: pytest.FixtureRequest) -> None:
    check(WholeService("Neo4j, whence serve killed", neo4j_store.url, login=neo4j_store.environment()), request)


def test_neo4j_itself(neo4j_private: Server, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    log_in(endpoint_of(neo4j_private), monkeypatch)
    check(Database(neo4j_private), request)
