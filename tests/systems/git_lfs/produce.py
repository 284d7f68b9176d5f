"""Makes a repository with the real git-lfs: `produce.py FOLDER [--stage N]`.

Stage 1 makes the history, stage 2 adds a commit. People, times and the remote are fixed, so the ids of commits are the same everywhere.
Needs git and git-lfs on PATH, and Python alone. `--bundle FILE` also writes all of it as one file, as the records beside the tests are.
"""

from __future__ import annotations

import argparse
import os
import subprocess
from pathlib import Path

FIRST = 1_790_000_000
REMOTE = "https://git.example.com/acme/risk.git"
SMALL = b"weights 1\n" * 40
LARGE = b"weights 2\n" * 80
PLAIN = b"committed before git-lfs was told to keep it\n"
PASSED_BY = b"committed past the filter of git-lfs\n"
NESTED = b"kept by the attributes of a folder\n"


class Producer:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.commits = 0
        self.written: list[str] = []

    def git(self, *arguments: str) -> str:
        people = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in
                  (("NAME", "Ada Example"), ("EMAIL", "ada@example.com"), ("DATE", f"{FIRST + 60 * self.commits} +0000"))}  # fmt: skip
        return subprocess.run(
            ["git", "-C", str(self.folder), *arguments],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | people,
        ).stdout.strip()

    def write(self, **files: bytes) -> None:
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        self.written += files

    def commit(self, subject: str, *options: str) -> None:
        """Commit what was written since the last one, and nothing that the filter would make of other files meanwhile."""
        if self.written:
            self.git(*options, "add", "--", *self.written)
        self.git("commit", "--quiet", "--message", subject)
        self.commits += 1
        self.written.clear()


def first_stage(made: Producer) -> None:
    made.folder.mkdir(parents=True, exist_ok=True)
    made.git("init", "--quiet", "--initial-branch=main", "--template=")
    made.git("remote", "add", "origin", REMOTE)
    made.git("lfs", "install", "--local")
    made.write(**{"models/old.bin": PLAIN, "README.md": b"Risk\n"})
    made.commit("Before git-lfs")
    made.git("lfs", "track", "*.bin")
    made.write(**{"models/base.bin": SMALL, "data/.gitattributes": b"*.parquet filter=lfs diff=lfs merge=lfs -text\n",
                  "data/loans.parquet": NESTED, "loans.parquet": b"not kept: other attributes\n"})  # fmt: skip
    made.git("add", ".gitattributes")
    made.git("add", "--renormalize", "models")
    made.commit("Keep large files")
    made.write(**{"models/base.bin": LARGE, "README.md": b"Risk, again\n"})
    made.commit("Train again")
    made.write(**{"models/past.bin": PASSED_BY})
    made.commit(
        "Past the filter", "-c", "filter.lfs.process=", "-c", "filter.lfs.clean=cat", "-c", "filter.lfs.required=false"
    )
    made.git("mv", "models/base.bin", "models/risk.bin")
    made.commit("Rename")
    dos = made.git("cat-file", "blob", "HEAD:models/risk.bin").replace("\n", "\r\n") + "\r\n"
    made.write(**{"dos.txt": dos.encode()})
    made.commit("A pointer with the ends of lines of DOS, in a path that is not kept", "-c", "core.autocrlf=false")


def second_stage(made: Producer) -> None:
    made.commits = int(made.git("rev-list", "--count", "HEAD"))
    made.write(**{"models/risk.bin": SMALL})
    made.commit("Back to the first")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stage", type=int, choices=(1, 2), default=1)
    parser.add_argument("--bundle", type=Path)
    given = parser.parse_args()
    made = Producer(given.folder)
    (first_stage if given.stage == 1 else second_stage)(made)
    if given.bundle:
        given.bundle.parent.mkdir(parents=True, exist_ok=True)
        made.git("bundle", "create", str(given.bundle.absolute()), "--all")


if __name__ == "__main__":
    main()
