"""Events of the kind that pages break on: hostile names, runs that failed or go on, gaps, conflicts, and bodies that are refused."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, Final

HOSTILE: Final = (
    "<img src=x onerror=alert(1)>.csv",
    '"><script>document.title="taken"</script>',
    "javascript:alert(1)//'`${7*7}`.csv",
    "right-to-left \u202egnp.exe\u202c and \u2067isolated\u2069",
    "</title><!-- &lt;b&gt; {{7*7}} %3Cb%3E #?&=/.csv",
    "emoji \U0001f9ec e\u0301 zero\u200bwidth, tab\tand 'quote'",
)
LONG: Final = "long-" + "x" * 9_995
"""A name of 10,000 characters."""
REFUSED: Final = (b'{"eventType": "COMPLETE"}', b"no JSON at all", b'{"eventTime": "yesterday", "run": {}, "job": {}}')
_PRODUCER: Final = "https://example.com/odd"


def events() -> list[dict[str, Any]]:
    """What a service takes, in the order of time."""
    return [*_hostile(), *_troubled(), *_conflicting()]


def _hostile() -> Iterator[dict[str, Any]]:
    """A chain of datasets, each made of the one before, all with names that must stay text."""
    for place, (before, name) in enumerate(itertools.pairwise(("plain.csv", *HOSTILE, LONG))):
        yield _event(place, "COMPLETE", f"copy {before[:80]}", [_dataset(before)], [_dataset(name)])


def _troubled() -> Iterator[dict[str, Any]]:
    """Runs that failed, were ended, and never ended; a read of what nobody wrote."""
    message = {"message": "no space left on device <b>", "programmingLanguage": "python", "stackTrace": "Traceback"}
    yield _event(
        20, "FAIL", "train.large", [_dataset("plain.csv")], [_dataset("large.model")], run={"errorMessage": message}
    )
    yield _event(21, "ABORT", "train.twice", [_dataset("plain.csv")], [])
    yield _event(22, "START", "train.still", [_dataset("never-written.csv")], [])


def _conflicting() -> Iterator[dict[str, Any]]:
    """Two sources that disagree about the bytes of one version."""
    for place, digit in ((30, "a"), (31, "b")):
        digest = {"algorithm": "sha256", "value": digit * 64, "strength": "CONTENT"}
        facets = {
            "version": _facet(datasetVersion="v1"),
            "whence_contentDigests": _facet(files=1, bytes=9, digests=[digest]),
        }
        yield _event(place, "COMPLETE", f"publish.{digit}", [], [_dataset("disputed.csv", facets)])


def _event(
    place: int,
    kind: str,
    job: str,
    inputs: list[dict[str, Any]],
    outputs: list[dict[str, Any]],
    run: dict[str, Any] | None = None,
) -> dict[str, Any]:
    return {
        "eventType": kind,
        "eventTime": f"2026-03-01T12:{place:02}:00Z",
        "producer": _PRODUCER,
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {
            "runId": f"00000000-0000-4000-8000-{place:012}",
            "facets": {name: _facet(**facet) for name, facet in (run or {}).items()},
        },
        "job": {"namespace": "odd", "name": job},
        "inputs": inputs,
        "outputs": outputs,
    }


def _dataset(name: str, facets: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"namespace": "odd", "name": name, "facets": facets or {}}


def _facet(**content: object) -> dict[str, object]:
    return {"_producer": _PRODUCER, "_schemaURL": "https://example.com/facet.json", **content}
