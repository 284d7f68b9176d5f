"""Seeds of random number generators.

What is recorded, exactly: what `set_seeds` set in this step; PyTorch's `torch.initial_seed()` when torch is imported, which is the seed
now in force whoever set it; PYTHONHASHSEED when it is a number. The seeds of `random` and numpy cannot be read back once set, so a seed
that was given to them directly is not seen. Reading never draws a number and never changes a state.
"""

from __future__ import annotations

import os
import random
import sys

_NUMPY_SEEDS = 2**32
_TORCH_SEEDS = 2**63


def set_seeds(seed: int) -> dict[str, int]:
    """Seed `random` and, when they are imported already, numpy's global generator (modulo 2³²) and torch (modulo 2⁶³).

    Returns the seed that each one got.
    """
    random.seed(seed)
    got = {"python": seed}
    if numpy := sys.modules.get("numpy"):
        got["numpy"] = seed % _NUMPY_SEEDS
        numpy.random.seed(got["numpy"])
    if torch := sys.modules.get("torch"):
        got["torch"] = seed % _TORCH_SEEDS
        torch.manual_seed(got["torch"])
    return got


def current_seeds() -> dict[str, int]:
    """The seeds that can be read back without drawing a number."""
    found: dict[str, int] = {}
    hash_seed = os.environ.get("PYTHONHASHSEED", "")
    if hash_seed.isdigit():
        found["PYTHONHASHSEED"] = int(hash_seed)
    if torch := sys.modules.get("torch"):
        found["torch"] = int(torch.initial_seed())
    return found
