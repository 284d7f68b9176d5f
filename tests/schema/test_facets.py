"""The facet schemas: valid, examples valid, wrong facets refused, each one documented (docs/facets.md)."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

ROOT = Path(__file__).parents[2]
FACETS = ROOT / "schema" / "facets"
OPENLINEAGE = ROOT.parent / "shared" / "spec" / "openlineage"
DOCUMENT = ROOT / "docs" / "facets.md"
BASE_URL = "https://w3id.org/whence/facets/1-0-0/"
CORE_URL = "https://openlineage.io/spec/2-0-2/OpenLineage.json"
BASES = {
    "InputDatasetFacet": "inputFacets of an input",
    "OutputDatasetFacet": "outputFacets of an output",
    "DatasetFacet": "facets of a dataset",
    "RunFacet": "facets of the run",
}
KEYS = {
    "WhenceCodeStateRunFacet": "whence_codeState",
    "WhenceEnvironmentPinRunFacet": "whence_environmentPin",
    "WhenceSeedsRunFacet": "whence_seeds",
    "WhenceMetricsRunFacet": "whence_metrics",
    "WhenceCaptureCompletenessRunFacet": "whence_captureCompleteness",
    "WhenceCaptureCompletenessDatasetFacet": "whence_captureCompleteness",
    "WhenceNativeRefRunFacet": "whence_nativeRef",
    "WhenceNativeRefDatasetFacet": "whence_nativeRef",
    "WhenceContentDigestsDatasetFacet": "whence_contentDigests",
    "WhenceVersionInfoDatasetFacet": "whence_versionInfo",
    "WhenceModelDerivationDatasetFacet": "whence_modelDerivation",
    "WhenceModelSignatureDatasetFacet": "whence_modelSignature",
    "WhenceAliasDatasetFacet": "whence_alias",
    "WhenceInputRoleInputDatasetFacet": "whence_inputRole",
    "WhenceEvidenceInputDatasetFacet": "whence_evidence",
    "WhenceOutputRoleOutputDatasetFacet": "whence_outputRole",
}
NAMES = sorted(KEYS)

MD5_AS_SHA256 = {"algorithm": "sha256", "value": "0cc175b9c0f1b6a831c399e269772661", "strength": "CONTENT"}
DVC_WITH_SUFFIX = {"algorithm": "dvc-md5-dir", "value": "0cc175b9c0f1b6a831c399e269772661.dir", "strength": "CONTENT"}
UNKNOWN_STRENGTH = {"algorithm": "sha256", "value": "a" * 64, "strength": "STRONG"}

# One wrong value a row: (facet, field, the wrong value of that field).
WRONG: list[tuple[str, str, Any]] = [
    ("WhenceCodeStateRunFacet", "commit", "4c1d"),
    ("WhenceCodeStateRunFacet", "dirty", "yes"),
    ("WhenceCodeStateRunFacet", "diffSha256", "A" * 64),
    ("WhenceCodeStateRunFacet", "untracked", -1),
    ("WhenceEnvironmentPinRunFacet", "lockfile", {"name": "uv.lock"}),
    ("WhenceEnvironmentPinRunFacet", "accelerators", ["NVIDIA A100"]),
    ("WhenceEnvironmentPinRunFacet", "packagesSha256", "sha256:" + "a" * 64),
    ("WhenceSeedsRunFacet", "seeds", {"numpy": "7"}),
    ("WhenceMetricsRunFacet", "metrics", {"auc": 0.9}),
    ("WhenceMetricsRunFacet", "metrics", [{"name": "auc", "value": "0.9"}]),
    ("WhenceMetricsRunFacet", "metrics", [{"name": "auc", "value": 0.9, "dataset": "test.csv"}]),
    ("WhenceCaptureCompletenessRunFacet", "missing", [{"what": "inputs"}]),
    ("WhenceCaptureCompletenessDatasetFacet", "historyTruncated", "since May"),
    ("WhenceNativeRefRunFacet", "id", 17),
    ("WhenceNativeRefDatasetFacet", "recordSha256", "17"),
    ("WhenceContentDigestsDatasetFacet", "bytes", -1),
    ("WhenceContentDigestsDatasetFacet", "digests", [MD5_AS_SHA256]),
    ("WhenceContentDigestsDatasetFacet", "digests", [DVC_WITH_SUFFIX]),
    ("WhenceContentDigestsDatasetFacet", "digests", [UNKNOWN_STRENGTH]),
    ("WhenceVersionInfoDatasetFacet", "parents", [{"version": "1"}]),
    ("WhenceVersionInfoDatasetFacet", "granularity", "TABLE"),
    ("WhenceVersionInfoDatasetFacet", "append", 1),
    ("WhenceModelDerivationDatasetFacet", "relation", "FINETUNE"),
    ("WhenceModelDerivationDatasetFacet", "base", {"name": "risk"}),
    ("WhenceModelSignatureDatasetFacet", "inputs", [{"name": "age"}]),
    ("WhenceModelSignatureDatasetFacet", "outputs", [{"type": "float64", "shape": [-2]}]),
    ("WhenceAliasDatasetFacet", "action", "MOVE"),
    ("WhenceAliasDatasetFacet", "version", 3),
    ("WhenceInputRoleInputDatasetFacet", "role", "TRAINING"),
    ("WhenceEvidenceInputDatasetFacet", "evidence", "RECORDED"),
    ("WhenceEvidenceInputDatasetFacet", "because", ""),
    ("WhenceOutputRoleOutputDatasetFacet", "role", "MODEL"),
]


def read(path: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def schema(name: str) -> dict[str, Any]:
    return read(FACETS / f"{name}.json")


def example(name: str) -> dict[str, Any]:
    return read(FACETS / "examples" / f"{name}.json")


@pytest.fixture(scope="module")
def registry() -> Registry[Any]:
    resource: Resource[Any] = Resource.from_contents(
        read(OPENLINEAGE / "OpenLineage.json"), default_specification=DRAFT202012
    )
    return Registry().with_resource(CORE_URL, resource)


def errors(name: str, facets: dict[str, Any], registry: Registry[Any]) -> list[str]:
    return [error.message for error in Draft202012Validator(schema(name), registry=registry).iter_errors(facets)]


def undescribed(node: Any, where: str) -> list[str]:
    """Places of the properties that have no description, those of `allOf` and `items` included."""
    if isinstance(node, list):
        return [place for index, item in enumerate(node) for place in undescribed(item, f"{where}/{index}")]
    if not isinstance(node, dict):
        return []
    properties = node.get("properties", {}) if "if" not in node else {}
    bare = [f"{where}/{name}" for name, value in properties.items() if not value.get("description")]
    deeper = ((key, value) for key, value in node.items() if key not in {"if", "then"})
    return bare + [place for key, value in deeper for place in undescribed(value, f"{where}/{key}")]


def test_every_facet_of_the_contract_has_one_schema_and_one_example() -> None:
    assert sorted(path.stem for path in FACETS.glob("*.json")) == NAMES
    assert sorted(path.stem for path in (FACETS / "examples").glob("*.json")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_schema_is_valid_and_says_what_it_is(name: str) -> None:
    document = schema(name)
    Draft202012Validator.check_schema(document)
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert document["$id"] == f"{BASE_URL}{name}.json"
    assert document["type"] == "object"
    assert [(key, value["$ref"]) for key, value in document["properties"].items()] == [(KEYS[name], f"#/$defs/{name}")]


@pytest.mark.parametrize("name", NAMES)
def test_schema_extends_the_base_that_its_name_ends_with(name: str) -> None:
    base = next(base for base in BASES if name.endswith(base))
    assert schema(name)["$defs"][name]["allOf"][0] == {"$ref": f"{CORE_URL}#/$defs/{base}"}


@pytest.mark.parametrize("name", NAMES)
def test_every_property_is_described(name: str) -> None:
    assert undescribed(schema(name), name) == []


@pytest.mark.needs("shared-spec")
@pytest.mark.parametrize("name", NAMES)
def test_example_is_valid_and_names_its_schema(name: str, registry: Registry[Any]) -> None:
    facets = example(name)
    assert list(facets) == [KEYS[name]]
    assert facets[KEYS[name]]["_schemaURL"] == f"{BASE_URL}{name}.json#/$defs/{name}"
    assert errors(name, facets, registry) == []


@pytest.mark.parametrize("name", NAMES)
def test_example_shows_every_field(name: str) -> None:
    fields = schema(name)["$defs"][name]["allOf"][1]["properties"]
    assert set(fields) == {field for field in example(name)[KEYS[name]] if not field.startswith("_")}


@pytest.mark.needs("shared-spec")
@pytest.mark.parametrize("name", NAMES)
def test_field_unknown_to_the_schema_is_allowed(name: str, registry: Registry[Any]) -> None:
    facets = example(name)
    facets[KEYS[name]]["addedLater"] = {"by": "a newer producer"}
    assert errors(name, facets, registry) == []


@pytest.mark.needs("shared-spec")
@pytest.mark.parametrize("name", NAMES)
def test_facet_without_a_required_field_is_refused(name: str, registry: Registry[Any]) -> None:
    required = ["_producer", "_schemaURL", *schema(name)["$defs"][name]["allOf"][1].get("required", [])]
    for field in required:
        facets = example(name)
        del facets[KEYS[name]][field]
        assert errors(name, facets, registry), f"{name} is accepted without {field}"


@pytest.mark.needs("shared-spec")
@pytest.mark.parametrize(("name", "field", "value"), WRONG)
def test_wrong_value_is_refused(name: str, field: str, value: Any, registry: Registry[Any]) -> None:
    facets = copy.deepcopy(example(name))
    facets[KEYS[name]][field] = value
    assert errors(name, facets, registry)


def test_every_schema_has_a_wrong_value_to_refuse() -> None:
    assert sorted({name for name, _, _ in WRONG}) == NAMES


def sections() -> dict[str, str]:
    """The text of each facet's section in the document, by the name in its heading."""
    parts = re.split(r"^### (?=Whence)", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {part.split("\n", 1)[0].strip(): part for part in parts}


def test_document_describes_these_facets_and_no_others() -> None:
    assert sorted(sections()) == NAMES
    mentioned = set(re.findall(r"\bwhence_\w+", DOCUMENT.read_text(encoding="utf-8")))
    assert mentioned == set(KEYS.values())


@pytest.mark.parametrize("name", NAMES)
def test_document_gives_place_fields_and_the_example_file(name: str) -> None:
    section = sections()[name]
    place = next(place for base, place in BASES.items() if name.endswith(base))
    assert f"`{KEYS[name]}`, in the {place}" in section
    for field in schema(name)["$defs"][name]["allOf"][1]["properties"]:
        assert re.search(rf"^\| `{field}`", section, flags=re.MULTILINE), f"{name}: {field} has no row"
    block = re.search(r"```json\n(.*?)```", section, flags=re.DOTALL)
    assert block
    assert json.loads(block[1]) == example(name)


@pytest.mark.needs("shared-spec")
def test_document_names_every_standard_facet() -> None:
    keys = {key for path in (OPENLINEAGE / "facets").glob("*.json") for key in read(path)["properties"]}
    text = DOCUMENT.read_text(encoding="utf-8")
    assert {key for key in keys if f"`{key}`" not in text} == set()
