"""`/` until the page comes: what is running, how to send an event, where to ask. No script, nothing from elsewhere."""

from __future__ import annotations

import html
import time
import uuid
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final

from whence import __version__
from whence.model import instant
from whence.model.answers import NodeFilter
from whence.model.kinds import Kind
from whence.queries import service_info

if TYPE_CHECKING:
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


async def home(store: Store, url: str) -> str:
    """The page, with `url` (scheme and host) in the lines to copy. Its example is a new run each time, so that it can be sent as it is."""
    info = await service_info(store, __version__)
    counts = {f"{word}s": await _count(store, kind, word) for word, kind in _COUNTED.items()}
    texts = {
        "version": info.version,
        "store": info.store,
        "seq": f"{info.position.seq:,}",
        "rejected": f"{info.rejected:,}",
        "url": url,
        "now": instant.format(time.time_ns() // instant.NS * instant.NS),
        "run": str(uuid.uuid4()),
    }
    page = Template((HERE / "home.html").read_text(encoding="utf-8"))
    return page.substitute(counts, **{name: html.escape(text) for name, text in texts.items()})


async def _count(store: Store, kind: Kind, word: str) -> str:
    page = await store.find(NodeFilter(kinds=(kind,)), first=1)
    number = f"{page.total:,}" if page.total_exact else f"{page.total:,}+"
    return f"<b>{number}</b> {word}{'' if page.total == 1 else 's'}"
