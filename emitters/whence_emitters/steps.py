"""A step of a pipeline: a context manager and decorator that sends what ran, on what, and what came out.

The START event carries the intent; the last one carries everything. Nothing here raises into the job: what could not be recorded is
logged once and listed in the run's `whence_captureCompleteness`.
"""

from __future__ import annotations

import functools
import inspect
import logging
import os
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, Self, TypeAlias, TypeVar, Unpack, cast, get_args

from whence_emitters import settings
from whence_emitters.errors import UsageError
from whence_emitters.facets import flat, parameter_text
from whence_emitters.masking import shown, shown_error
from whence_emitters.parents import PARENT_VARIABLE, ROOT_VARIABLE, RunRef
from whence_emitters.record import RunRecord
from whence_emitters.refs import Input, InputRole, Output, OutputDetails, Ref, Subset, as_input, as_output
from whence_emitters.seeds import set_seeds

if TYPE_CHECKING:
    from types import TracebackType

JobType: TypeAlias = Literal["BATCH", "STREAMING", "SERVICE"]
P = ParamSpec("P")
T = TypeVar("T")

_log = logging.getLogger(__name__)
_current: ContextVar[Step | None] = ContextVar("whence_current_step", default=None)
_logged: set[str] = set()


class Step:
    """One run of a job, from entering to leaving it; entering again is another run. Made by `step`."""

    def __init__(
        self,
        name: str | None,
        *,
        inputs: Iterable[Ref | Input] = (),
        outputs: Iterable[Ref | Output] = (),
        config: Iterable[Ref] = (),
        params: Mapping[str, Any] | None = None,
        seed: int | None = None,
        job_type: JobType = "BATCH",
        namespace: str | None = None,
        description: str | None = None,
        repo: Ref | None = None,
        env_vars: Sequence[str] = (),
    ) -> None:
        if job_type not in get_args(JobType):
            raise UsageError(f"{job_type!r} is no job type.", f"use one of {', '.join(get_args(JobType))}")
        if name is not None and not name.strip():
            raise UsageError("A step needs a name.", 'for example step("train")')
        self._name = name
        for given in (inputs, outputs, config):
            if isinstance(given, str | os.PathLike | Input | Output):
                raise UsageError(f"{given!r} is one thing, and a list is needed.", 'for example inputs=["train.csv"]')
        self._inputs = [*(as_input(ref) for ref in inputs), *(as_input(ref, "CONFIG") for ref in config)]
        self._outputs = [as_output(ref) for ref in outputs]
        self._params = dict(params or {})
        self._seed = seed
        self._job_type: JobType = job_type
        self._namespace = namespace
        self._description = description
        self._repo = Path(repo) if repo is not None else None
        self._env_vars = tuple(env_vars)
        self._record: RunRecord | None = None
        self._token: Token[Step | None] | None = None
        self._pid = 0
        self._stopped = False

    @property
    def run_id(self) -> str | None:
        """The id of the run that is open, a UUID; None outside of it and when OpenLineage is disabled."""
        return self._record.run.run_id if self._record else None

    def __enter__(self) -> Self:
        self._token = _current.set(self)
        self._pid = os.getpid()
        self._stopped = False
        with self._guard("start"):
            self._start()
        if self._seed is not None:
            self.seed(self._seed)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._token is not None:
            with self._guard("context"):
                _current.reset(self._token)
            self._token = None
        record, forked = self._record, os.getpid() != self._pid
        if record is None or forked:
            return
        state = _final_state(error, open_ended=self._job_type == "SERVICE" and not self._stopped)
        if error is not None and state in {"FAIL", "ABORT"}:
            with self._guard("errorMessage"):
                record.fail(error, "".join(traceback.format_exception(kind, error, trace)))
        with self._guard("end"):
            record.finish(state)
        self._record = None

    def __call__(self, function: Callable[P, T]) -> Callable[P, T]:
        """Make every call of a function, plain or `async`, a run of this step."""
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def run_async(*args: P.args, **kwargs: P.kwargs) -> Any:
                with self._again(function.__name__):
                    return await function(*args, **kwargs)

            return cast("Callable[P, T]", run_async)

        @functools.wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> T:
            with self._again(getattr(function, "__name__", "step")):
                return function(*args, **kwargs)

        return run

    def input(self, ref: Ref | Input, role: InputRole | None = None, subset: Subset | None = None) -> None:
        """Say that the step reads something, digested now. Call it before reading.

        >>> s.input("data/new.csv", role="TRAIN")  # doctest: +SKIP
        """
        record = self._record
        if record is None:
            return
        with self._guard("input", ref):
            made = as_input(ref, role)
            if subset is not None:
                made = replace(made, subset=subset)
            record.read_later(made)

    def output(self, ref: Ref | Output, **details: Unpack[OutputDetails]) -> None:
        """Say that the step writes something, digested when the step ends. `details` are those of `Output`.

        >>> s.output("reports/roc.png", role="PLOT")  # doctest: +SKIP
        """
        record = self._record
        if record is None:
            return
        with self._guard("output", ref):
            record.writes(ref if isinstance(ref, Output) else Output(ref, **details))

    def param(self, name: str, value: Any) -> None:
        """Record one parameter; a name or value that looks like a secret is masked."""
        record = self._record
        if record is None:
            return
        with self._guard("parameter", name):
            record.params[str(name)] = parameter_text(value)

    def params(self, values: Mapping[str, Any]) -> None:
        """Record parameters; nested mappings become dotted names.

        >>> s.params({"model": {"alpha": 0.1}})  # doctest: +SKIP
        """
        with self._guard("parameters"):
            for name, value in flat(values).items():
                self.param(name, value)

    def metric(
        self,
        name: str,
        value: float,
        step: int | None = None,
        dataset: Ref | Input | None = None,
        subset: Subset | None = None,
    ) -> None:
        """Record one measurement, of a training step or on a dataset if given.

        >>> s.metric("auc", 0.97, dataset="data/test.csv")  # doctest: +SKIP
        """
        record = self._record
        if record is None:
            return
        with self._guard("metric", name):
            record.measure(name, value, step, dataset, subset)

    def seed(self, seed: int) -> None:
        """Seed `random`, and numpy and torch when they are imported, and record it. Works when OpenLineage is disabled too."""
        with self._guard("seeds"):
            got = set_seeds(seed)
            if self._record:
                self._record.seeds.update(got)

    def service(self) -> None:
        """Say that this is a service: its run stays open when the step ends, until `stop` or an error."""
        self._job_type = "SERVICE"
        if self._record is not None:
            self._record.job_type = "SERVICE"

    def stop(self) -> None:
        """Say that a service has ended: leaving the step then completes its run."""
        self._stopped = True

    def child_environment(self) -> dict[str, str]:
        """Variables to add to a child process's environment, so that its steps name this run as their parent."""
        record = self._record
        if record is None:
            return {}
        root = record.ancestry.root if record.ancestry else record.run
        return {PARENT_VARIABLE: record.run.text(), ROOT_VARIABLE: root.text()}

    def _start(self) -> None:
        if settings.disabled():
            return
        around = self._around()
        run_of = RunRef(self._namespace or settings.job_namespace(), self._name or "step", "")
        self._record = record = RunRecord(run_of, self._job_type, self._description, self._guard)
        record.begin(around, self._repo, self._env_vars)
        self.params(self._params)
        for ref in self._inputs:
            with self._guard("input", ref):
                record.reads(ref)
        for output in self._outputs:
            with self._guard("output", output):
                record.writes(output)
        record.emit("START")

    def _around(self) -> RunRecord | None:
        outer = self._token.old_value if self._token else None
        return outer._record if isinstance(outer, Step) else None

    def _again(self, name: str) -> Step:
        """Another run of the same step, so that calls may overlap."""
        return Step(
            self._name or name,
            inputs=self._inputs, outputs=self._outputs, params=self._params, seed=self._seed, job_type=self._job_type,
            namespace=self._namespace, description=self._description, repo=self._repo, env_vars=self._env_vars,
        )  # fmt: skip

    @contextmanager
    def _guard(self, what: str, which: object = None) -> Iterator[None]:
        """Keep an error of ours from the job: log it once, list it as missing."""
        try:
            yield
        except Exception as error:
            if which is not None:
                what = f"{what} {shown(which.ref if isinstance(which, Input | Output) else which)}"
            why = shown_error(error)
            if self._record:
                self._record.missing.append((what, why))
            _log.log(
                logging.DEBUG if what in _logged else logging.WARNING,
                "Lineage of step %s lacks %s: %s",
                self._name,
                what,
                why,
            )
            _logged.add(what)


def step(
    name: str | None = None,
    *,
    inputs: Iterable[Ref | Input] = (),
    outputs: Iterable[Ref | Output] = (),
    config: Iterable[Ref] = (),
    params: Mapping[str, Any] | None = None,
    seed: int | None = None,
    job_type: JobType = "BATCH",
    namespace: str | None = None,
    description: str | None = None,
    repo: Ref | None = None,
    env_vars: Sequence[str] = (),
) -> Step:
    """Record a step of a pipeline: `with step("train", …) as s:` or `@step("train", …)`.

    `inputs` are digested on entering, `outputs` on leaving, also when the step fails. `config` files are inputs with role CONFIG.
    `seed` seeds as `Step.seed` does. A job of type SERVICE leaves its run open. `namespace` is the job's (default:
    OPENLINEAGE_NAMESPACE, else `default`). `repo` is a folder of the code's repository or the script itself (default: the script
    that runs, else the working directory). `env_vars` names environment variables to record.

    >>> with step("train", inputs=[Input("train.csv", role="TRAIN")], config=["params.yaml"], seed=7) as s:  # doctest: +SKIP
    ...     s.metric("auc", 0.97)

    Raises `UsageError` on arguments that can mean nothing; nothing else, and never later.
    """
    return Step(
        name, inputs=inputs, outputs=outputs, config=config, params=params, seed=seed, job_type=job_type,
        namespace=namespace, description=description, repo=repo, env_vars=env_vars,
    )  # fmt: skip


def current_step() -> Step:
    """The step that is open here; outside of every step one that records nothing, so that library code may always call it."""
    return _current.get() or Step("none")


def _final_state(error: BaseException | None, *, open_ended: bool) -> str:
    if isinstance(error, KeyboardInterrupt):
        return "ABORT"
    if error is not None and not (isinstance(error, SystemExit) and error.code in (None, 0)):
        return "FAIL"
    return "RUNNING" if open_ended else "COMPLETE"
