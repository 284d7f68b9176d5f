"""The lock files: in step with each other, and naming the public registries only."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

PIN = re.compile(r"[a-z0-9][a-z0-9-]*==[0-9][\w.+!]*( ; .+)?")


@pytest.fixture(scope="module")
def lock(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "uv.lock").read_text("utf-8"))


def test_constraints_are_what_uv_lock_says(
    root: Path, lock: dict[str, Any], script: Callable[[str], ModuleType]
) -> None:
    assert (root / "constraints.txt").read_text("utf-8") == script("export_constraints").render(lock)


def test_a_changed_lock_makes_the_constraints_stale(lock: dict[str, Any], script: Callable[[str], ModuleType]) -> None:
    exporter = script("export_constraints")
    newer = {"package": [package | {"version": "99"} for package in lock["package"] if "version" in package]}
    assert exporter.render(newer) != exporter.render(lock)


def test_constraints_are_pins_and_nothing_else(root: Path) -> None:
    lines = [line for line in (root / "constraints.txt").read_text("utf-8").splitlines() if not line.startswith("#")]
    assert [line for line in lines if not PIN.fullmatch(line)] == []
    assert len(lines) > 20


def test_markers_choose_one_version_of_a_package(script: Callable[[str], ModuleType]) -> None:
    package = {"name": "x", "version": "1", "resolution-markers": ["a < '1'", "b > '2'"]}
    assert script("export_constraints").line(package) == "x==1 ; (a < '1') or (b > '2')"


def test_uv_lock_names_the_public_index_only(root: Path, lock: dict[str, Any]) -> None:
    registries = {package["source"]["registry"] for package in lock["package"] if "registry" in package["source"]}
    hosts = {urlsplit(url).hostname for url in re.findall(r'url = "([^"]+)"', (root / "uv.lock").read_text("utf-8"))}
    assert registries == {"https://pypi.org/simple"}
    assert hosts == {"files.pythonhosted.org"}


def test_package_lock_names_no_registry_but_the_public_one_and_pins_every_byte(root: Path) -> None:
    packages = json.loads((root / "ui/package-lock.json").read_text("utf-8"))["packages"]
    installed = {name: package for name, package in packages.items() if name}
    strangers = {
        name
        for name, package in installed.items()
        if urlsplit(package.get("resolved", "")).hostname not in {None, "registry.npmjs.org"}
    }
    assert strangers == set()
    # Packages that travel inside another one have its digest.
    assert {
        name for name, package in installed.items() if not package.get("integrity") and not package.get("inBundle")
    } == set()


def test_no_configuration_names_an_index(root: Path) -> None:
    setting = re.compile(r"index-url|extra-index|find-links|^\s*registry\s*=|\[\[tool\.uv\.index", re.MULTILINE)
    files = [root / name for name in ("pyproject.toml", "emitters/pyproject.toml", "ui/.npmrc", "Makefile", ".ci/run")]
    assert [file.name for file in files if setting.search(file.read_text("utf-8"))] == []
