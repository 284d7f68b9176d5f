"""The errors that this package raises at people who use it.

    EmitterError
    ├── UsageError             BAD_REQUEST         an argument that can mean nothing; also a ValueError
    ├── ChangedWhileReadError  CHANGED_WHILE_READ  a file was written to while it was being digested
    ├── SpoolFullError         SPOOL_FULL          the spool has reached its size limit
    ├── SpoolBusyError         SPOOL_BUSY          another process is sending from the spool
    ├── SourceError            SOURCE_UNUSABLE     an importer's source is not there, or is not what it should be
    ├── DamagedError           SOURCE_DAMAGED      one part of a source cannot be read; the import goes on without it
    ├── ImportBusyError        IMPORT_BUSY         another process is importing the same source
    └── DestinationError       SERVICE_AWAY        the service takes nothing now; what it took is remembered

Only UsageError can reach the code inside a step, and only from building an `Input`, an `Output` or a `step`. All others are
caught, logged once and listed in the run's `whence_captureCompleteness`.
"""

from __future__ import annotations


class EmitterError(Exception):
    """Base of the tree: `message` is for a person, `code` for a machine, `hint` says what to do."""

    code = "EMITTER_ERROR"

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


class UsageError(EmitterError, ValueError):
    """An argument that can mean nothing, such as a role that does not exist."""

    code = "BAD_REQUEST"


class ChangedWhileReadError(EmitterError):
    """A file was written to while it was being digested, twice in a row."""

    code = "CHANGED_WHILE_READ"


class SpoolFullError(EmitterError):
    """The spool has reached its size limit and takes no more events."""

    code = "SPOOL_FULL"


class SpoolBusyError(EmitterError):
    """Another process is sending from the spool."""

    code = "SPOOL_BUSY"


class SourceError(EmitterError):
    """A source that is not there, or is not what the importer reads."""

    code = "SOURCE_UNUSABLE"


class DamagedError(EmitterError):
    """One part of a source that cannot be read."""

    code = "SOURCE_DAMAGED"


class ImportBusyError(EmitterError):
    """Another process is importing the same source."""

    code = "IMPORT_BUSY"


class DestinationError(EmitterError):
    """The service does not answer, or takes nothing now."""

    code = "SERVICE_AWAY"
