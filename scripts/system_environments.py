"""An environment for each source system, with the real tools: `.systems/<system>`, from `tests/systems/<system>/requirements.txt`.

That file names each package at one version. Comments say more:

    # python: 3.11           the Python that the tool needs; without it, the one that runs this
    # command: git lfs version   a command that must be on PATH; the first line that it prints is its version
    # jar: group:artifact:version   from Maven Central, put into `jars` of the environment
    # system: dvc            the environment of another system, made as well
"""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import neo4j_java
from environment import NO_PACKAGES, find_uv
from neo4j_maven import run_maven
from project import EMITTERS, ROOT, UnavailableError, environment, fingerprint, is_stamped, output, run, say

if TYPE_CHECKING:
    from pathlib import Path

ENVIRONMENTS = ROOT / ".systems"
TESTS = ROOT / "tests" / "systems"
_DIRECTIVE = re.compile(r"#\s*(python|command|jar|system):\s*(.+)")
_PINNED = re.compile(r"([A-Za-z0-9][\w.-]*)(?:\[[\w.,-]+\])?==([\w.!+-]+)$")
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
_THIS_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


@dataclass(frozen=True, slots=True)
class Requirements:
    """What a requirements.txt asks for."""

    python: str
    packages: tuple[tuple[str, str], ...]
    commands: tuple[str, ...]
    jars: tuple[str, ...]
    systems: tuple[str, ...] = ()


def requirements_file(system: str) -> Path:
    return TESTS / system / "requirements.txt"


def systems() -> list[str]:
    """Those that have tests with the real tool."""
    return sorted(path.parent.name for path in TESTS.glob("*/requirements.txt"))


def read_requirements(text: str) -> Requirements:
    """Raises ValueError for a package without a version: what was tested has to be known."""
    python = _THIS_PYTHON
    packages = []
    said: dict[str, list[str]] = {"command": [], "jar": [], "system": []}
    for line in map(str.strip, text.splitlines()):
        directive = _DIRECTIVE.fullmatch(line)
        if directive and directive[1] == "python":
            python = directive[2]
        elif directive:
            said[directive[1]].append(directive[2])
        elif line and not line.startswith(("#", "-")):
            pinned = _PINNED.match(line.split("#")[0].split(";")[0].strip())
            if pinned is None:
                raise ValueError(f"{line!r} names no exact version: write name==version")
            packages.append((pinned[1], pinned[2]))
    return Requirements(python, tuple(packages), tuple(said["command"]), tuple(said["jar"]), tuple(said["system"]))


def _requirements_of(system: str) -> Requirements:
    return read_requirements(requirements_file(system).read_text("utf-8"))


def tools(wanted: Requirements) -> list[str]:
    """Name and version of each tool. Raises UnavailableError when a command is not there."""
    packages = [f"{name} {version}" for name, version in wanted.packages]
    jars = [" ".join(jar.split(":")[1:]) for jar in wanted.jars]
    others = [line for other in wanted.systems for line in tools(_requirements_of(other))]
    return [*packages, *jars, *map(command_version, wanted.commands), *others]


def command_version(command: str) -> str:
    """`git-lfs 3.3.0`, from what the command prints. Raises UnavailableError."""
    said = output(command.split())
    if not said:
        raise UnavailableError(f"`{command}` does not answer: install {command.split()[0]}, then try again.")
    found = re.match(r"([A-Za-z][\w-]*)\D*?([\d.]*\d)", said)
    return f"{found[1]} {found[2]}" if found else said.splitlines()[0]


def _find_python(version: str) -> str:
    if version == _THIS_PYTHON:
        return sys.executable
    found = shutil.which(f"python{version}")
    if found is None or output([found, "-c", "pass"]) is None:
        raise UnavailableError(f"Python {version} is not on PATH: install it, then try again.")
    return found


def _install(folder: Path, requirements: Path, interpreter: str) -> None:
    python = folder / "bin" / "python"
    tool = find_uv()
    if tool:
        run([tool, "venv", "--quiet", "--clear", "--python", interpreter, folder], why=f"{folder.name}: no environment")
        install: list[str | Path] = [tool, "pip", "install", "--quiet", "--python", python]
    else:
        run([interpreter, "-m", "venv", "--clear", folder], why="Is python3-venv installed?")
        install = [python, "-m", "pip", "install", "--quiet"]
    changes = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "UV_PYTHON_DOWNLOADS": "never"}
    run([*install, "-r", requirements, "-e", EMITTERS], env=environment(**changes), why=NO_PACKAGES)


def _fetch_jars(folder: Path, jars: tuple[str, ...]) -> None:
    """Raises UnavailableError."""
    found = neo4j_java.installed()
    if not found:
        raise UnavailableError("There is no Java: install one that the system can use, then try again.")
    scratch = folder / "maven"
    scratch.mkdir()
    for jar in jars:
        goal = [_COPY, f"-Dartifact={jar}", f"-DoutputDirectory={folder / 'jars'}"]
        local = f"-Dmaven.repo.local={scratch / 'repository'}"
        run_maven(found[0], ["-B", "-q", local, *goal], scratch, scratch, why=f"{jar} could not be fetched")
    shutil.rmtree(scratch)


def prepare(system: str) -> Path:
    """The interpreter of the system's environment, which is made anew when its requirements changed. Raises UnavailableError."""
    requirements = requirements_file(system)
    wanted = _requirements_of(system)
    for other in wanted.systems:
        prepare(other)
    interpreter = _find_python(wanted.python)
    folder = ENVIRONMENTS / system
    python, stamp = folder / "bin" / "python", folder / ".installed"
    asked = fingerprint([requirements, EMITTERS / "pyproject.toml"], str(ROOT), wanted.python)
    if is_stamped(stamp, asked) and output([python, "-c", "import whence_emitters"]) is not None:
        return python
    say(f"Installing into .systems/{system} …")
    ENVIRONMENTS.mkdir(exist_ok=True)
    _install(folder, requirements, interpreter)
    if wanted.jars:
        _fetch_jars(folder, wanted.jars)
    stamp.write_text(asked, "utf-8")
    return python
