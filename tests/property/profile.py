"""How long the property tests search: a little by default, long with WHENCE_PROPERTIES=long."""

from __future__ import annotations

import os
from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, settings


@dataclass(frozen=True)
class Profile:
    """Streams for each store, small (5 to 14 events) and large (20 to 80), and seconds that one test may take, shrinking included."""

    small: int
    large: int
    seconds: int
    neo4j_small: int
    neo4j_large: int


PROFILE = {"quick": Profile(60, 30, 900, 10, 2), "long": Profile(2000, 400, 7200, 200, 40)}[
    os.environ.get("WHENCE_PROPERTIES", "quick")
]

_SETTINGS = settings(
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
SMALL = settings(_SETTINGS, max_examples=PROFILE.small)
LARGE = settings(_SETTINGS, max_examples=PROFILE.large)
NEO4J_SMALL = settings(_SETTINGS, max_examples=PROFILE.neo4j_small)
NEO4J_LARGE = settings(_SETTINGS, max_examples=PROFILE.neo4j_large)
