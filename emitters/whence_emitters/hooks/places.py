"""Where the hooks of a repository lie, and how git, or what stands in for it, starts them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from whence_emitters.errors import UsageError
from whence_emitters.systems.git_commands import GitCommands


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of hooks. `runner` starts a hook there that is no program by itself; empty where such a hook is not run at all."""

    folder: Path
    runner: str = ""


def hooks_place(repository: Path) -> Place:
    """The folder of a repository's hooks, by `core.hooksPath` where that is set.

    husky keeps a folder `_` that it writes anew, and starts the scripts beside it with `sh -e`. Raises `UsageError` when the hooks do not
    belong to this repository alone or are never started, `SourceError` when there is no repository.
    """
    git = GitCommands(repository)
    if git.say("rev-parse", "--is-bare-repository") == "true":
        raise UsageError(
            f"{repository} is a bare repository: nobody commits there, so its hooks are not started.",
            "install them in a clone, or import on a schedule",
        )
    root = Path(git.say("rev-parse", "--show-toplevel"))
    # The last one is our own, which keeps git from starting any.
    *configured, _ours = git.say("config", "--show-scope", "--type=path", "--get-all", "core.hooksPath").splitlines()
    if not configured:
        return Place((git.folder / git.say("rev-parse", "--git-common-dir") / "hooks").resolve())
    scope, _tab, path = configured[-1].partition("\t")
    folder = root / path
    if scope not in {"local", "worktree"}:
        raise UsageError(
            f"core.hooksPath of your {scope} settings leads to {folder}, where hooks are run for every repository.",
            "set core.hooksPath for this repository alone, or call `whence-emit import` from a hook of yours",
        )
    if folder.name == "_" and folder.parent.name == ".husky":
        return Place(folder.parent, "sh -e")
    return Place(folder)
