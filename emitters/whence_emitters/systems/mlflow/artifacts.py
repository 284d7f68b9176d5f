"""What lies beside a model's weights and describes it: `MLmodel` (its signature), `requirements.txt` and `python_env.yaml`.

A store records where the files were put, on a machine that may be another. Given the folder of the artifacts as it is here, a model is
found by the end of its recorded path, and nothing outside that folder is read.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from whence_emitters.errors import DamagedError
from whence_emitters.importing.files import inside, load_yaml, read_bytes
from whence_emitters.systems.mlflow.signatures import signature_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from whence_emitters.facets import Facet

_MAX_DESCRIPTION_BYTES = 4 * 1024 * 1024
_PARTS_OF_A_PATH = 6
_PARTS_AT_LEAST = 2


@dataclass(frozen=True, slots=True)
class Described:
    """A model's signature and the parts of the environment that it asks for."""

    signature: Facet | None = None
    environment: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Artifacts:
    """The artifacts of a store as they lie here. `damaged` is told of what cannot be read."""

    root: Path | None
    damaged: Callable[[str, str], None]

    def describe(self, location: str) -> Described:
        """What lies at the place where the store says that a model was put; nothing when that is not here."""
        folder = self._find(location)
        if folder is None:
            return Described()
        environment: list[tuple[str, Any]] = []
        with suppress(DamagedError):
            told = load_yaml(read_bytes(folder / "python_env.yaml", _MAX_DESCRIPTION_BYTES))
            if isinstance(told, dict) and told.get("python"):
                environment.append(("python", str(told["python"])))
        with suppress(DamagedError):
            pinned = read_bytes(folder / "requirements.txt", _MAX_DESCRIPTION_BYTES)
            environment.append(("lockfile", {"name": "requirements.txt", "sha256": hashlib.sha256(pinned).hexdigest()}))
        try:
            return Described(
                signature_of(load_yaml(read_bytes(folder / "MLmodel", _MAX_DESCRIPTION_BYTES))), tuple(environment)
            )
        except DamagedError as error:
            self.damaged(f"MLmodel of {folder.parent.name}", error.message)
            return Described(None, tuple(environment))

    def _find(self, location: str) -> Path | None:
        if self.root is None or not location:
            return None
        try:
            path = PurePosixPath(unquote(urlsplit(location).path))
        except ValueError:
            return None
        parts = [part for part in path.parts if part not in {"/", ".", ".."}]
        for many in range(min(_PARTS_OF_A_PATH, len(parts)), _PARTS_AT_LEAST - 1, -1):
            with suppress(DamagedError):
                folder = inside(self.root, "/".join(parts[-many:]))
                if (folder / "MLmodel").is_file():
                    inside(self.root, str((folder / "MLmodel").relative_to(self.root.resolve())))
                    return folder
        return None
