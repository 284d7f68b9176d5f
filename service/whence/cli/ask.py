"""Whom to ask: a service over HTTP, or a store that is opened here."""

from __future__ import annotations

from whence.cli.asker import Asker
from whence.cli.where import Where
from whence.settings import Settings


def asker(where: Where, settings: Settings) -> Asker:
    """Connect to a service or open a store. The modules for it are imported only now: they are heavy."""
    if where.url:
        from whence.cli.ask_http import HttpAsker

        return HttpAsker(where.url, settings.api_key)
    from whence.cli.ask_here import StoreAsker

    assert where.store is not None
    return StoreAsker(where.store)
