"""The raw loans as an artifact of a W&B run without a network: `log_artifact.py CSV`."""

import sys

import wandb

with wandb.init(project="risk", entity="acme", job_type="upload", settings=wandb.Settings(disable_git=True)) as run:
    artifact = wandb.Artifact("raw-loans", type="dataset")
    artifact.add_file(sys.argv[1], name="loans.csv")
    run.log_artifact(artifact)
