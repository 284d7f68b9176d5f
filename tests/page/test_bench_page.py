"""The rows of the page in `make bench`: which there are, what is required of them, what is counted as sent."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
from pathlib import Path

import bench_page
import pytest
from bench_rows import Row
from page_suite import UI

from .conftest import GROUP, is_full

LOOKED = bench_page.Looked(Path("a.db"), 100_000, Path("b.db"), 10_000, ["version/a/b/c"])


def test_each_row_has_its_requirement() -> None:
    rows = [
        Row(name, "ms", (7.0,))
        for name in (
            *LOOKED.names.values(),
            "page: scripts loaded at first, compressed",
            "page: scripts of all views, compressed",
            "page: styles, compressed",
        )
    ]
    musts = bench_page.requirements([*rows, Row("start", "s", (1.0,))], LOOKED)
    assert [must.name for must in musts] == [row.name for row in rows]
    limits = {must.name.rpartition(", ")[2]: must.limit for must in musts}
    assert limits["click to picture"] == 1000
    assert limits["to a neighbour"] == limits["by mouse"] == 150
    assert limits["click to first paint"] == 1500
    assert limits["frame p95"] == 34


def test_the_figures_are_those_that_the_browser_notes() -> None:
    spec = (UI / "browser" / "bench" / "page.spec.ts").read_text("utf-8")
    noted = {name for name in LOOKED.names if f'note("{name}"' in spec or f'["{name}",' in spec}
    assert noted | {"pan", "zoom"} == LOOKED.names.keys()


def test_sizes_are_of_all_that_the_page_may_load_and_of_nothing_else(tmp_path: Path) -> None:
    """The entry, what it imports later, their styles; not GraphiQL, a page of its own."""
    noise = random.Random(7).randbytes(3000).hex()
    files = {
        "app/index.html": '<script src="/static/assets/app-1.js"></script><link href="/static/assets/app-2.css">',
        "assets/app-1.js": 'const later = () => import("./lineage-3.js"); const deps = ["assets/lineage-4.css"];',
        "assets/lineage-3.js": f'import "./app-1.js"; "{noise}"; "./no-such-file.js"',
        "assets/app-2.css": "a{color:red}",
        "assets/lineage-4.css": "b{color:red}",
        "assets/graphiql-5.js": noise * 3,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    packed = {name: len(gzip.compress(text.encode(), 9)) / 1024 for name, text in files.items()}
    sent = bench_page.sizes(tmp_path)
    assert sent.first == pytest.approx(packed["assets/app-1.js"])
    assert sent.scripts == pytest.approx(packed["assets/app-1.js"] + packed["assets/lineage-3.js"])
    assert sent.styles == pytest.approx(packed["assets/app-2.css"] + packed["assets/lineage-4.css"])


if is_full():  # what it measures is not for a test; that it runs is, but not each time

    @pytest.mark.needs("page", "browser")
    @pytest.mark.xdist_group(GROUP)
    def test_the_page_is_measured(tmp_path: Path) -> None:
        file = tmp_path / "bench.json"
        command = [
            sys.executable,
            "scripts/bench.py",
            "--page",
            "--quick",
            "--json",
            str(file),
            "--folder",
            str(tmp_path / "stores"),
        ]
        done = subprocess.run(command, cwd=UI.parent, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        rows = json.loads(file.read_text("utf-8"))["rows"]
        assert len(rows) >= 8
        assert all(value > 0 for row in rows for value in row["values"])
