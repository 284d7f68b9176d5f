"""A step that writes to a Delta table with the real library: `python live_step.py TABLE RAW`; prints its run id."""

from __future__ import annotations

import sys

import pyarrow as pa
from deltalake import CommitProperties, write_deltalake

from whence_emitters import step
from whence_emitters.live.delta import commit_properties


def main() -> None:
    with step("prepare", namespace="risk", inputs=[sys.argv[2]], outputs=[sys.argv[1]]) as prepare:
        properties = CommitProperties(custom_metadata=commit_properties(ticket="RISK-8"))
        write_deltalake(sys.argv[1], pa.table({"id": [1, 2, 3]}), mode="append", commit_properties=properties)
        print(prepare.run_id)


if __name__ == "__main__":
    main()
