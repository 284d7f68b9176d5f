"""`/` where the page is not built: what is running, how to send an event, where to ask. No script, nothing from elsewhere."""

from __future__ import annotations

import html
import time
import uuid
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final

from whence import __version__
from whence.api import page
from whence.model import instant
from whence.model.answers import NodeFilter
from whence.model.kinds import Kind
from whence.queries import service_info

if TYPE_CHECKING:
    from collections.abc import Mapping

    from whence.store import Store

HERE: Final = Path(__file__).parent
CSP: Final = (
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_COUNTED: Final = {
    "dataset": Kind.DATASET,
    "model": Kind.MODEL,
    "artifact": Kind.ARTIFACT,
    "job": Kind.JOB,
    "run": Kind.RUN,
}
_CLOSED: Final = "<p>This service asks for a key, so nothing of what it holds is shown here.</p>"
_WITHOUT_KEY: Final = {"variables": "one variable", "client_key": "", "curl_key": "", "ask_key": ""}
_WITH_KEY: Final = {
    "variables": "two variables",
    "client_key": "\nexport OPENLINEAGE_API_KEY=KEY",
    "curl_key": " -H 'Authorization: Bearer KEY'",
    "ask_key": "WHENCE_API_KEY=KEY ",
}
"""What the lines to copy have where keys are asked for, and where not."""


async def home(store: Store, url: str, *, trusted: bool) -> str:
    """The page, with `url` (scheme and host) in the lines to copy. Its example is a new run each time, so that it can be sent as it is.

    Only who is `trusted` sees what the store holds; to others it shows how to send and ask with a key.
    """
    texts = {
        "url": url,
        "now": instant.format(time.time_ns() // instant.NS * instant.NS),
        "run": str(uuid.uuid4()),
        "not_built": page.NOT_BUILT,
    } | (_WITHOUT_KEY if trusted else _WITH_KEY)
    running = await _running(store) if trusted else _CLOSED
    return _template("home.html").substitute(_escaped(texts), running=running)


async def _running(store: Store) -> str:
    info = await service_info(store, __version__)
    counts = {f"{word}s": await _count(store, kind, word) for word, kind in _COUNTED.items()}
    texts = {
        "version": info.version,
        "store": info.store,
        "seq": f"{info.position.seq:,}",
        "rejected": f"{info.rejected:,}",
    }
    return _template("home_running.html").substitute(counts, **_escaped(texts))


def _template(name: str) -> Template:
    return Template((HERE / name).read_text(encoding="utf-8"))


def _escaped(texts: Mapping[str, str]) -> dict[str, str]:
    return {name: html.escape(text) for name, text in texts.items()}


async def _count(store: Store, kind: Kind, word: str) -> str:
    found = await store.find(NodeFilter(kinds=(kind,)), first=1)
    number = f"{found.total:,}" if found.total_exact else f"{found.total:,}+"
    return f"<b>{number}</b> {word}{'' if found.total == 1 else 's'}"
