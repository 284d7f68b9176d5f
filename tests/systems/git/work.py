"""Git repositories for tests: commits at fixed times by a fixed person, so that their ids are the same everywhere."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

FIRST = 1_790_000_000  # 2026-09-21T14:13:20Z
PERSON = {"NAME": "Ada Example", "EMAIL": "ada@example.com"}
REMOTE = "git@git.example.com:acme/risk.git"
NAMESPACE = "git+https://git.example.com/acme/risk"
COMMIT_JOB = f"{NAMESPACE}/git commit"


def at(minutes: int) -> str:
    """The time of the event of a commit so many minutes after the first."""
    return f"2026-09-21T14:{13 + minutes}:20.000000Z"


class Work:
    """A repository with a work tree; its clock goes on by a minute at each commit and tag."""

    def __init__(self, folder: Path, remote: str | None = REMOTE) -> None:
        self.folder = folder
        self.clock = FIRST
        folder.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main", "--template=")
        if remote:
            self.git("remote", "add", "origin", remote)

    def git(self, *arguments: str, stdin: bytes | None = None, check: bool = True) -> str:
        done = subprocess.run(
            ["git", "-C", str(self.folder), *arguments],
            input=stdin, capture_output=True, check=False, env=self._environment(),
        )  # fmt: skip
        assert not check or done.returncode == 0, done.stderr.decode()
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def write(self, files: dict[str, bytes | str]) -> None:
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, subject: str, files: dict[str, bytes | str] | None = None, *options: str) -> str:
        """Commit everything that is in the work tree; the commit's id."""
        self.write(files or {})
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", subject, *options)
        return self.ticked()

    def many_commits(self, count: int) -> None:
        """Commits a second apart, each with another dvc.lock, quickly made."""
        stream = b"".join(
            b"commit refs/heads/main\ncommitter A <a@b> %d +0000\ndata 1\nc\nM 100644 inline dvc.lock\ndata 9\nlock %04d\n"
            % (FIRST + n, n)
            for n in range(count)
        )
        self.git("fast-import", "--quiet", stdin=stream)

    def tag(self, name: str, message: str, target: str = "HEAD") -> str:
        """An annotated tag; the id of its object."""
        self.git("tag", "--annotate", "--message", message, name, target)
        self.ticked()
        return self.git("rev-parse", f"refs/tags/{name}")

    def ticked(self) -> str:
        self.clock += 60
        return self.git("rev-parse", "HEAD")

    def blob(self, path: str, commit: str = "HEAD") -> str:
        return self.git("rev-parse", f"{commit}:{path}")

    def _environment(self) -> dict[str, str]:
        when = f"{self.clock} +0200"
        people = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in PERSON.items()}
        return os.environ | people | {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
