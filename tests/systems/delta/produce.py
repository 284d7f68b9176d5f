"""Make a folder of Delta tables with the real library: `python produce.py FOLDER [--stage N]`, in an environment of requirements.txt.

Stage 1 makes the tables, stage 2 commits once more to `loans`. `loans` goes through every operation that delta-rs has; `cleaned` has a checkpoint and has
lost its oldest commits, `compacted` has lost them and kept a compacted file.
"""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from time import sleep

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Field, write_deltalake
from deltalake.schema import PrimitiveType

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
    return pa.table({"id": pa.array(range(first, first + count)), "name": [f"n{i}" for i in range(count)]})


def loans(table: str) -> None:
    write_deltalake(table, rows(0), name="loans", description="Applications for loans.")
    write_deltalake(table, rows(5), mode="append", commit_properties=CommitProperties(custom_metadata=PROPERTIES))
    DeltaTable(table).optimize.compact()
    DeltaTable(table).delete("id = 3")
    DeltaTable(table).restore(1)
    DeltaTable(table).update({"name": "'z'"}, predicate="id = 2")
    write_deltalake(table, rows(9), mode="overwrite", predicate="id > 3")
    write_deltalake(table, rows(9), mode="overwrite")
    merge = DeltaTable(table).merge(rows(10), "s.id = t.id", source_alias="s", target_alias="t")
    merge.when_matched_update_all().when_not_matched_insert_all().execute()
    DeltaTable(table).alter.set_table_properties({"delta.logRetentionDuration": "interval 7 days"})
    DeltaTable(table).alter.add_columns([Field("score", PrimitiveType("double"))])
    sleep(0.002)
    before = datetime.now(UTC)
    sleep(0.002)
    DeltaTable(table).delete()
    DeltaTable(table).restore(before)
    DeltaTable(table).vacuum(0, dry_run=False, enforce_retention_duration=False)


def shortened(table: str, *, compacted: bool) -> None:
    for first in range(0, 20, 5):
        write_deltalake(table, rows(first), mode="append")
    if compacted:
        DeltaTable(table).compact_logs(0, 2)
    else:
        write_deltalake(table, rows(90), mode="overwrite")
        DeltaTable(table).create_checkpoint()
    write_deltalake(table, rows(50), mode="append")
    for version in range(3 if compacted else 5):
        (Path(table) / "_delta_log" / f"{version:020}.json").unlink()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stage", type=int, default=1)
    given = parser.parse_args()
    if given.stage == 1:
        loans(str(given.folder / "loans"))
        shortened(str(given.folder / "cleaned"), compacted=False)
        shortened(str(given.folder / "compacted"), compacted=True)
    else:
        write_deltalake(str(given.folder / "loans"), rows(100), mode="append", schema_mode="merge")
    print(json.dumps({"stage": given.stage}))


if __name__ == "__main__":
    main()
