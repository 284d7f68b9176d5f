"""Runs what ui/browser has for a real browser, on services that were started for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import chromium
from build_ui import BUILT, UI, find_node, install_node
from project import VENV, UnavailableError, environment

SETTINGS = UI / "browser" / "vitest.config.ts"
VITEST = UI / "node_modules" / "vitest" / "vitest.mjs"


@dataclass(frozen=True, slots=True)
class Given:
    """What a suite is told (ui/browser/support/given.ts): URLs of services by name, and more by the suite's needs."""

    services: Mapping[str, str]
    more: Mapping[str, str] = field(default_factory=dict)

    def as_json(self, browser: chromium.Chromium) -> str:
        return json.dumps(
            {
                "chromium": {"path": str(browser.path), "flags": chromium.flags()},
                "whence": str(VENV / "bin" / "whence"),
                "services": dict(self.services),
                **self.more,
            }
        )


def built_page() -> Path:
    """The page and, beside it in ui/, what tests it. Raises UnavailableError when it is not built."""
    if not BUILT.is_file() or not VITEST.is_file():
        raise UnavailableError("the page is not built: make ui")
    return BUILT


def run(folders: list[str], given: Given, report: Path) -> dict[str, Any]:
    """The report of these folders of ui/browser, in the form of Jest's JSON. Raises UnavailableError when nothing could be run."""
    built_page()
    node = find_node() or install_node()
    settings = environment(
        WHENCE_PAGE=given.as_json(chromium.find()), PATH=f"{node}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    )
    command = [
        node / "node",
        VITEST,
        "run",
        "--config",
        SETTINGS,
        "--reporter=default",
        "--reporter=json",
        f"--outputFile.json={report}",
        *folders,
    ]
    subprocess.run(list(map(str, command)), cwd=UI, env=settings, stdout=sys.stderr, check=False)
    if not report.is_file():
        raise UnavailableError("The suite of the page did not run; its own words are above")
    told: dict[str, Any] = json.loads(report.read_text("utf-8"))
    return told
