"""A training script that knows nothing of whence but its tracking URI: `python train_live.py URI DATA`. Prints its run's id and its model's."""

from __future__ import annotations

import sys
from pathlib import Path

import mlflow
import pandas as pd


class Same(mlflow.pyfunc.PythonModel):
    """A model that gives back what it is given."""

    def predict(self, context: object, model_input: pd.DataFrame) -> pd.DataFrame:
        return model_input


def main() -> None:
    uri, data = sys.argv[1], Path(sys.argv[2])
    mlflow.set_tracking_uri(uri)
    mlflow.set_experiment("live")
    with mlflow.start_run(run_name="trained") as run:
        frame = pd.read_csv(data)
        mlflow.log_input(mlflow.data.from_pandas(frame, source=str(data), name="train"), context="training")
        mlflow.log_param("alpha", 0.1)
        logged = mlflow.pyfunc.log_model(name="model", python_model=Same(), pip_requirements=["numpy==2.0.0"])
    mlflow.register_model(f"models:/{logged.model_id}", "risk")
    mlflow.MlflowClient().set_registered_model_alias("risk", "champion", "1")
    print(run.info.run_id, logged.model_id)


if __name__ == "__main__":
    main()
