"""A whole pipeline, told by events, asked on both stores: fetch → clean → split → train → tune → evaluate, serve."""

from __future__ import annotations

import pytest

from whence import queries
from whence.model.kinds import How, InputRole, ModelRole
from whence.store import open_store
from whence.testing import dataset, incoming, run_event
from whence.testing.events import run_id

SHA = {
    name: f"{number:02x}" * 32
    for number, name in enumerate(("raw", "clean", "train", "test", "base", "risk", "metrics"))
}


def data(name, **facets):
    digests = [{"algorithm": "sha256", "value": SHA[name], "strength": "CONTENT"}]
    kind = {"datasetType": {"datasetType": "MODEL"}} if name in ("base", "risk") else {}
    return dataset(name, whence_contentDigests={"files": 1, "bytes": 9, "digests": digests}, **kind, **facets)


def used(name, role):
    return {**data(name), "inputFacets": {"whence_inputRole": {"role": role}}}


def minute(number):
    return f"2026-01-01T00:{number:02d}:00Z"


SERVICE = {"jobType": {"processingType": "SERVICE", "integration": "WHENCE", "jobType": "JOB"}}
EVENTS = [
    run_event("r1", time=minute(1), job="fetch", outputs=[data("raw")]),
    run_event("r2", time=minute(2), job="clean", inputs=[data("raw")], outputs=[data("clean")]),
    run_event("r3", time=minute(3), job="split", inputs=[data("clean")], outputs=[data("train"), data("test")]),
    run_event("r4", time=minute(4), job="train", inputs=[used("train", "TRAIN")], outputs=[data("base")]),
    run_event(
        "r5",
        time=minute(5),
        job="tune",
        inputs=[used("base", "BASE_MODEL"), used("clean", "TRAIN")],
        outputs=[data("risk")],
    ),
    run_event(
        "r6",
        time=minute(6),
        job="evaluate",
        inputs=[used("risk", "MODEL"), used("test", "TEST")],
        outputs=[data("metrics")],
    ),
    run_event("r7", "START", minute(7), job="serve", inputs=[used("risk", "MODEL")], job_facets=SERVICE),
]


@pytest.fixture(params=["memory:", "sqlite"])
def answer(request, tmp_path, ask):
    """Asks a question of a store that holds the pipeline."""
    url = request.param if request.param == "memory:" else f"sqlite:///{tmp_path}/whence.db"

    async def told(question):
        async with open_store(url) as store:
            await store.migrate()
            await store.put([incoming(body) for body in EVENTS])
            return await question(store)

    return lambda question: ask(told(question))


def names(nodes):
    return [node.detail.asset_name if hasattr(node.detail, "asset_name") else node.name for node in nodes]


def test_which_models_used_the_raw_data_and_how(answer):
    page = answer(lambda store: queries.models_using(store, "raw"))

    assert [(use.model.name, use.how) for use in page.items] == [
        ("base", (How.TRAINED_ON_DERIVED,)),
        ("risk", (How.TRAINED_ON_DERIVED, How.FINE_TUNED_FROM, How.EVALUATED_ON)),
    ]
    trained, tuned, evaluated = page.items[1].via
    assert names(trained.nodes) == ["risk", "tune", "clean", "clean", "raw"]
    assert names(tuned.nodes) == ["risk", "tune", "base", "train", "train", "split", "clean", "clean", "raw"]
    assert names(evaluated.nodes) == ["risk", "evaluate", "test", "split", "clean", "clean", "raw"]
    assert [path.event_seqs for path in page.items[1].via] == [(2, 5), (2, 3, 4, 5), (2, 3, 6)]
    assert page.completeness.sentence == "Complete, without known gaps."


def test_where_the_served_file_came_from(answer):
    found = answer(lambda store: queries.provenance(store, f"sha256:{SHA['risk']}"))

    assert {"raw", "clean", "train", "base", "fetch", "split", "tune"} <= set(names(found.nodes))
    assert not {"test", "metrics", "evaluate", "serve"} & set(names(found.nodes))
    assert found.position.seq == len(EVENTS)


def test_what_has_to_be_done_when_the_clean_data_was_wrong(answer):
    found = answer(lambda store: queries.impact(store, "clean@run:" + run_id("r2")))

    assert names(found.serving_now) == ["serve"]
    assert names(found.models_to_retrain) == ["base", "risk"]
    assert found.total == 10


def test_the_datasets_behind_the_model(answer):
    page = answer(lambda store: queries.datasets_of(store, "risk"))

    assert [(use.dataset.name, use.role, use.distance) for use in page.items] == [
        ("clean", InputRole.TRAIN, 2),
        ("raw", None, 4),
        ("train", InputRole.TRAIN, 4),
    ]


def test_the_served_model_is_released(answer):
    async def role(store):
        [version] = (await queries.versions(store, "risk")).items
        return (await queries.model_role(store, [version.uid]))[version.uid], await queries.serving(store, version.uid)

    found, serving = answer(role)

    assert found is ModelRole.RELEASED
    assert names(serving) == ["serve"]
