"""Let a Delta table's own log name the run and the commit that wrote each version.

    from deltalake import CommitProperties, write_deltalake
    from whence_emitters.live.delta import commit_properties

    write_deltalake(table, data, mode="append", commit_properties=CommitProperties(custom_metadata=commit_properties()))

Spark has one text for it: `df.write.format("delta").option("userMetadata", user_metadata())`.
"""

from __future__ import annotations

import json

from whence_emitters.live.commit_properties import properties_of_step


def commit_properties(**more: str) -> dict[str, str]:
    """The current step's run, job and commit, and what else is given, for `CommitProperties(custom_metadata=…)`; never raises."""
    return properties_of_step() | more


def user_metadata(**more: str) -> str:
    """The same as one JSON text, for the option `userMetadata` of Delta Lake on Spark."""
    return json.dumps(commit_properties(**more), sort_keys=True)
