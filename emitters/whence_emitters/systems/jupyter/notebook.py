"""What a notebook file says of its execution: nbformat 4 (https://nbformat.readthedocs.io/en/latest/format_description.html).

Times come from papermill's metadata, else from those that nbclient and JupyterLab ("record timing") put beside each cell. The source of
cells and their outputs are never kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from whence_emitters.errors import DamagedError
from whence_emitters.importing.files import load_json
from whence_emitters.importing.times import from_text


@dataclass(frozen=True, slots=True)
class Papermill:
    """What papermill wrote: paths as they were given to it."""

    input_path: str
    output_path: str
    parameters: dict[str, Any]
    failed: bool
    running: bool
    version: str


@dataclass(frozen=True, slots=True)
class Notebook:
    """A notebook. Times are RFC 3339 in UTC, None where it holds none; `order` are the execution counts of its cells as they stand."""

    language: str = ""
    language_version: str = ""
    kernel: str = ""
    papermill: Papermill | None = None
    started: str | None = None
    ended: str | None = None
    order: tuple[int, ...] = ()
    not_executed: int = 0
    failed_with: str | None = None
    missing: dict[str, str] = field(default_factory=dict)

    @property
    def executed(self) -> bool:
        """Whether anything was executed."""
        return bool(self.order) or self.papermill is not None


def parse_notebook(document: bytes) -> Notebook:
    """Read a notebook. Raises `DamagedError` when it is none, or of another major version than 4."""
    found = load_json(document)
    if not isinstance(found, dict) or not isinstance(found.get("cells"), list):
        raise DamagedError("it is no notebook of nbformat 4")
    if found.get("nbformat") != 4:
        raise DamagedError(f"it is of nbformat {str(found.get('nbformat'))[:20]}, and only 4 is read")
    metadata = _mapping(found, "metadata")
    language = _mapping(metadata, "language_info")
    papermill = _papermill(_mapping(metadata, "papermill"))
    cells = [cell for cell in found["cells"] if isinstance(cell, dict) and cell.get("cell_type") == "code"]
    started, ended = _times(_mapping(metadata, "papermill"), cells)
    order = tuple(cell["execution_count"] for cell in cells if _is_count(cell.get("execution_count")))
    waiting = sum(1 for cell in cells if not _is_count(cell.get("execution_count")) and _has_text(cell))
    return Notebook(
        language=_text(language, "name") or _text(_mapping(metadata, "kernelspec"), "language"),
        language_version=_text(language, "version"),
        kernel=_text(_mapping(metadata, "kernelspec"), "name"),
        papermill=papermill,
        started=started,
        ended=ended,
        order=order,
        not_executed=waiting,
        failed_with=_failure(cells, papermill),
        missing=_doubts(order, waiting),
    )


def _papermill(found: dict[str, Any]) -> Papermill | None:
    if not _text(found, "start_time"):
        return None
    return Papermill(
        input_path=_text(found, "input_path"),
        output_path=_text(found, "output_path"),
        parameters=_mapping(found, "parameters"),
        failed=found.get("exception") is True,
        running=not _text(found, "end_time"),
        version=_text(found, "version"),
    )


def _times(papermill: dict[str, Any], cells: list[dict[str, Any]]) -> tuple[str | None, str | None]:
    if started := _time(papermill.get("start_time")):
        return started, _time(papermill.get("end_time"))
    beside = [_mapping(_mapping(cell, "metadata"), "execution") for cell in cells]
    times = [time for one in beside for value in one.values() if (time := _time(value))]
    return (min(times), max(times)) if times else (None, None)


def _time(value: Any) -> str | None:
    try:
        return from_text(value) if isinstance(value, str) else None
    except (ValueError, OverflowError):
        return None


def _failure(cells: list[dict[str, Any]], papermill: Papermill | None) -> str | None:
    """The name of the error that ended the execution: that of the cell executed last, or any when papermill says that it failed."""
    executed = [cell for cell in cells if _is_count(cell.get("execution_count"))]
    last = sorted(executed, key=lambda cell: int(cell["execution_count"]))
    looked_at = last if papermill is not None and papermill.failed else last[-1:]
    for cell in reversed(looked_at):
        outputs = cell.get("outputs")
        for output in outputs if isinstance(outputs, list) else ():
            if isinstance(output, dict) and output.get("output_type") == "error":
                return _text(output, "ename") or "error"
    return "error" if papermill is not None and papermill.failed else None


def _doubts(order: tuple[int, ...], waiting: int) -> dict[str, str]:
    """What in the notebook as it stands is not what was executed."""
    doubts = {}
    if list(order) != sorted(order):
        shown = ", ".join(map(str, order[:20])) + (", …" if len(order) > 20 else "")
        doubts["executionOrder"] = f"the cells were executed in another order than they stand in: {shown}"
    if order and (sorted(set(order)) != list(range(min(order), min(order) + len(order))) or min(order) > 1):
        doubts["executions"] = "some were of cells that were executed again, changed or removed since"
    if order and waiting:
        doubts["cells"] = f"{waiting} of {waiting + len(order)} cells were not executed"
    return doubts


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _has_text(cell: dict[str, Any]) -> bool:
    source = cell.get("source")
    text = "".join(part for part in source if isinstance(part, str)) if isinstance(source, list) else source
    return isinstance(text, str) and bool(text.strip())


def _mapping(value: dict[str, Any], key: str) -> dict[str, Any]:
    found = value.get(key)
    return found if isinstance(found, dict) else {}


def _text(value: dict[str, Any], key: str) -> str:
    found = value.get(key)
    return found if isinstance(found, str) else ""
