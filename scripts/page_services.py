"""Services with something to look at, for what runs in a browser: the tests of the page, the bench, the screenshots."""

from __future__ import annotations

import urllib.error
import urllib.request
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Final

from bench_process import MeasuringError, service
from project import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

DEMO: Final = ROOT / "tests" / "page" / "demo.ndjson"
"""The events of the demo's pipeline, recorded by tests/page/record_demo.py."""
_DIRECT: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_AT_ONCE: Final = 500
_TAKEN: Final = 200


def demo_events() -> list[bytes]:
    """One event each, in the order in which they were received."""
    return DEMO.read_bytes().splitlines()


def post(url: str, body: bytes, kind: str = "application/json", key: str | None = None) -> int:
    """The status of one POST of lineage to a service."""
    headers = {"Content-Type": kind} | ({"Authorization": f"Bearer {key}"} if key else {})
    request = urllib.request.Request(f"{url}/api/v1/lineage", body, headers)
    try:
        with _DIRECT.open(request) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def take_in(url: str, bodies: Iterable[bytes], key: str | None = None) -> None:
    """Post events, many at once. Raises MeasuringError when the service does not take them."""
    left = iter(bodies)
    while lines := list(islice(left, _AT_ONCE)):
        status = post(url, b"\n".join(lines), "application/x-ndjson", key)
        if status != _TAKEN:
            raise MeasuringError(f"the service answered events with {status}")


@contextmanager
def serving(
    store: str, bodies: Iterable[bytes] = (), settings: Mapping[str, str] | None = None, key: str | None = None
) -> Iterator[str]:
    """The URL of a service over the store with this URL, once it has taken in these events. `key`: what it takes them with."""
    with service(store, settings) as running:
        url = f"http://127.0.0.1:{running.port}"
        take_in(url, bodies, key)
        yield url
