"""whence.cli.where: whom to ask, and whence.settings: what the environment says."""

from __future__ import annotations

import pytest

from whence.cli import where
from whence.cli.where import Where, choose
from whence.errors import BadRequest
from whence.settings import MIB, SETTINGS, Settings, field_names, from_environment, is_loopback, with_texts


def test_a_flag_wins_over_the_environment() -> None:
    both = Settings(store="memory:", url="http://b:1")
    assert choose(both, "sqlite:///a.db", None) == Where(store="sqlite:///a.db")
    assert choose(both, None, "http://a:1/") == Where(url="http://a:1")


def test_never_both() -> None:
    with pytest.raises(BadRequest, match="both"):
        choose(Settings(), "memory:", "http://a:1")
    with pytest.raises(BadRequest, match="both"):
        choose(Settings(store="memory:", url="http://a:1"), None, None)


def test_with_neither_the_local_service_if_it_answers_else_the_default_store(
    monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    assert choose(Settings(), None, None) == Where(store=Settings().store_url)
    monkeypatch.setattr(where, "DEFAULT_URL", service)
    assert choose(Settings(), None, None) == Where(url=service)


@pytest.mark.parametrize("url", ["a", "ftp://a", "http://", "http://[", "http://user:secret@a", "http://a:port"])
def test_a_url_that_is_none_or_carries_credentials_is_refused_without_repeating_them(url: str) -> None:
    with pytest.raises(BadRequest) as raised:
        choose(Settings(), None, url)
    assert "secret" not in raised.value.message + raised.value.hint


def test_every_field_is_described_once() -> None:
    assert [setting.name for setting in SETTINGS] == list(dict.fromkeys(setting.name for setting in SETTINGS))
    assert {setting.name for setting in SETTINGS} == field_names()


def test_settings_are_read_with_units_lists_and_defaults() -> None:
    read = from_environment(
        {
            "WHENCE_PORT": "0",
            "WHENCE_MAX_EVENT_BYTES": "2 MiB",
            "WHENCE_CORS_ORIGINS": "http://a, http://b",
            "WHENCE_HOST": "",
        }
    )
    assert (read.port, read.max_event_bytes, read.cors_origins, read.host) == (
        0,
        2 * MIB,
        ("http://a", "http://b"),
        "127.0.0.1",
    )
    assert with_texts(read, {"queue": "7", "port": None}).queue == 7


@pytest.mark.parametrize("variable", ["WHENCE_PORT", "WHENCE_QUEUE", "WHENCE_MAX_DEPTH", "WHENCE_MAX_BATCH_BYTES"])
def test_what_cannot_be_read_is_named_without_its_value(variable: str) -> None:
    for value in ("s3cr3t", "-1"):
        with pytest.raises(BadRequest, match=variable) as raised:
            from_environment({variable: value})
        assert value not in raised.value.message


def test_secrets_stay_out_of_repr() -> None:
    shown = repr(Settings(api_key="s3cr3t", api_keys="s3cr3t", neo4j_password="s3cr3t"))
    assert "s3cr3t" not in shown


@pytest.mark.parametrize(
    ("host", "expected"),
    [("localhost", True), ("127.9.9.9", True), ("::1", True), ("[::1]", True), ("0.0.0.0", False), ("db", False)],
)
def test_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
