"""Options that verbs share, each with its help, and what they come to."""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from whence.cli.output import Output
from whence.model import instant
from whence.model.kinds import Kind

F = TypeVar("F", bound=Callable[..., Any])

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SEQ = re.compile(r"[0-9]{1,18}")
_AGO = re.compile(r"(\d{1,6})([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


class Time(click.ParamType[str]):
    """An instant: ISO 8601 (`2026-11-02T08:30:00Z`; no zone means UTC), a day (its midnight UTC), or how long ago (`30m`, `12h`, `7d`, `2w`)."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value).strip()
        ago = _AGO.fullmatch(text)
        if ago:
            return instant.format((int(time.time()) - int(ago[1]) * _SECONDS[ago[2]]) * instant.NS)
        try:
            return instant.format(instant.parse(f"{text}T00:00:00Z" if _DAY.fullmatch(text) else text))
        except ValueError as error:
            self.fail(f"{error}. Write 2026-11-02T08:30:00Z, 2026-11-02 or 7d (ago).", param, ctx)


TIME = Time()


class Known(click.ParamType[str]):
    """What was known when: a position of the log, or an instant as `Time` has it."""

    name = "seq or time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        text = str(value).strip()
        return str(int(text)) if _SEQ.fullmatch(text) else TIME.convert(text, param, ctx)


@dataclass(frozen=True, slots=True)
class Moment:
    """At which moment to answer: of the world (`as_of`) and of what was known (`as_known`)."""

    as_of: str | None = None
    as_known: str | None = None

    def variables(self) -> dict[str, str | None]:
        return {"asOf": self.as_of, "asKnown": self.as_known}


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page of a list."""

    first: int
    after: str | None = None

    def variables(self) -> dict[str, Any]:
        return {"first": self.first, "after": self.after}


def output_options(quiet: str = "Print ids only, one a line: no text around them, no progress.") -> Callable[[F], F]:
    """`--json` and `--quiet`, given to the verb as `output: Output`. `quiet` says what --quiet leaves."""

    def add(function: F) -> F:
        given = _gather(function, "output", Output, {"as_json": "json", "quiet": "quiet"})
        for option in (
            click.option("-q", "--quiet", is_flag=True, help=quiet),
            click.option("--json", "as_json", is_flag=True, help="Print the result as JSON."),
        ):
            given = option(given)
        return given

    return add


def where_options(function: F) -> F:
    """`--store` and `--url`."""
    for option in (
        click.option(
            "--url",
            metavar="URL",
            help="Ask the service at this address; its key comes from WHENCE_API_KEY. [env: WHENCE_URL]",
        ),
        click.option(
            "--store",
            metavar="URL",
            help="Open this store here: sqlite:///relative.db, sqlite:////absolute.db, neo4j://host:7687. [env: WHENCE_STORE]",
        ),
    ):
        function = option(function)
    return function


def moment_options(function: F) -> F:
    """`--as-of` and `--as-known`, given to the verb as `moment: Moment`."""
    given = _gather(function, "moment", Moment, {"as_of": "as_of", "as_known": "as_known"})
    for option in (
        click.option(
            "--as-known",
            type=Known(),
            metavar="SEQ|TIME",
            help="Answer from what the log held up to this position or time of receipt.",
        ),
        click.option(
            "--as-of",
            type=TIME,
            metavar="TIME",
            help="Answer for this moment: 2026-11-02T08:30:00Z, 2026-11-02, or 7d ago.",
        ),
    ):
        given = option(given)
    return given


def page_options(first: int) -> Callable[[F], F]:
    """`--first` and `--after`, given to the verb as `paging: Paging`."""

    def add(function: F) -> F:
        given = _gather(function, "paging", Paging, {"first": "first", "after": "after"})
        for option in (
            click.option("--after", metavar="CURSOR", help="Go on after this cursor, which the page before printed."),
            click.option(
                "--first",
                type=click.IntRange(1),
                default=first,
                show_default=True,
                metavar="N",
                help="At most so many.",
            ),
        ):
            given = option(given)
        return given

    return add


def kind_option(function: F) -> F:
    """`--kind`, as often as wanted, given to the verb as `kind: tuple[Kind, ...]`."""
    kinds = click.Choice(list(Kind), case_sensitive=False)
    return click.option("--kind", "kind", multiple=True, type=kinds, help="Only this kind; may be repeated.")(function)


def walk_options(function: F) -> F:
    """`--depth`, `--max-nodes`, `--edges` and the moment, given to the verb as `walk: dict` (GraphQL's input Walk)."""

    @functools.wraps(function)
    def gathered(*args: Any, depth: int | None, max_nodes: int, edges: str | None, moment: Moment, **rest: Any) -> Any:
        given = moment.variables() | {"depth": depth, "maxNodes": max_nodes, "edges": _edge_types(edges)}
        return function(*args, walk={name: value for name, value in given.items() if value is not None}, **rest)

    for option in (
        click.option("--edges", metavar="A,B", help="Follow only these types of edges, such as USED,GENERATED_BY."),
        click.option(
            "--max-nodes",
            type=click.IntRange(1),
            default=1000,
            show_default=True,
            metavar="N",
            help="Stop after so many nodes.",
        ),
        click.option("--depth", type=click.IntRange(0), metavar="N", help="Stop after so many hops."),
    ):
        gathered = option(gathered)
    return moment_options(gathered)  # type: ignore[return-value]


def _edge_types(given: str | None) -> list[str] | None:
    if given is None:
        return None
    from whence.model.kinds import EdgeType

    names = [name.strip().upper() for name in given.split(",") if name.strip()]
    unknown = [name for name in names if name not in EdgeType.__members__]
    if unknown or not names:
        raise click.BadParameter(
            f"{', '.join(unknown) or 'nothing'} is no type of edge. Known: {', '.join(EdgeType)}.", param_hint="--edges"
        )
    return names


def _gather(function: F, name: str, make: Callable[..., Any], parts: dict[str, str]) -> F:
    """Hand several options to a verb as one value: `parts` maps the option's name to the value's field."""

    @functools.wraps(function)
    def gathered(*args: Any, **given: Any) -> Any:
        value = make(**{field: given.pop(option) for option, field in parts.items()})
        return function(*args, **given, **{name: value})

    return gathered  # type: ignore[return-value]
