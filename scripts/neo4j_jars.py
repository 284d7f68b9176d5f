"""The published jars of Neo4j Community, one folder a version. The archive with launcher scripts is not on Maven Central."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from neo4j_cache import cache_folder, place
from neo4j_maven import run_maven
from project import UnavailableError, say

if TYPE_CHECKING:
    from pathlib import Path

    from neo4j_releases import Java

GOAL = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
# neo4j-server alone has neither a main class nor a record storage engine: both are in org.neo4j:neo4j.
POM = """\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>neo4j-community</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>{version}</version></dependency>
    <dependency><groupId>org.neo4j.app</groupId><artifactId>neo4j-server</artifactId><version>{version}</version></dependency>
  </dependencies>
</project>
"""


def version_folder(version: str) -> Path:
    """Where the jars of a version are, or will be, in `lib`."""
    return cache_folder() / "neo4j" / version


def jars(version: str, java: Java) -> Path:
    """The folder of a version's jars, fetched the first time. Raises UnavailableError."""

    def fill(folder: Path) -> None:
        say(f"Fetching Neo4j {version} from Maven Central (125 to 155 MB, about a minute) …")
        why = f"The jars of Neo4j {version} could not be fetched: is there a network, and does that version exist?"
        lib, scratch = folder / "lib", folder / "maven"
        # A repository of its own: ~/.m2 is left alone, but for the settings.xml that Maven reads there.
        repository = scratch / "repository"
        repository.mkdir(parents=True)
        (scratch / "pom.xml").write_text(POM.format(version=version), "utf-8")
        target = [f"-Dmaven.repo.local={repository}", GOAL, "-DincludeScope=runtime", f"-DoutputDirectory={lib}"]
        run_maven(java, ["-B", "-q", *target], scratch, repository, why=why)
        shutil.rmtree(scratch)
        if not (lib / f"neo4j-{version}.jar").is_file():
            raise UnavailableError(f"{why} (Maven was content, but there is no neo4j-{version}.jar)")

    return place(version_folder(version), fill) / "lib"
