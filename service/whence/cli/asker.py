"""Somebody who answers GraphQL, whether over HTTP or in process: the same documents, the same answers, the same errors."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import click

from whence import errors
from whence.cli.output import visible

Data = dict[str, Any]

_BY_CODE: Mapping[str, type[errors.WhenceError]] = {
    "BAD_REQUEST": errors.BadRequest,
    "NOT_FOUND": errors.NotFound,
    "AMBIGUOUS": errors.Ambiguous,
    "TOO_COSTLY": errors.TooCostly,
    "UNAUTHENTICATED": errors.Unauthenticated,
    "FORBIDDEN": errors.Forbidden,
    "STORE_UNAVAILABLE": errors.StoreUnavailable,
}


class Asker(ABC):
    """Something that answers GraphQL. A context manager: closing lets go of the store or the connection."""

    _warned: tuple[str, ...] = ()

    @abstractmethod
    def execute(self, document: str, variables: Data) -> Data:
        """The whole GraphQL response, `{data, errors}`. Raises StoreUnavailable when nobody answers."""

    @abstractmethod
    def close(self) -> None:
        """Let go. Idempotent."""

    def ask(self, document: str, variables: Data) -> Data:
        """The response's `data`. Raises the WhenceError that the first error of the response stands for."""
        response = self.execute(document, variables)
        self._warn(response)
        if response.get("errors"):
            raise error_of(response["errors"][0])
        data = response.get("data")
        if not isinstance(data, dict):
            raise errors.StoreUnavailable(
                "The answer holds neither data nor errors.", hint="Is it a whence service that answers there?"
            )
        return data

    def _warn(self, response: Data) -> None:
        """Once for each thing that the response warns of, on standard error."""
        for warning in _texts((response.get("extensions") or {}).get("warnings")):
            if warning not in self._warned:
                self._warned = (*self._warned, warning)
                click.echo(f"Warning: {visible(warning)}", err=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def error_of(given: Mapping[str, Any]) -> errors.WhenceError:
    """The error of our tree that a GraphQL error, or an HTTP error body `{code, message, hint}`, stands for."""
    extensions = given.get("extensions") or given
    kind = _BY_CODE.get(str(extensions.get("code", "BAD_REQUEST")), errors.WhenceError)
    message, hint = str(given.get("message") or "The service gave no reason."), extensions.get("hint")
    hint = str(hint) if hint else None
    if kind is errors.NotFound:
        return errors.NotFound(message, hint=hint, suggestions=_texts(extensions.get("suggestions")))
    if kind is errors.Ambiguous:
        return errors.Ambiguous(message, hint=hint, candidates=_texts(extensions.get("candidates")))
    return kind(message, hint=hint)


def _texts(given: object) -> tuple[str, ...]:
    return tuple(str(each) for each in given) if isinstance(given, list) else ()
