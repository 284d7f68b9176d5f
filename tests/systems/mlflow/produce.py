"""Make a tracking store with the real MLflow: `python produce.py FOLDER [--stage 1|2]`; `--dump` writes it as text for a golden record.

FOLDER gets `mlflow.db` and `mlruns/`. Stage 1 makes the history below, stage 2 changes it. Ids and times are MLflow's own; users, hosts
and sources are neutral. Works with MLflow 2.9 and later; what a release cannot do it leaves out.

    risk        pipeline > train (nested; datasets of every kind of source, params, metrics, model, registered) and evaluate
    collisions  three tables with one MLflow digest, each logged with its place, with its place but one name for all, and without a place
    states      a run that failed, one that goes on, one that was deleted
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sqlite3
from pathlib import Path

os.environ |= {"LOGNAME": "ada", "MLFLOW_DISABLE_TELEMETRY": "true", "GIT_PYTHON_REFRESH": "quiet"}

import mlflow
import numpy as np
import pandas as pd
from mlflow.data.dataset_source import DatasetSource
from mlflow.data.delta_dataset_source import DeltaDatasetSource
from mlflow.data.http_dataset_source import HTTPDatasetSource
from mlflow.data.huggingface_dataset_source import HuggingFaceDatasetSource
from mlflow.models import infer_signature

THREE = hasattr(mlflow, "create_external_model")
SHA256 = hashlib.sha256(b"loans of October\n").hexdigest()
COMMIT = "11a110bbef1bcc07ee6b72c48ab5c5b21afbab91"
HF_COMMIT = "901b75f7d45c1095fa4fd8da34b9f450d4828e90"
LOANS = pd.DataFrame({"age": [31, 47, 29], "income": [2100.0, 3900.5, 1800.0]})


class Same(mlflow.pyfunc.PythonModel):
    """A model that gives back what it is given."""

    def predict(self, context: object, model_input: pd.DataFrame) -> pd.DataFrame:
        return model_input


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stage", type=int, default=1, choices=(1, 2))
    parser.add_argument("--uri", help="a tracking URI other than the database in FOLDER")
    parser.add_argument(
        "--dump", type=Path, help="also write the database as SQL, and the models' descriptions, to this folder"
    )
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    to = given.dump and given.dump.absolute()
    os.chdir(given.folder)
    mlflow.set_tracking_uri(given.uri or f"sqlite:///{Path.cwd()}/mlflow.db")
    (history if given.stage == 1 else change)()
    if to:
        dump(Path.cwd(), to)


def history() -> None:
    """Stage 1."""
    mlflow.set_experiment("risk")
    with mlflow.start_run(run_name="pipeline"):
        mlflow.set_tags(code_tags())
        model_id = train()
        evaluate(model_id)
    mlflow.set_experiment("collisions")
    for name, frame in colliding().items():
        for kind, source, called in (
            ("located", f"/srv/data/{name}.csv", name), ("one name", f"/srv/data/{name}.csv", "table"), ("unlocated", None, "dataset")
        ):  # fmt: skip
            with mlflow.start_run(run_name=f"{kind} {name}"):
                mlflow.log_input(mlflow.data.from_pandas(frame, source=source, name=called), context="training")
    states()


def code_tags() -> dict[str, str]:
    return {
        "mlflow.source.name": "/srv/risk/train.py",
        "mlflow.source.type": "LOCAL",
        "mlflow.source.git.commit": COMMIT,
        "mlflow.source.git.branch": "main",
        "mlflow.source.git.repoURL": "https://ada:letmein@git.example.com/acme/risk.git",
    }


def train() -> str | None:
    """A run with everything that a run can hold; gives its model's id, which MLflow 2 has none of."""
    with mlflow.start_run(run_name="train", nested=True) as run:
        mlflow.set_tags(code_tags())
        mlflow.set_tag("team", "credit")
        mlflow.log_params(
            {
                "alpha": 0.1,
                "db_password": "letmein",
                "source": "postgres://ada:letmein@db.example.com/risk",
                "dataset_sha256": SHA256,
                "dataset_hash": SHA256[:16],
                "dataset_version": "v2.0",
            }
        )
        for step, loss in enumerate((0.9, 0.5, float("nan"), float("inf"))):
            mlflow.log_metric("loss", loss, step=step)
        mlflow.log_metric("auc", 0.93)
        for dataset, context in datasets():
            mlflow.log_input(dataset, context=context)
        named = {"name": "model"} if THREE else {"artifact_path": "model"}
        logged = mlflow.pyfunc.log_model(
            **named,
            python_model=Same(),
            signature=infer_signature(LOANS, LOANS["income"]),
            pip_requirements=["numpy==2.0.0", "pandas==2.2.3"],
        )
        if THREE:
            tensors = infer_signature(np.zeros((2, 3), np.float32), np.zeros((2, 1), np.float32))
            mlflow.pyfunc.log_model(
                name="head", python_model=Same(), signature=tensors, pip_requirements=["numpy==2.0.0"]
            )
    source = f"models:/{logged.model_id}" if THREE else f"runs:/{run.info.run_id}/model"
    mlflow.register_model(source, "risk")
    client = mlflow.MlflowClient()
    client.update_model_version("risk", "1", description="The first.")
    client.set_registered_model_alias("risk", "champion", "1")
    return logged.model_id if THREE else None


def datasets() -> list[tuple[object, str]]:
    """One dataset of each kind of source, with its context."""
    tables = [
        (mlflow.data.from_pandas(LOANS, source="/srv/risk/data/train.csv", name="train"), "training"),
        (mlflow.data.from_pandas(LOANS.head(2), source="s3://risk-lake/raw/valid.csv", name="valid"), "validation"),
        (mlflow.data.from_pandas(LOANS.head(1), source="data/relative.csv", name="relative"), "training"),
    ]  # fmt: skip
    if not THREE:
        return tables
    from mlflow.data.meta_dataset import MetaDataset

    def of(source: DatasetSource, name: str, digest: str) -> MetaDataset:
        return MetaDataset(source, name=name, digest=digest)

    http = HTTPDatasetSource("https://ada:letmein@data.example.com/loans.csv?sig=letmein")
    return [
        *tables,
        (of(DeltaDatasetSource(path="s3://risk-lake/tables/loans", delta_table_version=412), "delta", "00000001"), "training"),
        (of(DeltaDatasetSource(delta_table_name="main.risk.loans", delta_table_version=3), "table", "00000002"), "training"),
        (of(hugging_face(HF_COMMIT), "pinned", "00000003"), "training"),
        (of(hugging_face("main"), "moving", "00000004"), "training"),
        (of(http, "web", "00000005"), "reference"),
    ]  # fmt: skip


def hugging_face(revision: str) -> HuggingFaceDatasetSource:
    return HuggingFaceDatasetSource(path="acme/loans", split="train", revision=revision)


def evaluate(model_id: str | None) -> None:
    """A run that measures the model of another."""
    with mlflow.start_run(run_name="evaluate", nested=True):
        test = mlflow.data.from_pandas(LOANS.tail(1), source="s3://risk-lake/raw/test.csv", name="test")
        mlflow.log_input(test, context="evaluation")
        if THREE:
            mlflow.log_metric("auc", 0.91, dataset=test, model_id=model_id)


def colliding() -> dict[str, pd.DataFrame]:
    """Three tables that differ where MLflow's digest does not look: beyond row 10,000, and in a column of times."""
    first = pd.DataFrame(
        {"x": np.arange(20_000.0), "at": pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(20_000), "s")}
    )
    row, column = first.copy(), first.copy()
    row.loc[15_000, "x"] = -1.0
    column["at"] += pd.Timedelta(days=1)
    return {"first": first, "row": row, "column": column}


def states() -> None:
    """Runs that did not simply finish."""
    mlflow.set_experiment("states")
    client = mlflow.MlflowClient()
    experiment = mlflow.get_experiment_by_name("states").experiment_id
    for name, status in (("failed", "FAILED"), ("killed", "KILLED"), ("running", None), ("deleted", "FINISHED")):
        run = client.create_run(experiment, run_name=name)
        if status:
            client.set_terminated(run.info.run_id, status)
        if name == "deleted":
            client.delete_run(run.info.run_id)


def change() -> None:
    """Stage 2: a tag on a finished run, a new run, a second version of the model and the alias moved to it."""
    mlflow.set_experiment("risk")
    client = mlflow.MlflowClient()
    finished = next(iter(mlflow.search_runs(filter_string="run_name = 'train'", output_format="list")))
    client.set_tag(finished.info.run_id, "reviewed", "yes")
    with mlflow.start_run(run_name="retrain") as run:
        mlflow.log_param("dataset_sha256", SHA256)
    client.create_model_version("risk", f"runs:/{run.info.run_id}/model", run.info.run_id)
    client.set_registered_model_alias("risk", "champion", "2")


def dump(folder: Path, to: Path) -> None:
    """The database as SQL, and what describes each model; the folder's own path becomes `/srv/mlflow`."""
    to.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(f"file:{folder / 'mlflow.db'}?mode=ro", uri=True) as database:
        text = "\n".join(database.iterdump())
    (to / "mlflow.sql").write_text(text.replace(str(folder), "/srv/mlflow") + "\n")
    for name in ("MLmodel", "requirements.txt", "python_env.yaml"):
        for path in (folder / "mlruns").rglob(name):
            copy = to / path.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(path.read_text().replace(str(folder), "/srv/mlflow"))


if __name__ == "__main__":
    main()
