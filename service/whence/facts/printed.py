"""A list of dicts as Python prints it, read without evaluating anything: one pass over the text, no recursion.

Source: the lexical analysis of string literals in the Python language reference, as `repr` writes them.
"""

from __future__ import annotations

import re
from typing import Final

_TOKEN: Final = re.compile(
    r"""(?P<string>'[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*")|(?P<mark>[][{}():,])|[^]['"{}():,]+""", re.DOTALL
)
_ESCAPE: Final = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))", re.DOTALL)
_PLAIN: Final = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\", "'": "'", '"': '"'}
_CLOSES: Final = {"]": "[", "}": "{", ")": "("}
_IN_DICT: Final = ["[", "{"]


def members(text: str, key: str) -> tuple[str, ...]:
    """The texts under one key of the dicts in the list, in their order; none at all when the text is not whole."""
    found: list[str] = []
    opened: list[str] = []
    before, name = "", ""
    place = 0
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None:
            return ()
        place = token.end()
        mark, string = token["mark"], token["string"]
        if mark in _CLOSES:
            if not opened or opened.pop() != _CLOSES[mark]:
                return ()
        elif mark and mark in "[{(":
            opened.append(mark)
        elif string and opened == _IN_DICT:
            read = _unescaped(string[1:-1])
            if read is None:
                return ()
            if before in ("{", ","):
                name = read
            elif before == ":" and name == key:
                found.append(read)
        if mark or string or not token[0].isspace():
            before = mark or "value"
    return () if opened else tuple(found)


def _unescaped(text: str) -> str | None:
    """None when it has an escape that `repr` does not write."""
    if "\\" not in text:
        return text
    try:
        return _ESCAPE.sub(_character, text)
    except (KeyError, ValueError, OverflowError):
        return None


def _character(escape: re.Match[str]) -> str:
    digits = escape[1] or escape[2] or escape[3]
    return chr(int(digits, 16)) if digits else _PLAIN[escape[4]]
