"""What was raised in one process of ours, to be raised again in another."""

from __future__ import annotations

import traceback
from typing import Final

import msgspec

from whence import errors
from whence.errors import WhenceError

OK: Final = b"ok"
FAILED: Final = b"failed"
"""How an answer begins."""


class WriterFailedError(Exception):
    """A defect showed in the writing process. Its notes say where."""


class _Failure(msgspec.Struct, frozen=True):
    """An error of whence by the name of its class, or anything else that was raised, with `name` empty and where it was raised."""

    name: str
    message: str
    hint: str
    trace: str = ""


_ENCODER: Final = msgspec.json.Encoder()
_FAILURE: Final = msgspec.json.Decoder(_Failure)
_OURS: Final = {
    name: each for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, WhenceError)
}


def failure_part(error: Exception) -> bytes:
    """What was raised, as the other side is to raise it again."""
    if isinstance(error, WhenceError):
        name = next(each.__name__ for each in type(error).__mro__ if _OURS.get(each.__name__) is each)
        trace = _trace(error) if error.code == WhenceError.code else ""
        return _ENCODER.encode(_Failure(name, _encodable(error.message), _encodable(error.hint), trace))
    return _ENCODER.encode(_Failure("", _encodable(f"{type(error).__name__}: {error}"), "", _trace(error)))


def failure_of(part: bytes) -> Exception:
    """The same class of our errors, or WriterFailedError."""
    failure = _FAILURE.decode(part)
    kind = _OURS.get(failure.name)
    error = WriterFailedError(failure.message) if kind is None else kind(failure.message, hint=failure.hint)
    if failure.trace:
        error.add_note(f"In the writing process:\n{failure.trace}")
    return error


def _trace(error: Exception) -> str:
    return _encodable("".join(traceback.format_exception(error)))


def _encodable(text: str) -> str:
    return text.encode(errors="backslashreplace").decode()
