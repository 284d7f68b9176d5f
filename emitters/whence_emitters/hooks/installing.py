"""Install and remove the hooks of one system in one repository."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from whence_emitters.errors import UsageError
from whence_emitters.hooks.places import Place, hooks_place
from whence_emitters.hooks.script import SUFFIX, hook_text, imports_of

if TYPE_CHECKING:
    from collections.abc import Sequence

HOOKS: dict[str, tuple[str, ...]] = {
    "dvc": ("post-commit", "post-merge"),
    "git": ("post-commit", "post-merge"),
    "git-lfs": ("post-commit", "post-merge"),
}
_RUNNABLE = 0o755


@dataclass(frozen=True, slots=True)
class Installed:
    """One hook: its file, and whether it is there now, and whether another is run before it."""

    path: Path
    present: bool
    chained: bool


def install(system: str, repository: Path, options: Sequence[str] = ()) -> list[Installed]:
    """Install the hooks of a system, beside those of other systems and after what is there already; again changes nothing.

    `options` are those of `whence-emit import SYSTEM`. Raises `UsageError` and `SourceError` as `hooks_place` does, and `UsageError`
    when a hook kept before and another stand in the way.
    """
    place = hooks_place(repository)
    wanted = [(place.folder / name, _imports(place.folder / name)) for name in HOOKS[system]]
    for path, imports in wanted:
        if imports is None and os.path.lexists(path) and os.path.lexists(_before(path)):
            raise UsageError(
                f"{path} is not ours, and {_before(path).name} keeps another one already.",
                "make one of the two, then install again",
            )
    return [_write(place, path, (imports or {}) | {system: list(options)}) for path, imports in wanted]


def remove(system: str, repository: Path) -> list[Installed]:
    """Remove the hooks of a system; with the last one of ours, what was there before comes back as it was. Raises as `install`."""
    place = hooks_place(repository)
    removed = []
    for path in (place.folder / name for name in HOOKS[system]):
        imports = _imports(path)
        if imports is None or system not in imports:
            continue
        del imports[system]
        if imports:
            removed.append(_write(place, path, imports))
        elif os.path.lexists(_before(path)):
            _before(path).replace(path)
            removed.append(Installed(path, present=True, chained=False))
        else:
            path.unlink()
            removed.append(Installed(path, present=False, chained=False))
    return removed


def _before(path: Path) -> Path:
    return path.with_name(path.name + SUFFIX)


def _imports(path: Path) -> dict[str, list[str]] | None:
    """System -> options of a hook of ours; None when there is none or it is another's."""
    try:
        return imports_of(path.read_text("utf-8", "surrogateescape"))
    except FileNotFoundError:
        return None


def _write(place: Place, path: Path, imports: dict[str, list[str]]) -> Installed:
    path.parent.mkdir(parents=True, exist_ok=True)
    if _imports(path) is None and os.path.lexists(path):
        path.rename(_before(path))
    part = path.with_name(f"{path.name}.part")
    part.write_text(hook_text(path.name, imports, sys.executable, place.runner), "utf-8", "surrogateescape")
    part.chmod(_RUNNABLE)
    part.replace(path)
    return Installed(path, present=True, chained=os.path.lexists(_before(path)))
