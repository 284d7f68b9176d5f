"""The layout: folders that are no packages, targets that are all explained, texts that speak of the project alone."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

import pytest

TARGETS = {
    "demo",
    "test",
    "lint",
    "bench",
    "ui",
    "neo4j",
    "test-kill",
    "test-systems",
    "test-ui-full",
    "screenshots",
    "clean",
    "env",
    "help",
}
TEXTS = (
    "*.md",
    "*.toml",
    "Makefile",
    ".ci/run",
    "scripts/*",
    "ui/*",
    "docs/*",
    "constraints.txt",
    "docker-compose.yml",
)
# Somebody's home or checkout, but not an example path such as /home/me.
PRIVATE = re.compile(r"(?<![\w.~])/(?:root|work|tmp/[a-z]+)/|/home/(?!me\b|you\b)\w+/|/Users/\w+/")


def test_the_tree_is_laid_out_as_designed(script: Callable[[str], ModuleType]) -> None:
    assert script("check_layout").problems() == []


@pytest.mark.parametrize("folder", ["service", "emitters", "schema"])
def test_a_package_where_only_a_folder_may_be_is_found(
    script: Callable[[str], ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    check_layout = script("check_layout")
    monkeypatch.setattr(check_layout, "ROOT", tmp_path)
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "__init__.py").touch()
    assert [problem.split()[0] for problem in check_layout.problems()] == [f"{folder}/__init__.py"]


def test_help_explains_every_target(root: Path) -> None:
    done = subprocess.run(["make"], cwd=root, capture_output=True, text=True, check=True)
    explained = dict(line.split(maxsplit=2)[1:] for line in done.stdout.splitlines() if line.startswith("  make"))
    assert explained.keys() == TARGETS
    assert all(len(sentence) > 10 for sentence in explained.values())


def test_no_text_names_a_path_of_somebodys_machine(root: Path) -> None:
    listed = subprocess.run(["git", "ls-files", *TEXTS], cwd=root, capture_output=True, text=True, check=True)
    files = [root / name for name in listed.stdout.splitlines() if not name.endswith(".png")]
    found = {str(file.relative_to(root)): PRIVATE.findall(file.read_text("utf-8")) for file in files if file.is_file()}
    assert files
    assert {name: paths for name, paths in found.items() if paths} == {}
