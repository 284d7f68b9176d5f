"""Runs of W&B, made by the real wandb in offline mode: `python produce.py FOLDER [--stage 1|2]`.

Stage 1 leaves a run that made data and one that trained on it, stage 2 one more. What names this machine is replaced in the files,
with wandb's own message classes. A used artifact and an end without success are put into a copy of a run, as an online run has them:
offline, wandb records no use.
"""

from __future__ import annotations

import argparse
import os
import shutil
import struct
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path

HEADER = b":W&B\xe1\xbe\x00"
BLOCK = 32 * 1024
REMOTE = "https://ada:hunter2@git.example.com/acme/risk.git"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stage", type=int, default=1)
    given = parser.parse_args()
    folder = given.folder.resolve()
    project = folder / "project"
    if not project.exists():
        make_project(project)
    os.chdir(project)
    os.environ |= {"WANDB_MODE": "offline", "WANDB_DIR": str(folder), "HOME": str(folder), "WANDB_SILENT": "true"}
    if given.stage == 1:
        prepare()
        train()
    else:
        evaluate()
    finish_writing()
    if given.stage == 1:
        online(folder)
    for path in folder.glob("wandb/*/*.wandb"):
        scrub(path)
    for path in [*folder.glob("wandb/*/logs"), *folder.glob("wandb/*.log"), *folder.glob("wandb/*/files/output.log"),
                 folder / "wandb" / "latest-run", folder / ".local", folder / ".cache", folder / ".config"]:  # fmt: skip
        remove(path)


def make_project(project: Path) -> None:
    (project / "images").mkdir(parents=True)
    (project / "clean.csv").write_text("amount,default\n100,0\n250,1\n")
    (project / "images" / "a.txt").write_text("x\n")
    (project / "images" / "b.txt").write_text("y\n")
    (project / "model.bin").write_text("weights of the first training\n")
    dated = {"GIT_AUTHOR_DATE": "2026-11-01T08:00:00Z", "GIT_COMMITTER_DATE": "2026-11-01T08:00:00Z"}
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    for command in (
        ("init", "-q"),
        ("add", "clean.csv"),
        (*who, "commit", "-q", "-m", "data"),
        ("remote", "add", "origin", REMOTE),
    ):
        subprocess.run(["git", *command], cwd=project, env=os.environ | dated, check=True)


def start(run_id: str, job_type: str, **config: object):
    import wandb

    settings = wandb.Settings(host="machine", username="ada", program="train.py", x_disable_stats=True, console="off")
    return wandb.init(
        project="risk", entity="acme", id=run_id, name=run_id, job_type=job_type, group="nightly", tags=["weekly"],
        config=config, settings=settings,
    )  # fmt: skip


def prepare() -> None:
    import wandb

    with start("prepare1", "prepare", source="raw") as run:
        data = wandb.Artifact("clean-data", type="dataset", description="Loans without gaps", metadata={"rows": 2})
        data.add_file("clean.csv")
        run.log_artifact(data, aliases=["gold"])
        images = wandb.Artifact("images", type="dataset")
        images.add_dir("images")
        run.log_artifact(images)
        pointer = wandb.Artifact("elsewhere", type="dataset")
        pointer.add_reference("https://data.example.com/loans.csv", name="loans.csv", checksum=False)
        run.log_artifact(pointer)
        fast = wandb.Artifact("clean-data-fast", type="dataset", digest_algorithm="XXH128")
        fast.add_file("clean.csv")
        run.log_artifact(fast)


def train() -> None:
    import wandb

    with start("train1", "train", lr=0.1, hub_api_key="hunter2", model={"depth": 3}) as run:
        for epoch in range(3):
            run.log({"loss": 1 / (epoch + 1), "lost": float("nan")})
        run.summary["auc"] = 0.91
        model = wandb.Artifact("risk-model", type="model")
        model.add_file("model.bin")
        run.log_artifact(model)


def evaluate() -> None:
    with start("evaluate1", "evaluate") as run:
        run.summary["auc"] = 0.9


def finish_writing() -> None:
    """The process that writes the files may still hold their end when a run has finished."""
    import wandb

    wandb.teardown()


def online(folder: Path) -> None:
    """The training as an online run would have recorded it: with the artifacts that it used, and a crash at the end."""
    from wandb.proto import wandb_internal_pb2 as proto

    offline = next(folder.glob("wandb/offline-run-*-train1/*.wandb"))
    records = []
    for message in messages(offline):
        record = proto.Record.FromString(message)
        if record.HasField("run"):
            record.run.run_id = record.run.display_name = "train2"
            record.run.telemetry.feature.offline = False
            record.run.tags.append("online")
        if record.HasField("telemetry"):
            continue
        if record.HasField("exit"):
            use = proto.UseArtifactRecord(id="QXJ0aWZhY3Q6MQ==", type="dataset", name="clean-data:v7")
            records.append(proto.Record(use_artifact=use))
            record.exit.exit_code = 1
        records.append(record)
    time = offline.parent.name.split("-")[2]
    target = folder / "wandb" / f"run-{time}-train2" / "run-train2.wandb"
    target.parent.mkdir(parents=True, exist_ok=True)
    write(target, records)


def scrub(path: Path) -> None:
    """Replace what names this machine: host, paths, hardware."""
    from wandb.proto import wandb_internal_pb2 as proto

    records = [proto.Record.FromString(message) for message in messages(path)]
    for record in records:
        if record.HasField("run"):
            record.run.host = "machine"
        if record.HasField("environment"):
            neutral(record.environment)
        for entry in record.artifact.manifest.contents if record.HasField("artifact") else ():
            entry.local_path = f"/staging/{entry.path}" if entry.local_path else ""
    write(path, records)


def neutral(environment) -> None:
    texts = {
        "host": "machine", "username": "ada", "executable": "/usr/bin/python3", "root": "/home/ada", "email": "",
        "os": "Linux-6.1.0-x86_64-with-glibc2.36", "program": "/home/ada/project/train.py", "code_path": "train.py",
        "code_path_local": "train.py",
    }  # fmt: skip
    for name, value in texts.items():
        if getattr(environment, name):
            setattr(environment, name, value)
    del environment.args[:]
    environment.ClearField("disk")
    environment.ClearField("memory")
    if environment.HasField("cpu"):
        environment.cpu.model = "Example CPU"


def messages(path: Path) -> Iterator[bytes]:
    data, at, joined = path.read_bytes(), len(HEADER), b""
    while at + 7 <= len(data):
        if BLOCK - at % BLOCK < 7:
            at += BLOCK - at % BLOCK
            continue
        _, length, kind = struct.unpack_from("<IHB", data, at)
        joined += data[at + 7 : at + 7 + length]
        at += 7 + length
        if kind in (1, 4):
            yield joined
            joined = b""


def write(path: Path, records: list) -> None:
    data = bytearray(HEADER)
    for record in records:
        rest, first = record.SerializeToString(), True
        while True:
            room = BLOCK - len(data) % BLOCK
            if room < 7:
                data += bytes(room)
                continue
            part, rest = rest[: room - 7], rest[room - 7 :]
            kind = (1 if not rest else 2) if first else (4 if not rest else 3)
            data += struct.pack("<IHB", zlib.crc32(part, zlib.crc32(bytes((kind,)))), len(part), kind) + part
            first = False
            if not rest:
                break
    path.write_bytes(data)


def remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)


if __name__ == "__main__":
    main()
