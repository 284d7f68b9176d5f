"""Makes .venv, or finds it as it should be: `environment.py demo | dev`.

`demo` is what `make demo` needs: the service, the emitters and the demo's libraries. `dev` adds the tools of
`make test` and `make lint`. With uv on PATH, `uv sync` from uv.lock; without, venv and pip with constraints.txt, which
holds the same versions. Nothing is installed outside .venv, and nothing is done (and no network needed) while what
was installed is what the files ask for.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from project import (
    EMITTERS,
    ROOT,
    VENV,
    VENV_PYTHON,
    UnavailableError,
    environment,
    fingerprint,
    is_stamped,
    output,
    read_toml,
    run,
    say,
)

PROFILES = ("demo", "dev")
OLDEST_UV = (0, 5)
DESCRIBES = [
    ROOT / "pyproject.toml",
    EMITTERS / "pyproject.toml",
    ROOT / "uv.lock",
    ROOT / "constraints.txt",
    Path(__file__),
]
NO_PACKAGES = "The packages could not be installed: is there a network, and does the index answer?"


def find_uv() -> str | None:
    """The uv on PATH, if it is new enough to read our lock file."""
    found = shutil.which("uv")
    version = re.search(r"(\d+)\.(\d+)", output([found, "--version"]) or "") if found else None
    return found if version and (int(version[1]), int(version[2])) >= OLDEST_UV else None


def dev_requirements() -> list[str]:
    """The `dev` group of pyproject.toml less our own distributions; an old pip has no --group."""
    project = read_toml(ROOT / "pyproject.toml")
    group: list[str] = project["dependency-groups"]["dev"]
    ours = {name for name, source in project["tool"]["uv"]["sources"].items() if source.get("workspace")}
    return [each for each in group if re.split(r"[\[ <>=!~;]", each)[0] not in ours]


def sync_with_uv(tool: str, profile: str) -> None:
    """Raises UnavailableError."""
    # Inexact: what the other profile or `make ui` put there stays.
    command: list[str | Path] = [
        tool,
        "sync",
        "--locked",
        "--inexact",
        "--python",
        sys.executable,
        "--all-packages",
        "--extra",
        "demo",
    ]
    changes = {"UV_PYTHON_DOWNLOADS": "never", "UV_PROJECT_ENVIRONMENT": str(VENV)}
    group = ["--group", "dev"] if profile == "dev" else []
    run([*command, *group], env=environment(**changes), why=NO_PACKAGES)


def is_usable() -> bool:
    """Whether .venv has an interpreter that runs and is new enough."""
    return output([VENV_PYTHON, "-c", "import sys; print(sys.version_info >= (3, 11))"]) == "True"


def make_venv() -> None:
    """An environment with pip, made anew only when it is not there or its interpreter is gone or too old.

    Raises UnavailableError.
    """
    usable = is_usable()
    if usable and output([VENV_PYTHON, "-m", "pip", "--version"]):
        return
    if output([sys.executable, "-c", "import ensurepip"]) is None:
        raise UnavailableError("This Python can't make an environment: apt install python3-venv, then try again.")
    if usable:
        run([VENV_PYTHON, "-m", "ensurepip"], why="pip could not be put into .venv")
    else:
        run([sys.executable, "-m", "venv", "--clear", VENV], why="The environment .venv could not be made")


def install_with_pip(profile: str) -> None:
    """Raises UnavailableError."""
    make_venv()
    ours = ["-e", ".", "-e", "./emitters[demo]"]
    tools = dev_requirements() if profile == "dev" else []
    command: list[str | Path] = [VENV_PYTHON, "-m", "pip", "install", "--quiet", "-c", "constraints.txt", *ours, *tools]
    run(command, env=environment(PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_REQUIRE_VIRTUALENV="1"), why=NO_PACKAGES)


def wanted(profile: str) -> str:
    """What the stamp of a finished installation says. The folder is in it: an environment can't be moved."""
    return fingerprint(DESCRIBES, str(ROOT), profile)


def is_ready(profile: str) -> bool:
    """Whether this profile, or one that contains it, is installed as the files ask."""
    if not is_usable():
        return False
    enough = PROFILES[PROFILES.index(profile) :]
    return any(is_stamped(VENV / f".{each}-installed", wanted(each)) for each in enough)


def prepare(profile: str) -> None:
    """Raises UnavailableError."""
    if shutil.which("git") is None:
        raise UnavailableError("git is not on PATH: install git, then try again.")
    if is_ready(profile):
        return
    tool = find_uv()
    say(f"Installing into .venv with {'uv' if tool else 'pip (a minute or two the first time)'} …")
    if tool:
        sync_with_uv(tool, profile)
    else:
        install_with_pip(profile)
    (VENV / f".{profile}-installed").write_text(wanted(profile), "utf-8")


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in PROFILES:
        say("usage: environment.py demo | dev")
        return 2
    try:
        prepare(arguments[0])
    except UnavailableError as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
