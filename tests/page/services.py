"""The services that the page is looked at with, each with what the tests in the browser need to find."""

from __future__ import annotations

import hashlib
import json
from contextlib import ExitStack, contextmanager
from itertools import count
from typing import TYPE_CHECKING, Final

from bench_graph import event, executions, pipelines
from bench_process import sqlite_url
from page_services import demo_events, post, serving
from page_suite import Given

from . import odd

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY: Final = "whence-test-of-the-page-0123456789abcdef0123456789abcdef"


@contextmanager
def running(folder: Path, large: int) -> Iterator[Given]:
    """All of them (ui/browser/support/given.ts says which); the stores lie in `folder`. `large`: nodes of the generated graph, about."""
    keys = {"WHENCE_API_KEYS": f"page:write:{hashlib.sha256(KEY.encode()).hexdigest()}"}
    generated = pipelines(large, (large // 4,))
    with ExitStack() as stack:
        started = {
            "demo": serving(sqlite_url(folder / "demo.db"), demo_events()),
            "odd": serving(sqlite_url(folder / "odd.db"), (json.dumps(each).encode() for each in odd.events())),
            "keyed": serving(sqlite_url(folder / "keyed.db"), demo_events(), keys, KEY),
            "large": serving(sqlite_url(folder / "large.db"), map(event, executions(generated), count())),
        }
        services = {name: stack.enter_context(each) for name, each in started.items()}
        for body in odd.REFUSED:
            post(services["odd"], body)
        yield Given(services, {"key": KEY, "largeFocus": generated[0].output})
