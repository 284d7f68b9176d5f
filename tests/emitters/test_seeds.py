"""Seeds: what is set is recorded, and looking never changes a generator."""

from __future__ import annotations

import random
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy

from whence_emitters.seeds import current_seeds, set_seeds

if TYPE_CHECKING:
    import pytest


def test_set_seeds_makes_draws_repeat() -> None:
    assert set_seeds(7)["python"] == 7
    first = random.random(), numpy.random.rand()
    assert set_seeds(7)["numpy"] == 7
    assert (random.random(), numpy.random.rand()) == first


def test_numpy_gets_a_seed_that_it_can_take() -> None:
    assert set_seeds(2**32 + 5)["numpy"] == 5
    assert set_seeds(-1)["numpy"] == 2**32 - 1


def test_looking_reads_torch_and_the_hash_seed_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(initial_seed=lambda: 99))
    monkeypatch.setenv("PYTHONHASHSEED", "3")
    before = random.getstate(), numpy.random.get_state()[1].tobytes()
    assert current_seeds() == {"torch": 99, "PYTHONHASHSEED": 3}
    assert (random.getstate(), numpy.random.get_state()[1].tobytes()) == before


def test_what_is_not_imported_is_not_imported_for_its_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "numpy")
    monkeypatch.setenv("PYTHONHASHSEED", "random")
    assert set_seeds(1) == {"python": 1}
    assert current_seeds() == {}
