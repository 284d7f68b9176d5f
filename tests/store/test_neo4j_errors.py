"""What Neo4j's URLs may say, what its errors become, and which of them pass: without a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from neo4j.exceptions import (
    ConnectionAcquisitionTimeoutError,
    IncompleteCommit,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
)

from whence.errors import BadRequest, StoreUnavailable, StoreUnusable, TooCostly, WhenceError
from whence.store.neo4j import trying
from whence.store.neo4j.connecting import Address, Login, address_of, login_from
from whence.store.neo4j.errors import passes, translated
from whence.store.neo4j.trying import until_it_passes

if TYPE_CHECKING:
    from collections.abc import Callable

DEADLOCK = "Neo.TransientError.Transaction.DeadlockDetected"
LOCKED = "Neo.TransientError.Transaction.LockAcquisitionTimeout"
OUT_OF_MEMORY = "Neo.TransientError.General.MemoryPoolOutOfMemoryError"
RACE = "Neo.ClientError.Schema.ConstraintValidationFailed"


def said(code: str) -> Neo4jError:
    """The error that the driver makes of a server's code."""
    return Neo4jError._basic_hydrate(neo4j_code=code, message="what the server said")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("neo4j://graph", Address("neo4j://graph")),
        ("neo4j+s://graph:7687/?database=lineage", Address("neo4j+s://graph:7687", "lineage")),
        ("bolt://[::1]:7687?database=a%2Db", Address("bolt://[::1]:7687", "a-b")),
    ],
)
def test_a_url_names_a_server_and_perhaps_a_database(url: str, address: Address) -> None:
    assert address_of(url) == address


@pytest.mark.parametrize(
    "url",
    [
        "neo4j://",
        "neo4j://graph:0",
        "neo4j://graph:port",
        "neo4j://graph/path",
        "neo4j://graph#x",
        "neo4j://graph?database=system",
        "neo4j://graph?database=a&database=b",
        "neo4j://graph?database",
        "neo4j://graph?policy=x",
        "neo4j://ana:secret@graph",
        "neo4j://graph?password=secret",
    ],
)
def test_other_urls_are_bad_requests_that_show_no_secret(url: str) -> None:
    with pytest.raises(BadRequest) as refused:
        address_of(url)
    assert "secret" not in refused.value.message + refused.value.hint


def test_the_login_is_the_environments_and_is_not_shown() -> None:
    assert login_from({}) is None
    assert login_from({"WHENCE_NEO4J_PASSWORD": "secret"}) == Login("neo4j", "secret")
    login = login_from({"WHENCE_NEO4J_USER": "ana", "WHENCE_NEO4J_PASSWORD": "secret"})
    assert login == Login("ana", "secret")
    assert "secret" not in repr(login)


@pytest.mark.parametrize(
    ("error", "becomes", "again"),
    [
        (said(DEADLOCK), StoreUnavailable, True),
        (said("Neo.TransientError.Transaction.LockAcquisitionTimeout"), StoreUnavailable, True),
        (said("Neo.ClientError.Transaction.TransactionTimedOut"), TooCostly, False),
        (said("Neo.ClientError.Cluster.NotALeader"), StoreUnavailable, True),
        (said(RACE), WhenceError, True),
        (said(OUT_OF_MEMORY), TooCostly, False),
        (said("Neo.ClientError.Security.Unauthorized"), StoreUnusable, False),
        (said("Neo.ClientError.Security.Forbidden"), StoreUnusable, False),
        (said("Neo.ClientError.Database.DatabaseNotFound"), StoreUnusable, False),
        (said("Neo.ClientError.General.WriteOnReadOnlyAccessDatabase"), StoreUnavailable, False),
        (said("Neo.DatabaseError.Transaction.TransactionLogError"), StoreUnavailable, False),
        (said("Neo.ClientError.Statement.SyntaxError"), WhenceError, False),
        (ServiceUnavailable("gone"), StoreUnavailable, True),
        (SessionExpired("old"), StoreUnavailable, True),
        (IncompleteCommit("cut off"), StoreUnavailable, True),
        (ConnectionAcquisitionTimeoutError("full"), StoreUnavailable, False),
        (OSError(28, "No space left on device"), StoreUnavailable, False),
        (OverflowError("too large"), BadRequest, False),
    ],
    ids=lambda each: getattr(each, "code", None) or str(each),
)
def test_errors_become_ours_and_those_that_pass_are_told_apart(
    error: Exception, becomes: type[WhenceError], again: bool
) -> None:
    assert passes(error) is again
    with pytest.raises(becomes) as raised, translated("neo4j://graph"):
        raise error
    assert type(raised.value) is becomes
    assert raised.value.hint


class Failing:
    """Work that fails so many times, then succeeds."""

    def __init__(self, error: Exception, times: int) -> None:
        self.left, self.error, self.calls = times, error, 0

    def __call__(self) -> str:
        self.calls += 1
        if self.left:
            self.left -= 1
            raise self.error
        return "done"


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying.time, "sleep", lambda seconds: None)


@pytest.mark.parametrize("error", [said(DEADLOCK), said(RACE), SessionExpired("old")])
def test_what_passes_is_tried_again(error: Exception) -> None:
    work = Failing(error, 9)
    assert until_it_passes(work) == "done"
    assert work.calls == 10


def test_a_dead_connection_is_tried_once_more_a_dead_server_is_not_waited_for() -> None:
    assert until_it_passes(Failing(ServiceUnavailable("gone"), 1)) == "done"
    work = Failing(ServiceUnavailable("gone"), 5)
    with pytest.raises(ServiceUnavailable):
        until_it_passes(work)
    assert work.calls == 2


@pytest.mark.parametrize("error", [said(OUT_OF_MEMORY), said("Neo.ClientError.Security.Unauthorized"), ValueError()])
def test_what_does_not_pass_is_raised_at_once(error: Exception) -> None:
    work = Failing(error, 5)
    with pytest.raises(type(error)):
        until_it_passes(work)
    assert work.calls == 1


def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    clock: Callable[[], float] = iter(range(0, 1000, 2)).__next__
    monkeypatch.setattr(trying.time, "monotonic", clock)
    work: Any = Failing(said(DEADLOCK), 1000)
    with pytest.raises(Neo4jError):
        until_it_passes(work)
    assert 2 <= work.calls <= 4


def test_what_holds_its_locks_for_long_is_waited_for_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two who make constraints at once block each other until the server's lock timeout, of ten seconds say."""
    clock: Callable[[], float] = iter(range(0, 1000, 10)).__next__
    monkeypatch.setattr(trying.time, "monotonic", clock)
    assert until_it_passes(Failing(said(LOCKED), 3), trying.MIGRATING_SECONDS) == "done"
