"""Every facet that is ever sent holds against its schema: ours in schema/facets, OpenLineage's in ../shared/spec."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

from whence_emitters import Input, Output, step
from whence_emitters.facets import PRODUCER, flat, standard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

OURS = Path(__file__).resolve().parents[2] / "schema" / "facets"
SLOTS = [("run", "facets"), ("job", "facets")]

pytestmark = pytest.mark.needs("shared-spec")


@pytest.fixture
def registry(capability: Callable[[str], Path]) -> Registry[Any]:
    spec = capability("shared-spec") / "openlineage"
    paths = [spec / "OpenLineage.json", *(spec / "facets").glob("*.json"), *OURS.glob("*.json")]
    schemas = [json.loads(path.read_text("utf-8")) for path in paths]
    assert len([schema for schema in schemas if "w3id.org/whence" in schema["$id"]]) >= 16
    return Registry().with_resources([(schema["$id"], Resource.from_contents(schema)) for schema in schemas])


@pytest.fixture
def events(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spooled: Callable[[], list[dict[str, Any]]]
) -> list[dict[str, Any]]:
    """The events of one step that uses everything there is, and of one that fails."""
    monkeypatch.chdir(Path(__file__).parent)
    monkeypatch.setenv("PYTHONHASHSEED", "1")
    monkeypatch.setenv("WHENCE_ENV_VARS", "HOME")
    monkeypatch.setattr("whence_emitters.environment._accelerators", lambda: ((("name", "A100"), ("driver", "1")),))
    (tmp_path / "a.csv").write_text("a\n1\n")
    (tmp_path / "params.yaml").write_text("a: 1\n")
    with step("outer", description="Everything."):
        with step(
            "all",
            inputs=[
                Input(tmp_path / "a.csv", role="TRAIN", subset={"split": "train"}, because="the model card says so"),
                Input("s3://lake/a", version="3", subset="part-0"),
                Input(tmp_path),
            ],
            outputs=[
                Output(
                    tmp_path / "m",
                    base=tmp_path / "a.csv",
                    relation="FINE_TUNE",
                    changed_groups=["h"],
                    label="l",
                    change_note="n",
                    append=True,
                ),
                Output(tmp_path / "r", role="REPORT", version="1", subset={"day": "1"}),
            ],
            config=[tmp_path / "params.yaml"],
            params={"a": 1, "token": "x"},
            seed=1,
        ) as s:
            (tmp_path / "m").write_text("m")
            s.metric("auc", 0.5, step=1, dataset=Input("s3://lake/a", version="3"), subset="x")
            s.metric("loss", float("nan"))
            s.input("hf://models/a/b@c", role="BASE_MODEL")
        with pytest.raises(ValueError, match="x"), step("fails", job_type="SERVICE"):
            raise ValueError("x")
    return spooled()


def facets_of(event: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for part in ("run", "job"):
        for key, facet in event[part]["facets"].items():
            yield part, key, facet
    for datasets, about in (("inputs", "inputFacets"), ("outputs", "outputFacets")):
        for dataset in event[datasets]:
            for slot in ("facets", about):
                for key, facet in dataset[slot].items():
                    yield slot, key, facet


def validator(registry: Registry[Any], url: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": url}, registry=registry, format_checker=FormatChecker())


def test_events_and_all_their_facets_hold_against_the_schemas(
    events: list[dict[str, Any]], registry: Registry[Any]
) -> None:
    core = validator(registry, "https://openlineage.io/spec/2-0-2/OpenLineage.json")
    seen: dict[str, str] = {}
    for event in events:
        core.validate(event)
        for _, key, facet in facets_of(event):
            validator(registry, facet["_schemaURL"]).validate(facet)
            seen[key] = facet["_schemaURL"]
            assert facet["_producer"] == PRODUCER == event["producer"]
    assert sorted(seen) == [
        "datasetType", "documentation", "environmentVariables", "errorMessage", "executionParameters", "inputStatistics", "jobType",
        "outputStatistics", "parent", "processing_engine", "sourceCodeLocation", "subset", "version", "whence_captureCompleteness",
        "whence_codeState", "whence_contentDigests", "whence_environmentPin", "whence_evidence", "whence_inputRole", "whence_metrics",
        "whence_modelDerivation", "whence_outputRole", "whence_seeds", "whence_versionInfo",
    ]  # fmt: skip


def test_each_facet_is_in_the_slot_that_its_schema_names(events: list[dict[str, Any]], registry: Registry[Any]) -> None:
    """The base type says the slot: RunFacet, JobFacet, DatasetFacet, InputDatasetFacet, OutputDatasetFacet."""
    base = {
        "run": "RunFacet",
        "job": "JobFacet",
        "facets": "DatasetFacet",
        "inputFacets": "InputDatasetFacet",
        "outputFacets": "OutputDatasetFacet",
    }
    for event in events:
        for slot, key, facet in facets_of(event):
            name = facet["_schemaURL"].rsplit("/", 1)[1]
            assert registry.contents(facet["_schemaURL"].partition("#")[0])["$defs"][name]["allOf"][0]["$ref"].endswith(
                f"/{base[slot]}"
            ), key
            assert key.startswith("whence_") == ("w3id.org/whence" in facet["_schemaURL"])


def test_the_validator_can_refuse(registry: Registry[Any]) -> None:
    url = standard("1-0-1", "DatasetTypeDatasetFacet")["_schemaURL"]
    assert not validator(registry, url).is_valid({"_producer": PRODUCER, "_schemaURL": url})


def test_nested_parameters_are_dotted_names_down_to_twenty_levels() -> None:
    deep: dict[str, object] = {"end": 1}
    for _level in range(30):
        deep = {"a": deep}
    assert flat({"x": {"y": 1, "z.z": {}}, "v": [1]}) == {"x.y": 1, "x.z.z": {}, "v": [1]}
    ((name, _rest),) = flat(deep).items()
    assert name == ".".join(["a"] * 21)
