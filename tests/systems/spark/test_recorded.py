"""What whence makes of the events that Spark sent: part files are read as a part of the directory that an earlier job wrote."""

from __future__ import annotations

import re

from tests.systems.graphs import History
from tests.systems.live import recorded, story

RECORD = "spark-3.5.9-openlineage-1.53.0"
WRITE = "features.execute_insert_into_hadoop_fs_relation_command"
TOTALS = "features.adaptive_spark_plan.features_totals"
SCAN = "features.map_partitions_sql_execution_map_partitions_file_scan"
FIRST = {
    f"{WRITE}.raw_orders IN features",
    f"{WRITE}.raw_orders MADE raw/orders",
    f"{WRITE}.raw_by_region IN features",
    f"{WRITE}.raw_by_region MADE raw/by_region",
    "features.collect_limit IN features",
    f"features.collect_limit USED raw/orders of {WRITE}.raw_orders at part-00000 INFERRED",
    f"features.collect_limit USED raw/by_region of {WRITE}.raw_by_region at region=north at region=south INFERRED",
    f"{TOTALS} IN features",
    f"{TOTALS} MADE features/totals",
    f"{TOTALS} USED raw/orders of {WRITE}.raw_orders INFERRED",
    f"{WRITE}.features_copy IN features",
    f"{WRITE}.features_copy MADE features/copy",
    f"{WRITE}.features_copy USED raw/by_region of {WRITE}.raw_by_region INFERRED",
}
"""Of stage 1. Spark itself says `subset` where it reads some partitions to learn their schema."""
LISTING = {
    f"{SCAN} IN features",
    f"{SCAN} USED raw/orders of {WRITE}.raw_orders INFERRED",
}
"""A job on plain RDDs, of which Spark sends the START alone, and on a busy machine not even that."""
SECOND = {
    f"{WRITE}.features_sample IN features",
    f"{WRITE}.features_sample MADE features/sample",
    f"{WRITE}.features_sample USED raw/orders of {WRITE}.raw_orders at part-00000 INFERRED",
}
_PART = re.compile(r"(part-00000)-\S+")


def plain(lines: set[str], folder: str) -> set[str]:
    """Without the folder that the job worked in and the random part of a file's name."""
    return {_PART.sub(r"\1", line.replace(f"{folder}/", "")) for line in lines}


def test_directories_join_jobs_and_a_part_file_is_its_directory() -> None:
    history = History(recorded("spark", RECORD))
    assert plain(story(history.graph), "/srv/shop") == FIRST | LISTING | SECOND
    assert not any("part-00000" in uid for uid in history.nodes), "no file is a dataset beside its directory"


def test_what_was_made_of_one_part_file_goes_back_to_the_job_that_wrote_the_directory() -> None:
    history = History(recorded("spark", RECORD))
    came_from = history.provenance("/srv/shop/features/sample")
    assert any(uid.startswith("version/file//srv/shop/raw/orders/run:") for uid in came_from)
