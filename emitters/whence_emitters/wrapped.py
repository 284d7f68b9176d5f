"""Run any command as a step: `whence-emit run -- CMD`. The exit code is the command's, whatever becomes of the lineage."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from whence_emitters.errors import UsageError
from whence_emitters.masking import mask_command
from whence_emitters.refs import INPUT_ROLES, OUTPUT_ROLES, Input, Output
from whence_emitters.steps import Step, step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType

NOT_FOUND = 127
NOT_EXECUTABLE = 126
_SIGNAL_BASE = 128
_SCRIPT_SUFFIXES = (".py", ".sh", ".R", ".jl", ".ipynb")
_FORWARDED = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)


class CommandFailedError(Exception):
    """The command ended with another code than 0; becomes the run's error message."""


def parse_input(text: str) -> Input:
    """`PATH`, `URI`, or either after a role: `TRAIN=data/train.csv`. Raises UsageError when nothing follows the role."""
    role, given, ref = text.partition("=")
    if given and role in INPUT_ROLES:
        return Input(ref, role=role)  # type: ignore[arg-type]
    return Input(text)


def parse_output(text: str) -> Output:
    """`PATH`, or a path after `MODEL` or an output role: `MODEL=model.pkl`, `METRICS=metrics.json`."""
    role, given, ref = text.partition("=")
    if given and role == "MODEL":
        return Output(ref, kind="MODEL")
    if given and role in OUTPUT_ROLES:
        return Output(ref, role=role)  # type: ignore[arg-type]
    return Output(text)


def run_command(
    command: Sequence[str],
    *,
    job: str | None,
    inputs: Sequence[Input],
    outputs: Sequence[Output],
    config: Sequence[str],
) -> int:
    """Run the command inside a step and return its exit code: 128 + n when signal n ended it, 127 not found, 126 not executable."""
    recorded = step(
        job or default_job(command), inputs=inputs, outputs=outputs, config=config, repo=_code_of(command),
        params={"command": " ".join(mask_command(list(command)))},
    )  # fmt: skip
    return run_inside(recorded, command)


def run_inside(recorded: Step, command: Sequence[str], then: Callable[[Step], None] = lambda _step: None) -> int:
    """Run the command inside a step and return its exit code, as `run_command`; `then` is called before the step ends."""
    code = NOT_EXECUTABLE
    try:
        with recorded as s:
            code = _spawn(command, s)
            then(s)
            if code == _SIGNAL_BASE + signal.SIGINT:
                raise KeyboardInterrupt
            if code:
                raise CommandFailedError(f"the command ended with exit code {code}")
    except (CommandFailedError, KeyboardInterrupt):
        pass
    return code


def default_job(command: Sequence[str]) -> str:
    """A job's name for a command: the script's stem for an interpreter with a script, else the program's."""
    names = [Path(word).name for word in command]
    scripts = [Path(name).stem for name in names if name.endswith(_SCRIPT_SUFFIXES)]
    return scripts[0] if scripts else names[0] or command[0]


def _spawn(command: Sequence[str], s: Step) -> int:
    with _forwarding() as child:
        try:
            process = subprocess.Popen(list(command), env=os.environ | s.child_environment())  # noqa: S603 - running it is the purpose
        except FileNotFoundError:
            sys.stderr.write(f"whence-emit: {command[0]}: not found\n")
            return NOT_FOUND
        except OSError as error:
            sys.stderr.write(f"whence-emit: {command[0]}: {error.strerror}\n")
            return NOT_EXECUTABLE
        child.append(process)
        code = process.wait()
    return _SIGNAL_BASE - code if code < 0 else code


@contextmanager
def _forwarding() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Pass signals on to the command. Ctrl-C reaches it from the terminal by itself, so here it is only ignored."""
    child: list[subprocess.Popen[bytes]] = []

    def forward(number: int, _frame: FrameType | None) -> None:
        for process in child:
            with suppress(OSError):
                process.send_signal(number)

    # What nohup ignores must stay ignored: the command inherits that.
    before = {
        number: signal.signal(number, forward)
        for number in _FORWARDED
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        before[signal.SIGINT] = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        yield child
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _code_of(command: Sequence[str]) -> Path:
    """The code that runs: the first word that is a script here, else the working directory."""
    scripts = (Path(word).absolute() for word in command if word.endswith(_SCRIPT_SUFFIXES))
    return next((path for path in scripts if path.is_file()), Path.cwd())


def split_command(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Split at the first `--`: whence-emit's own arguments, and the command. Raises UsageError when there is no command."""
    words = list(arguments)
    if "--" not in words or not words[words.index("--") + 1 :]:
        raise UsageError(
            "No command to run.", "put it after `--`: whence-emit run --output model.pkl -- python train.py"
        )
    at = words.index("--")
    return words[:at], words[at + 1 :]
