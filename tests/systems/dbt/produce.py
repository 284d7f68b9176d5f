"""Makes a dbt project with DuckDB and builds it with `dbt-ol`: `python produce.py FOLDER [--stage N]`, with the Python of dbt's own environment.

Stage 1 is a seed, two models, their tests and an exposure of type `ml`; stage 2 adds a model that reads the second. Where events go is OpenLineage's own
configuration (OPENLINEAGE_URL, say); without one they are appended to FOLDER/events.jsonl.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

PROJECT = """\
name: shop
version: "1.0"
config-version: 2
profile: shop
flags: {send_anonymous_usage_stats: false}
models: {shop: {+materialized: table}}
"""
PROFILE = "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb, threads: 1}}}\n"
SCHEMA = """\
version: 2
models:
  - name: clean_orders
    description: Orders with an amount
    columns: [{name: id, data_tests: [unique, not_null]}]
  - name: features
exposures:
  - name: risk_model
    type: ml
    url: https://models.example.com/risk
    owner: {name: Ada, email: ada@example.com}
    depends_on: [ref('features')]
"""
FILES = {
    "dbt_project.yml": PROJECT,
    "profiles.yml": PROFILE,
    "seeds/orders.csv": "id,region,amount\n1,north,10\n2,south,20\n3,north,\n",
    "models/schema.yml": SCHEMA,
    "models/clean_orders.sql": "select * from {{ ref('orders') }} where amount is not null\n",
    "models/features.sql": "select region, sum(amount) as total from {{ ref('clean_orders') }} group by region\n",
}
SECOND = {"models/ranked.sql": "select *, rank() over (order by total) as place from {{ ref('features') }}\n"}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def build(folder: Path) -> None:
    """dbt-ol looks for `dbt` on PATH. Raises CalledProcessError."""
    tools = Path(sys.executable).parent
    settings = dict(os.environ, PATH=f"{tools}{os.pathsep}{os.environ['PATH']}", DBT_SEND_ANONYMOUS_USAGE_STATS="false")
    settings.setdefault("OPENLINEAGE_NAMESPACE", "shop")
    if "OPENLINEAGE_URL" not in settings:
        to_file = {"type": "file", "log_file_path": str(folder / "events.jsonl"), "append": True}
        settings["OPENLINEAGE__TRANSPORT"] = json.dumps(to_file)
    subprocess.run([tools / "dbt-ol", "build", "--profiles-dir", "."], cwd=folder, env=settings, check=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stage", type=int, default=1, choices=(1, 2))
    given = parser.parse_args()
    write(given.folder, FILES if given.stage == 1 else SECOND)
    build(given.folder)


if __name__ == "__main__":
    main()
