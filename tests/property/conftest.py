"""Where the second opinion is found, and what was compared with it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .compare import Counts

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


@pytest.fixture
def counts(request: pytest.FixtureRequest) -> Iterator[Counts]:
    """How much was compared: told by `pytest -s`."""
    from .compare import Counts  # finds the second opinion, once the path above is there

    counted = Counts()
    yield counted
    print(f"\n{request.node.name}: {counted}")
