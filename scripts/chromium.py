"""A Chromium for the tests, the bench and the screenshots of the page: `chromium.py` prints where one is.

The first that runs of $CHROMIUM, PATH, Debian's package (as root, where apt-get is) and npm's @sparticuz/chromium, which goes into the
user's cache folder. Never a browser that Playwright downloads.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from build_ui import find_node
from neo4j_cache import cache_folder, place
from project import UnavailableError, environment, output, run, say

GIVEN = "CHROMIUM"
COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
APPLICATIONS = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
NPM_PACKAGE = "@sparticuz/chromium"
NPM_VERSION = "153.0.0"
REMEDY = f"install chromium, or let ${GIVEN} name one"
FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Unpacks the compressed browser of the package into the folder for temporary files and prints its path.
UNPACK = f'import chromium from "{NPM_PACKAGE}"; console.log(await chromium.executablePath());'
_APT = {"DEBIAN_FRONTEND": "noninteractive"}
_PATIENCE = ("--fetch-retries=1", "--fetch-timeout=60000")


@dataclass(frozen=True, slots=True)
class Chromium:
    """A browser that runs: its executable and its major version."""

    path: Path
    version: int

    @property
    def label(self) -> str:
        return f"Chromium {self.version}"


def flags() -> list[str]:
    """What it is started with. Root has no sandbox to run it in."""
    return [*FLAGS, *(["--no-sandbox"] if is_root() else [])]


def is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def ask(command: str | Path) -> Chromium | None:
    """What a command is; None when it does not run, or is no Chromium (Ubuntu has one that only says to install a snap)."""
    said = re.search(r"(?:Chromium|Chrome)\D*(\d+)\.", output([command, "--version"]) or "")
    return Chromium(Path(command), int(said[1])) if said else None


def installed() -> Chromium | None:
    """The first of PATH, or of the places where a Mac has it, that runs."""
    found = [Path(path) for path in map(shutil.which, COMMANDS) if path]
    return next(filter(None, map(ask, [*found, *(path for path in APPLICATIONS if path.exists())])), None)


def from_apt() -> Chromium | None:
    """Debian's package, installed by root; None where that is not to be had."""
    apt = shutil.which("apt-get")
    if apt is None or not is_root():
        return None
    say("No Chromium on PATH: installing Debian's with apt-get …")
    quiet = environment(**_APT)
    install = [apt, "install", "--quiet", "--quiet", "--yes", "--no-install-recommends", "chromium"]
    # Only when the lists of packages are too old, or not there, is it worth to fetch them.
    for command in (install, [apt, "update", "--quiet", "--quiet"], install):
        done = subprocess.run(command, env=quiet, stdout=sys.stderr, check=False)
        if command is install and done.returncode == 0:
            return installed()
    return None


def from_npm() -> Chromium:
    """The one that npm carries for servers without a desktop. Raises UnavailableError."""
    why = f"No Chromium here, and {NPM_PACKAGE} {NPM_VERSION} could not be installed: {REMEDY}"
    node = find_node()
    if node is None:
        raise UnavailableError(f"No Chromium here, and no Node to bring one with: {REMEDY}, or run make ui")
    with_node = environment(PATH=f"{node}{os.pathsep}{os.environ.get('PATH', os.defpath)}")
    npm = shutil.which("npm", path=with_node["PATH"]) or "npm"

    def fill(folder: Path) -> None:
        say(f"No Chromium on PATH: fetching {NPM_PACKAGE} {NPM_VERSION} (66 MB) …")
        wanted = f"{NPM_PACKAGE}@{NPM_VERSION}"
        quiet = ["--silent", "--no-audit", "--no-fund", "--no-save", *_PATIENCE]
        run([npm, "install", "--prefix", str(folder), *quiet, wanted], cwd=folder, env=with_node, why=why)
        unpack = [str(node / "node"), "--input-type=module", "--eval", UNPACK]
        run(unpack, cwd=folder, env=with_node | {"TMPDIR": str(folder)}, why=why)
        shutil.rmtree(folder / "node_modules")

    folder = place(cache_folder() / "chromium" / NPM_VERSION, fill)
    found = ask(folder / "chromium")
    if found is None:
        raise UnavailableError(
            f"{NPM_PACKAGE} {NPM_VERSION} does not run here (it needs libnss3 and libexpat): {REMEDY}"
        )
    return found


def find() -> Chromium:
    """The first of the four. Raises UnavailableError with what is missing and the remedy."""
    given = os.environ.get(GIVEN)
    if given:
        found = ask(shutil.which(given) or given)
        if found is None:
            raise UnavailableError(f"${GIVEN} is {given}, which is no Chromium that runs: {REMEDY} that does")
        return found
    return installed() or from_apt() or from_npm()


def main() -> int:
    try:
        print(find().path)
    except UnavailableError as error:
        say(f"{error}.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
