"""`%load_ext whence_emitters`: the session of a kernel as one run, from loading the extension to the kernel's end.

    %load_ext whence_emitters
    %whence_input TRAIN=data/train.csv
    %whence_output MODEL=models/risk.joblib

Inputs are digested where the magic stands, outputs when the kernel ends. Steps inside cells, and programs that cells start, name the session
as their parent. Nothing here raises into a cell but a magic without a path.
"""

from __future__ import annotations

import atexit
import os
from contextlib import suppress
from contextvars import copy_context
from pathlib import Path
from typing import Any

from whence_emitters.errors import UsageError
from whence_emitters.steps import Step, step
from whence_emitters.wrapped import parse_input, parse_output

# Jupyter's server sets the first, papermill (--inject-paths) and Visual Studio Code the others, in the notebook itself.
_SERVER_VARIABLE = "JPY_SESSION_NAME"
_NOTEBOOK_VARIABLES = ("PAPERMILL_INPUT_PATH", "__vsc_ipynb_file__")
_NAMED_CELLS = 100


class Session:
    """One kernel's run. `shell` is IPython's, of any kind."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._context = copy_context()  # a cell's own context is gone when the next one runs
        self._executed = 0
        self._failed: list[str] = []
        self._last_error: BaseException | None = None
        self._before: dict[str, str | None] = {}
        self.step: Step = step(job_of(shell))
        self._open = False

    def start(self) -> None:
        """Begin the run, and watch cells and the kernel's end."""
        self._context.run(self.step.__enter__)
        self._open = True
        for name, value in self.step.child_environment().items():
            self._before[name] = os.environ.get(name)
            os.environ[name] = value
        self._shell.events.register("post_run_cell", self.after_cell)
        self._shell.register_magic_function(self.read_magic, "line", "whence_input")
        self._shell.register_magic_function(self.write_magic, "line", "whence_output")
        self._watch_kernel()
        atexit.register(self.end)

    def end(self) -> None:
        """End the run, once: FAIL when the last cell failed."""
        if not self._open:
            return
        self._open = False
        for name, value in self._before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})
        with suppress(Exception):
            self._shell.events.unregister("post_run_cell", self.after_cell)
        atexit.unregister(self.end)
        self.step.param("notebook.cellsExecuted", self._executed)
        if self._failed:
            self.step.param("notebook.cellsFailed", ", ".join(self._failed))
        error = self._last_error
        trace = error.__traceback__ if error else None
        self._context.run(self.step.__exit__, type(error) if error else None, error, trace)

    def after_cell(self, result: Any) -> None:
        """Count a cell that was executed, and keep whether it failed."""
        self._executed += 1
        error = getattr(result, "error_before_exec", None) or getattr(result, "error_in_exec", None)
        self._last_error = error if isinstance(error, BaseException) else None
        if self._last_error is not None and len(self._failed) < _NAMED_CELLS:
            self._failed.append(str(getattr(result, "execution_count", None) or "?"))

    def read_magic(self, line: str) -> None:
        """`%whence_input PATH`, or with a role `%whence_input TRAIN=PATH`."""
        self.step.input(parse_input(_path(line, "whence_input TRAIN=data/train.csv")))

    def write_magic(self, line: str) -> None:
        """`%whence_output PATH`, or `%whence_output MODEL=PATH`, or with a role `%whence_output PLOT=PATH`."""
        self.step.output(parse_output(_path(line, "whence_output MODEL=model.joblib")))

    def _watch_kernel(self) -> None:
        """End when the kernel is told to: at the end of the process itself no thread that sends can be started any more."""
        kernel = getattr(self._shell, "kernel", None)
        shut_down = getattr(kernel, "do_shutdown", None)
        if kernel is None or shut_down is None:
            return

        def ended(restart: bool) -> Any:
            self.end()
            return shut_down(restart)

        kernel.do_shutdown = ended


_session: Session | None = None


def load(shell: Any) -> None:
    """Begin the session of this kernel, unless it has begun."""
    global _session
    if _session is None:
        _session = Session(shell)
        _session.start()


def unload() -> None:
    """End the session, as `%unload_ext whence_emitters` asks for."""
    global _session
    if _session is not None:
        _session.end()
        _session = None


def kernel_step() -> Step:
    """The run of this kernel, to record parameters and metrics in; one that records nothing before the extension is loaded."""
    return _session.step if _session is not None else Step("none")


def job_of(shell: Any) -> str:
    """What the job is called: the notebook's name where the kernel is told it, else `notebook`."""
    told = [os.environ.get(_SERVER_VARIABLE, "")]
    told += [str(getattr(shell, "user_ns", {}).get(name, "")) for name in _NOTEBOOK_VARIABLES]
    names = (Path(path).name for path in told if path.endswith(".ipynb"))
    return next((name.removesuffix(".ipynb") for name in names), "") or "notebook"


def _path(line: str, example: str) -> str:
    given = line.strip().strip("'\"")
    if not given:
        raise UsageError("A path is missing.", f"for example %{example}")
    return given
