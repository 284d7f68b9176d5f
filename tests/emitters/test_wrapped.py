"""`whence-emit run`: the command's own exit code, streams and signals; lineage from outside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from whence_emitters import UsageError
from whence_emitters.wrapped import default_job, parse_input, parse_output, split_command

if TYPE_CHECKING:
    from collections.abc import Callable

    Spooled = Callable[[], list[dict[str, Any]]]

EMIT = [sys.executable, "-m", "whence_emitters", "run"]


def run(*arguments: str, cwd: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*EMIT, *arguments], cwd=cwd, capture_output=True, text=True, check=False, timeout=60, **options
    )


def test_the_command_runs_as_if_alone(tmp_path: Path, spooled: Spooled) -> None:
    (tmp_path / "in").write_text("x")
    (tmp_path / "p.yaml").write_text("a: 1")
    script = tmp_path / "work.py"
    script.write_text(
        "import sys, os; sys.stdout.write(sys.stdin.read()); sys.stderr.write('err'); open('out', 'w').write(os.environ['OPENLINEAGE_PARENT_ID'])"
    )
    done = run(
        "--job", "j", "--input", "TRAIN=in", "s3://lake/a", "--config", "p.yaml", "--output", "MODEL=out", "--",
        sys.executable, "work.py", "--password", "hunter2", cwd=tmp_path, input="said",
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "said", "err")
    start, end = spooled()
    assert (start["eventType"], end["eventType"], end["job"]["name"]) == ("START", "COMPLETE", "j")
    assert [i["inputFacets"].get("whence_inputRole", {}).get("role") for i in end["inputs"]] == [
        "TRAIN",
        None,
        "CONFIG",
    ]
    assert end["outputs"][0]["facets"]["datasetType"]["datasetType"] == "MODEL"
    assert "whence_contentDigests" in end["outputs"][0]["facets"]
    assert (tmp_path / "out").read_text().endswith(start["run"]["runId"]), "its own steps name this run as parent"
    (parameter,) = end["run"]["facets"]["executionParameters"]["parameters"]
    assert parameter["value"].endswith("work.py --password ***")


@pytest.mark.parametrize(
    ("command", "code", "state"),
    [
        (["sh", "-c", "exit 7"], 7, "FAIL"),
        (["sh", "-c", "kill -TERM $$"], 143, "FAIL"),
        (["sh", "-c", "kill -INT $$"], 130, "ABORT"),
        (["no-such-program"], 127, "FAIL"),
        (["/"], 126, "FAIL"),
    ],
)
def test_the_exit_code_is_the_commands(
    command: list[str], code: int, state: str, tmp_path: Path, spooled: Spooled
) -> None:
    assert run("--", *command, cwd=tmp_path).returncode == code
    assert spooled()[-1]["eventType"] == state


@pytest.mark.parametrize(
    "variables",
    [
        {"WHENCE_SPOOL": "/proc/nowhere"},
        {"OPENLINEAGE_URL": "nonsense", "WHENCE_EMIT_SEND": ""},
        {"OPENLINEAGE_DISABLED": "true"},
        {"OPENLINEAGE_CONFIG": "/bin/sh", "WHENCE_EMIT_SEND": "background"},
    ],
)
def test_the_exit_code_is_the_commands_whatever_becomes_of_the_lineage(
    variables: dict[str, str], tmp_path: Path
) -> None:
    done = run("--", "sh", "-c", "echo fine; exit 3", cwd=tmp_path, env=os.environ | variables)
    assert (done.returncode, done.stdout) == (3, "fine\n"), done.stderr
    assert "Traceback" not in done.stderr


def test_a_signal_to_the_wrapper_reaches_the_command(tmp_path: Path, spooled: Spooled) -> None:
    process = subprocess.Popen(
        [*EMIT, "--", "sh", "-c", "trap 'exit 9' TERM; touch ready; while :; do sleep 0.05; done"], cwd=tmp_path
    )
    deadline = time.monotonic() + 20
    while not (tmp_path / "ready").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 9
    assert spooled()[-1]["eventType"] == "FAIL"


def test_what_nohup_ignores_stays_ignored(tmp_path: Path) -> None:
    ignoring = ["sh", "-c", "trap '' HUP; exec \"$@\"", "nohup", *EMIT]
    done = subprocess.run(
        [*ignoring, "--", "sh", "-c", "kill -HUP $$; echo alive"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "alive\n")


@pytest.mark.parametrize(
    ("command", "name"),
    [(["python", "-u", "steps/train.py", "x.py"], "train"), (["./run.sh"], "run"), (["/usr/bin/make", "all"], "make")],
)
def test_a_job_without_a_name_is_called_like_its_script(command: list[str], name: str) -> None:
    assert default_job(command) == name


def test_references_may_say_what_they_are() -> None:
    assert (parse_input("TRAIN=a=b").ref, parse_input("TRAIN=a=b").role) == ("a=b", "TRAIN")
    assert (parse_input("x=a").ref, parse_input("x=a").role) == ("x=a", None)
    assert parse_output("MODEL=m").kind == "MODEL"
    assert parse_output("PLOT=p").role == "PLOT"
    with pytest.raises(UsageError):
        parse_input("TRAIN=")


def test_only_the_first_double_dash_is_ours() -> None:
    assert split_command(["run", "--job", "j", "--", "a", "--", "b"]) == (["run", "--job", "j"], ["a", "--", "b"])
    for arguments in (["run", "a"], ["run", "--"]):
        with pytest.raises(UsageError, match="No command"):
            split_command(arguments)
