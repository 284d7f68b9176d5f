"""digests: rule 22."""

import pytest

from whence.facts.digests import HEX_DIGITS, digests
from whence.model.graph import Digest
from whence.model.kinds import Strength

SHA, MD5 = "a" * 64, "b" * 32


@pytest.fixture
def read(raw):
    return lambda *given: digests({"whence_contentDigests": raw({"digests": list(given)})})


def test_order_of_preference_is_that_of_rule_22(read):
    joining = "sha256 sha512 blake3 dir-sha256 dvc-md5-dir md5 git-blob delta-fileset-sha256"
    assert list(HEX_DIGITS) == joining.split()
    given = [{"algorithm": name, "value": "c" * digits} for name, digits in reversed(HEX_DIGITS.items())]
    assert [digest.algorithm for digest in read({"algorithm": "aaa", "value": "1"}, *given)] == [*HEX_DIGITS, "aaa"]


def test_hex_is_lowered_and_content_is_the_default(read):
    assert read({"algorithm": "SHA256", "value": SHA.upper()}) == (Digest("sha256", SHA, Strength.CONTENT),)


@pytest.mark.parametrize("strength", [Strength.SNAPSHOT, Strength.WEAK, Strength.DECLARED])
def test_a_weaker_strength_is_kept(strength, read):
    assert read({"algorithm": "sha256", "value": SHA, "strength": strength.value}) == (Digest("sha256", SHA, strength),)


@pytest.mark.parametrize("given", [("etag", "Ab-3"), ("md5", "826f.dir"), ("sha256", SHA[1:]), ("sha256", "z" * 64)])
def test_what_can_t_be_content_is_kept_as_given_and_joins_nothing(given, read):
    algorithm, value = given
    (digest,) = read({"algorithm": algorithm, "value": value, "strength": "CONTENT"})
    assert digest == Digest(algorithm, value, Strength.SNAPSHOT)
    assert not digest.strong


def test_one_value_twice_is_one_digest_of_its_greatest_strength(read):
    assert read({"algorithm": "md5", "value": MD5, "strength": "WEAK"}, {"algorithm": "md5", "value": MD5.upper()}) == (
        Digest("md5", MD5),
    )


def test_two_values_of_one_algorithm_are_both_kept(read):
    """They are a conflict: shown, not resolved."""
    assert [
        digest.value
        for digest in read({"algorithm": "md5", "value": "b" * 32}, {"algorithm": "md5", "value": "a" * 32})
    ] == ["a" * 32, "b" * 32]


@pytest.mark.parametrize(
    "wrong",
    [
        {"algorithm": "md5"},
        {"algorithm": "md5", "value": ""},
        {"algorithm": "md5", "value": MD5, "strength": "SOLID"},
        None,
    ],
)
def test_one_digest_of_a_wrong_shape_leaves_none(wrong, read):
    assert read({"algorithm": "sha256", "value": SHA}, wrong) == ()


@pytest.mark.parametrize(("size", "said"), [(0, 0), (12, 12), (None, None)])
def test_size_is_said_beside(size, said, mention_of):
    facet = {"bytes": size, "digests": [{"algorithm": "md5", "value": MD5}]}
    assert mention_of(facets={"whence_contentDigests": facet}).said["whence_contentDigests"].bytes == said
