"""How long the import of a long table history takes, and how much memory: `python -m tests.systems.delta.bench [COMMITS]`.

Each commit adds a file of rows; every tenth also removes one. The log is written by hand, all of it JSON: no checkpoint shortens it.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.systems.delta.tables import add, info, metadata, remove, write_log
from tests.systems.timing import say_times

_BEGIN = 1_700_000_000_000
_PROTOCOL = {"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}}


def make(folder: Path, commits: int) -> None:
    """A table with so many versions."""
    write_log(folder, *_commits(commits))


def _commits(commits: int) -> Iterator[list[Any]]:
    for number in range(commits):
        told = info(_BEGIN + number * 60_000, operationMetrics={"numOutputRows": "1000"}, engineInfo="bench")
        first = [_PROTOCOL, metadata()] if not number else []
        gone = [remove(f"part-{number - 1:06}.parquet")] if number % 10 == 9 else []
        yield [told, *first, *gone, add(f"part-{number:06}.parquet", 1234, stats='{"numRecords":1000}')]


def main() -> None:
    commits = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder) / "long", commits)
        say_times("delta", Path(folder) / "long", Path(folder) / "cursors")


if __name__ == "__main__":
    main()
