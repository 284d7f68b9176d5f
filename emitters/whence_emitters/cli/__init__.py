"""The command line `whence-emit`: one module a verb."""

from whence_emitters.cli.entry import main

__all__ = ["main"]
