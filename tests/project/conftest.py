"""A machine with nothing but git, make and Python, and environments of one's own."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
BASE_PYTHON = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
COMMANDS = ["sh", "git", "make", "env", "rm", "mkdir", "ls", "cat", "sed", "grep", "find", "uname", "id"]
LEAKING = (
    "COLUMNS",
    "LINES",
    "PYTHON",
    "VIRTUAL_ENV",
    "CONDA",
    "WHENCE_",
    "OPENLINEAGE",
    "XDG_",
    "JAVA",
    "MAKE",
    "MFLAGS",
    "PYTEST",
    "COV",
)
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return ROOT


@pytest.fixture
def bare_path(tmp_path: Path) -> Path:
    """A folder to be the whole PATH: no uv, no Node, no Java, one Python called python3."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in COMMANDS:
        where = shutil.which(name)
        assert where, f"this machine has no {name}"
        (folder / name).symlink_to(where)
    (folder / "python3").symlink_to(BASE_PYTHON)
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home folder."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def bare_environment(bare_path: Path, home: Path) -> dict[str, str]:
    """The environment of that machine; certificates, mirrors and download caches stay the user's."""
    real = Path.home()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(LEAKING)}
    defaults = {
        "PIP_CACHE_DIR": real / ".cache/pip",
        "UV_CACHE_DIR": real / ".cache/uv",
        "npm_config_cache": real / ".npm",
        "npm_config_userconfig": real / ".npmrc",
    }
    for name, path in defaults.items():
        if path.exists():
            environment.setdefault(name, str(path))
    return environment | {"PATH": str(bare_path), "HOME": str(home), "DEMO_EXIT": "1", "GIT_CONFIG_GLOBAL": os.devnull}


@pytest.fixture
def without_network() -> dict[str, str]:
    """Changes to an environment that make every download fail at once."""
    proxies = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
    return dict.fromkeys(proxies, NOWHERE) | {"PIP_NO_INDEX": "1", "UV_OFFLINE": "1", "npm_config_offline": "true"}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone of what is committed."""
    folder = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", ROOT, folder], check=True)
    return folder


@pytest.fixture(scope="session")
def new_venv(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Makes an empty environment with pip; answers its Python."""

    def make(name: str) -> Path:
        folder = tmp_path_factory.mktemp(name) / "venv"
        subprocess.run([BASE_PYTHON, "-m", "venv", folder], check=True)
        return folder / "bin" / "python"

    return make


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Imports one of scripts/ by name, afresh."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))

    def load(name: str) -> ModuleType:
        for module in (name, "project"):
            monkeypatch.delitem(sys.modules, module, raising=False)
        return importlib.import_module(name)

    return load


@pytest.fixture(scope="session")
def snippets() -> dict[str, str]:
    """The README's fenced blocks by the name in the comment before each."""
    named = re.findall(r"<!-- snippet: (\S+) -->\n```\w+\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    return dict(named)
