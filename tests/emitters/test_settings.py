"""Settings from the environment; nonsense falls back to the default."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from whence_emitters import settings

if TYPE_CHECKING:
    from collections.abc import Callable


def test_the_spool_lies_under_the_state_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.spool_folder() == home / "spool"
    monkeypatch.delenv("WHENCE_SPOOL")
    assert settings.spool_folder() == home / ".local/state/whence/spool"
    monkeypatch.setenv("XDG_STATE_HOME", "/state")
    assert settings.spool_folder() == Path("/state/whence/spool")


@pytest.mark.parametrize("nonsense", ["many", "-1", "nan", "inf"])
@pytest.mark.parametrize(
    ("name", "read", "default"),
    [
        ("WHENCE_SPOOL_MAX_BYTES", settings.spool_max_bytes, 256 * 1024 * 1024),
        ("WHENCE_EXIT_WAIT", settings.exit_wait_seconds, 2.0),
        ("WHENCE_DIGEST_MAX_BYTES", settings.digest_max_bytes, 0),
    ],
)
def test_nonsense_is_said_and_the_default_taken(
    name: str,
    read: Callable[[], float],
    default: float,
    nonsense: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv(name, nonsense)
    assert read() == default
    assert name in caplog.text
    monkeypatch.setenv(name, "12")
    assert read() == 12


@pytest.mark.parametrize(
    ("name", "value", "configured"),
    [
        ("OPENLINEAGE_URL", "http://x", True),
        ("OPENLINEAGE__TRANSPORT__TYPE", "http", True),
        ("OPENLINEAGE__TRANSPORT", "{}", True),
        ("OPENLINEAGE_NAMESPACE", "x", False),
        ("OPENLINEAGE_CONFIG", "/nowhere.yml", False),
    ],
)
def test_a_destination_is_what_the_client_would_use(
    name: str, value: str, configured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not settings.destination_configured()
    monkeypatch.setenv(name, value)
    assert settings.destination_configured() is configured


def test_variables_to_record_come_from_both_settings_and_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "ol.yml"
    config.write_text("facets:\n  environment_variables: [C, A]\n")
    monkeypatch.setenv("WHENCE_ENV_VARS", "A, B,")
    monkeypatch.setenv("OPENLINEAGE__FACETS__ENVIRONMENT_VARIABLES", '["D"]')
    monkeypatch.setenv("OPENLINEAGE_CONFIG", str(config))
    assert settings.recorded_variables() == ("A", "B", "D", "C")
    assert settings.destination_configured()
