"""Make an Iceberg catalog with the real library: `python produce.py FOLDER [--stage N]`, in an environment of requirements.txt.

Stage 1 makes the tables in FOLDER/warehouse and the catalog FOLDER/catalog.db, stage 2 commits once more to `risk.loans`. `risk.loans` goes through what pyiceberg can
do, with a tag, a branch, a rollback and a snapshot that expires; `risk.pruned` keeps neither its old metadata files nor the parents of its snapshots;
`risk.plain` is of format version 1; `risk.empty` has no snapshot.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pyarrow as pa
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.types import StringType

STEP = "0198f0c2-7a51-7c3e-9d0b-3f0a6d0c5e11"
PROPERTIES = {
    "lineage.run_id": STEP,
    "lineage.job_namespace": "risk",
    "lineage.job_name": "prepare",
    "git.commit": "11a110bbef1bcc07ee6b72c48ab5c5b21afbab91",
    "git.repository": "https://git.example.com/acme/risk",
    "ticket": "RISK-7",
    "db_password": "not-for-events",
}


def rows(first: int, count: int = 5) -> pa.Table:
    nested = pa.array([{"score": 0.5, "tags": ["a"]}] * count)
    return pa.table({"id": pa.array(range(first, first + count)), "more": nested})


def loans(catalog: SqlCatalog) -> None:
    table = catalog.create_table("risk.loans", schema=rows(0).schema)
    table.append(rows(0))
    table.append(rows(5), snapshot_properties=PROPERTIES)
    table.manage_snapshots().create_tag(table.current_snapshot().snapshot_id, "training-2026-10").commit()
    table.overwrite(rows(9))
    table.delete("id = 10")
    with table.update_schema() as update:
        update.add_column("note", StringType())
    table.append(rows(20))
    kept = table.current_snapshot().parent_snapshot_id
    table.manage_snapshots().create_branch(table.current_snapshot().snapshot_id, "trial").commit()
    table.append(rows(30), branch="trial")
    table.manage_snapshots().rollback_to_snapshot(kept).commit()
    table.append(rows(40))
    table.maintenance.expire_snapshots().by_id(table.snapshots()[0].snapshot_id).commit()


def pruned(catalog: SqlCatalog) -> None:
    properties = {"write.metadata.delete-after-commit.enabled": "true", "write.metadata.previous-versions-max": "1"}
    table = catalog.create_table("risk.pruned", schema=rows(0).schema, properties=properties)
    for first in range(0, 20, 5):
        table.append(rows(first))
    for snapshot in table.snapshots()[:2]:
        table.maintenance.expire_snapshots().by_id(snapshot.snapshot_id).commit()
    table.append(rows(50))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stage", type=int, default=1)
    given = parser.parse_args()
    folder = given.folder.absolute()
    catalog = SqlCatalog("prod", uri=f"sqlite:///{folder}/catalog.db", warehouse=f"file://{folder}/warehouse")
    if given.stage == 2:
        catalog.load_table("risk.loans").append(rows(100))
        return
    catalog.create_namespace("risk")
    loans(catalog)
    pruned(catalog)
    plain = catalog.create_table("risk.plain", schema=rows(0).schema, properties={"format-version": "1"})
    plain.append(rows(0))
    plain.append(rows(5))
    catalog.create_table("risk.empty", schema=rows(0).schema)


if __name__ == "__main__":
    main()
