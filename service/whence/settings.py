"""All settings of whence: read once from the environment, frozen, and described in one place.

`SETTINGS` is what `whence serve --help` and docs/operations.md are written from; a test fails when one of them misses a setting.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Final

from whence.errors import BadRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

KIB: Final = 1024
MIB: Final = 1024 * KIB
DEFAULT_PORT: Final = 8760


@dataclass(frozen=True, slots=True)
class Settings:
    """What the service and the command line are set up with. Sizes are bytes, counts are counts; None means not set.

    Secrets stay out of `repr`, so a settings object may be logged.
    """

    store: str | None = None
    url: str | None = None
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    api_key: str | None = field(default=None, repr=False)
    api_keys: str | None = field(default=None, repr=False)
    cors_origins: tuple[str, ...] = ()
    neo4j_user: str | None = None
    neo4j_password: str | None = field(default=None, repr=False)
    max_event_bytes: int = 16 * MIB
    max_batch_bytes: int = 64 * MIB
    max_depth: int = 200
    queue: int = 1000

    @property
    def store_url(self) -> str:
        """The store to open: as set, else the default under the platform's user data folder."""
        return self.store or default_store_url()

    @property
    def is_loopback(self) -> bool:
        """Whether `host` can be reached from this machine only."""
        return is_loopback(self.host)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its field in `Settings`, how its text is read, what it is for, and its flag of `whence serve` if it has one."""

    name: str
    read: Callable[[str], Any]
    meaning: str
    shown_default: str = ""
    flag: str | None = None

    @property
    def variable(self) -> str:
        return f"WHENCE_{self.name.upper()}"


def default_store_url() -> str:
    """`sqlite:////…/whence.db` under the platform's user data folder. Makes no folder."""
    from urllib.parse import quote

    return f"sqlite:///{quote(str(_user_data() / 'whence.db'), safe='/')}"


def default_keys_file() -> Path:
    """Where `whence keys` keeps its keys: `keys.json` under the platform's user data folder. Makes no folder."""
    return _user_data() / "keys.json"


def _user_data() -> Path:
    import platformdirs

    return platformdirs.user_data_path("whence", appauthor=False)


def is_loopback(host: str) -> bool:
    """Whether an address or name is reachable from this machine only: `localhost`, 127.0.0.0/8 or ::1."""
    import ipaddress

    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _text(given: str) -> str:
    return given


def _names(given: str) -> tuple[str, ...]:
    return tuple(part for part in (piece.strip() for piece in given.split(",")) if part)


def _count(given: str) -> int:
    number = int(given)
    if number < 1:
        raise ValueError("less than 1")
    return number


def _port(given: str) -> int:
    number = int(given)
    if not 0 <= number <= 65535:
        raise ValueError("not between 0 and 65535")
    return number


_UNITS: Final = {"KiB": KIB, "MiB": MIB, "GiB": 1024 * MIB}


def _size(given: str) -> int:
    for unit, factor in _UNITS.items():
        if given.endswith(unit):
            return _count(given.removesuffix(unit).strip()) * factor
    return _count(given)


SETTINGS: Final = (
    Setting(
        "store",
        _text,
        "The store to open: sqlite:///relative.db, sqlite:////absolute.db, memory: or neo4j://host:7687?database=neo4j.",
        "whence.db in the user data folder, which `whence serve` prints",
        "--store",
    ),
    Setting("url", _text, "The service that the command line asks, instead of opening a store.", "none", None),
    Setting(
        "host",
        _text,
        "The address that the service listens on. Anything but loopback needs a key.",
        "127.0.0.1",
        "--host",
    ),
    Setting("port", _port, "The port that the service listens on; 0 takes a free one.", str(DEFAULT_PORT), "--port"),
    Setting("api_key", _text, "The key that the command line sends to a service.", "none", None),
    Setting(
        "api_keys",
        _text,
        "Keys that the service accepts besides those of `whence keys`: name:scope:sha256 of the key, comma-separated.",
        "none",
        None,
    ),
    Setting("cors_origins", _names, "Origins of web pages that may ask the service, comma-separated.", "none", None),
    Setting("neo4j_user", _text, "User of a Neo4j store.", "none", None),
    Setting("neo4j_password", _text, "Password of a Neo4j store. Never part of its URL.", "none", None),
    Setting(
        "max_event_bytes",
        _size,
        "Largest event, after inflation, in bytes or with KiB, MiB, GiB.",
        "16MiB",
        "--max-event-bytes",
    ),
    Setting(
        "max_batch_bytes",
        _size,
        "Largest request, after inflation, in bytes or with KiB, MiB, GiB.",
        "64MiB",
        "--max-batch-bytes",
    ),
    Setting(
        "max_depth", _count, "Deepest nesting of JSON in an event; more than 500 counts as 500.", "200", "--max-depth"
    ),
    Setting("queue", _count, "Events that may wait to be written; more are answered with 503.", "1000", "--queue"),
)
"""Every setting, in the order in which help and documentation list them."""


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings that the environment gives (default: this process's), the rest at their defaults. Empty values count as not set.

    Raises BadRequest for a value that can't be read, naming the variable but never its value: it may be a secret in the wrong place.
    """
    given = os.environ if environment is None else environment
    texts = {setting.name: given.get(setting.variable, "") for setting in SETTINGS}
    return with_texts(Settings(), texts, from_flags=False)


def with_texts(settings: Settings, texts: Mapping[str, str | None], *, from_flags: bool = True) -> Settings:
    """The settings with those replaced that `texts` gives, by field name, as written by a person. None and empty: unchanged.

    Raises BadRequest for a value that can't be read.
    """
    read: dict[str, Any] = {}
    for setting in SETTINGS:
        text = texts.get(setting.name)
        if not text:
            continue
        try:
            read[setting.name] = setting.read(text.strip())
        except ValueError:
            named = setting.flag if from_flags and setting.flag else setting.variable
            raise BadRequest(
                f"{named} can't be read.", hint=f"{setting.meaning} Default: {setting.shown_default}."
            ) from None
    return replace(settings, **read)


def field_names() -> frozenset[str]:
    """The names of the fields of `Settings`."""
    return frozenset(each.name for each in fields(Settings))
