"""Make DVC repositories with the real dvc and git, for the golden records and for the tests with the real tool.

    python produce.py FOLDER [--stage N] [--records FOLDER]

Run it with the Python of an environment that has dvc (3.x; 2.58 for the legacy forms). It makes FOLDER/risk, a project with three stages, tracked
data, a parameter change, an uncommitted run, an experiment, a registered model and a sub-project, and FOLDER/scoring, which imports from it. `--stage 1` stops after the
first commits; a later call with `--stage 2` goes on from there. Times of commits are fixed, but for the experiment's. `--records` also writes
each repository as a stream of git fast-export, with the files of DVC's cache beside it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

UPSTREAM: Final = "https://git.example.com/acme/risk"
_BEGIN: Final = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
_PREPARE: Final = """import json, pathlib
rows = pathlib.Path("data/raw.csv").read_text().splitlines()
pathlib.Path("data/clean.csv").write_text("\\n".join(rows[:1] + sorted(rows[1:])) + "\\n")
"""
_TRAIN: Final = """import json, pathlib, sys
alpha = next(line.split(":")[1].strip() for line in open("params.yaml") if "alpha" in line)
rows = len(pathlib.Path("data/clean.csv").read_text().splitlines())
pathlib.Path("model.json").write_text(json.dumps({"alpha": float(alpha), "rows": rows}))
"""
_EVALUATE: Final = """import json, pathlib
model = json.loads(pathlib.Path("model.json").read_text())
pathlib.Path("metrics.json").write_text(json.dumps({"auc": round(0.9 - model["alpha"] / 10, 4), "by": {"rows": model["rows"]}}))
pathlib.Path("roc.csv").write_text("fpr,tpr\\n0,0\\n1,1\\n")
pathlib.Path("report").mkdir(exist_ok=True)
pathlib.Path("report/a.txt").write_text("a\\n")
pathlib.Path("report/b.txt").write_text("b\\n")
"""
_PIPELINE: Final = """stages:
  prepare:
    cmd: python src/prepare.py
    deps: [data/raw.csv, data/images, src/prepare.py]
    outs: [data/clean.csv]
  train:
    cmd: python src/train.py
    deps: [data/clean.csv, src/train.py]
    params: [train.alpha, train.api_token]
    outs: [model.json]
  evaluate:
    cmd: python src/evaluate.py
    deps: [model.json, data/clean.csv, src/evaluate.py]
    outs: [report]
    metrics:
      - metrics.json:
          cache: false
    plots: [roc.csv]
  split:
    foreach: [north, south]
    do:
      cmd: python -c "open('${item}.txt', 'w').write('${item}')"
      wdir: regions/${item}
      outs: ['${item}.txt']
"""
_ARTIFACTS: Final = """artifacts:
  risk-model:
    path: model.json
    type: model
    desc: Probability of default
    labels: [credit]
"""


class Workshop:
    """Runs the tools in one folder, with fixed times and a configuration of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / ".gitconfig").write_text(
            "[user]\n\tname = Ada\n\temail = ada@example.com\n[init]\n\tdefaultBranch = main\n"
        )

    def run(self, repository: str, *command: str, at: int | None = None) -> str:
        """Run a command; `at` is the number of minutes after the beginning at which a commit is said to be made."""
        time = (_BEGIN + timedelta(minutes=at or 0)).isoformat()
        done = subprocess.run(
            command, cwd=self.folder / repository, check=False, capture_output=True, text=True,
            env={
                "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "HOME": str(self.home), "LC_ALL": "C.UTF-8",
                "GIT_CONFIG_GLOBAL": str(self.home / ".gitconfig"), "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_AUTHOR_DATE": time, "GIT_COMMITTER_DATE": time, "DVC_NO_ANALYTICS": "1",
                "DVC_SITE_CACHE_DIR": str(self.home / "site"), "XDG_CACHE_HOME": str(self.home / "cache"),
            },
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"{' '.join(command)}: {done.stdout}{done.stderr}")
        return done.stdout

    def commit(self, repository: str, subject: str, at: int) -> None:
        self.run(repository, "git", "add", "-A")
        self.run(repository, "git", "commit", "-q", "-m", subject, at=at)

    def write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def begin(shop: Workshop) -> None:
    """Stage 1: the project, its data, its first results."""
    (shop.folder / "risk").mkdir()
    shop.run("risk", "git", "init", "-q")
    shop.run("risk", "git", "remote", "add", "origin", f"{UPSTREAM}.git")
    shop.run("risk", "dvc", "init", "-q")
    shop.run("risk", "dvc", "config", "core.autostage", "false")
    shop.write("risk/data/raw.csv", "id,y\n2,1\n1,0\n")
    for name in ("a", "b"):
        shop.write(f"risk/data/images/{name}.txt", f"image {name}\n")
    shop.run("risk", "dvc", "add", "-q", "data/raw.csv", "data/images")
    shop.commit("risk", "Track the data", at=0)
    for name, text in (("prepare", _PREPARE), ("train", _TRAIN), ("evaluate", _EVALUATE)):
        shop.write(f"risk/src/{name}.py", text)
    shop.write("risk/params.yaml", "train:\n  alpha: 0.1\n  api_token: abcdef123456\n")
    shop.write("risk/dvc.yaml", _PIPELINE)
    for region in ("north", "south"):
        (shop.folder / "risk/regions" / region).mkdir(parents=True)
    shop.run("risk", "dvc", "repro", "-q")
    shop.commit("risk", "First results", at=10)


def go_on(shop: Workshop) -> None:
    """Stage 2: a change that is committed, one that is not, an experiment, a registered model."""
    legacy = shop.run("risk", "dvc", "--version").startswith("2.")
    _train_with(shop, "0.2")
    shop.write("risk/dvc.yaml", _PIPELINE + _ARTIFACTS)
    shop.commit("risk", "Stronger regularisation", at=20)
    _train_with(shop, "0.7")
    _train_with(shop, "0.2")
    shop.run("risk", "dvc", "exp", "run", "-q", "-n", "try-3", "-S", "train.alpha=0.3", at=25)
    shop.run("risk", "git", "checkout", "-q", ".")
    shop.run("risk", "dvc", "checkout", "-q")
    shop.write("risk/data/raw.csv", "id,y\n2,1\n1,0\n3,1\n")
    shop.run("risk", "dvc", "add", "-q", "data/raw.csv")
    shop.run("risk", "dvc", "repro", "-q")
    shop.commit("risk", "More loans", at=30)
    if not legacy:
        shop.run("risk", "gto", "register", "risk-model", "--version", "v1.0.0", at=31)
        shop.run("risk", "gto", "assign", "risk-model", "--stage", "prod", "--version", "v1.0.0", at=32)
    _sub_project(shop)
    _downstream(shop)


def _train_with(shop: Workshop, alpha: str) -> None:
    shop.write("risk/params.yaml", f"train:\n  alpha: {alpha}\n  api_token: abcdef123456\n")
    shop.run("risk", "dvc", "repro", "-q")


def _sub_project(shop: Workshop) -> None:
    (shop.folder / "risk/fraud").mkdir()
    shop.run("risk/fraud", "dvc", "init", "-q", "--subdir")
    shop.write("risk/fraud/cases.csv", "id\n7\n")
    shop.run("risk/fraud", "dvc", "add", "-q", "cases.csv")
    shop.commit("risk", "Fraud, a project of its own", at=40)


def _downstream(shop: Workshop) -> None:
    (shop.folder / "scoring").mkdir()
    shop.run("scoring", "git", "init", "-q")
    shop.run("scoring", "git", "remote", "add", "origin", "https://git.example.com/acme/scoring.git")
    shop.run("scoring", "dvc", "init", "-q")
    shop.run("scoring", "dvc", "import", "-q", "../risk", "data/clean.csv")
    shop.run(
        "scoring",
        "dvc",
        "stage",
        "add",
        "-q",
        "-n",
        "score",
        "-d",
        "clean.csv",
        "-o",
        "scores.csv",
        "cp clean.csv scores.csv",
    )
    shop.run("scoring", "dvc", "repro", "-q")
    # A team imports from an address; here there is only the folder, and DVC writes down what it is given.
    tracked = shop.folder / "scoring/clean.csv.dvc"
    tracked.write_text(tracked.read_text().replace("url: ../risk", f"url: {UPSTREAM}.git"))
    shop.commit("scoring", "Score what risk prepared", at=50)


def export(shop: Workshop, records: Path) -> None:
    """Write the repositories in a form that git keeps well."""
    for name in ("risk", "scoring"):
        stream = shop.run(name, "git", "fast-export", "--signed-tags=strip", "--exclude=refs/exps/exec/*", "--all")
        records.mkdir(parents=True, exist_ok=True)
        (records / f"{name}.fast-export").write_text(stream)
        cache = shop.folder / name / ".dvc/cache"
        files = {
            path.relative_to(cache).as_posix(): path.read_text() for path in sorted(cache.rglob("*")) if path.is_file()
        }
        (records / f"{name}-cache.json").write_text(json.dumps(files, indent=0) + "\n")


def main() -> None:
    """Make them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stage", type=int, choices=(1, 2), help="only the first or only the second part")
    parser.add_argument("--records", type=Path, help="where to write the golden records")
    given = parser.parse_args()
    shop = Workshop(given.folder.resolve())
    if given.stage in (None, 1):
        begin(shop)
    if given.stage in (None, 2):
        go_on(shop)
    if given.records:
        export(shop, given.records)


if __name__ == "__main__":
    main()
