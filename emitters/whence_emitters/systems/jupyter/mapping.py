"""An executed notebook as a run that wrote it."""

from __future__ import annotations

from itertools import starmap
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from whence_emitters import facets
from whence_emitters.importing.events import Run, dataset, derived_run_id, present, read, written
from whence_emitters.importing.facets import Digest, digest_set, incomplete, native_ref, tags
from whence_emitters.masking import mask_text
from whence_emitters.names import dataset_name
from whence_emitters.parents import RunRef

if TYPE_CHECKING:
    from collections.abc import Mapping

    from whence_emitters.facets import Facet
    from whence_emitters.importing.contract import Event
    from whence_emitters.importing.events import Dataset
    from whence_emitters.systems.jupyter.notebook import Notebook, Papermill
    from whence_emitters.systems.places import Place


def events(
    notebook: Notebook, place: Place, relative: str, digests: Mapping[str, str], size: int, at: str | None
) -> tuple[Event, ...]:
    """The events of the run that a notebook tells of; `at` stands for its time when it holds none, and there is no run without any."""
    started = notebook.started or at
    if started is None:
        return ()
    ended = notebook.ended if notebook.started else at
    if notebook.papermill is None:
        ended = ended or started
    template = _template(notebook.papermill, place, relative)
    namespace, job = (template["namespace"], template["name"]) if template else (place.namespace, place.name(relative))
    return Run(
        RunRef(namespace, job, derived_run_id("jupyter", place.namespace, place.name(relative), started)),
        started=started,
        ended=ended,
        state=None if ended is None else "FAIL" if notebook.failed_with else "COMPLETE",
        inputs=[read(template, role="CONFIG")] if template else [],
        outputs=[_written(notebook, place, relative, digests, size)],
        facets=_run_facets(notebook, place.name(relative), missing(notebook, at)),
    ).events()


def missing(notebook: Notebook, at: str | None) -> dict[str, str]:
    """What the notebook does not tell of its run."""
    found = {
        "inputs": "a notebook does not record what its cells read: load the extension whence_emitters",
        "codeState": "a notebook does not record the commit of the code that it imports",
        "seeds": "a notebook records none",
    }
    if not notebook.language_version:
        found["environmentPin"] = "the notebook does not name the version of its language"
    if notebook.started is None and at is not None:
        found["time"] = "the notebook holds none: it was given with --at"
    return found | notebook.missing


def _written(notebook: Notebook, place: Place, relative: str, digests: Mapping[str, str], size: int) -> Dataset:
    return written(
        dataset(
            place.namespace,
            place.name(relative),
            place.version(digests),
            datasetType=facets.dataset_type("FILE"),
            whence_contentDigests=digest_set(starmap(Digest, digests.items()), size=size, files=1),
            whence_nativeRef=native_ref("jupyter", place.name(relative), of_run=False),
        ),
        role="NOTEBOOK",
        size=size,
        files=1,
    )


def _template(papermill: Papermill | None, place: Place, relative: str) -> Dataset | None:
    """The notebook that papermill executed, where its path can be told.

    Papermill writes both paths as they were given to it; the folder that it was started in is what is left of the notebook's own path
    when the output's is taken away.
    """
    if papermill is None or not papermill.input_path or papermill.input_path == papermill.output_path:
        return None
    if "://" in papermill.input_path or papermill.input_path.startswith("/"):
        named = dataset_name(mask_text(papermill.input_path))
        return dataset(named.namespace, named.name)
    name, given = PurePosixPath(place.name(relative)), PurePosixPath(papermill.output_path)
    if ".." in given.parts or name.parts[-len(given.parts) :] != given.parts:
        return None
    started_in = name.parts[: len(name.parts) - len(given.parts)]
    parts: list[str] = list(started_in)
    for part in PurePosixPath(papermill.input_path).parts:
        if part != "..":
            parts.append(part)
        elif parts and parts[-1] != "/":
            parts.pop()
        else:
            return None
    return dataset(place.namespace, PurePosixPath(*parts).as_posix())


def _run_facets(notebook: Notebook, name: str, not_told: Mapping[str, str]) -> dict[str, Facet]:
    papermill = notebook.papermill
    parameters = {
        key: facets.parameter_text(value)
        for key, value in facets.flat(papermill.parameters if papermill else {}).items()
    }
    python = notebook.language_version if notebook.language == "python" else ""
    labels = {"jupyter.kernel": notebook.kernel, "papermill": papermill.version if papermill else ""}
    present_labels = {key: value for key, value in labels.items() if value}
    engine = {"name": notebook.language, "version": notebook.language_version}
    return present(
        whence_nativeRef=native_ref("jupyter", name, of_run=True),
        executionParameters=facets.parameters(parameters) if parameters else None,
        processing_engine=facets.standard("1-1-1", "ProcessingEngineRunFacet", **engine)
        if all(engine.values())
        else None,
        whence_environmentPin=facets.environment_pin({"python": python}) if python else None,
        errorMessage=_error(notebook),
        tags=tags(present_labels, of="Run", source="jupyter") if present_labels else None,
        whence_captureCompleteness=incomplete(not_told, of_run=True),
    )


def _error(notebook: Notebook) -> Facet | None:
    """The kind of error alone: its text may hold data."""
    if notebook.failed_with is None:
        return None
    return facets.standard(
        "1-0-1",
        "ErrorMessageRunFacet",
        message=mask_text(notebook.failed_with),
        programmingLanguage=notebook.language.upper() or "UNKNOWN",
    )
