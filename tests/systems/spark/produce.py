"""Runs a Spark job that reads and writes directories: `python produce.py FOLDER [--stage N]`, with the Python of Spark's own environment.

Stage 1 writes two raw folders (one of them partitioned) and makes features of one, whose schema it lets Spark infer: for that Spark reads a single part file.
Stage 2 reads one part file by its name. Events go where OPENLINEAGE_URL says; without it they are appended to FOLDER/events.jsonl.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pyspark.sql import SparkSession

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

JARS = Path(sys.prefix) / "jars"


def session(folder: Path) -> SparkSession:
    url = os.environ.get("OPENLINEAGE_URL")
    to_file = {"type": "file", "location": str(folder / "events.jsonl")}
    transport = {"type": "http", "url": url} if url else to_file
    settings = {
        "spark.master": "local[1]",
        "spark.ui.enabled": "false",
        "spark.jars": ",".join(map(str, JARS.glob("*.jar"))),
        "spark.extraListeners": "io.openlineage.spark.agent.OpenLineageSparkListener",
        "spark.openlineage.namespace": "shop",
        **{f"spark.openlineage.transport.{name}": value for name, value in transport.items()},
    }
    builder = SparkSession.builder.appName("features")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def save(frame: DataFrame, folder: Path, *, partition: tuple[str, ...] = ()) -> None:
    frame.coalesce(1).write.mode("overwrite").partitionBy(*partition).option("header", True).csv(str(folder))


def first_stage(spark: SparkSession, folder: Path) -> None:
    orders = spark.createDataFrame([(1, "north", 10.0), (2, "south", 20.0)], ["id", "region", "amount"])
    save(orders, folder / "raw" / "orders")
    save(orders, folder / "raw" / "by_region", partition=("region",))
    inferred = spark.read.option("header", True).option("inferSchema", True).csv(str(folder / "raw" / "orders"))
    totals = inferred.groupBy("region").sum("amount").withColumnRenamed("sum(amount)", "total")
    save(totals, folder / "features" / "totals")
    save(spark.read.option("header", True).csv(str(folder / "raw" / "by_region")), folder / "features" / "copy")


def second_stage(spark: SparkSession, folder: Path) -> None:
    (part,) = (folder / "raw" / "orders").glob("part-*.csv")
    save(spark.read.option("header", True).csv(str(part)), folder / "features" / "sample")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stage", type=int, default=1, choices=(1, 2))
    given = parser.parse_args()
    spark = session(given.folder)
    (first_stage if given.stage == 1 else second_stage)(spark, given.folder)
    spark.stop()


if __name__ == "__main__":
    main()
