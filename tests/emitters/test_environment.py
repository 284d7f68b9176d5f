"""The environment pin."""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
import sys
from typing import TYPE_CHECKING

from whence_emitters import environment
from whence_emitters.environment import environment_pin, find_lock_file, installed_packages

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_pin_names_interpreter_lock_file_packages_and_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "uv.lock").write_bytes(b"lock")
    (tmp_path / "requirements.txt").write_bytes(b"x")
    (tmp_path / "deep" / "er").mkdir(parents=True)
    monkeypatch.setenv("WHENCE_IMAGE", "example.com/train@sha256:ab")
    pin = environment_pin(tmp_path / "deep" / "er")
    assert pin["python"] == platform.python_version()
    assert pin["lockfile"] == {"name": "uv.lock", "sha256": hashlib.sha256(b"lock").hexdigest()}
    assert pin["image"] == "example.com/train@sha256:ab"
    assert pin["os"]
    assert pin["cpu"]


def test_the_nearest_lock_file_wins(tmp_path: Path) -> None:
    (tmp_path / "uv.lock").touch()
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "requirements.txt").touch()
    assert find_lock_file(tmp_path / "a") == tmp_path / "a" / "requirements.txt"


def test_packages_are_those_that_are_installed() -> None:
    found = installed_packages()
    assert found["openlineage-python"] == importlib.metadata.version("openlineage-python")
    assert found["whence-emitters"] == importlib.metadata.version("whence-emitters")


def test_packages_sha256_is_over_the_sorted_normalised_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("Foo_Bar-1.0.dist-info", "alpha-2.dist-info", "not-a-package"):
        (tmp_path / name).mkdir()
    (tmp_path / "old.egg-info").write_text("Metadata-Version: 1.0\nName: Old.One\nVersion: 3\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    environment._packages_sha256.cache_clear()
    try:
        assert environment._packages_sha256() == hashlib.sha256(b"alpha==2\nfoo-bar==1.0\nold-one==3\n").hexdigest()
    finally:
        environment._packages_sha256.cache_clear()


def test_accelerators_are_what_nvidia_smi_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "nvidia-smi"
    tool.write_text('#!/bin/sh\n[ $# -gt 0 ] && echo "NVIDIA A100, 550.54" || echo "| CUDA Version: 12.4 |"\n')
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    environment._accelerators.cache_clear()
    try:
        assert environment_pin(tmp_path)["accelerators"] == [
            {"name": "NVIDIA A100", "driver": "550.54", "cuda": "12.4"}
        ]
    finally:
        environment._accelerators.cache_clear()
