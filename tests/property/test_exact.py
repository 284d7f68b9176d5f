"""Rules 1 to 28: on every random stream, in any order, with repeats, in any batches and with restarts, each store has the graph of the second opinion."""

from __future__ import annotations

import pytest
from hypothesis import given
from spec import project

from whence.testing import incoming

from .compare import Counts, check
from .deliveries import CUT, JOIN, REPEAT, RESTART, Delivery, deliveries
from .profile import LARGE, PROFILE, SMALL
from .stores import STORES, Kind

pytestmark = pytest.mark.timeout(PROFILE.seconds)

FEW = deliveries(5, 14, (CUT, CUT, CUT, JOIN, REPEAT, RESTART))
MANY = deliveries(20, 80, (JOIN,) * 7 + (CUT, CUT, REPEAT, RESTART))
"""In larger batches, so that there are about as many graphs to compare."""


@pytest.fixture(scope="module", params=STORES, ids=repr)
def kind(request: pytest.FixtureRequest) -> Kind:
    found: Kind = request.param
    return found


@SMALL
@given(delivery=FEW)
def test_few_events(kind: Kind, counts: Counts, delivery: Delivery) -> None:
    check(kind, delivery, counts)


@LARGE
@given(delivery=MANY)
def test_many_events(kind: Kind, counts: Counts, delivery: Delivery) -> None:
    check(kind, delivery, counts)


@SMALL
@given(delivery=FEW)
def test_the_second_opinion_depends_on_no_order(delivery: Delivery) -> None:
    arriving = [incoming(event.body) for batch in delivery.puts for event in batch]
    facts = list({each.facts.key: each.facts for each in arriving}.values())
    assert project(list(enumerate(facts))) == project(list(enumerate(reversed(facts))))
