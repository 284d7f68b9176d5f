"""asset_type, roles and subset: what a thing is, and what it was used for."""

import pytest

from whence.model.kinds import AssetType, InputRole

SIGNATURE = {"inputs": [{"type": "int64"}], "outputs": []}
DERIVATION = {"base": {"namespace": "n", "name": "b"}, "relation": "MERGE"}


@pytest.mark.parametrize(
    ("dataset", "expected"),
    [
        ({}, AssetType.DATASET),
        ({"namespace": "hf://models"}, AssetType.MODEL),
        ({"namespace": "hf://datasets"}, AssetType.DATASET),
        ({"namespace": "hf://modelsets"}, AssetType.DATASET),
        ({"namespace": "mlflow://host:5000"}, AssetType.MODEL),
        ({"namespace": "mlflow"}, AssetType.DATASET),
        ({"facets": {"datasetType": {"datasetType": "MODEL"}}}, AssetType.MODEL),
        ({"facets": {"datasetType": {"datasetType": "TABLE"}}}, AssetType.DATASET),
        ({"facets": {"datasetType": "MODEL"}}, AssetType.DATASET),
        ({"facets": {"whence_modelSignature": SIGNATURE}}, AssetType.MODEL),
        ({"facets": {"whence_modelSignature": {"inputs": []}}}, AssetType.DATASET),
        ({"facets": {"whence_modelDerivation": DERIVATION}}, AssetType.MODEL),
        ({"facets": {"whence_modelDerivation": {}}}, AssetType.DATASET),
    ],
)
@pytest.mark.parametrize("place", ["inputs", "outputs"])
def test_what_makes_a_model(dataset, expected, place, mention_of):
    """Rule 6."""
    assert mention_of(place, **dataset).asset_type is expected


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("CHECKPOINT", AssetType.MODEL),
        *((role, AssetType.ARTIFACT) for role in ("METRICS", "PLOT", "REPORT", "NOTEBOOK", "CONFIG")),
    ],
)
def test_an_output_role_makes_an_artifact_or_a_model(role, expected, mention_of):
    """Rule 6."""
    facets = {"whence_outputRole": {"role": role}}
    mention = mention_of(outputFacets=facets)
    assert (mention.output_role, mention.asset_type) == (role, expected)
    beside = mention_of("inputs", inputFacets=facets)
    assert (beside.output_role, beside.asset_type) == (None, AssetType.DATASET)


def test_the_greatest_type_counts(mention_of):
    mention = mention_of(namespace="mlflow://h", outputFacets={"whence_outputRole": {"role": "METRICS"}})
    assert mention.asset_type is AssetType.MODEL


def test_a_jobs_word_model_makes_nothing_a_model(run_event, facts_of):
    """Rule 6: `jobType: MODEL` is dbt's word for a query."""
    event = run_event(outputs=[{"namespace": "n", "name": "d"}])
    event["job"]["facets"] = {"jobType": {"processingType": "batch", "integration": "DBT", "jobType": "MODEL"}}
    facts = facts_of(event)
    assert facts.mentions[0].asset_type is AssetType.DATASET
    for said in (facts.job.said["jobType"], facts.run.said["job.jobType"]):
        assert (said.processing_type, said.integration, said.job_type) == ("BATCH", "DBT", "MODEL")


@pytest.mark.parametrize("role", InputRole)
def test_an_input_role_is_kept_and_makes_no_type(role, mention_of):
    facets = {"whence_inputRole": {"role": role.value}}
    mention = mention_of("inputs", inputFacets=facets)
    assert (mention.input_role, mention.asset_type) == (role, AssetType.DATASET)
    assert mention_of("outputs", outputFacets=facets).input_role is None


@pytest.mark.parametrize("facet", [{"role": "train"}, {"role": None}, {}, "TRAIN"])
def test_an_unknown_role_is_none(facet, mention_of):
    assert mention_of("inputs", inputFacets={"whence_inputRole": facet}).input_role is None
    assert mention_of("outputs", outputFacets={"whence_outputRole": facet}).output_role is None


@pytest.mark.parametrize(
    ("facet", "expected"),
    [({"evidence": "ASSERTED", "because": "x"}, True), ({"evidence": "RECORDED"}, False), ({}, False)],
)
def test_evidence_of_an_input(facet, expected, mention_of):
    """Rule 15."""
    assert mention_of("inputs", inputFacets={"whence_evidence": facet}).asserted is expected
    assert mention_of("outputs", outputFacets={"whence_evidence": facet}).asserted is False


CONDITION = {"type": "location", "locations": ["b", "a"]}


def test_subset_is_canonical_and_an_outputs_is_an_append(mention_of):
    """Rule 10."""
    text = '{"locations":["b","a"],"type":"location"}'
    read = mention_of("inputs", inputFacets={"subset": {"inputCondition": CONDITION}})
    wrote = mention_of("outputs", outputFacets={"subset": {"outputCondition": CONDITION}})
    assert (read.subset, read.append) == (text, False)
    assert (wrote.subset, wrote.append) == (text, True)


@pytest.mark.parametrize(
    "facet", [{"inputCondition": CONDITION}, {"outputCondition": "all"}, {"outputCondition": None}, [], {}]
)
def test_a_subset_of_a_wrong_shape_is_no_append(facet, mention_of):
    mention = mention_of("outputs", outputFacets={"subset": facet})
    assert (mention.subset, mention.append) == (None, False)
