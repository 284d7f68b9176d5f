"""One team's data in every system, made with the real tools: `python produce.py FOLDER`.

    data/      git and DVC: raw/loans.csv and the folder raw/statements      lfs/     git-lfs: the same loans.csv
    wandb/     an offline run that logged the same file                      hub/     the Hub's cache with a base model
    lake/      a Delta table and an Iceberg table written from the file      mlflow/  training, evaluation, registry
    airflow/   the DAG around loading and training, and its events           report/  a notebook that read the file
    spool/     the events of the steps that ran

Each tool has its own environment: its Python is WHENCE_SYSTEM_PYTHON_{SYSTEM}, else `.systems/{system}/bin/python` of the project.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
STEPS = HERE / "steps"
BASE_REVISION = "1" * 40
CLOCK = {"GIT_AUTHOR_DATE": "2026-01-05T09:00:00Z", "GIT_COMMITTER_DATE": "2026-01-05T09:00:00Z"}
NO_EVENTS = {"OPENLINEAGE_DISABLED": "true"}


def python_of(system: str) -> Path:
    """The Python of a system's environment."""
    given = os.environ.get(f"WHENCE_SYSTEM_PYTHON_{system.upper().replace('-', '_')}")
    return Path(given) if given else ROOT / ".systems" / system / "bin" / "python"


def run(folder: Path, *command: str | Path, **environment: str) -> None:
    """Run a command in a folder, with no settings of OpenLineage but those given. Raises CalledProcessError."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("OPENLINEAGE", "WHENCE_SPOOL"))}
    tool = Path(command[0])
    path = f"{tool.parent}{os.pathsep}{kept['PATH']}" if tool.is_absolute() else kept["PATH"]
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(command, cwd=folder, env=kept | {"PATH": path} | CLOCK | environment, check=True)


def loans(rows: int, start: int) -> str:
    """A table of loans, the same every time."""
    lines = ["amount,income,default"]
    for n in range(start, start + rows):
        amount, income = 500 + n * 7919 % 20_000, 18_000 + n * 104_729 % 60_000
        lines.append(f"{amount},{income},{int(amount * 4 > income)}")
    return "\n".join(lines) + "\n"


def data_in_git_and_dvc(folder: Path) -> None:
    """`raw/loans.csv` and `raw/statements` are DVC's, everything else is git's."""
    dvc = [python_of("dvc"), "-m", "dvc"]
    (folder / "raw" / "statements").mkdir(parents=True)
    (folder / "raw" / "loans.csv").write_text(loans(400, 0), "utf-8")
    (folder / "raw" / "held-out.csv").write_text(loans(100, 400), "utf-8")
    for month in ("01", "02"):
        (folder / "raw" / "statements" / f"2026-{month}.csv").write_text(loans(20, int(month) * 1000), "utf-8")
    run(folder, "git", "init", "-q", "-b", "main")
    run(folder, "git", "remote", "add", "origin", "https://git.example.com/acme/risk-data.git")
    run(folder, *dvc, "init", "-q")
    run(folder, *dvc, "add", "-q", "raw/loans.csv", "raw/statements", "raw/held-out.csv")
    run(folder, "git", "add", "-A")
    run(folder, "git", "commit", "-q", "-m", "Loans and statements of January")


def data_in_lfs(folder: Path, raw: Path) -> None:
    """The archive keeps the same file."""
    run(folder, "git", "init", "-q", "-b", "main")
    run(folder, "git", "remote", "add", "origin", "git@git.example.com:acme/risk-archive.git")
    run(folder, "git", "lfs", "install", "--local")
    run(folder, "git", "lfs", "track", "*.csv")
    (folder / "2026-01.csv").write_bytes(raw.read_bytes())
    run(folder, "git", "add", "-A")
    run(folder, "git", "commit", "-q", "-m", "Archive January")


def work(lab: Path) -> None:
    """Everything that ran: uploads, Airflow with loading and training in it, evaluation, a notebook."""
    raw, table = lab / "data" / "raw" / "loans.csv", lab / "lake" / "loans"
    tracking = {"MLFLOW_TRACKING_URI": f"sqlite:///{lab}/mlflow/mlflow.db", "GIT_PYTHON_REFRESH": "quiet"}
    steps = {"WHENCE_SPOOL": str(lab / "spool"), "WHENCE_EMIT_SEND": "later", "OPENLINEAGE_NAMESPACE": "risk"}
    run(lab / "wandb", python_of("wandb"), STEPS / "log_artifact.py", raw, WANDB_MODE="offline", **NO_EVENTS)
    run(lab / "hub", python_of("huggingface"), HERE.parent / "huggingface" / "produce.py", lab / "hub", **NO_EVENTS)
    (lab / "mlflow").mkdir()
    commands = {
        "load": f"'{python_of('delta')}' '{STEPS / 'load_delta.py'}' '{raw}' '{table}'",
        "train": f"'{python_of('mlflow')}' '{STEPS / 'train.py'}' '{table}' {BASE_REVISION} '{lab}/mlflow/artifacts'",
    }
    dag(lab / "airflow", RISK_COMMANDS=json.dumps(commands), **steps, **tracking)
    run(lab / "lake", python_of("iceberg"), STEPS / "load_iceberg.py", raw, lab / "lake" / "warehouse", **steps)
    run(
        lab / "mlflow",
        python_of("mlflow"),
        STEPS / "evaluate.py",
        raw.with_name("held-out.csv"),
        **tracking,
        **NO_EVENTS,
    )
    notebook = [python_of("jupyter"), "-m", "papermill", "-p", "loans", raw, STEPS / "report.ipynb", "report.ipynb"]
    emit = [python_of("jupyter"), "-m", "whence_emitters", "run", "--job", "risk.report"]
    run(lab / "report", *emit, "--input", raw, "--output", "NOTEBOOK=report.ipynb", "--", *notebook, **steps)


def dag(folder: Path, **environment: str) -> None:
    """Airflow runs the DAG once; its events are in events.jsonl."""
    (folder / "dags").mkdir(parents=True)
    (folder / "dags" / "risk.py").write_bytes((STEPS / "risk_dag.py").read_bytes())
    transport = {"type": "file", "log_file_path": str(folder / "events.jsonl"), "append": True}
    settings = {
        "AIRFLOW_HOME": str(folder / "home"),
        "AIRFLOW__CORE__DAGS_FOLDER": str(folder / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
        "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps(transport),
        "AIRFLOW__OPENLINEAGE__NAMESPACE": "risk",
    }
    airflow = python_of("airflow").parent / "airflow"
    run(folder, airflow, "db", "migrate", **settings, **environment)
    run(folder, airflow, "dags", "test", "risk", "2026-01-06", **settings, **environment)


def main() -> None:
    lab = Path(sys.argv[1]).resolve()
    lab.mkdir(parents=True)
    data_in_git_and_dvc(lab / "data")
    data_in_lfs(lab / "lfs", lab / "data" / "raw" / "loans.csv")
    work(lab)


if __name__ == "__main__":
    main()
