"""Keys as such: how they are made, read from the environment, and told from one another."""

from __future__ import annotations

import hmac

import pytest

from whence.api import keys as keys_module
from whence.api.keys import Key, Scope, in_environment, match, new_key, sha256_of
from whence.errors import BadRequest


def test_a_new_key_has_256_random_bits_and_a_prefix_that_scanners_know() -> None:
    made = {new_key() for _ in range(100)}
    assert len(made) == 100
    assert all(key.startswith("whence_") and len(key) == len("whence_") + 43 for key in made)


def test_the_environment_may_hold_several_keys_of_one_name() -> None:
    one, other = sha256_of(b"old"), sha256_of(b"new")
    found = in_environment(f" ci:write:{one} , ci:read:{other.upper()},")
    assert found == (Key("ci", Scope.WRITE, one), Key("ci", Scope.READ, other))
    assert in_environment(None) == in_environment("") == ()


@pytest.mark.parametrize(
    "entry",
    ["hush", "ci:write", "ci:write:hush", "ci:owner:" + "a" * 64, ":write:" + "a" * 64, "ci:write:" + "a" * 64 + ":hush",
     "c i:write:" + "a" * 64, "ci:write:" + "a" * 63, "ci:write:" + "g" * 64, "ci\n:write:" + "a" * 64],
)  # fmt: skip
def test_an_entry_that_is_none_is_named_by_its_number_and_not_repeated(entry: str) -> None:
    with pytest.raises(BadRequest, match="Entry 2 of WHENCE_API_KEYS") as raised:
        in_environment(f"ok:read:{'b' * 64},{entry}")
    assert "hush" not in raised.value.message + raised.value.hint
    assert "aaa" not in raised.value.message + raised.value.hint


def test_a_key_is_compared_by_its_hash_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[str, str]] = []

    class Watched:
        @staticmethod
        def compare_digest(one: str, other: str) -> bool:
            compared.append((one, other))
            return hmac.compare_digest(one, other)

    monkeypatch.setattr(keys_module, "hmac", Watched)
    known = [Key(str(number), Scope.READ, sha256_of(b"%d" % number)) for number in range(5)]
    for presented in (b"0", b"4", b"none"):
        compared.clear()
        found = match(known, presented)
        assert (found.name if found else "none") == presented.decode()
        assert compared == [(key.sha256, sha256_of(presented)) for key in known]
