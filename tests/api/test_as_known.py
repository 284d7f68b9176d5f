"""asKnown: every question can be asked of the graph as the log knew it, and everything below its answer is of that graph, too."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from whence.api.graphql import limits

from .test_graphql import RUN, STORY, Asked, facet, thing

LATE = [
    # `raw` gets another name, `model` a third version made from the first, and its first run another output.
    {"job": "alias", "outputs": [thing("raw", "2", symlinks={"identifiers": [{"namespace": "s3://b", "name": "raw", "type": "TABLE"}]})], "time": "2026-01-01T00:00:00Z"},
    {"job": "tune", "inputs": [thing("model", "1", "BASE_MODEL")], "outputs": [thing("model", "3")], "time": "2026-01-06T00:00:00Z"},
    {"job": "train", "run": RUN["train"], "outputs": [thing("report", "1")], "time": "2026-01-02T00:00:01Z", "run_facets": {"whence_seeds": facet(seeds={"a": 1})}},
]  # fmt: skip


@pytest.fixture(scope="module")
def now() -> Asked:
    from .conftest import body_of

    return Asked([*STORY, *(body_of(**words) for words in LATE)])


@pytest.fixture(scope="module")
def then() -> Asked:
    """A store that never heard of what came later."""
    return Asked(STORY)


QUESTIONS = [
    'provenance(ref: "model@2", walk: {AS_KNOWN}) { seq headHash nodes { id ... on Run { outputs { id } seeds } } edges { id eventSeqs } completeness { sentence } }',
    'impact(ref: "risk raw", walk: {AS_KNOWN, asOf: "2026-01-04T12:00:00Z", maxNodes: 50}) { total subgraph { seq headHash nodes { id facets events { edges { node { seq } } } } } }',
    'modelsUsing(ref: "clean@1", AS_KNOWN) { seq headHash totalCount edges { node { how version { id ... on ModelVersion { role serving { id } } } via { events { seq } } } } }',
    'datasetsOf(ref: "model@2", AS_KNOWN) { seq headHash edges { node { dataset { id sameAs versionCount latest { id } } } } }',
    'path(source: "model@2", target: "risk raw", AS_KNOWN) { seq headHash path { nodes { id } events { seq } } }',
    'versions(ref: "risk model", AS_KNOWN) { seq headHash totalCount edges { node { id neighbours(upstream: false) { edges { node { id } } } } } }',
    'find(filter: {text: "model"}, AS_KNOWN) { seq headHash totalCount edges { node { id } } }',
    'node(id: "asset/risk/raw", AS_KNOWN) { id ... on Asset { sameAs versionCount latest { id } } neighbours(upstream: false) { seq edges { node { source } } } }',
    'nodes(ids: ["version/risk/report/1", "asset/risk/model"], AS_KNOWN) { id ... on Asset { versionCount latest { id } } }',
    'resolve(ref: "report", AS_KNOWN) { node { id } candidates { id } }',
    'export(ref: "model@2", AS_KNOWN)',
]  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.partition("(")[0])
def test_rule_answers_are_those_of_the_log_as_it_was(now: Asked, then: Asked, question: str) -> None:
    known = f'asKnown: "{len(STORY)}"'
    asked = "{ " + question.replace("AS_KNOWN", known) + " }"
    plain = "{ " + question.replace(", AS_KNOWN", "").replace("AS_KNOWN, ", "").replace("AS_KNOWN", "") + " }"
    answer, was, is_now = now.data(asked), then.data(plain), now.data(plain)
    if "export" in answer:
        answer["export"]["question"]["asked"]["asKnown"] = None
        _without_times(answer), _without_times(was)
    assert answer == was
    assert answer != is_now


def _without_times(answer: dict[str, Any]) -> None:
    """When events were received differs between two stores that were sent the same."""
    manifest = answer["export"]
    manifest["log"].pop("lastReceivedAt")
    manifest["files"] = [each for each in manifest["files"] if each["path"] != "events.csv"]


def test_fields_asked_at_two_positions_do_not_mix(now: Asked) -> None:
    answer = now.data(
        '{ then: versions(ref: "risk model", asKnown: "2") { totalCount edges { node { ... on Version { asset { versionCount } } } } }'
        '  now: versions(ref: "risk model") { totalCount edges { node { ... on Version { asset { versionCount } } } } } }'
    )
    assert answer["then"]["totalCount"] == 1
    assert answer["now"]["totalCount"] == 3
    assert [edge["node"]["asset"]["versionCount"] for edge in answer["then"]["edges"]] == [1]
    assert {edge["node"]["asset"]["versionCount"] for edge in answer["now"]["edges"]} == {3}


@pytest.mark.parametrize(
    ("known", "code"), [("99", "BAD_REQUEST"), ("soon", "BAD_REQUEST"), ("2999-01-01", "BAD_REQUEST")]
)
@pytest.mark.parametrize("field", ["modelsUsing", "datasetsOf", "versions"])
def test_what_is_no_earlier_position_is_refused(now: Asked, field: str, known: str, code: str) -> None:
    error = now.error(f'{{ {field}(ref: "model@2", asKnown: "{known}") {{ seq }} }}')
    assert (error["extensions"]["code"], bool(error["extensions"]["hint"])) == (code, True)


def test_what_came_later_is_not_found(now: Asked) -> None:
    assert now.error(f'{{ path(source: "model@3", target: "raw", asKnown: "{len(STORY)}") {{ seq }} }}')["extensions"]["code"] == "NOT_FOUND"  # fmt: skip
    assert now.data('{ node(id: "asset/risk/report", asKnown: "0") { id } }') == {"node": None}


def test_replays_and_exports_weigh_on_what_a_question_may_cost(now: Asked) -> None:
    """A question is measured before any of it is asked."""
    many = " ".join(f'a{n}: provenance(ref: "model@2", walk: {{asKnown: "{n}"}}) {{ seq }}' for n in range(30))
    assert now.error("{ " + many + " }")["extensions"]["code"] == "TOO_COSTLY"
    variables = {"walk": {"asKnown": "1"}}
    again = " ".join(f'a{n}: provenance(ref: "model@2", walk: $walk) {{ seq }}' for n in range(30))
    error = asyncio.run(_ask(now, "query ($walk: Walk) { " + again + " }", variables))
    assert error["errors"][0]["extensions"]["code"] == "TOO_COSTLY"
    exports = " ".join(f'a{n}: export(ref: "model@2")' for n in range(limits.MAX_COST // 100_000 + 1))
    assert now.error("{ " + exports + " }")["extensions"]["code"] == "TOO_COSTLY"
    assert "a5" in now.data("{ " + " ".join(f'a{n}: provenance(ref: "model@2", walk: {{asKnown: null}}) {{ seq }}' for n in range(30)) + " }")  # fmt: skip


async def _ask(asked: Asked, query: str, variables: dict[str, Any]) -> Any:
    import json

    from whence.api.graphql import Context, execute

    return json.loads(await execute(Context(asked.store), query, variables))


def test_node_as_of_a_time_before_it_is_null(now: Asked) -> None:
    asked = '{{ node(id: "version/risk/model/2", asOf: "{}") {{ id }} nodes(ids: ["version/risk/model/2"], asOf: "{}") {{ id }} }}'
    assert now.data(asked.format(*["2026-01-02T12:00:00Z"] * 2)) == {"node": None, "nodes": [None]}
    assert now.data(asked.format(*["2026-01-03T12:00:00Z"] * 2))["node"] == {"id": "version/risk/model/2"}


def test_lists_as_of_a_time_leave_out_what_came_later(now: Asked) -> None:
    asked = '{{ find(filter: {{kinds: [MODEL_VERSION]}}, asOf: "{0}") {{ totalCount }} versions(ref: "risk model", asOf: "{0}") {{ totalCount }} }}'
    assert now.data(asked.format("2026-01-02T12:00:00Z")) == {"find": {"totalCount": 1}, "versions": {"totalCount": 1}}
