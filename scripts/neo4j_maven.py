"""Maven: from PATH, else by the committed wrapper `mvnw`, whose download is done here.

`mvnw` needs curl or wget, unzip and sha256sum, which a bare machine may lack. So the distribution that its properties name is
put where it looks, checked and whole; then `mvnw` finds it and runs it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from neo4j_cache import cache_folder, place
from neo4j_trust import java_options
from project import ROOT, UnavailableError, environment, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from neo4j_releases import Java

PROPERTIES = ROOT / ".mvn" / "wrapper" / "maven-wrapper.properties"
SECONDS_BETWEEN_WORDS = 10.0
_IN_MAVENS_REPOSITORY = "/org/apache/maven/"
_ERROR = re.compile(r"^.*\[ERROR\]\S*\s+(.+?)(?: -> .*)?$", re.MULTILINE)
_TERMINAL = re.compile(r"\x1b\[[0-9;]*m")


def properties(text: str) -> dict[str, str]:
    """A properties file of plain `key=value` lines."""
    lines = (line.partition("=") for line in text.splitlines() if "=" in line and not line.startswith("#"))
    return {key.strip(): value.strip() for key, _, value in lines}


def distribution_url(named: str, mirror: str | None) -> str:
    """Where to fetch from, as `mvnw` says: below $MVNW_REPOURL when that is set."""
    return f"{mirror}{_IN_MAVENS_REPOSITORY}{named.partition(_IN_MAVENS_REPOSITORY)[2]}" if mirror else named


def distribution_folder(user_home: Path, url: str) -> Path:
    """Where `mvnw` looks for the distribution of a URL: the function hash_string there."""
    number = 0
    for character in url:
        number = (number * 31 + ord(character)) % 2**32
    return user_home / "wrapper" / "dists" / url.rpartition("/")[2].removesuffix("-bin.zip") / f"{number:x}"


def fetch_distribution(url: str, sha256: str, folder: Path) -> None:
    """Fills a folder with the one that is in the archive at the URL. Raises UnavailableError."""
    with tempfile.TemporaryDirectory() as scratch:
        archive = Path(scratch) / "maven.zip"
        try:
            with urllib.request.urlopen(url, timeout=60) as answer, archive.open("wb") as file:
                shutil.copyfileobj(answer, file)
        except OSError as error:
            raise UnavailableError(
                f"Maven is not on PATH and could not be fetched ({error}): is there a network?"
            ) from error
        if hashlib.sha256(archive.read_bytes()).hexdigest() != sha256:
            raise UnavailableError(
                "What was fetched as Maven has not the digest in .mvn/wrapper: install Maven instead."
            )
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(scratch)
        shutil.copytree(next(Path(scratch).glob("apache-maven-*/")), folder, dirs_exist_ok=True)
    (folder / "bin" / "mvn").chmod(0o755)


def find() -> tuple[Path, dict[str, str]]:
    """The command to run, and what it needs in its environment. Raises UnavailableError."""
    on_path = shutil.which("mvn")
    if on_path:
        return Path(on_path), {}
    named = properties(PROPERTIES.read_text("utf-8"))
    url = distribution_url(named["distributionUrl"], os.environ.get("MVNW_REPOURL"))
    user_home = cache_folder() / "maven"
    folder = distribution_folder(user_home, url)
    if not folder.is_dir():
        say("No Maven on PATH: fetching it (9 MB) …")
    place(folder, lambda part: fetch_distribution(url, named["distributionSha256Sum"], part))
    return ROOT / "mvnw", {"MAVEN_USER_HOME": str(user_home)}


def complaint(said: str) -> str:
    """The first error that Maven printed, short."""
    found = _ERROR.search(_TERMINAL.sub("", said))
    return found[1][:300] if found else (said.strip().splitlines() or ["no output"])[-1][:300]


def _attempt(command: Sequence[str | Path], cwd: Path, changes: dict[str, str], watched: Path) -> str | None:
    """What Maven printed when it failed; None when it did not. Says now and then how much is there already."""
    log = cwd / "maven.log"
    with (
        log.open("wb") as out,
        subprocess.Popen(
            command, cwd=cwd, env=environment(**changes), stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
        ) as process,
    ):
        words = time.monotonic() + SECONDS_BETWEEN_WORDS
        while process.poll() is None:
            time.sleep(0.1)
            if time.monotonic() > words:
                size = sum(file.stat().st_size for file in watched.rglob("*") if file.is_file())
                say(f"  … {size / 1e6:.0f} MB")
                words += SECONDS_BETWEEN_WORDS
    return log.read_text("utf-8", errors="replace") if process.returncode else None


def run_maven(java: Java, arguments: Sequence[str], cwd: Path, watched: Path, *, why: str) -> None:
    """Runs Maven on a Java, in a folder of its own; jars below `watched` are counted as progress.

    A Java that does not trust the server's authority is shown the system's. Raises UnavailableError with `why`.
    """
    command, needs = find()
    changes = needs | {"JAVA_HOME": str(java.home)}
    said = _attempt([command, *arguments], cwd, changes, watched)
    options = java_options(cwd) if said and "PKIX" in said else None
    if options:
        given = os.environ.get("MAVEN_OPTS", "")
        said = _attempt(
            [command, "-U", *arguments], cwd, changes | {"MAVEN_OPTS": f"{options} {given}".strip()}, watched
        )
    if said:
        raise UnavailableError(f"{why} (Maven: {complaint(said)})")
