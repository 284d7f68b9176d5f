"""How long the import of a long history takes: `python -m tests.systems.dvc.bench [COMMITS]`, 5,000 unless told.

Each commit changes two of three stages, so no result is known before. The events go to a destination that counts them.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tests.systems.timing import say_times

_PIPELINE: Final = b"""stages:
  prepare: {cmd: python src/prepare.py}
  train: {cmd: python src/train.py}
  evaluate: {cmd: python src/evaluate.py, metrics: [{metrics.json: {cache: false}}]}
"""
_BEGIN: Final = 1_700_000_000


def make(folder: Path, commits: int) -> None:
    """A repository whose every commit has other results."""
    subprocess.run(["git", "init", "-q", folder], check=True)
    stream = subprocess.Popen(["git", "-C", folder, "fast-import", "--quiet"], stdin=subprocess.PIPE)
    assert stream.stdin is not None
    for part in _stream(commits):
        stream.stdin.write(part)
    stream.stdin.close()
    assert stream.wait() == 0


def _stream(commits: int) -> Iterator[bytes]:
    for number in range(commits):
        yield b"commit refs/heads/main\ncommitter Ada <ada@example.com> %d +0000\ndata 2\nc\n" % (_BEGIN + 60 * number)
        files = {"dvc.lock": _lock(number), "metrics.json": _metrics(number)} | (
            {"dvc.yaml": _PIPELINE} if not number else {}
        )
        for path, data in files.items():
            yield b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data)


def _lock(number: int) -> bytes:
    clean, model = _md5("clean", number // 50), _md5("model", number)
    metrics = hashlib.md5(_metrics(number), usedforsecurity=False).hexdigest()
    prepare = _stage(
        "prepare",
        [("data/raw.csv", _md5("raw", number // 50)), ("src/prepare.py", _md5("p"))],
        [("data/clean.csv", clean)],
    )
    train = _stage(
        "train", [("data/clean.csv", clean), ("src/train.py", _md5("t"))], [("model.pkl", model)], f"0.{number}"
    )
    evaluate = _stage(
        "evaluate",
        [("data/clean.csv", clean), ("model.pkl", model)],
        [("metrics.json", metrics), ("roc.csv", _md5("r", number))],
    )
    return f"schema: '2.0'\nstages:\n{prepare}{train}{evaluate}".encode()


def _stage(
    name: str, deps: Sequence[tuple[str, str]], outs: Sequence[tuple[str, str]], alpha: str | None = None
) -> str:
    def entries(listed: Sequence[tuple[str, str]]) -> str:
        return "".join(
            f"    - path: {path}\n      hash: md5\n      md5: {md5}\n      size: 1234\n" for path, md5 in listed
        )

    params = f"    params:\n      params.yaml:\n        train.alpha: {alpha}\n        train.depth: 4\n" if alpha else ""
    return f"  {name}:\n    cmd: python src/{name}.py\n    deps:\n{entries(deps)}{params}    outs:\n{entries(outs)}"


def _metrics(number: int) -> bytes:
    return b'{"auc": 0.%d}' % (number + 1)


def _md5(*parts: object) -> str:
    return hashlib.md5(repr(parts).encode(), usedforsecurity=False).hexdigest()


def main() -> None:
    """Make it, import it, say how long it took."""
    commits = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder) / "long", commits)
        say_times("dvc", Path(folder) / "long", Path(folder) / "cursors")


if __name__ == "__main__":
    main()
