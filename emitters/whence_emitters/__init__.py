"""Emit OpenLineage events from any pipeline step."""

__version__ = "0.1.0"
