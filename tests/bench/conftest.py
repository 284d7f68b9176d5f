"""The bench's own modules, imported from scripts/."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Imports one of scripts/ by name."""
    monkeypatch.syspath_prepend(str(SCRIPTS))

    def load(name: str) -> ModuleType:
        for loaded in [each for each in sys.modules if each.startswith("bench")]:
            monkeypatch.delitem(sys.modules, loaded)
        return importlib.import_module(name)

    return load
