"""Make a Delta table with Delta Lake on Spark: `python produce_spark.py FOLDER`, with pyspark 3.5 and Java 17.

SPARK_JARS names the jars delta-spark_2.12-3.3.2 and delta-storage-3.3.2. `vectors` deletes rows by deletion vectors and is restored, and a step names itself in the one
text that Spark has for it. Not a part of `make test-systems`: it takes minutes.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from pyspark.sql import SparkSession

STEP = "0198f0c2-7a51-7c3e-9d0b-3f0a6d0c5e11"
PROPERTIES = {
    "lineage.run_id": STEP,
    "lineage.job_namespace": "risk",
    "lineage.job_name": "prepare",
    "ticket": "RISK-7",
}


def session(folder: Path) -> SparkSession:
    """A session whose tables are folders of `folder`."""
    settings = {
        "spark.jars": os.environ["SPARK_JARS"],
        "spark.sql.warehouse.dir": str(folder),
        "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
        "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
        "spark.sql.shuffle.partitions": "1",
        "spark.databricks.delta.snapshotPartitions": "1",
        "spark.ui.enabled": "false",
        "spark.driver.memory": "700m",
    }
    builder = SparkSession.builder.master("local[1]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def main() -> None:
    folder = Path(sys.argv[1]).absolute()
    spark = session(folder)
    rows = spark.range(10).coalesce(1)
    spark.sql(
        "CREATE TABLE vectors (id BIGINT COMMENT 'of the loan') USING delta TBLPROPERTIES ('delta.enableDeletionVectors' = 'true')"
    )
    rows.write.format("delta").mode("append").option("userMetadata", json.dumps(PROPERTIES)).saveAsTable("vectors")
    spark.sql("DELETE FROM vectors WHERE id = 3")
    spark.sql("DELETE FROM vectors WHERE id = 4")
    spark.sql("RESTORE TABLE vectors TO VERSION AS OF 1")
    spark.stop()


if __name__ == "__main__":
    main()
