"""The command line, `whence`."""

from whence.cli.command import main

__all__ = ["main"]
