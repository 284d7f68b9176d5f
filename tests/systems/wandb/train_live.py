"""A training that the live hook follows: `python train_live.py FOLDER [fail]`. It reads what the producer's `project` holds."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import wandb

from whence_emitters.live.wandb import install


def main() -> None:
    folder = Path(sys.argv[1]).resolve()
    os.environ |= {"WANDB_MODE": "offline", "WANDB_DIR": str(folder), "HOME": str(folder), "WANDB_SILENT": "true"}
    os.chdir(folder / "project")
    install()
    config = {"lr": 0.1, "hub_api_key": "hunter2"}
    with wandb.init(project="risk", entity="acme", id="live1", job_type="train", config=config) as run:
        data = run.use_artifact("clean-data:latest", local="clean.csv", role="TRAIN")
        Path(data.file()).read_bytes()
        run.use_artifact("acme/vision/images:v3", local="images")
        if sys.argv[2:] == ["fail"]:
            raise ValueError("password=hunter2")
        model = wandb.Artifact("live-model", type="model")
        model.add_file("model.bin")
        run.log_artifact(model)


if __name__ == "__main__":
    main()
