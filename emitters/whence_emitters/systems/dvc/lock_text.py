"""Read a dvc.lock as DVC itself writes it, ten times faster than YAML can be; anything else is for the YAML parser to read.

DVC writes schema 2.0 in one form only: stages indented by two, their keys by four, entries as `path`, `hash`, `md5`, `size`, `nfiles`. A
stage's text is parsed once, however many commits hold it. Where a line has another form, nothing is guessed: `stage_texts` or
`entries` answer None.
"""

from __future__ import annotations

import re
from typing import Any

_HEAD = "schema: '2.0'\nstages:\n"
_STAGE = re.compile(r"  (?P<name>[A-Za-z_][A-Za-z0-9_@-]*):\n(?P<body>(?:    [^\n]*\n)+)")
_SECTION = re.compile(r"    (?P<key>cmd|deps|params|outs):(?P<rest>[^\n]*\n(?:    - [^\n]*\n|      [^\n]*\n)*)")
_ENTRY = re.compile(
    r"    - path: (?P<path>[A-Za-z0-9_./][A-Za-z0-9_./@+=-]*)\n"
    r"(?P<hash>      hash: md5\n)?"
    r"      md5: (?P<md5>[0-9a-f]{32}(?:\.dir)?)\n"
    r"(?:      size: (?P<size>[0-9]{1,18})\n)?"
    r"(?:      nfiles: (?P<nfiles>[0-9]{1,18})\n)?"
)
# Words that YAML takes for something else than text.
_NO_NAMES = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def stage_texts(document: bytes) -> dict[str, str] | None:
    """The text of each stage by its name; None when the document is not in DVC's own form."""
    try:
        text = document.decode("utf-8")
    except UnicodeDecodeError:
        return None
    found: dict[str, str] = {}
    at = len(_HEAD)
    if not text.startswith(_HEAD) or "\r" in text or "\t" in text:
        return None
    while at < len(text):
        match = _STAGE.match(text, at)
        if match is None or match["name"].lower() in _NO_NAMES:
            return None
        found[match["name"]] = match["body"]
        at = match.end()
    return found


def sections(body: str) -> dict[str, str] | None:
    """The text of each of a stage's keys, the key included."""
    found: dict[str, str] = {}
    at = 0
    while at < len(body):
        match = _SECTION.match(body, at)
        if match is None:
            return None
        found[match["key"]] = match[0]
        at = match.end()
    return found


def entries(section: str) -> list[dict[str, Any]] | None:
    """The entries of `deps` or `outs`, as YAML would give them."""
    found: list[dict[str, Any]] = []
    at = section.index("\n") + 1
    if section[:at].strip() not in {"deps:", "outs:"}:
        return None
    while at < len(section):
        match = _ENTRY.match(section, at)
        if match is None:
            return None
        entry: dict[str, Any] = {"path": match["path"], "md5": match["md5"]}
        if match["hash"]:
            entry["hash"] = "md5"
        entry |= {key: int(match[key]) for key in ("size", "nfiles") if match[key]}
        found.append(entry)
        at = match.end()
    return found
