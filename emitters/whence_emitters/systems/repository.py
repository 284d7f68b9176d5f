"""A git repository: its names, its commits, what each of them brought, its tags and the bytes of its objects.

Formats: git-log(1) with `--raw -z`, git-cat-file(1), git-for-each-ref(1).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Self

from whence_emitters.errors import SourceError
from whence_emitters.git import normal_repository
from whence_emitters.importing.times import from_seconds
from whence_emitters.systems.git_commands import GitCommands

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime
    from types import TracebackType

MAX_BLOB_BYTES = 64 * 1024 * 1024
# Remote branches and a detached HEAD count; what git keeps beside the history under refs/ does not.
HISTORY = (*(f"--exclude=refs/{name}" for name in ("stash", "notes/*", "replace/*", "exps/*")), "--all")
_TOGETHER, _HELD_BYTES = 256, 16 * 1024 * 1024  # how many objects are read together, and about how much is held of them
_COMMIT = ("%H", "%P", "%an", "%at", "%ct", "%s")


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit. `time` is the committer's and `authored` the author's, RFC 3339 in UTC; `truncated`: a shallow clone ends here."""

    sha: str
    parents: tuple[str, ...]
    author: str
    authored: str
    time: str
    subject: str
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What a commit did to one path: the blob (None: removed) and its mode, and what its parents had there.

    `old_blobs` has one for each parent that had the path: several only in a merge. A rename is a removal and an addition. `path` is
    from the root of the repository; bytes that are not UTF-8 are surrogates (PEP 383).
    """

    path: str
    blob: str | None
    mode: str
    old_blobs: tuple[str, ...]

    @property
    def is_file(self) -> bool:
        """Whether a regular file is there now: no symbolic link, submodule or nothing."""
        return self.blob is not None and self.mode.startswith("100")

    @property
    def brings_file(self) -> bool:
        """Whether a regular file has other bytes there than before: not when only its mode changed."""
        return self.is_file and self.blob not in self.old_blobs


@dataclass(frozen=True, slots=True)
class Blob:
    """An object by its id: `size` in bytes (None: the clone does not hold it), `data` unless it is larger than was asked for."""

    sha: str
    size: int | None
    data: bytes | None


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag. `sha` is the tag object's, `commit` what it comes to (None: no commit); a lightweight tag has no time and no message."""

    name: str
    sha: str
    commit: str | None
    tagger: str = ""
    time: str | None = None
    message: str = ""


class Repository:
    """The repository that a folder lies in; a bare one or a linked work tree too. Close it, or use it as a context manager.

    `report(what, why)` is told of single objects that cannot be used. Raises `SourceError` when the folder is in no repository, git is
    missing or refuses.
    """

    def __init__(
        self, folder: str | os.PathLike[str], report: Callable[[str, str], None] = lambda _what, _why: None
    ) -> None:
        self._git = GitCommands(folder)
        self._report = report
        self._bare = self._git.say("rev-parse", "--is-bare-repository") == "true"
        self.git_folder = Path(self._git.say("rev-parse", "--absolute-git-dir"))
        self.root = self.git_folder if self._bare else Path(self._git.say("rev-parse", "--show-toplevel"))
        self._git.folder = self.root  # where pathspecs and relative answers begin

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes that answer questions."""
        self._git.close()

    @cached_property
    def url(self) -> str:
        """The repository's address in normal form, `https://…` or `file:///…`, as `whence_codeState` names it."""
        remotes = self._git.say("remote").splitlines()
        if not remotes:
            folder = self._main_folder()
            return normal_repository(str(folder)) if self._bare else f"file://{folder.as_posix()}"
        remote = self._git.say("remote", "get-url", "origin" if "origin" in remotes else remotes[0])
        if remote.startswith((".", "~")):
            remote = str((self.root / Path(remote).expanduser()).resolve())
        return normal_repository(remote)

    @property
    def namespace(self) -> str:
        """The namespace of its files, `git+https://…` or `git+file:///…`."""
        return f"git+{self.url}"

    @cached_property
    def shallow(self) -> frozenset[str]:
        """Commits whose parents this clone does not hold; empty for a whole clone."""
        named = self._git.say("rev-parse", "--git-path", "shallow")
        try:
            return frozenset((self.root / named).read_text("ascii").split())
        except FileNotFoundError:
            return frozenset()
        except (OSError, ValueError) as error:
            raise SourceError(f"The list of a shallow clone's ends cannot be read: {type(error).__name__}.") from error

    def commits(self, since: datetime | None = None, refs: Sequence[str] = HISTORY) -> Iterator[Commit]:
        """Commits that `refs` (git's revision arguments) reach, parents first; with `since`, only those committed from then on."""
        for commit, _changes in self._log(refs, since):
            yield commit

    def changes(
        self, pathspecs: Sequence[str], since: datetime | None = None, refs: Sequence[str] = HISTORY
    ) -> Iterator[tuple[Commit, tuple[Change, ...]]]:
        """Commits that brought something to paths (git's pathspecs, from the root; all of them when empty), parents first, and what.

        A merge brought what none of its parents has (`-c`): what came with a branch was brought by the commits of that branch, which
        are listed themselves. A commit without parents, also the last one that a shallow clone holds, brought all that it has.
        """
        options = ("--raw", "--no-abbrev", "-c", "--no-renames", "--no-ext-diff", "--no-textconv", "--full-history")
        for commit, changes in self._log(refs, since, options, pathspecs):
            if changes:
                yield commit, changes

    def blob(self, name: str, limit: int = MAX_BLOB_BYTES) -> Blob:
        """One object, also by a name such as `{commit}:{path}`."""
        return next(iter(self.blobs((name,), limit)))

    def file_at(self, commit: str, path: str) -> str | None:
        """The id of the regular file that a commit holds at a path from the root; None where it holds none, a folder or a link."""
        if not path or "\0" in path:
            return None
        listed = self._git.run("ls-tree", "-z", "--full-tree", commit, "--", path).decode("utf-8", "surrogateescape")
        about, _tab, found = listed.partition("\0")[0].partition("\t")
        mode, _space, kind_and_id = about.partition(" ")
        return kind_and_id.removeprefix("blob ") if found == path and mode.startswith("100") else None

    def identify(self, names: Iterable[str]) -> Iterator[str | None]:
        """The ids of objects by names such as `{commit}:{path}`; None where there is none."""
        for sha, size in self._git.sizes(names):
            yield None if size is None else sha

    def blobs(self, names: Iterable[str], limit: int = MAX_BLOB_BYTES) -> Iterator[Blob]:
        """Objects in the order asked for, with at most `limit` bytes each; many together cost little more than one."""
        together: list[tuple[str, int | None]] = []
        held = 0
        for sha, size in self._git.sizes(names):
            together.append((sha, size))
            held += size if size is not None and size <= limit else 0
            if held > _HELD_BYTES or len(together) == _TOGETHER:
                yield from self._read(together, limit)
                together, held = [], 0
        yield from self._read(together, limit)

    def files(
        self, changed: Iterable[tuple[Commit, Sequence[Change]]], limit: int = MAX_BLOB_BYTES
    ) -> Iterator[tuple[Commit, Iterator[tuple[Change, Blob]]]]:
        """The regular files that commits brought, with their bytes, read for many commits together.

        What a commit brought has to be taken before the next commit is.
        """
        waiting = ((commit, [change for change in changes if change.brings_file]) for commit, changes in changed)
        while together := list(islice(waiting, _TOGETHER)):
            blobs = self.blobs((change.blob or "" for _commit, changes in together for change in changes), limit)
            for commit, changes in together:
                found = zip(changes, islice(blobs, len(changes)), strict=True)
                yield commit, found
                deque(found, maxlen=0)  # what was not taken would be given to the next commit

    def _read(self, objects: Sequence[tuple[str, int | None]], limit: int) -> Iterator[Blob]:
        wanted = [sha for sha, size in objects if size is not None and size <= limit]
        contents = dict(zip(wanted, self._git.contents(wanted), strict=True))
        for sha, size in objects:
            data = contents.get(sha)
            yield Blob(sha, None if sha in contents and data is None else size, data)

    def tags(self) -> Iterator[Tag]:
        """All tags by name."""
        fields = ("%(refname:strip=2)", "%(objecttype)", "%(objectname)", "%(taggername)", "%(taggerdate:unix)",
                  "%(contents:subject)", "%(contents:body)")  # fmt: skip
        output = self._git.run("for-each-ref", f"--format={'%00'.join(fields)}%00", "refs/tags")
        parts = [part.decode("utf-8", "replace") for part in output.split(b"\0")]
        rows = [parts[at : at + len(fields)] for at in range(0, len(parts) - len(fields), len(fields))]
        for ended, kind, sha, tagger, seconds, subject, body in rows:
            name = ended.lstrip("\n")  # of the row before
            reached = next(self.identify((f"{sha}^{{commit}}",)))
            if kind != "tag":
                yield Tag(name, sha, reached)
            elif (time := self._time(seconds, f"tag {name}")) is not None:
                yield Tag(name, sha, reached, tagger, time, f"{subject}\n\n{body}".strip())

    def _main_folder(self) -> Path:
        """The folder that names a repository without a remote: of a linked work tree, the one that it is linked to."""
        common = (self.root / self._git.say("rev-parse", "--git-common-dir")).resolve()
        return common.parent if not self._bare and common != self.git_folder and common.name == ".git" else self.root

    def _log(
        self, refs: Sequence[str], since: datetime | None, options: Sequence[str] = (), pathspecs: Sequence[str] = ()
    ) -> Iterator[tuple[Commit, tuple[Change, ...]]]:
        command = ("log", "-z", "--topo-order", "--reverse", "--no-mailmap", "--no-color", "--encoding=UTF-8",
                   f"--format={'%x00'.join(_COMMIT)}", *options, *refs, "--", *pathspecs)  # fmt: skip
        tokens = self._git.tokens(*command)
        head = next(tokens, None)
        while head:
            fields = [head, *islice(tokens, len(_COMMIT) - 1)]
            if len(fields) < len(_COMMIT):
                raise SourceError("git listed its commits in a form that is not known.")
            changes: list[Change] = []
            for token in tokens:
                line = token.lstrip(b"\n")
                if line and not line.startswith(b":"):
                    head = line
                    break
                if line:
                    changes.append(_change(line, next(tokens, b"")))
            else:
                head = None
            commit = self._commit(fields)
            if commit is not None and (since is None or int(fields[4]) >= since.timestamp()):
                yield commit, tuple(changes)

    def _commit(self, fields: Sequence[bytes]) -> Commit | None:
        sha, parents, author, authored, committed, subject = (field.decode("utf-8", "replace") for field in fields)
        at = self._time(committed, f"commit {sha}")
        if at is None:
            return None
        return Commit(
            sha, tuple(parents.split()), author, self._time(authored) or at, at, subject, truncated=sha in self.shallow
        )

    def _time(self, seconds: str, what: str | None = None) -> str | None:
        try:
            return from_seconds(int(seconds))
        except (ValueError, OverflowError):
            if what:
                self._report(what, "its time is none that can be written")
            return None


def _change(line: bytes, path: bytes) -> Change:
    """A line of `git log --raw`: n colons, n old modes and the new one, n old ids and the new one, the status."""
    parents = len(line) - len(line.lstrip(b":"))
    fields = line[parents:].decode("ascii", "replace").split()
    if len(fields) != 2 * parents + 3:
        raise SourceError("git listed its changes in a form that is not known.")
    modes, ids = fields[: parents + 1], fields[parents + 1 : 2 * parents + 2]
    old = tuple(one for one in ids[:-1] if one.strip("0"))
    blob = ids[-1] if ids[-1].strip("0") else None
    return Change(path.decode("utf-8", "surrogateescape"), blob, modes[-1], old)
