"""Events in: decode → canonical form → facts → store.put, by group commit; and the log replayed."""

from whence.ingest.decode import documents, inflate
from whence.ingest.digest import fingerprints, graph_digest
from whence.ingest.lane import Ingest, Watcher
from whence.ingest.prepare import Accepted, Limits, Outcome, Refusal
from whence.ingest.replay import Verification, copy_log, replay_rejected, summarise, verify

__all__ = [
    "Accepted",
    "Ingest",
    "Limits",
    "Outcome",
    "Refusal",
    "Verification",
    "Watcher",
    "copy_log",
    "documents",
    "fingerprints",
    "graph_digest",
    "inflate",
    "replay_rejected",
    "summarise",
    "verify",
]
