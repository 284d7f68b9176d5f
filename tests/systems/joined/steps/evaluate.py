"""The registered model measured on other loans, and made champion: `evaluate.py CSV`."""

import sys

import mlflow
import pandas

mlflow.set_experiment("risk")
model = mlflow.sklearn.load_model("models:/risk/1")
with mlflow.start_run(run_name="evaluate"):
    loans = pandas.read_csv(sys.argv[1])
    data = mlflow.data.from_pandas(loans, source=sys.argv[1], name="held-out loans")
    mlflow.log_input(data, context="testing")
    version = mlflow.MlflowClient().get_model_version("risk", "1")
    accuracy = model.score(loans[["amount", "income"]], loans["default"])
    mlflow.log_metric("accuracy", accuracy, dataset=data, model_id=version.source.rpartition("/")[2])
mlflow.MlflowClient().set_registered_model_alias("risk", "champion", "1")
