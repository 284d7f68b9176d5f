"""Events in: decode → canonical form → facts → store.put, by group commit; and the log replayed."""

from whence.ingest.decode import documents, inflate
from whence.ingest.differences import Difference, FieldDifference
from whence.ingest.digest import graph_digest, graph_lines
from whence.ingest.lane import Ingest, Watcher
from whence.ingest.prepare import Accepted, Limits, Outcome, Refusal
from whence.ingest.replay import copy_log, replay_rejected, summarise
from whence.ingest.transferring import Transfer, transfer
from whence.ingest.verify import Verification, verify

__all__ = [
    "Accepted",
    "Difference",
    "FieldDifference",
    "Ingest",
    "Limits",
    "Outcome",
    "Refusal",
    "Transfer",
    "Verification",
    "Watcher",
    "copy_log",
    "documents",
    "graph_digest",
    "graph_lines",
    "inflate",
    "replay_rejected",
    "summarise",
    "transfer",
    "verify",
]
