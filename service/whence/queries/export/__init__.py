"""An answer to take away: provenance and impact of one thing as files, with the events that prove it (docs/export.md)."""

from whence.queries.export.asking import MOST_NODES, Question
from whence.queries.export.export import Manifest, export
from whence.queries.export.files import FileDigest, Folder, Target, Unwritten

__all__ = ["MOST_NODES", "FileDigest", "Folder", "Manifest", "Question", "Target", "Unwritten", "export"]
