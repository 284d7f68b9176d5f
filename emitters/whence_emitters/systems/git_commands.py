"""The `git` command, asked about a repository that somebody else made.

Such a repository may hold hooks, filters, aliases and settings that start programs. Only commands that start none are meant to be asked
here, what could start one is switched off by name, and nothing is fetched, also for a clone that left objects behind.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

from whence_emitters.errors import SourceError
from whence_emitters.masking import mask_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_TOGETHER = 256  # names that surely fit into a pipe, so that neither side waits for the other
_CHUNK_BYTES = 1 << 20
_SETTINGS = (
    "core.fsmonitor=false", f"core.hooksPath={os.devnull}", f"core.attributesFile={os.devnull}", "core.quotePath=false",
    "log.showSignature=false", "log.showRoot=true", f"diff.orderFile={os.devnull}",
)  # fmt: skip


class GitCommands:
    """Asks git about the repository of one folder. The processes that answer questions about objects live until `close`."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        """Raises `SourceError` when git or the folder is missing."""
        git = shutil.which("git")
        if git is None:
            raise SourceError("git is not installed.", "install it, then import again")
        self._git = git
        self.folder = Path(folder).absolute()
        if not self.folder.is_dir():
            raise SourceError(f"There is no folder {folder}.", "give a clone's folder: an address is not fetched from")
        self._answering: dict[str, subprocess.Popen[bytes]] = {}

    def close(self) -> None:
        """End the processes that answer questions."""
        for how in list(self._answering):
            self._stop(how)

    def run(self, *arguments: str, stdin: bytes = b"") -> bytes:
        """What one command prints. Raises `SourceError` with what git says when it fails."""
        done = subprocess.run(  # noqa: S603 - git, no shell
            self._command(*arguments), capture_output=True, check=False, env=environment(), input=stdin
        )
        if done.returncode != 0:
            said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0].removeprefix("fatal: ")
            raise SourceError(
                f"git cannot read {self.folder}: {mask_text(said) or 'it gave no reason'}.", "give a clone's folder"
            )
        return done.stdout

    def say(self, *arguments: str) -> str:
        """The one line that a command prints; bytes that are not UTF-8 as surrogates."""
        return self.run(*arguments).decode("utf-8", "surrogateescape").removesuffix("\n")

    def tokens(self, *arguments: str) -> Iterator[bytes]:
        """What a command prints, split at NUL, as it prints it. Raises `SourceError` when it fails."""
        process = self._start(*arguments, stdin=subprocess.DEVNULL)
        assert process.stdout is not None
        rest = b""
        try:
            while chunk := process.stdout.read(_CHUNK_BYTES):
                *whole, rest = (rest + chunk).split(b"\0")
                yield from whole
            if rest:
                yield rest
            if process.wait() != 0:
                raise SourceError(f"git {arguments[0]} ended with exit code {process.returncode}.", "try `git fsck`")
        finally:
            _end(process)

    def sizes(self, names: Iterable[str]) -> Iterator[tuple[str, int | None]]:
        """Of each object that is named, its id and size in bytes; the name and None when there is none."""
        waiting = iter(names)
        while together := list(islice(waiting, _TOGETHER)):
            yield from self._sizes(together)

    def contents(self, ids: Sequence[str]) -> list[bytes | None]:
        """The bytes of objects by their ids; None where git cannot read one."""
        found: list[bytes | None] = []
        while len(found) < len(ids):
            together = ids[len(found) : len(found) + _TOGETHER]
            answers = self._ask("--batch", together)
            for _name in together:
                found.append(_content(answers))
                if found[-1] is None:  # git gave up: another is asked for what is left
                    self._stop("--batch")
                    break
        return found

    def _sizes(self, names: Sequence[str]) -> list[tuple[str, int | None]]:
        answers = self._ask("--batch-check", [name for name in names if "\n" not in name])
        found: list[tuple[str, int | None]] = []
        for name in names:
            # A name may hold spaces, so `{name} missing` is told from `{id} {type} {size}` by its end.
            fields = [] if "\n" in name else answers.readline().decode("utf-8", "surrogateescape").split()
            known = len(fields) == 3 and fields[2].isdigit()
            found.append((fields[0], int(fields[2])) if known else (name, None))
        return found

    def _ask(self, how: str, names: Sequence[str]) -> IO[bytes]:
        if how not in self._answering:
            self._answering[how] = self._start("cat-file", how, stdin=subprocess.PIPE)
        process = self._answering[how]
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write("".join(f"{name}\n" for name in names).encode("utf-8", "surrogateescape"))
            process.stdin.flush()
        except OSError as error:
            raise SourceError("git stopped answering.", "try `git fsck`") from error
        return process.stdout

    def _stop(self, how: str) -> None:
        _end(self._answering.pop(how))

    def _start(self, *arguments: str, stdin: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - git, no shell
            self._command(*arguments),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
        )

    def _command(self, *arguments: str) -> list[str]:
        settings = [part for setting in _SETTINGS for part in ("-c", setting)]
        return [self._git, "--no-pager", "--no-replace-objects", *settings, "-C", str(self.folder), *arguments]


def environment() -> dict[str, str]:
    """The environment for git: no prompt, no lock, no fetch, and none of the variables with which a hook names another repository.

    The user's and the machine's settings stay (`safe.directory` is among them); the repository's own can start nothing that is used here.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith("GIT_CONFIG_")
    }
    return kept | {
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",  # an older git does not know it; the next line stops its fetches too
        "GIT_ALLOW_PROTOCOL": "none",
        "LC_ALL": "C",
    }


def _content(answers: IO[bytes]) -> bytes | None:
    fields = answers.readline().split()
    if len(fields) != 3 or not fields[2].isdigit():
        return None
    size = int(fields[2])
    data = answers.read(size + 1)
    return data[:-1] if len(data) == size + 1 else None


def _end(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError):  # what was still to be written: nobody reads it any more
                stream.close()
    if process.poll() is None:
        process.kill()
    process.wait()
