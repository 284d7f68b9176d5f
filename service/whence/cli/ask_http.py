"""Ask a service over HTTP."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from whence import __version__
from whence.cli.asker import Asker, Data, error_of
from whence.errors import BadRequest, StoreUnavailable, WhenceError
from whence.settings import is_loopback

CONNECT_SECONDS: Final = 5.0
ANSWER_SECONDS: Final = 120.0
_SENDABLE: Final = re.compile(r"[!-~]+")


def client_for(url: str, key: str | None) -> httpx.Client:
    """A client for the service there, which sends `key`. A proxy of the environment is not used for this machine itself.

    Raises BadRequest for a key that can't stand in a header, without repeating it.
    """
    if key and not _SENDABLE.fullmatch(key):
        raise BadRequest(
            "WHENCE_API_KEY is no key: it has blanks, line breaks or letters beyond ASCII.",
            hint="Set it to the one line that `whence keys create` printed.",
        )
    headers = {"User-Agent": f"whence/{__version__}"} | ({"Authorization": f"Bearer {key}"} if key else {})
    timeout = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
    return httpx.Client(
        base_url=url, headers=headers, timeout=timeout, trust_env=not is_loopback(urlsplit(url).hostname or "")
    )


class HttpAsker(Asker):
    """Speaks GraphQL to a service; `key` is a bearer key or None."""

    def __init__(self, url: str, key: str | None = None) -> None:
        self._url = url
        self._client = client_for(url, key)

    def execute(self, document: str, variables: Data) -> Data:
        return post_json(self._client, "/graphql", {"query": document, "variables": variables}, self._url)

    def close(self) -> None:
        self._client.close()


def post_json(client: httpx.Client, path: str, body: Any, url: str) -> Data:
    """The JSON object that the service answers with. Raises StoreUnavailable when nobody answers, or the error that the body tells of."""
    try:
        response = client.post(path, json=body)
    except httpx.HTTPError as error:
        raise no_answer(url, error) from error
    return read_answer(response, url)


def read_answer(response: httpx.Response, url: str) -> Data:
    """The JSON object in a response. Raises the WhenceError that an error body stands for, StoreUnavailable when it is no whence that answered."""
    try:
        body = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise not_whence(url, response.status_code)
    if response.is_error and "errors" not in body:
        raise error_of(body) if "code" in body else not_whence(url, response.status_code)
    return body


def no_answer(url: str, error: httpx.HTTPError) -> WhenceError:
    """Why nobody answered, in a sentence."""
    if isinstance(error, httpx.TimeoutException):
        return StoreUnavailable(
            f"{url} did not answer in time.", hint="Ask for less (--max-nodes, --first), or look at the service's log."
        )
    return StoreUnavailable(
        f"No service answers at {url}.", hint="Start one with `whence serve`, or open a store with --store."
    )


def not_whence(url: str, status: int) -> WhenceError:
    """What answers there is something else."""
    return StoreUnavailable(
        f"What answers at {url} (HTTP {status}) is not whence.",
        hint="Name the service with --url, or a store with --store.",
    )
