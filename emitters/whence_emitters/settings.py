"""Settings, read from the environment when they are needed. A value that means nothing falls back to its default, with a warning.

    WHENCE_SPOOL             folder of the spool; default: whence/spool under $XDG_STATE_HOME, else ~/.local/state
    WHENCE_SPOOL_MAX_BYTES   size limit of the spool in bytes, default 268435456 (256 MiB); beyond it events are refused with a warning
    WHENCE_CURSORS           folder of what was imported already; default: whence/imports under $XDG_STATE_HOME, else ~/.local/state
    WHENCE_EMIT_SEND         `background` (default) or `later`: only write to the spool, something else sends
    WHENCE_EXIT_WAIT         seconds that the end of the process may wait for the sending thread, default 2
    WHENCE_DIGEST_MAX_BYTES  files and folders larger than this many bytes get no digest, default 0: no limit
    WHENCE_ENV_VARS          comma-separated names of environment variables to record; none by default
    WHENCE_IMAGE             the container image with its digest, when the process runs in one

OpenLineage's own: OPENLINEAGE_URL, _API_KEY, _ENDPOINT, _CONFIG, _DISABLED, OPENLINEAGE__…, OPENLINEAGE_NAMESPACE (of the job; default
`default`), OPENLINEAGE_PARENT_ID and OPENLINEAGE_ROOT_PARENT_ID (`namespace/name/runId`).
"""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import Any, Literal

_log = logging.getLogger(__name__)

DEFAULT_SPOOL_MAX_BYTES = 256 * 1024 * 1024
DEFAULT_EXIT_WAIT_SECONDS = 2.0


def disabled() -> bool:
    """Whether OPENLINEAGE_DISABLED is `true`: then nothing is captured, written or sent."""
    return os.environ.get("OPENLINEAGE_DISABLED", "").strip().lower() == "true"


def spool_folder() -> Path:
    """Where events wait."""
    if given := os.environ.get("WHENCE_SPOOL"):
        return Path(given).expanduser().absolute()
    state = os.environ.get("XDG_STATE_HOME") or Path("~/.local/state").expanduser()
    return Path(state) / "whence" / "spool"


def spool_max_bytes() -> int:
    """Size limit of the spool in bytes."""
    return int(_number("WHENCE_SPOOL_MAX_BYTES", DEFAULT_SPOOL_MAX_BYTES))


def digest_max_bytes() -> int:
    """Largest size in bytes that is digested; 0 means no limit."""
    return int(_number("WHENCE_DIGEST_MAX_BYTES", 0))


def exit_wait_seconds() -> float:
    """How long the end of the process may wait for the sending thread, in seconds."""
    return _number("WHENCE_EXIT_WAIT", DEFAULT_EXIT_WAIT_SECONDS)


def send_mode() -> Literal["background", "later"]:
    """Whether this process sends what it spools."""
    given = os.environ.get("WHENCE_EMIT_SEND", "background").strip().lower()
    if given == "later":
        return "later"
    if given != "background":
        _log.warning("WHENCE_EMIT_SEND is neither `background` nor `later`; taking `background`.")
    return "background"


def job_namespace() -> str:
    """The namespace of jobs that are not given one."""
    return os.environ.get("OPENLINEAGE_NAMESPACE") or "default"


def config_file() -> Path | None:
    """OpenLineage's configuration file, looked for as its client does."""
    candidates = [os.environ.get("OPENLINEAGE_CONFIG"), "openlineage.yml", "~/.openlineage/openlineage.yml"]
    paths = (Path(candidate).expanduser() for candidate in candidates if candidate)
    return next((path for path in paths if path.is_file()), None)


def destination_configured() -> bool:
    """Whether anything says where events go. Without it they stay in the spool."""
    in_environment = any(name == "OPENLINEAGE_URL" or name.startswith("OPENLINEAGE__TRANSPORT") for name in os.environ)
    return in_environment or config_file() is not None


def recorded_variables() -> tuple[str, ...]:
    """Names of the environment variables to record: WHENCE_ENV_VARS and the client's `facets.environment_variables`."""
    names = [name.strip() for name in os.environ.get("WHENCE_ENV_VARS", "").split(",")]
    names += _names(_json(os.environ.get("OPENLINEAGE__FACETS__ENVIRONMENT_VARIABLES", "[]")))
    if path := config_file():
        import yaml

        content = yaml.safe_load(path.read_text("utf-8"))
        facets = content.get("facets") if isinstance(content, dict) else None
        names += _names(facets.get("environment_variables") if isinstance(facets, dict) else None)
    return tuple(dict.fromkeys(name for name in names if name))


def _number(name: str, default: float) -> float:
    given = os.environ.get(name)
    if not given:
        return default
    try:
        value = float(given)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        _log.warning("%s is not a number of 0 or more; taking %g.", name, default)
        return default
    return value


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _names(value: Any) -> list[str]:
    return [name for name in value if isinstance(name, str)] if isinstance(value, list) else []
