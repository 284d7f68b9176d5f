"""Who sent a request, and whether that is enough for what is asked."""

from __future__ import annotations

from typing import Final, NamedTuple

from whence.api.keys import Scope
from whence.errors import Forbidden

IN_SCOPE: Final = "whence.caller"
"""Under this name the ASGI scope of a request holds its Caller, from when that is known."""


class Caller(NamedTuple):
    """The name of the key, None without one, and what may be done; no scope means only what needs no key."""

    name: str | None = None
    scope: Scope | None = None


ANYBODY: Final = Caller()
THIS_MACHINE: Final = Caller(scope=Scope.ADMIN)
"""Whoever asks a service that is open to its own machine, or opens a store in this process."""


class ScopeTooSmallError(Forbidden):
    """The key is good, but not for this. `needed` would be."""

    def __init__(self, caller: Caller, needed: Scope, doing: str) -> None:
        who = "A request without a key" if caller.name is None else f"The key {caller.name} ({caller.scope})"
        super().__init__(
            f"{who} may not {doing}: that needs the scope {needed}.",
            hint=f"Use a key with that scope. Whoever runs the service makes one: whence keys create NAME --scope {needed}",
        )
        self.needed = needed


def require(caller: Caller, needed: Scope, doing: str) -> None:
    """Raises ScopeTooSmallError, which says "may not {doing}", for a caller without this scope."""
    if caller.scope is None or not caller.scope.covers(needed):
        raise ScopeTooSmallError(caller, needed, doing)
