"""prov.json is PROV-JSON: the schema of the W3C submission and the `prov` package read it, and the edges that they read are the answer's."""

from __future__ import annotations

import json
import warnings
from importlib import resources
from typing import Any

import jsonschema
import pytest

from .test_formats import REFS, union

ENDS = {
    "prov:Usage": ("prov:activity", "prov:entity"),
    "prov:Generation": ("prov:entity", "prov:activity"),
    "prov:Derivation": ("prov:generatedEntity", "prov:usedEntity"),
    "prov:Influence": ("prov:influencee", "prov:influencer"),
}


def local(name: Any) -> str:
    return str(name).removeprefix("whence:")


def edge_of(record: Any) -> dict[str, Any]:
    """The edge that a relation of the `prov` package's model carries."""
    attributes: dict[str, list[Any]] = {}
    for name, value in record.attributes:
        attributes.setdefault(str(name), []).append(value)
    (kind,) = attributes["prov:type"]
    source, target = ENDS[str(record.get_type())]

    def word(name: str) -> Any:
        return attributes.get(f"whence:{name}", [None])[0]

    subset = word("subset")
    return {
        "id": word("id"),
        "type": local(kind),
        "source": local(attributes[source][0]),
        "target": local(attributes[target][0]),
        "at": word("at"),
        "evidence": word("evidence"),
        "role": word("role"),
        "relation": word("relation"),
        "subset": None if subset is None else json.loads(subset),
        "eventSeqs": sorted(int(str(getattr(seq, "value", seq))) for seq in attributes.get("whence:eventSeq", [])),
        "answers": sorted(attributes["whence:answer"], reverse=True),
    }


@pytest.mark.parametrize("ref", REFS)
def test_the_prov_package_reads_the_edges_of_the_answer(one, ref: str) -> None:
    from prov.model import ProvDocument

    folder, _ = one(ref)
    nodes, edges = union(folder)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        document = ProvDocument.deserialize(str(folder / "prov.json"), format="json")
    relations = [record for record in document.get_records() if record.is_relation()]
    elements = {local(record.identifier) for record in document.get_records() if record.is_element()}
    read = {edge["id"]: edge for edge in map(edge_of, relations)}
    assert elements == set(nodes)
    assert len(read) == len(relations)
    assert read == {key: {name: each for name, each in edge.items() if name != "run"} for key, edge in edges.items()}


@pytest.mark.parametrize("ref", REFS)
def test_it_fits_the_schema_of_the_submission(one, ref: str) -> None:
    schema = json.loads(resources.files("prov.tests.schemas").joinpath("prov-json.schema.json").read_text("utf-8"))
    folder, _ = one(ref)
    jsonschema.Draft4Validator(schema).validate(json.loads((folder / "prov.json").read_text("utf-8")))


def test_the_run_of_a_derivation_is_its_activity(one) -> None:
    folder, _ = one("file model")
    document = json.loads((folder / "prov.json").read_text("utf-8"))
    _, edges = union(folder)
    for each in document["wasDerivedFrom"].values():
        run = edges[each["whence:id"]]["run"]
        assert each.get("prov:activity") == (run and f"whence:{run}")


def test_times_are_in_their_places_and_exact_beside(one) -> None:
    folder, _ = one("file model")
    document = json.loads((folder / "prov.json").read_text("utf-8"))
    ended = {each.get("prov:endTime") for each in document["activity"].values()}
    assert "2024-05-01T10:01:00.000000001Z" in ended
    for relation in ("used", "wasGeneratedBy"):
        assert all(each["prov:time"] == each["whence:at"] for each in document[relation].values())


def test_what_has_no_edges_is_a_document_too(one) -> None:
    from prov.model import ProvDocument

    folder, _ = one("jobs lonely")
    document = ProvDocument.deserialize(str(folder / "prov.json"), format="json")
    assert [local(record.identifier) for record in document.get_records()] == ["job/jobs/lonely"]
