"""As test_exact, on a real Neo4j: every put is a journey there, so fewer streams."""

from __future__ import annotations

import pytest
from hypothesis import given

from .compare import Counts, check
from .deliveries import Delivery
from .on_neo4j import neo4j_kind
from .profile import NEO4J_LARGE, NEO4J_SMALL, PROFILE
from .stores import Kind
from .test_exact import FEW, MANY
from .test_found import FOUND

__all__ = ["neo4j_kind"]

pytestmark = pytest.mark.timeout(PROFILE.seconds)


@NEO4J_SMALL
@given(delivery=FEW)
def test_few_events(neo4j_kind: Kind, counts: Counts, delivery: Delivery) -> None:
    check(neo4j_kind, delivery, counts)


@NEO4J_LARGE
@given(delivery=MANY)
def test_many_events(neo4j_kind: Kind, counts: Counts, delivery: Delivery) -> None:
    check(neo4j_kind, delivery, counts)


def test_found(neo4j_kind: Kind) -> None:
    for found in FOUND.values():
        check(neo4j_kind, Delivery(tuple((each,) for each in found)), Counts())
        check(neo4j_kind, Delivery((tuple(found[::-1]),)), Counts())
