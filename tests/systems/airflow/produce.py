"""Runs an Airflow DAG whose tasks declare assets: `python produce.py FOLDER [--stage N]`, with the Python of Airflow's own environment.

Stage 2 runs the same logical date again: Airflow gives it the run ids of the first. Events go where OPENLINEAGE_URL says; without it they are appended to
FOLDER/events.jsonl. Without the Amazon provider none of the `s3://` assets becomes an input or output.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

DAG = """\
import pendulum
from airflow.sdk import DAG, Asset, AssetAlias, task

RAW = Asset("s3://lake/raw/orders.csv")
CLEAN = Asset(name="clean orders", uri="s3://lake/clean/ada's orders.parquet", extra={"team": "core", "rules": ["a", None, True]})
REPORT = Asset("file:///srv/lake/report.csv")
STOCK = Asset("postgres://db.example.com:5432/shop/public/stock")
MODEL = Asset("risk_model")
LATE = AssetAlias("late")

with DAG("lake", schedule=None, start_date=pendulum.datetime(2026, 1, 1, tz="UTC"), catchup=False):

    @task(inlets=[RAW], outlets=[CLEAN, REPORT])
    def clean(): ...

    @task(inlets=[CLEAN, STOCK], outlets=[MODEL])
    def train(): ...

    @task(inlets=[MODEL], outlets=[LATE])
    def score(*, outlet_events):
        outlet_events[LATE].add(Asset("s3://lake/scores/today.csv"), extra={"rows": 3})

    clean() >> train() >> score()
"""


def airflow(folder: Path, *arguments: str) -> None:
    """Raises CalledProcessError."""
    tools = Path(sys.executable).parent
    transport = {"type": "file", "log_file_path": str(folder / "events.jsonl"), "append": True}
    if "OPENLINEAGE_URL" in os.environ:
        transport = {"type": "http", "url": os.environ["OPENLINEAGE_URL"]}
    settings = {
        "AIRFLOW_HOME": str(folder / "home"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(folder / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
        "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps(transport),
        "AIRFLOW__OPENLINEAGE__NAMESPACE": "shop",
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
    }
    subprocess.run([tools / "airflow", *arguments], cwd=folder, env=os.environ | settings, check=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stage", type=int, default=1, choices=(1, 2))
    given = parser.parse_args()
    if given.stage == 1:
        (given.folder / "dags").mkdir(parents=True)
        (given.folder / "dags" / "lake.py").write_text(DAG, "utf-8")
        airflow(given.folder, "db", "migrate")
    airflow(given.folder, "dags", "test", "lake", "2026-01-02")


if __name__ == "__main__":
    main()
