"""Bring the history that a system already holds into whence: exactly, and again at any time.

>>> from whence_emitters.importing import import_history
>>> import_history("dvc", "../risk")  # doctest: +SKIP
"""

from __future__ import annotations

from whence_emitters.importing.contract import Importer, Option, Reading, Record
from whence_emitters.importing.engine import Imported
from whence_emitters.importing.history import import_history

__all__ = ["Imported", "Importer", "Option", "Reading", "Record", "import_history"]
