"""environment: its identity is the SHA-256 of the canonical pin (design page, §3)."""

import hashlib

import pytest

from whence.facts.environment import environment_pin

PIN = {"python": "3.11.9", "accelerators": [{"name": "A100", "driver": "550"}]}


def test_uid_is_the_hash_of_the_pin_alone(raw):
    said = environment_pin(raw({**PIN, "_producer": "p", "_schemaURL": "u", "image": None, "extra": []}))
    assert said.pin == '{"accelerators":[{"driver":"550","name":"A100"}],"python":"3.11.9"}'
    assert said.environment == f"environment/{hashlib.sha256(said.pin.encode()).hexdigest()}"


@pytest.mark.parametrize(
    "same", [{**PIN, "cpu": None}, {**PIN, "accelerators": [{"name": "A100", "driver": "550", "cuda": None, "_x": 1}]}]
)
def test_nulls_and_underscores_make_no_other_environment_at_any_depth(same, raw):
    assert environment_pin(raw(same)) == environment_pin(raw(PIN))


@pytest.mark.parametrize(
    "other",
    [
        {**PIN, "python": "3.11.10"},
        {**PIN, "extra": 2**63 + 1},
        {**PIN, "extra": 2**63 + 2},
        {**PIN, "accelerators": []},
    ],
)
def test_any_difference_makes_another(other, raw):
    assert environment_pin(raw(other)).environment != environment_pin(raw(PIN)).environment


@pytest.mark.parametrize(
    "nothing",
    [{}, {"_producer": "p"}, {"python": None, "accelerators": []}, {"python": 3}, {"lockfile": "uv.lock"}, []],
)
def test_a_pin_that_says_nothing_is_no_environment(nothing, raw):
    assert environment_pin(raw(nothing)) is None
