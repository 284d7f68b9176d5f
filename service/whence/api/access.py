"""Who may ask what.

Without keys the service is open to its own machine only, and not to web pages of others. A loopback address alone does not protect: any page
in a browser can send to it (Origin), and a foreign name can be made to resolve to it (Host). With keys, whoever presents one may do what
its scope says, from anywhere; what holds no data needs none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from whence.api import openlineage, page
from whence.api.bearer import key_in
from whence.api.caller import ANYBODY, IN_SCOPE, THIS_MACHINE, Caller, ScopeTooSmallError, require
from whence.api.cors import cors_headers
from whence.api.hosts import is_own, names_this_machine
from whence.api.http import header
from whence.api.keyring import Keyring
from whence.api.keys import Scope, in_environment
from whence.errors import Forbidden, StoreUnavailable, Unauthenticated

if TYPE_CHECKING:
    from pathlib import Path

    from whence.api.http import Header
    from whence.api.http import Scope as Request
    from whence.errors import WhenceError
    from whence.settings import Settings

_FREE: Final = frozenset({*page.PATHS, "/home.css", "/health", "/ready"})
_EVENTS: Final = frozenset({openlineage.ONE, openlineage.BATCH})
_DOING: Final = {Scope.READ: "read this", Scope.WRITE: "send events"}


class Access:
    """The rules of access. `origins` are those of web pages that may ask besides our own, as `scheme://host[:port]`."""

    def __init__(self, keyring: Keyring, *, loopback: bool, origins: frozenset[str] = frozenset()) -> None:
        self._keyring = keyring
        self._loopback = loopback
        self._origins = origins

    def admit(self, request: Request) -> None:
        """Let the request in, with its Caller noted in it.

        Raises Forbidden for a foreign Host or Origin while the service is open, and for a key whose scope is too small; Unauthenticated without
        a key that is known where one is needed; StoreUnavailable when the keys can't be read now.
        """
        self._keyring.refresh()
        if self._loopback and not self._keyring.closed:
            self._check_local(request)
            request[IN_SCOPE] = THIS_MACHINE
            return
        needed = needed_scope(request)
        if needed is None:
            request[IN_SCOPE] = ANYBODY
            return
        request[IN_SCOPE] = caller = self._caller(request, needed)
        require(caller, needed, _DOING[needed])

    def cors(self, origin: str | None) -> tuple[Header, ...]:
        """The headers for a web page of this origin."""
        return cors_headers(self._origins, origin)

    def _check_local(self, request: Request) -> None:
        host, origin = header(request, b"host").decode("latin-1"), header(request, b"origin").decode("latin-1")
        if not names_this_machine(host):
            raise Forbidden(
                "This service answers to its own machine only, and the request names another host.",
                hint="Ask it at http://127.0.0.1 or http://localhost with its port, or let it ask for keys: whence keys create",
            )
        if origin and origin not in self._origins and not is_own(origin, host):
            raise Forbidden(
                "A web page of another origin may not ask this service.", hint="Allow it in WHENCE_CORS_ORIGINS."
            )

    def _caller(self, request: Request, needed: Scope) -> Caller:
        try:
            presented = key_in(request["headers"])
        except Unauthenticated as error:
            raise _unauthenticated(error.message, needed) from None
        if presented is None:
            raise _unauthenticated("This service asks for a key, and the request has none.", needed)
        key = self._keyring.find(presented)
        if key is not None:
            return Caller(key.name, key.scope)
        if self._keyring.broken:
            raise StoreUnavailable(
                "The service can't read its keys now.", hint="Its log says why. Try again when that is mended."
            )
        raise _unauthenticated("This service does not know the key: it is another's, or was revoked.", needed)


def _unauthenticated(message: str, needed: Scope) -> Unauthenticated:
    return Unauthenticated(
        message,
        hint="Set WHENCE_API_KEY (OpenLineage clients: OPENLINEAGE_API_KEY), or send Authorization: Bearer KEY. "
        f"Whoever runs the service makes a key: whence keys create NAME --scope {needed}",
    )


def access_of(settings: Settings, keys_file: Path | None = None) -> Access:
    """The rules that these settings ask for, with the keys of the environment and of `keys_file`.

    Raises BadRequest for a WHENCE_API_KEYS that can't be read, KeysUnusableError for such a file.
    """
    origins = frozenset(origin.rstrip("/").lower() for origin in settings.cors_origins)
    keyring = Keyring(in_environment(settings.api_keys), keys_file)
    return Access(keyring, loopback=settings.is_loopback, origins=origins)


def asks_for_keys(settings: Settings, keys_file: Path | None = None) -> bool:
    """Whether a service with these settings will ask for keys. Raises what access_of raises."""
    return Keyring(in_environment(settings.api_keys), keys_file).closed


def needed_scope(request: Request) -> Scope | None:
    """What a request needs, by its path; None for what holds no data. A path that nobody thought of needs a key.

    A browser's preflight (OPTIONS) can't bring one. GraphiQL is a page without data; what it asks comes as a POST.
    """
    path: str = request["path"]
    if request["method"] == "OPTIONS" or path in _FREE or path.startswith("/static/"):
        return None
    if path in _EVENTS:
        return Scope.WRITE
    if path == "/graphql" and request["method"] in {"GET", "HEAD"}:
        return None
    return Scope.READ


def challenge(error: WhenceError) -> tuple[Header, ...]:
    """The WWW-Authenticate header of an answer that a key, or another key, would change (RFC 6750, section 3)."""
    if isinstance(error, Unauthenticated):
        return ((b"www-authenticate", b'Bearer realm="whence"'),)
    if isinstance(error, ScopeTooSmallError):
        told = f'Bearer realm="whence", error="insufficient_scope", scope="{error.needed}"'
        return ((b"www-authenticate", told.encode()),)
    return ()
