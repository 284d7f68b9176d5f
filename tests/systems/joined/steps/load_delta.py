"""Loans from a file into a Delta table; the table's own log names the step: `load_delta.py CSV TABLE`."""

import sys

from deltalake import CommitProperties, write_deltalake
from pyarrow import csv

from whence_emitters import Input, step
from whence_emitters.live.delta import commit_properties

source, table = sys.argv[1:]
with step("lake.load", inputs=[Input(source)]):
    write_deltalake(
        table, csv.read_csv(source), commit_properties=CommitProperties(custom_metadata=commit_properties())
    )
