"""The README's snippets run, in their order, and its settings are those that exist."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whence_emitters import settings

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

README = (Path(__file__).resolve().parents[2] / "emitters" / "README.md").read_text("utf-8")


def test_the_snippets_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spooled: Callable[[], list[dict[str, Any]]]
) -> None:
    snippets = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(snippets) == 4
    (tmp_path / "train.csv").write_text("a,b\n1,2\n")
    (tmp_path / "dvc.lock").write_text("schema: '2.0'\nstages: {}\n")
    monkeypatch.setenv("WHENCE_CURSORS", str(tmp_path / "imports"))
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT__TYPE", "console")
    for snippet in snippets:
        subprocess.run([sys.executable, "-c", snippet], cwd=tmp_path, check=True, capture_output=True)
    assert [(event["job"]["name"], event["eventType"]) for event in spooled() if event["eventType"] != "START"] == [
        ("train", "COMPLETE"),
        ("clean", "COMPLETE"),
        ("finetune", "COMPLETE"),
        ("serve", "RUNNING"),
    ]


def test_every_setting_named_exists() -> None:
    documented = settings.__doc__ or ""
    named = set(re.findall(r"WHENCE_[A-Z_]+", README))
    assert named
    assert all(name in documented for name in named)
