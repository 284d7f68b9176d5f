"""Facets as plain JSON objects: OpenLineage's standard ones, and whence's own.

Schemas: https://openlineage.io/spec/facets and https://w3id.org/whence/facets.
"""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from whence_emitters import __version__
from whence_emitters.masking import MASK, is_secret_name, mask_text, shown_error

if TYPE_CHECKING:
    from collections.abc import Iterable

    from whence_emitters.digests import Digests
    from whence_emitters.git import CodeState
    from whence_emitters.names import DatasetName
    from whence_emitters.parents import Ancestry, RunRef
    from whence_emitters.refs import Subset

Facet: TypeAlias = dict[str, Any]
Facets: TypeAlias = dict[str, Facet]

PRODUCER = f"https://w3id.org/whence/emitters/{__version__}"
_OPENLINEAGE = "https://openlineage.io/spec/facets"
_WHENCE = "https://w3id.org/whence/facets/1-0-0"
_MESSAGE_CHARACTERS = 4000
_STACK_CHARACTERS = 32000
_LEVELS = 20


def standard(version: str, schema: str, definition: str = "", /, **fields: Any) -> Facet:
    """A standard facet, without the fields that are None. `definition` is the type inside the schema when it is called otherwise."""
    return _facet(f"{_OPENLINEAGE}/{version}/{schema}.json#/$defs/{definition or schema}", fields)


def own(schema: str, /, **fields: Any) -> Facet:
    """A facet of whence, without the fields that are None."""
    return _facet(f"{_WHENCE}/{schema}.json#/$defs/{schema}", fields)


def _facet(schema_url: str, fields: Mapping[str, Any]) -> Facet:
    return {"_producer": PRODUCER, "_schemaURL": schema_url} | {
        key: value for key, value in fields.items() if value is not None
    }


def engine() -> Facet:
    """`processing_engine`: the interpreter."""
    return standard(
        "1-1-1",
        "ProcessingEngineRunFacet",
        name="python",
        version=platform.python_version(),
        openlineageAdapterVersion=__version__,
    )


def parent(ancestry: Ancestry) -> Facet:
    """`parent`: the run that started this one, and the root of them all."""
    return standard("1-2-0", "ParentRunFacet", **_run_and_job(ancestry.parent), root=_run_and_job(ancestry.root))


def _run_and_job(run: RunRef) -> dict[str, Any]:
    return {"run": {"runId": run.run_id}, "job": {"namespace": run.namespace, "name": run.name}}


def parameter_text(value: Any) -> str:
    """A parameter's value as text: text as it is, all else as JSON. Raises what the value's own `str` raises."""
    return value if isinstance(value, str) else json.dumps(value, default=str)


def flat(values: Mapping[str, object], prefix: str = "", *, levels: int = _LEVELS) -> dict[str, object]:
    """Nested mappings as dotted names, as parameters are written.

    What is nested deeper than that many levels stays a mapping.

    >>> flat({"model": {"alpha": 0.1}})
    {'model.alpha': 0.1}
    """
    found: dict[str, object] = {}
    for key, value in values.items():
        if isinstance(value, Mapping) and value and levels:
            found |= flat(value, f"{prefix}{key}.", levels=levels - 1)
        else:
            found[f"{prefix}{key}"] = value
    return found


def parameters(values: Mapping[str, str]) -> Facet:
    """`executionParameters`. What looks like a secret is masked, and says so."""
    return standard(
        "1-0-0", "ExecutionParametersRunFacet", parameters=[_parameter(key, text) for key, text in values.items()]
    )


def _parameter(key: str, text: str) -> dict[str, str]:
    shown = MASK if is_secret_name(key) else mask_text(text)
    entry = {"key": key, "name": key, "value": shown}
    return entry | {"description": "Masked: it looks like a secret."} if shown != text else entry


def error_message(error: BaseException, stack: str) -> Facet:
    """`errorMessage`, with secrets masked and long texts cut."""
    message = shown_error(error)[:_MESSAGE_CHARACTERS]
    return standard(
        "1-0-1",
        "ErrorMessageRunFacet",
        message=message,
        programmingLanguage="PYTHON",
        stackTrace=mask_text(stack)[-_STACK_CHARACTERS:],
    )


def environment_variables(values: Mapping[str, str]) -> Facet:
    """`environmentVariables`: only those that somebody listed; secrets masked all the same."""
    listed = [
        {"name": name, "value": MASK if is_secret_name(name) else mask_text(value)} for name, value in values.items()
    ]
    return standard("1-0-0", "EnvironmentVariablesRunFacet", environmentVariables=listed)


def job_type(processing: str) -> Facet:
    """`jobType`: BATCH, STREAMING or SERVICE."""
    return standard("2-0-4", "JobTypeJobFacet", processingType=processing, integration="WHENCE", jobType="TASK")


def documentation(text: str) -> Facet:
    """`documentation` of the job."""
    return standard("1-1-0", "DocumentationJobFacet", description=text)


def source_code_location(code: CodeState, path: str | None) -> Facet:
    """`sourceCodeLocation`: repository, commit and branch, and the script's path in it."""
    return standard(
        "1-1-0", "SourceCodeLocationJobFacet",
        type="git", url=code.repository, repoUrl=code.repository, path=path, version=code.commit, branch=code.branch,
    )  # fmt: skip


def code_state(code: CodeState) -> Facet:
    """`whence_codeState`. `untrackedFiles` names the first twenty untracked files."""
    return own(
        "WhenceCodeStateRunFacet",
        repository=code.repository, commit=code.commit, branch=code.branch, dirty=code.dirty, diffSha256=code.diff_sha256,
        untracked=code.untracked, untrackedFiles=list(code.untracked_files) or None,
    )  # fmt: skip


def environment_pin(pin: Mapping[str, Any]) -> Facet:
    """`whence_environmentPin`."""
    return own("WhenceEnvironmentPinRunFacet", **pin)


def seeds(values: Mapping[str, int]) -> Facet:
    """`whence_seeds`."""
    return own("WhenceSeedsRunFacet", seeds=dict(values))


def metrics(entries: list[dict[str, Any]]) -> Facet:
    """`whence_metrics`."""
    return own("WhenceMetricsRunFacet", metrics=entries)


def metric_value(value: float) -> float | int | str:
    """A number as `whence_metrics` writes it: JSON has none for NaN and the infinities. Raises TypeError, ValueError."""
    if isinstance(value, int):
        return int(value)
    number = float(value)
    if math.isfinite(number):
        return number
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def completeness(missing: Iterable[tuple[str, str]], *, of_run: bool) -> Facet:
    """`whence_captureCompleteness`: (what, why) of everything that could not be recorded."""
    listed = [{"what": what, "why": why} for what, why in missing]
    return own(
        "WhenceCaptureCompletenessRunFacet" if of_run else "WhenceCaptureCompletenessDatasetFacet", missing=listed
    )


def content_digests(found: Digests) -> Facet:
    """`whence_contentDigests`: every digest of the one state, over all of its bytes."""
    listed = [{"algorithm": algorithm, "value": value, "strength": "CONTENT"} for algorithm, value in found.values]
    return own("WhenceContentDigestsDatasetFacet", files=found.files, bytes=found.bytes, digests=listed)


def statistics(found: Digests, *, of_input: bool) -> Facet:
    """`inputStatistics` or `outputStatistics`: rows where known, bytes, files."""
    version, schema = (
        ("1-0-0", "InputStatisticsInputDatasetFacet") if of_input else ("1-0-2", "OutputStatisticsOutputDatasetFacet")
    )
    return standard(version, schema, rowCount=found.rows, size=found.bytes, fileCount=found.files)


def dataset_type(kind: str) -> Facet:
    """`datasetType`: MODEL or FILE."""
    return standard("1-0-1", "DatasetTypeDatasetFacet", datasetType=kind)


def dataset_version(version: str) -> Facet:
    """`version`: the name of one exact version."""
    return standard("1-0-1", "DatasetVersionDatasetFacet", datasetVersion=version)


def version_info(*, label: str | None, change_note: str | None, append: bool) -> Facet:
    """`whence_versionInfo`."""
    return own("WhenceVersionInfoDatasetFacet", label=label, changeNote=change_note, append=append or None)


def model_derivation(base: DatasetName, relation: str, changed_groups: Iterable[str]) -> Facet:
    """`whence_modelDerivation`."""
    named = {"namespace": base.namespace, "name": base.name} | ({"version": base.version} if base.version else {})
    return own(
        "WhenceModelDerivationDatasetFacet", base=named, relation=relation, changedGroups=list(changed_groups) or None
    )


def subset(part: Subset, *, of_input: bool) -> Facet:
    """`subset`: the part of a dataset that was read or written."""
    key, definition = (
        ("inputCondition", "InputSubsetInputDatasetFacet")
        if of_input
        else ("outputCondition", "OutputSubsetOutputDatasetFacet")
    )
    return standard("1-0-0", "BaseSubsetDatasetFacet", definition, **{key: _condition(part)})


def _condition(part: Subset) -> dict[str, Any]:
    if isinstance(part, str):
        return {"type": "location", "locations": [part]}
    if part.get("type") in {"location", "partition", "compare", "binary"}:
        return dict(part)
    return {"type": "partition", "partitions": [{"dimensions": dict(part)}]}


def input_role(role: str) -> Facet:
    """`whence_inputRole`."""
    return own("WhenceInputRoleInputDatasetFacet", role=role)


def output_role(role: str) -> Facet:
    """`whence_outputRole`."""
    return own("WhenceOutputRoleOutputDatasetFacet", role=role)


def evidence(because: str) -> Facet:
    """`whence_evidence`: a person states this input."""
    return own("WhenceEvidenceInputDatasetFacet", evidence="ASSERTED", because=because)
