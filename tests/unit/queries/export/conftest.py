"""A small pipeline with hostile names in a store of each kind, and its exports."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import pytest

from whence.queries.export import Folder, Question, export
from whence.store import open_store
from whence.testing.events import dataset, dataset_event, incoming, job_event, run_event

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STORES: Final = {"memory": "memory:", "sqlite": "sqlite:///{folder}/whence.db"}
HOSTILE: Final = (
    "../../../etc/passwd",
    "nul\0inside",
    "two\nlines\r\nand a tab\t",
    "=cmd|' /C calc'!A0",
    '"quoted", and a comma',
    "right \u202e to left \u200f",
    "long " + "x" * 10_000,
    "\U0001f9ea \ue000 ünïcode",
)
BYTES: Final = {"sha256": "ab" * 32}


def digests(**values: str) -> dict[str, Any]:
    return {"files": 1, "bytes": 7, "digests": [{"algorithm": name, "value": each} for name, each in values.items()]}


def pipeline() -> list[bytes]:
    """raw → clean → model → tuned, with a copy of clean elsewhere, roles, a subset, a commit, an environment, a service, and each hostile name read."""
    clean = dataset("clean", whence_contentDigests=digests(**BYTES))
    copy = dataset("copy", "s3://else", whence_contentDigests=digests(**BYTES))
    train = clean | {
        "inputFacets": {
            "whence_inputRole": {"role": "TRAIN"},
            "subset": {"inputCondition": {"type": "partition", "partitions": [{"identifier": "=1+1"}]}},
        }
    }
    model = dataset("model@1", datasetType={"datasetType": "MODEL"})
    tuned = dataset(
        "tuned@1",
        datasetType={"datasetType": "MODEL"},
        whence_modelDerivation={
            "base": {"namespace": "file", "name": "model", "version": "1"},
            "relation": "FINE_TUNE",
        },
        ownership={"owners": [{"name": "@owner"}]},
        tags={"tags": [{"key": "+tag", "value": "=x"}]},
    )
    facets = {
        "whence_codeState": {"repository": "https://git.example.com/o/r", "commit": "c" * 40},
        "whence_environmentPin": {"python": "3.11"},
        "whence_seeds": {"seeds": {"numpy": 2**70}},
    }
    serve = {"jobType": {"processingType": "SERVICE", "integration": "X", "jobType": "TASK"}}
    hostile = [dataset(name) if "@" not in name else {"namespace": "file", "name": name} for name in HOSTILE]
    return [
        run_event("c", "START", "2024-05-01T10:00:00Z", job="clean", inputs=["raw@1", *hostile], run_facets=facets),
        run_event("c", "COMPLETE", "2024-05-01T10:01:00.000000001Z", job="clean", inputs=["raw@1"], outputs=[clean], run_facets=facets),
        run_event("t", "COMPLETE", "2024-05-01T11:00:00Z", inputs=[train], outputs=[model], run_facets=facets),
        run_event("f", "COMPLETE", "2024-05-01T12:00:00Z", job="=tune", inputs=[model], outputs=[tuned]),
        dataset_event(copy | {"facets": copy["facets"] | {"version": {"datasetVersion": "7"}}}, "2024-05-01T13:00:00Z"),
        run_event("s", "START", "2024-05-01T14:00:00Z", job="serve", inputs=[tuned], job_facets=serve),
        job_event("lonely", "2024-05-01T15:00:00Z"),
    ]  # fmt: skip


def exported(url: str, folder: Path, *questions: Question, bodies: list[bytes] | None = None) -> list[Any]:
    """The manifests of these exports, each in a folder `0`, `1`, … of `folder`."""

    async def run() -> list[Any]:
        async with open_store(url.format(folder=folder)) as store:
            await store.migrate()
            await store.put([incoming(body, n) for n, body in enumerate(pipeline() if bodies is None else bodies, 1)])
            manifests = []
            for number, question in enumerate(questions):
                place = folder / str(number)
                place.mkdir()
                manifests.append((await export(store, question, Folder(place), "1.2.3")).value)
            return manifests

    return asyncio.run(run())


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.fixture(params=STORES.values(), ids=STORES)
def url(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def one(url: str, tmp_path: Path) -> Callable[[str], tuple[Path, Any]]:
    """An export of one REF of the pipeline: its folder and manifest."""

    def made(ref: str) -> tuple[Path, Any]:
        (manifest,) = exported(url, tmp_path, Question(ref))
        return tmp_path / "0", manifest

    return made
