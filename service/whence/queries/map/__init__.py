"""Everything at once: versions and runs by time and pipeline, in columns.

asking     pages of nodes and the edges that leave them
lanes      which lane a node lies in, and what is shared by all
columns    the answer
"""

from whence.queries.map.asking import lineage_map

__all__ = ["lineage_map"]
