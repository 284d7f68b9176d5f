"""The templates of docs/ci: what they say, and a job that ends at data that changed. real/test_ci_jobs.py runs all lines."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.systems.git.work import Work

ROOT = Path(__file__).resolve().parents[3]
CI = ROOT / "docs" / "ci"
DATA = b"amount,default\n100,0\n250,1\n"
TRAIN = "import pathlib\npathlib.Path('model.pkl').write_bytes(pathlib.Path('data/train.csv').read_bytes()[::-1])\n"
LOCK = """schema: '2.0'
stages:
  prepare:
    cmd: python prepare.py
    outs:
    - path: data/train.csv
      hash: md5
      md5: {md5}
      size: {size}
"""
URLS = ("WHENCE_URL", "OPENLINEAGE_URL")
STEPS = [
    "dvc pull",
    "whence-emit check",
    "whence-emit import",
    "whence-emit import",
    "whence-emit run",
    "whence-emit send",
    "whence impact",
]


def github_lines() -> list[str]:
    (job,) = load("github-actions.yml")["jobs"].values()
    return [line for step in job["steps"] for line in step.get("run", "").splitlines()]


def gitlab_lines() -> list[str]:
    job = load("gitlab-ci.yml")["train"]
    return [*job["before_script"], *job["script"]]


def load(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((CI / name).read_text("utf-8"))
    return found


INSTALL, *LINES = github_lines()
VARIABLES = {"github": load("github-actions.yml")["env"], "gitlab": load("gitlab-ci.yml")["train"]["variables"]}


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine of a CI: a checked out repository, the environment of its jobs, and where the data is pulled from."""

    work: Work
    environment: dict[str, str]
    remote: Path

    def run(self, line: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-eo", "pipefail", "-c", line],
            cwd=self.work.folder, env=self.environment, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip

    def job(self, lines: list[str]) -> list[int]:
        """The exit codes of the lines up to the first that fails, as a CI would stop there."""
        codes: list[int] = []
        for line in lines:
            done = self.run(line)
            codes.append(done.returncode)
            if done.returncode:
                break
        return codes


def machine_at(tmp_path: Path, work: Work) -> Machine:
    """One from which no service can be reached."""
    (remote := tmp_path / "remote").mkdir()
    (remote / "train.csv").write_bytes(DATA)
    lock = LOCK.format(md5=hashlib.md5(DATA).hexdigest(), size=len(DATA))
    pipeline = "stages:\n  prepare:\n    cmd: python prepare.py\n    outs:\n    - data/train.csv\n"
    work.commit("Project", {"train.py": TRAIN, "params.yaml": "depth: 3\n", "dvc.lock": lock, "dvc.yaml": pipeline,
                            ".gitignore": "/data\n/model.pkl\n/.whence\n", ".dvc/config": ""})  # fmt: skip
    (tools := tmp_path / "tools").mkdir()
    pull = tools / "dvc"
    pull.write_text(f'#!/bin/sh\nset -e\n[ "$*" = pull ]\nmkdir -p data\ncp "{remote}"/* data/\n')
    pull.chmod(0o755)
    (tools / "python").symlink_to(sys.executable)
    own = {name: text for name, text in VARIABLES["github"].items() if "$" not in text}
    path = os.pathsep.join([str(tools), str(Path(sys.executable).parent), os.environ["PATH"]])
    where = {"PATH": path, "WHENCE_SPOOL": str(tmp_path / "spool")} | dict.fromkeys(URLS, "http://127.0.0.1:9")
    return Machine(work, os.environ | own | where, remote)


@pytest.fixture
def machine(tmp_path: Path, work: Work) -> Machine:
    return machine_at(tmp_path, work)


def test_both_templates_say_the_same() -> None:
    assert gitlab_lines() == [INSTALL, *LINES]
    assert [" ".join(line.split()[:2]) for line in LINES] == STEPS
    assert INSTALL.split()[:4] == ["python", "-m", "pip", "install"]
    assert set(INSTALL.split()[4:]) == {"whence", "whence-emitters", "dvc"}
    github, gitlab = ({name for name in VARIABLES[ci] if "WHENCE_U" not in name} for ci in ("github", "gitlab"))
    assert gitlab - {"GIT_DEPTH"} == github - {"WHENCE_API_KEY"}, "GitLab gives its own variables to every job"


def test_changed_data_ends_the_job_before_training(machine: Machine) -> None:
    (machine.remote / "train.csv").write_bytes(DATA.replace(b"250", b"999"))
    assert machine.job(LINES) == [0, 1]
    assert not (machine.work.folder / "model.pkl").exists()


def test_the_templates_give_no_more_rights_and_keys_than_needed() -> None:
    github = load("github-actions.yml")
    assert github["permissions"] == {"contents": "read"}
    (job,) = github["jobs"].values()
    (checkout,) = [step for step in job["steps"] if "checkout" in step.get("uses", "")]
    assert checkout["with"] == {"fetch-depth": 0, "persist-credentials": False}
    keys = [text for variables in VARIABLES.values() for name, text in variables.items() if name.endswith("KEY")]
    assert keys
    assert all(text.startswith(("${{ secrets.", "$WHENCE")) for text in keys)
