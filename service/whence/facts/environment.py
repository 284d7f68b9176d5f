"""`whence_environmentPin`: the software and hardware of a run. Equal pins are one environment."""

from __future__ import annotations

import hashlib

import msgspec

from whence.canonical import DEPTH_CEILING, canonical, parse
from whence.facts.shapes import Name, shape
from whence.model import uid
from whence.model.facts import Said


class _Lockfile(msgspec.Struct, frozen=True):
    name: str | None = None
    sha256: str | None = None


class _Accelerator(msgspec.Struct, frozen=True):
    name: Name
    driver: str | None = None
    cuda: str | None = None


class _Pin(msgspec.Struct, frozen=True):
    python: str | None = None
    lockfile: _Lockfile | None = None
    packagesSha256: str | None = None  # noqa: N815  the name in the event
    image: str | None = None
    os: str | None = None
    cpu: str | None = None
    accelerators: list[_Accelerator] | None = None


_look = shape(_Pin)


def environment_pin(facet: msgspec.Raw) -> Said | None:
    """The uid is the SHA-256 of the RFC 8785 form without keys that begin with `_`, nulls and empty lists, at any depth (design page, §3).

    Source: schema/facets/WhenceEnvironmentPinRunFacet.json. A pin that says nothing is no environment.
    """
    if _look(facet) is None:
        return None
    pin = _stripped(parse(bytes(facet), max_depth=DEPTH_CEILING))
    if not pin:
        return None
    text = canonical(pin)
    return Said(environment=uid.environment(hashlib.sha256(text).hexdigest()), pin=text.decode())


def _stripped(value: object) -> object:
    if isinstance(value, dict):
        members = ((name, _stripped(member)) for name, member in value.items() if not name.startswith("_"))
        return {name: member for name, member in members if member is not None and member != []}
    if isinstance(value, list):
        return [_stripped(item) for item in value]
    return value
