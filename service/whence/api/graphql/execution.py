"""Ask the schema: the same for HTTP and for the command line in process. Errors get a code and a hint, defects are masked."""

from __future__ import annotations

import functools
import logging
import secrets
from typing import TYPE_CHECKING, Any, Final

import msgspec
import strawberry
from strawberry.extensions import MaxTokensLimiter, ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError

from whence.api.graphql import pins, runs
from whence.api.graphql.current import warnings
from whence.api.graphql.limits import MAX_TOKENS, Limits
from whence.api.graphql.mutation import Mutation
from whence.api.graphql.query import Query
from whence.api.graphql.scalars import SCALARS
from whence.errors import Ambiguous, BadRequest, NotFound, TooCostly, WhenceError

if TYPE_CHECKING:
    from graphql import GraphQLError
    from strawberry.types import ExecutionContext

    from whence.api.graphql.loading import Context

_log = logging.getLogger("whence.graphql")
_ENCODER: Final = msgspec.json.Encoder()
_TYPES: Final = (
    *(runs.Dataset, runs.Model, runs.Artifact, runs.DatasetVersion, runs.ModelVersion, runs.ArtifactVersion),
    *(runs.Content, runs.Job, runs.Run, pins.Commit, pins.Environment),
)


class _Schema(strawberry.Schema):
    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Errors are logged where they are shown: those of a client are no errors of ours."""


@functools.cache
def schema() -> strawberry.Schema:
    """The schema, built on first use."""
    return _Schema(
        query=Query,
        mutation=Mutation,
        types=_TYPES,
        config=StrawberryConfig(scalar_map=SCALARS),
        extensions=[lambda: MaxTokensLimiter(MAX_TOKENS), ParserCache, Limits, ValidationCache],
    )


def sdl() -> str:
    """The schema in GraphQL's schema definition language, with a newline at its end."""
    return schema().as_str().rstrip("\n") + "\n"


async def execute(
    context: Context, query: str, variables: dict[str, Any] | None = None, operation_name: str | None = None
) -> bytes:
    """The response as JSON text: `{"data", "errors", "extensions"}`, as the GraphQL specification says. Raises nothing but what cancels.

    `extensions.warnings` is there when the graph was built by the rules of another release.
    """
    try:
        result = await schema().execute(
            query, variable_values=variables, context_value=context, operation_name=operation_name
        )
    except CannotGetOperationTypeError:
        return _ENCODER.encode({"data": None, "errors": [_shape(_no_operation(operation_name))]})
    except InvalidOperationTypeError:
        return _ENCODER.encode({"data": None, "errors": [_shape(BadRequest("There are no subscriptions."))]})
    response: dict[str, Any] = {"data": result.data}
    if result.errors:
        response["errors"] = [error_shape(error) for error in result.errors]
    if told := await warnings(context.store):
        response["extensions"] = {"warnings": told}
    return _ENCODER.encode(response)


def _no_operation(name: str | None) -> BadRequest:
    if name is None:
        return BadRequest(
            "The document does not hold exactly one operation.", hint="Name the one to run: operationName."
        )
    return BadRequest(f"The document holds no operation named {name[:80]!r}.")


def error_shape(error: GraphQLError) -> dict[str, Any]:
    """An error as clients see it: message, locations, path, and extensions with code and hint."""
    cause = error.original_error
    while cause is not None and not isinstance(cause, WhenceError) and getattr(cause, "original_error", None):
        cause = getattr(cause, "original_error", None)
    if isinstance(cause, WhenceError):
        shape = _shape(cause)
    elif cause is None or type(cause).__module__.startswith("graphql"):
        shape = _shape(_of_the_question(error.message))
    else:
        shape = _shape(_masked(cause))
    if error.locations:
        shape["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if error.path:
        shape["path"] = list(error.path)
    return shape


def _of_the_question(message: str) -> WhenceError:
    """GraphQL's own errors: the text can't be parsed, or does not fit the schema."""
    if "tokens" in message and str(MAX_TOKENS) in message:
        return TooCostly(f"The question has more than {MAX_TOKENS:,} tokens.", hint="Ask several questions.")
    return BadRequest(message, hint="The schema is printed by: whence schema")


def _masked(cause: BaseException) -> WhenceError:
    incident = secrets.token_hex(4)
    _log.error("a resolver failed", exc_info=cause, extra={"incident": incident})
    return WhenceError(f"whence could not answer this, by a defect of its own (incident {incident}).")


def _shape(error: WhenceError) -> dict[str, Any]:
    extensions: dict[str, Any] = {"code": error.code, "hint": error.hint}
    if isinstance(error, NotFound):
        extensions["suggestions"] = list(error.suggestions)
    if isinstance(error, Ambiguous):
        extensions["candidates"] = list(error.candidates)
    return {"message": error.message, "extensions": extensions}
