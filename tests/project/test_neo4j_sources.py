"""Which Neo4j the tests use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import neo4j_sources
import pytest
from neo4j_sources import Endpoint
from project import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCAL = neo4j_sources.Source("Neo4j of make neo4j", is_ours=True, open=lambda: pytest.fail("opened"))


@pytest.fixture(autouse=True)
def nothing_cached(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(neo4j_sources.GIVEN, raising=False)
    monkeypatch.setattr(neo4j_sources, "local", lambda: LOCAL)
    neo4j_sources.find.cache_clear()
    neo4j_sources.has_docker.cache_clear()
    yield
    neo4j_sources.find.cache_clear()
    neo4j_sources.has_docker.cache_clear()


def docker_that(does: str, folder: Path) -> str:
    (folder / "docker").write_text(f"#!/bin/sh\n{does}\n", "utf-8")
    (folder / "docker").chmod(0o755)
    return f"{folder}:/bin:/usr/bin"


@pytest.mark.parametrize("does", ["echo 'Cannot connect' >&2; exit 1", "exec sleep 30"], ids=["no engine", "silent"])
def test_the_docker_command_alone_proves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, does: str) -> None:
    monkeypatch.setattr(neo4j_sources, "SECONDS_FOR_AN_ENGINE", 0.5)
    monkeypatch.setenv("PATH", docker_that(does, tmp_path))
    assert neo4j_sources.find().label == "Neo4j of make neo4j · Docker: no engine"


def test_an_engine_that_answers_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", docker_that("echo 28.2.2", tmp_path))
    assert neo4j_sources.find().open is neo4j_sources.container


def test_the_server_that_is_given_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", docker_that("echo 28.2.2", tmp_path))
    monkeypatch.setenv(neo4j_sources.GIVEN, "neo4j://given.example:7687")
    monkeypatch.setenv("WHENCE_NEO4J_PASSWORD", "secret")
    asked: list[Endpoint] = []
    monkeypatch.setattr(neo4j_sources, "version_of", lambda endpoint: asked.append(endpoint) or "5.26.30")
    source = neo4j_sources.find()
    assert (source.label, source.is_ours) == ("Neo4j 5.26.30 (WHENCE_TEST_NEO4J)", False)
    assert asked == [Endpoint("neo4j://given.example:7687", "neo4j", "secret")]


def test_a_given_server_that_is_away_is_missing_and_no_other_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(neo4j_sources.GIVEN, "bolt://127.0.0.1:9")
    monkeypatch.setenv("WHENCE_NEO4J_PASSWORD", "secret")
    with pytest.raises(UnavailableError, match="WHENCE_TEST_NEO4J is set, but") as caught:
        neo4j_sources.find()
    assert "secret" not in str(caught.value)


def test_what_faults_are_tried_on_is_never_the_given_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(neo4j_sources.GIVEN, "neo4j://given.example:7687")
    assert neo4j_sources.find_private() is LOCAL
