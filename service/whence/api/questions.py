"""`/graphql` over HTTP: POST of application/json; GraphiQL for a browser that asks for a page."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from whence import canonical
from whence.api import page
from whence.api.aside import Aside
from whence.api.caller import IN_SCOPE
from whence.api.http import Bodies, answer, encode, header, media_type
from whence.errors import BadRequest, WrongMediaType

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from types import ModuleType

    from whence.api.http import Receive, Scope, Send
    from whence.ingest import Ingest
    from whence.ingest.past import Past
    from whence.store import Store

GRAPHIQL_CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""A page into which a key may be typed runs and styles nothing that this service did not bring."""
_NOT_BUILT: Final = """\
GraphiQL is not built into this installation (make ui builds it); ask with POST and Content-Type: application/json:

curl -s {url}/graphql -H 'Content-Type: application/json' -d '{{"query": "{{ service {{ version store seq }} }}"}}'
"""


class Questions:
    """The ASGI handler of `/graphql`."""

    def __init__(self, store: Store, ingest: Ingest, bodies: Bodies, past: Past) -> None:
        self._store = store
        self._ingest = ingest
        self._bodies = bodies
        self._past = past
        self._graphql: ModuleType | None = None
        self._aside = Aside("whence questions") if store.loops == "many" else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] in {"GET", "HEAD"} and b"text/html" in header(scope, b"accept"):
            await _page(scope, send)
        elif scope["method"] != "POST":
            error = BadRequest("Questions are sent with POST.", hint="Send {query, variables} as application/json.")
            await answer(send, 405, encode(error.as_dict()), ((b"allow", b"POST"),))
        else:
            await answer(send, 200, await self._ask(scope, receive))

    async def _ask(self, scope: Scope, receive: Receive) -> bytes:
        kind, charset = media_type(scope)
        if kind != "application/json" or charset not in {"", "utf-8", "utf8"}:
            raise WrongMediaType("Questions are sent as application/json.")
        body = canonical.parse(await self._bodies.read(scope, receive))
        query, variables, operation = _request(body)
        graphql = await self.warm()
        context = graphql.Context(self._store, self._ingest, caller=scope[IN_SCOPE], past=self._past)
        answering: Coroutine[Any, Any, bytes] = graphql.execute(context, query, variables, operation)
        # An answer of a thousand nodes takes a fifth of a second of Python. What writes belongs to the loop of the ingest lane.
        if self._aside is None or "mutation" in query:
            return await answering
        return await self._aside.run(answering)

    async def close(self) -> None:
        """End the thread that questions are answered in. Idempotent."""
        if self._aside is not None:
            await self._aside.close()

    async def warm(self) -> ModuleType:
        """GraphQL with its schema built. That takes longer than all the rest of the start, so it is done in a thread while events are taken in."""
        if self._graphql is None:
            self._graphql = await asyncio.to_thread(_graphql)
        return self._graphql


def _graphql() -> ModuleType:
    from whence.api import graphql

    graphql.schema()
    return graphql


def _request(body: object) -> tuple[str, dict[str, Any] | None, str | None]:
    if not isinstance(body, dict):
        raise BadRequest("The body is no JSON object.", hint='Send {"query": "…", "variables": {…}}.')
    query, variables, operation = body.get("query"), body.get("variables"), body.get("operationName")
    if not isinstance(query, str) or not query.strip():
        raise BadRequest("`query` is missing or no text.", hint='Send {"query": "…", "variables": {…}}.')
    if variables is not None and not isinstance(variables, dict):
        raise BadRequest("`variables` is no JSON object.")
    if operation is not None and not isinstance(operation, str):
        raise BadRequest("`operationName` is no text.")
    return query, variables, operation or None


async def _page(scope: Scope, send: Send) -> None:
    built = page.STATIC / "graphiql" / "index.html"
    if built.is_file():
        body, kind = built.read_bytes(), b"text/html; charset=utf-8"
    else:
        host = header(scope, b"host").decode("latin-1")
        body, kind = _NOT_BUILT.format(url=f"http://{host}").encode(), b"text/plain; charset=utf-8"
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"content-security-policy", GRAPHIQL_CSP.encode()),
        (b"vary", b"Accept"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
