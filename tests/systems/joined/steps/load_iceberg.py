"""Loans from a file into an Iceberg table: `load_iceberg.py CSV WAREHOUSE`."""

import sys
from pathlib import Path

from pyarrow import csv
from pyiceberg.catalog.sql import SqlCatalog

from whence_emitters import Input, step
from whence_emitters.live.iceberg import snapshot_properties

source, warehouse = sys.argv[1], Path(sys.argv[2])
warehouse.mkdir(parents=True)
with step("lake.load_iceberg", inputs=[Input(source)]):
    catalog = SqlCatalog("lake", uri=f"sqlite:///{warehouse}/catalog.db", warehouse=f"file://{warehouse}")
    catalog.create_namespace("risk")
    loans = csv.read_csv(source)
    table = catalog.create_table("risk.loans", schema=loans.schema)
    table.append(loans, snapshot_properties=snapshot_properties())
