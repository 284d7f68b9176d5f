"""What is known about one run, and the events made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whence_emitters import facets, settings
from whence_emitters.context import Context, Guard, capture_context, code_folder, main_script
from whence_emitters.datasets import Dataset, Observation, input_dataset, observe, output_dataset
from whence_emitters.ids import new_run_id, now
from whence_emitters.masking import mask_text
from whence_emitters.parents import Ancestry, RunRef, ancestry_from_environment
from whence_emitters.refs import Input, Output, Ref, Subset, as_input
from whence_emitters.seeds import current_seeds
from whence_emitters.sender import ask_to_send
from whence_emitters.spool import Spool

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA_URL = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
MAX_METRICS = 20_000


class RunRecord:
    """Accumulates one run. Methods may raise; the step guards each call."""

    def __init__(self, job: RunRef, job_type: str, description: str | None, guard: Guard) -> None:
        self.run = RunRef(job.namespace, job.name, new_run_id())
        self.job_type = job_type
        self.params: dict[str, str] = {}
        self.seeds: dict[str, int] = {}
        self.missing: list[tuple[str, str]] = []
        self.ancestry: Ancestry | None = None
        self._description = description
        self._guard = guard
        self._context = Context()
        self._metrics: list[dict[str, Any]] = []
        self._inputs: dict[tuple[str, ...], Dataset] = {}
        self._outputs: dict[tuple[str, str], Output] = {}
        self._seen: dict[tuple[Path | None, bool], Observation] = {}
        self._error: facets.Facet | None = None
        self._started = False
        self._spool = Spool(settings.spool_folder(), settings.spool_max_bytes())

    def begin(self, around: RunRecord | None, repo: Path | None, env_vars: tuple[str, ...]) -> None:
        """Find the parent and look at the surroundings."""
        with self._guard("parent"):
            if around is not None:
                root = around.ancestry.root if around.ancestry else around.run
                self.ancestry = Ancestry(around.run, root)
            else:
                self.ancestry = ancestry_from_environment()
        script = main_script() if repo is None else repo.absolute() if repo.is_file() else None
        folder = repo if repo is not None and script is None else code_folder(script)
        self._context = capture_context(
            folder, script, env_vars, self._guard, lambda what, why: self.missing.append((what, why))
        )

    def reads(self, ref: Input) -> Dataset:
        """Add an input and digest it now; the same bytes are read once in a run, however often they are named."""
        name = ref.dataset
        key = (name.namespace, name.name, name.version or "", ref.role or "", repr(ref.subset))
        if key not in self._inputs:
            git_blob = ref.role == "CONFIG"
            look = (name.path, git_blob)
            if look not in self._seen or name.path is None or not ref.digest:
                self._seen[look] = observe(name, wanted=ref.digest, git_blob=git_blob)
            self._inputs[key] = input_dataset(ref, self._seen[look])
        return self._inputs[key]

    def read_later(self, ref: Input) -> None:
        """Add an input after the start, and send it at once: the service takes an input to be read when it is first named."""
        before = len(self._inputs)
        dataset = self.reads(ref)
        if self._started and len(self._inputs) > before:
            self._put(self._event("RUNNING", [dataset], []))

    def writes(self, ref: Output) -> None:
        """Add an output; the model it was made from becomes an input, if it is none yet."""
        name = ref.dataset
        self._outputs[name.namespace, name.name] = ref
        if ref.base is not None:
            base = as_input(ref.base, "BASE_MODEL")
            named = (base.dataset.namespace, base.dataset.name)
            if not any(key[:2] == named for key in self._inputs):
                self.read_later(base)

    def measure(
        self, name: str, value: float, step: int | None, dataset: Ref | Input | None, subset: Subset | None
    ) -> None:
        """Add one metric. Raises TypeError or ValueError when the value is no number."""
        if len(self._metrics) >= MAX_METRICS:
            self._note_once("metrics", f"only the first {MAX_METRICS:,} were kept")
            return
        entry: dict[str, Any] = {"name": str(name), "value": facets.metric_value(value)}
        if step is not None:
            entry["step"] = int(step)
        if dataset is not None:
            named = as_input(dataset).dataset
            entry["dataset"] = {"namespace": named.namespace, "name": named.name} | (
                {"version": named.version} if named.version else {}
            )
        if subset is not None:
            entry["subset"] = subset if isinstance(subset, str) else dict(subset)
        self._metrics.append(entry)

    def fail(self, error: BaseException, stack: str) -> None:
        """Note why the run failed."""
        self._error = facets.error_message(error, stack)

    def emit(self, state: str) -> None:
        """Send the intent: inputs as they were found, outputs by name only."""
        outputs = [output_dataset(ref, Observation()) for ref in self._outputs.values()]
        self._put(self._event(state, list(self._inputs.values()), outputs))
        self._started = True

    def finish(self, state: str) -> None:
        """Digest the outputs and send everything. A run that failed names only the outputs that exist."""
        outputs = []
        for ref in self._outputs.values():
            with self._guard("output", ref):
                seen = observe(ref.dataset, wanted=ref.digest)
                if seen.exists or state not in {"FAIL", "ABORT"}:
                    outputs.append(output_dataset(ref, seen))
        self._put(self._event(state, list(self._inputs.values()), outputs))

    def _event(self, state: str, inputs: list[Dataset], outputs: list[Dataset]) -> dict[str, Any]:
        return {
            "eventType": state,
            "eventTime": now(),
            "producer": facets.PRODUCER,
            "schemaURL": SCHEMA_URL,
            "run": {"runId": self.run.run_id, "facets": self._run_facets()},
            "job": {"namespace": self.run.namespace, "name": self.run.name, "facets": self._job_facets()},
            "inputs": inputs,
            "outputs": outputs,
        }

    def _run_facets(self) -> facets.Facets:
        made = dict(self._context.run)
        if self.ancestry:
            made["parent"] = facets.parent(self.ancestry)
        if self.params:
            made["executionParameters"] = facets.parameters(self.params)
        if self._metrics:
            made["whence_metrics"] = facets.metrics(list(self._metrics))
        with self._guard("seeds"):
            if seeds := current_seeds() | self.seeds:
                made["whence_seeds"] = facets.seeds(seeds)
        if self._error:
            made["errorMessage"] = self._error
        if self.missing:
            masked = dict.fromkeys((mask_text(what), mask_text(why)) for what, why in self.missing)
            made["whence_captureCompleteness"] = facets.completeness(masked, of_run=True)
        return made

    def _job_facets(self) -> facets.Facets:
        made = {**self._context.job, "jobType": facets.job_type(self.job_type)}
        if self._description:
            made["documentation"] = facets.documentation(self._description)
        return made

    def _put(self, event: dict[str, Any]) -> None:
        self._spool.put(event)
        ask_to_send(self._spool)

    def _note_once(self, what: str, why: str) -> None:
        if (what, why) not in self.missing:
            self.missing.append((what, why))
