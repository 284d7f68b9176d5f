"""Examples at the end of a verb's help."""

from __future__ import annotations


def examples(*lines: str) -> str:
    """Lines to paste, kept as they are."""
    title = "Example:" if len(lines) == 1 else "Examples:"
    return "\n".join(["\b", title, *(f"  {line}" for line in lines)])
