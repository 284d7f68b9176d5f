"""The pure parts of the page (ui/app: links, client, layout, scenes, words): vitest beside them, run once for all."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import page_suite
import pytest
from build_ui import find_node

pytestmark = [pytest.mark.needs("page"), pytest.mark.timeout(300)]


def test_the_pure_parts_of_the_page(tmp_path: Path, ran: Callable[[str], None]) -> None:
    node, report = find_node(), tmp_path / "report.json"
    assert node is not None
    command = [node / "node", page_suite.VITEST, "run", "--reporter=json", f"--outputFile={report}"]
    done = subprocess.run(list(map(str, command)), cwd=page_suite.UI, capture_output=True, text=True)
    assert report.is_file(), done.stdout + done.stderr
    told = json.loads(report.read_text("utf-8"))
    tests = [test for file in told["testResults"] for test in file["assertionResults"]]
    failed = [f"{test['fullName']}\n{''.join(test['failureMessages'])}" for test in tests if test["status"] != "passed"]
    assert not failed, "\n\n".join(failed)
    assert done.returncode == 0, done.stderr
    assert tests
    ran(f"{len(tests)} tests of the page's parts")
