"""Where did this come from: roots, sentences and the walk's own arguments."""

from __future__ import annotations

import pytest

from whence import queries
from whence.errors import BadRequest, NotFound
from whence.model import instant, uid
from whence.model.answers import Walk
from whence.model.kinds import CutBy, EdgeType, InputRole, RunState


@pytest.fixture
def pipeline(graph):
    """raw@1 → clean → clean@1 → train → risk@1, at one commit."""
    graph.raw = graph.version("raw", at=10)
    graph.clean = graph.version("clean", at=20)
    graph.risk = graph.model("risk", at=30)
    graph.cleaning = graph.run("cleaning", reads={graph.raw: None}, writes=(graph.clean,), at=15, end=20)
    graph.training = graph.run("training", reads={graph.clean: InputRole.TRAIN}, writes=(graph.risk,), at=25, end=30)
    graph.sha = graph.commit("c0ffee00c0ffee00", graph.cleaning, graph.training)
    return graph


def uids_of(subgraph):
    return [node.uid for node in subgraph.nodes]


def test_everything_upstream_with_depths(ask, pipeline):
    found = ask(queries.provenance(pipeline.store(), pipeline.risk))

    assert dict(zip(uids_of(found), found.depths, strict=True)) == {
        pipeline.risk: 0,
        pipeline.training: 1,
        pipeline.clean: 2,
        pipeline.sha: 2,
        pipeline.cleaning: 3,
        pipeline.raw: 4,
    }
    assert found.roots == (pipeline.risk,)
    assert found.completeness.complete
    assert found.completeness.sentence == "Complete, without known gaps."


def test_a_cut_answer_says_what_cut_it_and_how_much_is_left(ask, pipeline):
    cut = ask(queries.provenance(pipeline.store(), pipeline.risk, Walk(depth=2))).completeness

    assert not cut.complete
    assert cut.cut_by == (CutBy.DEPTH,)
    assert cut.remaining == 2
    assert cut.sentence == "Not complete: cut by the depth asked for, 2 more nodes lie beyond, without known gaps."


def test_a_walk_follows_only_the_edges_asked_for(ask, pipeline):
    found = ask(queries.provenance(pipeline.store(), pipeline.risk, Walk(edges=(EdgeType.GENERATED_BY,))))

    assert uids_of(found) == [pipeline.risk, pipeline.training]


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("raw", "It is a root: no event says what made it."),
        ("sha", "Provenance ends here: nothing is recorded of what a commit or an environment came from."),
        ("idle", "No event says what this run read, nor its commit or environment."),
        ("named", "No version of it has been recorded, only its name."),
        ("job", "No run of this job has been recorded."),
        ("failed", "Only failed runs wrote it. It is a root: no event says what made it."),
        ("unknown", "It stands for an unknown state: it was read when nothing recorded had written it. It is a root"),
    ],
)
def test_an_empty_answer_says_why(ask, pipeline, what, sentence):
    pipeline.idle = pipeline.run("idle")
    pipeline.named = pipeline.asset("named")
    pipeline.job = pipeline.job("never")
    pipeline.failed = pipeline.version("failed", failed=True)
    pipeline.unknown = pipeline.version("unknown", "~")

    found = ask(queries.provenance(pipeline.store(), getattr(pipeline, what)))

    assert len(found.nodes) == 1
    assert found.completeness.complete
    assert found.completeness.sentence.startswith(sentence)


def test_an_unknown_name_is_an_error_not_an_empty_answer(ask, pipeline):
    with pytest.raises(NotFound):
        ask(queries.provenance(pipeline.store(), "nothing"))


@pytest.mark.parametrize("walk", [Walk(depth=-1), Walk(max_nodes=0)])
def test_an_impossible_walk_is_refused(ask, pipeline, walk):
    with pytest.raises(BadRequest):
        ask(queries.provenance(pipeline.store(), pipeline.risk, walk))


def test_rule_24_as_of_an_instant_a_run_that_ended_later_is_running(ask, pipeline):
    found = ask(queries.provenance(pipeline.store(), pipeline.training, Walk(as_of=27)))

    [run] = [node for node in found.nodes if node.uid == pipeline.training]
    assert run.detail.state is RunState.RUNNING
    assert run.detail.ended_at is None
    assert [gap.kind.value for gap in found.completeness.gaps] == ["RUN_NOT_ENDED"]
    assert f"As of {instant.format(27)}" in found.completeness.sentence


def test_rule_24_as_of_before_it_began_there_is_nothing(ask, pipeline):
    for what in (pipeline.risk, uid.asset("s3://lake", "risk")):
        found = ask(queries.provenance(pipeline.store(), what, Walk(as_of=29)))

        assert found.nodes == ()
        assert found.completeness.complete
        assert found.completeness.sentence.startswith("Nothing of it had been recorded at that time.")


def test_an_asset_answers_for_all_versions_of_all_its_names(ask, pipeline):
    older = pipeline.version("clean", "0", at=5)
    other = pipeline.version("tidy", at=21)
    clean, tidy = uid.asset("s3://lake", "clean"), uid.asset("s3://lake", "tidy")
    pipeline.same_as(clean, tidy)

    found = ask(queries.provenance(pipeline.store(), clean))

    assert set(found.roots) == {pipeline.clean, older, other}


def test_a_job_answers_for_all_its_runs(ask, graph):
    job = graph.job("nightly")
    runs = {graph.run("monday", job=job, at=1), graph.run("tuesday", job=job, at=2)}

    assert set(ask(queries.provenance(graph.store(), job)).roots) == runs
