"""How long an import of many runs takes and how much memory: `python -m tests.systems.mlflow.bench [RUNS]`.

The store has the tables of the recorded one (mlflow 3.17.2), filled by SQL: 10 parameters, 5 metrics, 3 tags and 2 inputs a run. The
events are made, fingerprinted and thrown away.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
from pathlib import Path

from tests.systems.mlflow.conftest import RECORDS
from tests.systems.timing import say_times


def fill(path: Path, runs: int) -> None:
    """A store with so many runs of one experiment, which share 100 datasets."""
    with sqlite3.connect(path) as database:
        database.executescript((RECORDS / "mlflow-3.17.2" / "stage-1" / "mlflow.sql").read_text("utf-8"))
        ids = [f"{number:032x}" for number in range(1, runs + 1)]
        begun = {run: 1_700_000_000_000 + number * 60_000 for number, run in enumerate(ids)}

        insert = database.executemany
        insert("INSERT INTO runs (run_uuid, name, status, start_time, end_time, lifecycle_stage, experiment_id) VALUES (?, ?, ?, ?, ?, ?, ?)",
               ((run, f"run {run[-6:]}", "FINISHED", at, at + 30_000, "active", 1) for run, at in begun.items()))  # fmt: skip
        insert(
            "INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)",
            (
                (f"parameter_{n}", str(number / 7 if n < 3 else n * 0.1), run)
                for number, run in enumerate(ids)
                for n in range(10)
            ),
        )
        for statement in (
            "INSERT INTO metrics (key, value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, ?, ?, ?, ?)",
            "INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid) VALUES (?, ?, ?, ?, ?, ?)",
        ):
            insert(statement, ((f"metric_{n}", n / 7, begun[run], 0, 0, run) for run in ids for n in range(5)))  # fmt: skip
        insert("INSERT INTO tags (key, value, run_uuid) VALUES (?, ?, ?)", ((key, value, run) for run in ids for key, value in (
            ("mlflow.user", "ada"), ("mlflow.source.name", "train.py"), ("team", "credit"))))  # fmt: skip
        insert("INSERT INTO datasets (dataset_uuid, experiment_id, name, digest, dataset_source_type, dataset_source, dataset_schema, dataset_profile) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
               ((f"{n:036x}", 1, f"many {n}", f"{n:08x}", "s3", json.dumps({"uri": f"s3://lake/{n}.csv"}),
                 json.dumps({"mlflow_colspec": [{"type": "double", "name": f"c{c}", "required": True} for c in range(20)]}),
                 json.dumps({"num_rows": n})) for n in range(100)))  # fmt: skip
        insert("INSERT INTO inputs (input_uuid, source_type, source_id, destination_type, destination_id) VALUES (?, ?, ?, ?, ?)", (
            (f"{number * 2 + n:036x}", "DATASET", f"{(number + n) % 100:036x}", "RUN", run)
            for number, run in enumerate(ids) for n in range(2)))  # fmt: skip
        insert("INSERT INTO input_tags (input_uuid, name, value) VALUES (?, ?, ?)",
               ((f"{n:036x}", "mlflow.data.context", "training") for n in range(2 * runs)))  # fmt: skip
    database.close()


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mlflow.db"
        fill(path, runs)
        say_times("mlflow", path, Path(folder) / "cursors")


if __name__ == "__main__":
    main()
