"""A model fine-tuned on version 0 of the Delta table, logged and registered in MLflow: `train.py TABLE BASE_REVISION ARTIFACTS`.

MLflow has no place for a base model, so the step around the run says it.
"""

import sys
from pathlib import Path

import mlflow
import pandas
from mlflow.data.delta_dataset_source import DeltaDatasetSource
from sklearn.linear_model import LogisticRegression

from whence_emitters import Input, Output, step

table, base = sys.argv[1], Input(f"hf://models/acme/risk-base@{sys.argv[2]}", role="BASE_MODEL")
model = Output(
    "risk", namespace="mlflow://mlflow.example.com", name="risk", version="1", kind="MODEL",
    base=base, relation="FINE_TUNE", digest=False,
)  # fmt: skip
mlflow.create_experiment("risk", artifact_location=sys.argv[3])
mlflow.set_experiment("risk")
with step("risk.train", inputs=[base], outputs=[model], seed=7), mlflow.start_run(run_name="train"):
    loans = pandas.concat(pandas.read_parquet(path) for path in sorted(Path(table).glob("*.parquet")))
    source = DeltaDatasetSource(path=table, delta_table_version=0)
    mlflow.log_input(mlflow.data.from_pandas(loans, source=source, name="loans"), context="training")
    mlflow.log_params({"C": 0.5, "max_iter": 200})
    classifier = LogisticRegression(C=0.5, max_iter=200).fit(loans[["amount", "income"]], loans["default"])
    mlflow.log_metric("accuracy", classifier.score(loans[["amount", "income"]], loans["default"]))
    mlflow.sklearn.log_model(classifier, name="model", registered_model_name="risk", serialization_format="cloudpickle")
