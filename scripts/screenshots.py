"""`make screenshots`: the pictures of docs/images, made by a real browser from the demo's data, so that they show the page as it is."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench_process import MeasuringError
from page_services import demo_events, serving
from page_suite import Given, run
from project import ROOT, UnavailableError, say

IMAGES = ROOT / "docs" / "images"


def main() -> int:
    IMAGES.mkdir(exist_ok=True)
    try:
        with tempfile.TemporaryDirectory() as folder, serving("memory:", demo_events()) as url:
            report = run(["pictures"], Given({"demo": url}, {"output": str(IMAGES)}), Path(folder) / "report.json")
    except (UnavailableError, MeasuringError) as error:
        say(f"{error}.")
        return 1
    if not report["success"]:
        say("Not every picture could be made: see above.")
        return 1
    for picture in sorted(IMAGES.glob("*.png")):
        print(f"{picture.relative_to(ROOT)}  {picture.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
