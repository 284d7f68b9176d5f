"""Hooks that keep a system current while it is used: each is one import, and needs nothing that its system does not bring."""
