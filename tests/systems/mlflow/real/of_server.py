"""Asks a database server, in the environment that has its drivers: `python of_server.py names|write URL`.

`names` prints the ids of runs and of logged models by their names, as JSON. `write` tries to change the store over the importer's own
connection, and prints what the server says to that.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from whence_emitters.systems.mlflow import statements
from whence_emitters.systems.mlflow.database import Database, open_database


def names(database: Database) -> dict[str, Any]:
    run_ids = [run_id for (run_id,) in database.rows(statements.RUN_IDS)]
    return {
        "runs": {row[2]: row[0] for row in database.rows_of(statements.RUNS, run_ids)},
        "models": {row[1]: row[0] for row in database.rows(statements.MODELS)},
    }


def write(database: Database) -> str:
    try:
        database._connection.cursor().execute("DELETE FROM tags")
    except Exception as error:
        return str(error)
    return "written"


if __name__ == "__main__":
    asked, url = sys.argv[1:]
    print(json.dumps({"names": names, "write": write}[asked](open_database(url))))
