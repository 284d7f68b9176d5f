"""A step that writes to an Iceberg table with the real library: `python live_step.py FOLDER RAW`; prints its run id."""

from __future__ import annotations

import sys

from produce import rows
from pyiceberg.catalog.sql import SqlCatalog

from whence_emitters import step
from whence_emitters.live.iceberg import snapshot_properties


def main() -> None:
    folder = sys.argv[1]
    catalog = SqlCatalog("prod", uri=f"sqlite:///{folder}/catalog.db", warehouse=f"file://{folder}/warehouse")
    with step("prepare", namespace="risk", inputs=[sys.argv[2]]) as prepare:
        catalog.load_table("risk.loans").append(rows(70), snapshot_properties=snapshot_properties(ticket="RISK-8"))
        print(prepare.run_id)


if __name__ == "__main__":
    main()
