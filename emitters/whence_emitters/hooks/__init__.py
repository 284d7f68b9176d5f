"""Git hooks that import what was just recorded: in the background, after whatever hook was there before, and removable without a trace."""

from __future__ import annotations

from whence_emitters.hooks.installing import HOOKS, Installed, install, remove

__all__ = ["HOOKS", "Installed", "install", "remove"]
