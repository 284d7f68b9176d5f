"""Let an Iceberg table's own snapshots name the run and the commit that wrote them.

    from whence_emitters.live.iceberg import snapshot_properties

    table.append(data, snapshot_properties=snapshot_properties())

On Spark each property is an option of the write: `df.writeTo(name).option(f"snapshot-property.{key}", value)`.
"""

from __future__ import annotations

from whence_emitters.live.commit_properties import properties_of_step


def snapshot_properties(**more: str) -> dict[str, str]:
    """The current step's run, job and commit, and what else is given, for a snapshot's summary; never raises."""
    return properties_of_step() | more
