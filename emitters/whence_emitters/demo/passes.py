"""Run the demo's pipeline: each step a process of its own, as a team would run it."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from whence_emitters.demo.project import BYTECODE, SPOOL, write_pass
from whence_emitters.errors import EmitterError
from whence_emitters.steps import step

NAMESPACE = "risk-demo"
Say = Callable[[str], None]
_RUN_CLEAN = (
    "-m",
    "whence_emitters",
    "run",
    "--job",
    "risk.clean",
    "--input",
    "data/raw.csv",
    "--config",
    "params.yaml",
    "--output",
    "data/clean.csv",
    "--",
)


class StepFailedError(EmitterError):
    """A step of the demo ended with another exit code than 0."""

    code = "STEP_FAILED"


@dataclass(frozen=True, slots=True)
class DemoStep:
    """One step: its name in the output, and what Python is given to run it."""

    name: str
    arguments: tuple[str, ...]


def steps_of_pass(number: int) -> tuple[DemoStep, ...]:
    """Pass 1 trains a base model and fine-tunes it to v1; pass 2 fine-tunes v1 to v2 on the rows that have come since."""
    base = "models/risk-base.joblib" if number == 1 else "models/risk-v1.joblib"
    model, report = f"models/risk-v{number}.joblib", f"reports/risk-v{number}.json"
    train = (DemoStep("train", ("train.py", base)),) if number == 1 else ()
    return (
        DemoStep("fetch", ("fetch.py",)),
        DemoStep("clean", (*_RUN_CLEAN, sys.executable, "clean.py")),
        DemoStep("split", ("split.py",)),
        *train,
        DemoStep("finetune", ("finetune.py", base, model)),
        DemoStep("evaluate", ("evaluate.py", model, report)),
        DemoStep("serve", ("serve.py", model)),
    )


def run_pass(folder: Path, number: int, say: Say) -> None:
    """Commit the pass's code and run its steps inside one pipeline run. Raises StepFailedError."""
    write_pass(folder, number)
    say(f"pass {number}")
    with step("risk.pipeline", namespace=NAMESPACE, repo=folder, params={"pass": number}) as pipeline:
        for one in steps_of_pass(number):
            started = time.monotonic()
            _run(folder, one, pipeline.child_environment())
            say(f"  {one.name:<9} {time.monotonic() - started:5.1f} s")


def demo_environment(folder: Path) -> Iterator[tuple[str, str]]:
    """Variables of the demo's processes: its own spool, from which only the runner sends, and one thread for arithmetic."""
    yield "WHENCE_SPOOL", str(folder / SPOOL)
    yield "OPENLINEAGE_NAMESPACE", NAMESPACE
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        yield name, os.environ.get(name, "1")


def _run(folder: Path, one: DemoStep, parent: dict[str, str]) -> None:
    # Loading the OpenLineage client fifteen times would take longer than the pipeline, so the steps spool and the runner sends.
    environment = os.environ | dict(demo_environment(folder)) | parent | {"WHENCE_EMIT_SEND": "later"}
    if environment.get("PYTHONDONTWRITEBYTECODE") and not _is_compiled("sklearn"):
        # Compiling scikit-learn anew takes seconds in each step; the demo's own folder may hold the result.
        del environment["PYTHONDONTWRITEBYTECODE"]
        environment["PYTHONPYCACHEPREFIX"] = str(folder / BYTECODE)
    done = subprocess.run(  # noqa: S603 - our own scripts
        [sys.executable, *one.arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise StepFailedError(
            f"Step {one.name} ended with exit code {done.returncode}: {last}", f"run it by hand in {folder}"
        )


def _is_compiled(package: str) -> bool:
    spec = importlib.util.find_spec(package)
    return bool(spec and spec.cached and Path(spec.cached).exists())
