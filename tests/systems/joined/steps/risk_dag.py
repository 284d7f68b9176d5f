"""Airflow around it: load, then train. Each command is a child of its task's run."""

import itertools
import json
import os

import pendulum
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

PARENT = "{{ macros.OpenLineageProviderPlugin.lineage_parent_id(task_instance) }}"

with DAG("risk", schedule=None, start_date=pendulum.datetime(2026, 1, 1, tz="UTC"), catchup=False):
    tasks = [
        BashOperator(task_id=name, bash_command=command, env={"OPENLINEAGE_PARENT_ID": PARENT}, append_env=True)
        for name, command in json.loads(os.environ["RISK_COMMANDS"]).items()
    ]
    for before, after in itertools.pairwise(tasks):
        before >> after
