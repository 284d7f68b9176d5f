"""The state of the code: what commit is checked out, and how the work tree differs from it.

Git is asked by subprocess, without locks, prompts, external diff programs or file system monitors, and each question has a time limit.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from urllib.parse import urlsplit

_TIMEOUT_SECONDS = 10.0
_NAMED_FILES = 20
_WEB_PORTS = {"https": ":443", "http": ":80"}
_SCP_FORM = re.compile(r"^(?:[^@/\s]+@)?(?P<host>[^:/\s]{2,}):(?P<path>(?!//).+)$")


@dataclass(frozen=True, slots=True)
class CodeState:
    """A work tree: `repository` in normal form, commit, branch (None when detached), and what differs from the commit.

    `dirty` speaks of tracked files; `diff_sha256` is the sha256 of the bytes of `git diff --binary HEAD`. Files that git neither
    tracks nor ignores are counted, the first twenty named.
    """

    root: Path
    repository: str
    commit: str
    branch: str | None
    dirty: bool
    diff_sha256: str | None
    untracked: int
    untracked_files: tuple[str, ...]


def normal_repository(url: str) -> str:
    """The normal form of a remote: `https://host/owner/repo`, host in lower case, no credentials; other than default ports of the web are kept.

    >>> normal_repository("git@GitHub.com:acme/risk.git")
    'https://github.com/acme/risk'
    """
    text = url.strip().removeprefix("git+")
    if "://" not in text:
        match = _SCP_FORM.match(text)
        if not match:
            return f"file://{Path(text).expanduser().absolute().as_posix()}".removesuffix("/").removesuffix(".git")
        return _https(match["host"], match["path"])
    parts = urlsplit(text)
    if parts.scheme == "file":
        return f"file://{parts.path}".removesuffix("/").removesuffix(".git")
    host = parts.netloc.rpartition("@")[2]
    if parts.scheme in _WEB_PORTS:
        return _https(host.removesuffix(_WEB_PORTS[parts.scheme]), parts.path)
    return _https(parts.hostname or host, parts.path)


def _https(host: str, path: str) -> str:
    return f"https://{host.lower()}/{path.strip('/').removesuffix('.git').rstrip('/')}"


def code_state(folder: Path) -> CodeState | None:
    """Describe the repository that `folder` lies in; None when it lies in none, git is missing or there is no commit yet.

    A repository without a remote is called `file://` and the path of its root. Raises OSError or subprocess.SubprocessError when
    git could not answer in ten seconds.
    """
    git = shutil.which("git")
    if git is None or not folder.is_dir():
        return None
    head = _ask(git, folder, "rev-parse", "--show-toplevel", "HEAD")
    if head is None:
        return None
    top, commit = head.decode("utf-8", "surrogateescape").splitlines()[:2]
    root = Path(top)
    branch = _ask(git, root, "symbolic-ref", "--quiet", "--short", "HEAD")
    remote = _ask(git, root, "remote", "get-url", "origin") or _first_remote(git, root)
    size, diff_sha256 = _diff(git, root)
    others = _ask(git, root, "ls-files", "--others", "--exclude-standard", "-z") or b""
    untracked = sorted(name.decode("utf-8", "replace") for name in others.split(b"\0") if name)
    return CodeState(
        root=root,
        repository=normal_repository(remote.decode("utf-8", "replace")) if remote else f"file://{root.as_posix()}",
        commit=commit,
        branch=branch.decode("utf-8", "replace").strip() if branch else None,
        dirty=size > 0,
        diff_sha256=diff_sha256 if size else None,
        untracked=len(untracked),
        untracked_files=tuple(untracked[:_NAMED_FILES]),
    )


def _first_remote(git: str, root: Path) -> bytes | None:
    names = (_ask(git, root, "remote") or b"").split()
    return _ask(git, root, "remote", "get-url", names[0].decode("utf-8", "surrogateescape")) if names else None


def _command(git: str, folder: Path, *arguments: str) -> list[str]:
    return [git, "-C", str(folder), "-c", "core.fsmonitor=false", "-c", "core.quotepath=true", *arguments]


def _environment() -> dict[str, str]:
    # GIT_DIR and its kin, as a hook sets them, would answer for another repository than the folder's.
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX"))
    }
    return kept | {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


def _ask(git: str, folder: Path, *arguments: str) -> bytes | None:
    """Run one git command; its output, or None when it says no."""
    done = subprocess.run(  # noqa: S603 - fixed commands, no shell
        _command(git, folder, *arguments),
        capture_output=True,
        timeout=_TIMEOUT_SECONDS,
        check=False,
        env=_environment(),
        stdin=subprocess.DEVNULL,
    )
    return done.stdout if done.returncode == 0 else None


def _diff(git: str, root: Path) -> tuple[int, str]:
    """Size in bytes and sha256 of the difference between HEAD and the tracked files, never held in memory."""
    command = _command(
        git,
        root,
        "diff",
        "--binary",
        "--no-color",
        "--no-ext-diff",
        "--no-textconv",
        "--src-prefix=a/",
        "--dst-prefix=b/",
        "HEAD",
    )
    sha256, size = hashlib.sha256(), 0
    with subprocess.Popen(  # noqa: S603 - fixed commands, no shell
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, env=_environment()
    ) as process:
        timer = Timer(_TIMEOUT_SECONDS, process.kill)
        timer.daemon = True
        timer.start()
        try:
            assert process.stdout is not None
            while chunk := process.stdout.read(1 << 16):
                sha256.update(chunk)
                size += len(chunk)
        finally:
            timer.cancel()
    if process.returncode != 0:
        raise subprocess.SubprocessError("git diff gave no answer")
    return size, sha256.hexdigest()
