"""What `whence export` says when it is done."""

from __future__ import annotations

import shlex
from typing import Any

from rich.text import Text

from whence.cli.closing import close_answer
from whence.cli.output import console, visible


def print_manifest(manifest: dict[str, Any], folder: str) -> None:
    """What was written, at which position of the log, how complete both answers are, and how to check the files."""
    out = console()
    counts, log = manifest["counts"], manifest["log"]
    told = ", ".join(f"{counts[name]:,} {name}" for name in ("nodes", "edges", "events"))
    out.print(Text(visible(f"{folder}: {told}, at position {log['seq']:,} of the log.")))
    for name in ("provenance", "impact"):
        out.print()
        out.print(Text(name.capitalize(), "bold"), end="")
        close_answer(out, manifest[name])
    out.print()
    out.print(
        Text.assemble("To check it: ", (visible(f"cd {shlex.quote(folder)} && sha256sum -c SHA256SUMS"), "bold")),
        soft_wrap=True,
    )
