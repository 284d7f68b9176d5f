"""A Spark part file that was read is a part of its directory (rule 6a); whatever says more of itself is its own dataset."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from whence.model.facts import Facts, Mention, Role
from whence.model.kinds import AssetType

UUID = "cff32c45-08b4-4ca9-9ea9-10ddcd8bb38e"
PART = f"/data/users/part-00000-{UUID}-c000.csv"
DIGEST = {"digests": [{"algorithm": "sha256", "value": "ab" * 32}]}


def test_the_directory_is_read_at_a_place(mention_of: Callable[..., Mention]) -> None:
    found = mention_of("inputs", name=PART, inputFacets={"inputStatistics": {"size": 7}})
    assert found.asset == "asset/file/%2Fdata%2Fusers"
    assert found.subset == f'{{"locations":["{PART}"],"type":"location"}}'
    assert found.said == {}, "bytes of a part are not those of the whole"
    assert (found.version, found.asset_type, found.append) == (None, AssetType.DATASET, False)


@pytest.mark.parametrize(
    "name",
    [
        f"/d/part-00012-{UUID}.c000.snappy.parquet",
        f"/d/part-123456-{UUID}-c000.gz.orc",
        f"/d/part-00000-tid-8837264512-{UUID}-12-1-c000.snappy.parquet",
        f"/d/part-00000-{UUID}",
    ],
)
def test_names_that_spark_gives(mention_of: Callable[..., Mention], name: str) -> None:
    assert mention_of("inputs", name=name).asset == "asset/file/%2Fd"


@pytest.mark.parametrize(
    "name",
    ["/d/part-00000", "/d/part-00000.csv", f"part-00000-{UUID}.csv", f"/part-00000-{UUID}.csv", f"/d/part-0-{UUID}",
     f"/d/part-00000-{UUID}/x.csv", f"/d/part-00000-{UUID[:-1]}.csv", f"/d/a-part-00000-{UUID}.csv"],
)  # fmt: skip
def test_names_that_may_be_anything(mention_of: Callable[..., Mention], name: str) -> None:
    found = mention_of("inputs", name=name)
    assert found.asset.endswith(name.rpartition("/")[2])
    assert found.subset is None


def test_the_nearest_directory_is_the_one_meant(mention_of: Callable[..., Mention]) -> None:
    """A partition may have been written as a dataset of its own: which one it is can't be told from the name."""
    assert mention_of("inputs", name=f"/d/day=1/part-00000-{UUID}.csv").asset == "asset/file/%2Fd%2Fday%3D1"


@pytest.mark.parametrize(
    "facets",
    [
        {"version": {"datasetVersion": "3"}},
        {"datasetVersion": {"datasetVersion": "3"}},
        {"whence_contentDigests": DIGEST},
        {"symlinks": {"identifiers": [{"namespace": "n", "name": "m", "type": "TABLE"}]}},
        {"subset": {"inputCondition": {"type": "location", "locations": ["x"]}}},
    ],
)
def test_what_has_an_identity_of_its_own_keeps_it(mention_of: Callable[..., Mention], facets: dict[str, Any]) -> None:
    assert "part-00000" in mention_of("inputs", name=PART, facets=facets).asset


def test_a_file_that_was_written_is_a_file(
    mention_of: Callable[..., Mention], facts_of: Callable[[Any], Facts]
) -> None:
    assert "part-00000" in mention_of("outputs", name=PART).asset
    event = {"eventTime": "2026-11-03T08:00:00Z", "dataset": {"namespace": "file", "name": PART}}
    (subject,) = facts_of(event).mentions
    assert (subject.role, "part-00000" in subject.asset) == (Role.SUBJECT, True)
