"""scripts/build_ui.py and what it builds: the page and GraphiQL, whole, under strict Content-Security-Policies."""

from __future__ import annotations

import importlib
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType


@pytest.fixture
def build_ui(script: Callable[[str], ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module where nothing is built, no Node is to be found and nothing can be downloaded."""
    module = script("build_ui")
    monkeypatch.setattr(module, "BUILT", tmp_path / "index.html")
    monkeypatch.setattr(module, "VENV", tmp_path)
    monkeypatch.setattr(module, "VENV_PYTHON", tmp_path / "bin" / "python")
    monkeypatch.setenv("PATH", str(tmp_path))
    return module


def test_without_node_the_optional_page_is_one_sentence(
    build_ui: ModuleType, capfd: pytest.CaptureFixture[str]
) -> None:
    assert build_ui.main(["--optional"]) == 0
    assert "going on without it" in capfd.readouterr().err.splitlines()[-1]


def test_without_node_the_asked_for_page_is_an_error(build_ui: ModuleType, capfd: pytest.CaptureFixture[str]) -> None:
    assert build_ui.main([]) == 1
    assert "Node 20.19 or later" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("version", "fits"), [("v20.18.9", False), ("v20.19.0", True), ("v24.1.0", True), ("?", False)]
)
def test_node_must_be_new_enough(build_ui: ModuleType, tmp_path: Path, version: str, fits: bool) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {version}\n")
        (tmp_path / name).chmod(0o755)
    assert (build_ui.find_node() == tmp_path) is fits


class Page(HTMLParser):
    """What a page loads, and what it does inline."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.loads += [value for name, value in attrs if name in {"src", "href"} and value and value != "data:,"]
        if tag == "style" or "style" in given or (tag == "script" and "src" not in given):
            self.inline.append(tag)
        self.inline += [name for name in given if name.startswith("on")]


@pytest.mark.needs("graphiql")
def test_graphiql_is_one_page_with_its_own_files_and_nothing_inline(capability: Callable[[str], Path]) -> None:
    index = capability("graphiql")
    static = index.parents[1]
    page = Page(index.read_text("utf-8"))
    assert page.inline == []
    assert {name.rsplit(".", 1)[1] for name in page.loads} == {"js", "css"}
    assert [name for name in page.loads if not (static / name.removeprefix("/static/")).is_file()] == []


@pytest.mark.needs("graphiql")
def test_styles_fetch_nothing_from_elsewhere(capability: Callable[[str], Path]) -> None:
    sheets = list((capability("graphiql").parents[1] / "assets").glob("*.css"))
    addresses = {url for sheet in sheets for url in re.findall(r"url\(['\"]?([^)'\"]{1,80})", sheet.read_text("utf-8"))}
    assert addresses
    assert {url for url in addresses if not url.startswith(("data:", "#", "/static/assets/"))} == set()


@pytest.mark.parametrize(
    ("chapter", "module", "name"),
    [("The page", "whence.api.page", "CSP"), ("GraphiQL", "whence.api.questions", "GRAPHIQL_CSP")],
)
def test_the_documented_policy_is_the_one_that_is_served(root: Path, chapter: str, module: str, name: str) -> None:
    text = (root / "docs/operations.md").read_text("utf-8").partition(f"\n## {chapter}\n")[2].partition("\n## ")[0]
    documented = re.search(r"^```\n(default-src .+)\n```$", text, re.MULTILINE)
    assert documented
    assert directives(getattr(importlib.import_module(module), name)) == directives(documented[1])


def directives(policy: str) -> set[str]:
    return {directive.strip() for directive in policy.split(";")}


def test_the_service_serves_the_page_for_the_paths_that_its_links_have(root: Path) -> None:
    codec = (root / "ui/app/url/codec.ts").read_text("utf-8")
    served = importlib.import_module("whence.api.page").PATHS
    assert sorted(re.findall(r'case "(/\w*)":', codec)) == sorted(served)
