"""What the files of a DVC project are called (docs/naming.md).

In a git repository the namespace is the repository's, with `#subdir` for a project in a sub-directory, and the name is the path from the
project's root: a path from a sub-project into the one around it is named as that one names it. Without git, files are named as the
local files that they are. Addresses are named as addresses.
"""

from __future__ import annotations

import configparser
import posixpath
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TypeAlias
from urllib.parse import urlsplit

from whence_emitters.git import normal_repository
from whence_emitters.names import dataset_name, printable
from whence_emitters.systems.dvc.documents import Entry

Name: TypeAlias = tuple[str, str]
Config: TypeAlias = Callable[[str], bytes | None]

LOCAL = "file"
_NAMES_KEPT = 4096
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class Places:
    """Names paths. `namespace` is the repository's, or `file`; `base` the folder of its root; `roots` of projects, from there.

    `project(path)` is the namespace of the project that a file of the repository belongs to, and the file's path in it.
    `config` gives the bytes of a project's `.dvc/config`, by its root, for `remote://` addresses.
    """

    def __init__(
        self, namespace: str, base: PurePosixPath, roots: Iterable[str], config: Config = lambda _root: None
    ) -> None:
        self.namespace = namespace
        self._base = base
        self.roots = sorted({"", *roots}, key=len, reverse=True)
        self._config = config
        self.project = lru_cache(maxsize=_NAMES_KEPT)(self._in_repository)

    def of(self, directory: str, entry: Entry) -> Name | None:
        """The name of a dependency or output, given from `directory`; None when DVC gave it no path."""
        if entry.origin is not None:
            return self._elsewhere(entry)
        return self.name(directory, entry.path) if entry.path else None

    def name(self, directory: str, path: str) -> Name | None:
        """The name of a path or address, given from `directory`, which is relative to the repository's root."""
        if path.startswith("remote://"):
            resolved = self._in_remote(directory, path)
            return None if resolved is None else self.name(directory, resolved)
        if _ADDRESS.match(path):
            found = dataset_name(path)
            return found.namespace, found.name
        if path.startswith("/") or _DRIVE.match(path):
            return LOCAL, printable(path)
        return self.project(posixpath.normpath(posixpath.join(directory, path)))

    def root(self, path: str) -> str:
        """Root of the project that a path of the repository lies in, relative to the repository's; "" for that itself."""
        return next(root for root in self.roots if not root or path == root or path.startswith(f"{root}/"))

    def _in_repository(self, path: str) -> Name:
        if self.namespace == LOCAL or path == ".." or path.startswith("../"):
            return LOCAL, printable(posixpath.normpath(posixpath.join(self._base.as_posix(), path)))
        root = self.root(path)
        if not root:
            return self.namespace, printable(path)
        return f"{self.namespace}#{printable(root)}", printable(path[len(root) + 1 :] or ".")

    def _elsewhere(self, entry: Entry) -> Name:
        origin = entry.origin
        assert origin is not None
        if not origin.is_repository:
            named = dataset_name(origin.url)
            return named.namespace, named.name
        url = origin.url
        if not _ADDRESS.match(url) and url.startswith("."):
            url = posixpath.normpath(posixpath.join(self._base.as_posix(), url))
        return f"git+{normal_repository(url)}", printable(posixpath.normpath(origin.path or "."))

    def _in_remote(self, directory: str, address: str) -> str | None:
        remote, _, rest = address.removeprefix("remote://").partition("/")
        url = remotes_of(self._config(self.root(directory)) or b"").get(remote)
        return None if url is None or url.startswith("remote://") else f"{url.rstrip('/')}/{rest}"


def remotes_of(document: bytes) -> dict[str, str]:
    """The addresses of remotes in a `.dvc/config` by name; none of one that cannot be read."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(document.decode("utf-8", "replace"))
    except configparser.Error:
        return {}
    named = {
        match[1]: parser[section]["url"]
        for section in parser.sections()
        if (match := re.fullmatch(r"['\"]?remote \"(.+?)\"['\"]?", section)) and "url" in parser[section]
    }
    return {name: url for name, url in named.items() if urlsplit(url).scheme or url.startswith("/")}
