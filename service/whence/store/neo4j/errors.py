"""Everything that the driver and the server can say, in whence's words: the one place where their errors are translated, and told apart from what passes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from neo4j.exceptions import (
    AuthError,
    ConfigurationError,
    ConnectionAcquisitionTimeoutError,
    DriverError,
    IncompleteCommit,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
)

from whence.errors import BadRequest, StoreUnavailable, StoreUnusable, TooCostly, WhenceError

_OUT_OF_MEMORY: Final = frozenset(
    {
        "Neo.TransientError.General.MemoryPoolOutOfMemoryError",
        "Neo.TransientError.General.OutOfMemoryError",
        "Neo.TransientError.General.StackOverFlowError",
    }
)
_RACES: Final = frozenset(
    {
        "Neo.ClientError.Schema.ConstraintValidationFailed",
        "Neo.ClientError.Schema.ConstraintAlreadyExists",
        "Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists",
        "Neo.ClientError.Schema.IndexAlreadyExists",
    }
)
"""Another process made the same thing in between."""
_READ_ONLY: Final = frozenset(
    {
        "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase",
        "Neo.TransientError.General.ForbiddenOnReadOnlyDatabase",
        "Neo.ClientError.General.WriteOnReadOnlyAccessDatabase",
    }
)
_TIMED_OUT: Final = "Neo.ClientError.Transaction.TransactionTimedOut"
_NO_DATABASE: Final = "Neo.ClientError.Database.DatabaseNotFound"
_DISK: Final = ("Neo.DatabaseError.Transaction.TransactionLogError", "Neo.DatabaseError.Transaction.TransactionCommitFailed")  # fmt: skip
_TRY_AGAIN: Final = (
    "Nothing that was acknowledged is lost. Send the same events again when it answers: repeats are harmless."
)


def passes(error: Exception) -> bool:
    """Whether the same work may well succeed at once: a deadlock, another leader, a race for a key, a connection that had died.

    So may a commit that was cut off: the work has to look whether it was done (`putting.Writer`).
    """
    if isinstance(error, Neo4jError) and error.code in _OUT_OF_MEMORY:
        return False
    if isinstance(error, IncompleteCommit) or (isinstance(error, Neo4jError) and error.code in _RACES):
        return True
    return isinstance(error, DriverError | Neo4jError) and error.is_retryable()


@contextmanager
def translated(url: str) -> Iterator[None]:
    """Raise StoreUnavailable, StoreUnusable or TooCostly, naming the store, for what the driver raises inside; BadRequest for a value that no store could hold."""
    try:
        yield
    except (DriverError, Neo4jError) as error:
        raise _translate(error, url) from error
    except OSError as error:
        raise StoreUnavailable(f"the store {url} is not available: {error.strerror or error}") from error
    except (UnicodeEncodeError, OverflowError) as error:
        raise BadRequest(f"a value that can't be looked for: {error}") from error


def _translate(error: DriverError | Neo4jError, url: str) -> WhenceError:
    if isinstance(error, Neo4jError):
        return _of_server(error, url)
    if isinstance(error, ServiceUnavailable | SessionExpired):
        return StoreUnavailable(
            f"the store {url} can't be reached", hint=f"Look whether Neo4j runs there. {_TRY_AGAIN}"
        )
    if isinstance(error, ConnectionAcquisitionTimeoutError):
        return StoreUnavailable(f"the store {url} is busy: no connection became free", hint=_TRY_AGAIN)
    if isinstance(error, ConfigurationError):
        return StoreUnusable(
            f"the store {url} can't be used: {error}", hint="Look at its URL, and at what speaks Bolt there."
        )
    return WhenceError(f"the store {url} failed: {type(error).__name__}")


def _of_server(error: Neo4jError, url: str) -> WhenceError:
    code = error.code or ""
    if code in _OUT_OF_MEMORY:
        return TooCostly(
            f"the store {url} has not enough memory for this",
            hint="Ask for less (depth, maxNodes, a smaller page), or raise db.memory.transaction.max in its configuration.",
        )
    if isinstance(error, AuthError) or code.startswith("Neo.ClientError.Security."):
        return StoreUnusable(
            f"the store {url} does not let us in: user or password is wrong, or may not do this",
            hint="Set WHENCE_NEO4J_USER and WHENCE_NEO4J_PASSWORD to those of a user who may read, write and make indexes.",
        )
    if code == _NO_DATABASE:
        return StoreUnusable(
            f"the store {url} names a database that is not there",
            hint="Name another at the end of the URL: ?database=neo4j",
        )
    if code in _READ_ONLY:
        return StoreUnavailable(
            f"the store {url} is read-only", hint="Allow writing to this database, or name another."
        )
    if code.startswith(_TIMED_OUT):
        return TooCostly(
            f"the store {url} takes longer for this than its configuration allows",
            hint="Ask for less (depth, maxNodes, a smaller page), or raise db.transaction.timeout in its configuration.",
        )
    if error.is_retryable() or code.startswith(("Neo.TransientError.", "Neo.ClientError.Transaction.")):
        return StoreUnavailable(f"the store {url} is busy or just changes its leader ({code})", hint=_TRY_AGAIN)
    if code in _DISK:
        return StoreUnavailable(
            f"the store {url} can't write to its disk ({code})", hint=f"Look at its disk and its logs. {_TRY_AGAIN}"
        )
    return WhenceError(f"the store {url} refused a statement: {code}: {error.message}")
