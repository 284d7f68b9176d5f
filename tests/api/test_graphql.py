"""GraphQL over a small story: every field answers, errors have codes, questions have limits, stores are asked seldom."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import pytest

from whence import queries
from whence.api.graphql import Context, execute
from whence.cli import documents
from whence.ingest import Ingest
from whence.model.answers import Stat
from whence.store import Store

from .conftest import ToldStore, body_of

SHA = {"clean": "a" * 64, "copy": "a" * 64}
RUN = {
    name: f"00000000-0000-4000-8000-00000000000{number}"
    for number, name in enumerate(("clean", "train", "tune", "serve", "test"), 1)
}


def facet(**words: Any) -> dict[str, Any]:
    return {"_producer": "https://example.com/tests", "_schemaURL": "https://example.com/x.json", **words}


def thing(name: str, version: str | None = None, role: str | None = None, **facets: Any) -> dict[str, Any]:
    given = {key: facet(**value) for key, value in facets.items()}
    if version is not None:
        given["version"] = facet(datasetVersion=version)
    roles = {"inputFacets": {"whence_inputRole": facet(role=role)}} if role else {}
    return {"namespace": "risk", "name": name, "facets": given, **roles}


CODE = {"repository": "https://github.com/acme/risk", "commit": "c" * 40, "dirty": True}
PIN = {
    "python": "3.11.7",
    "image": "acme/risk@sha256:1",
    "lockfile": {"name": "uv.lock", "sha256": "d" * 64},
    "accelerators": [{"name": "A100"}],
}
MODEL = {"datasetType": {"datasetType": "MODEL"}}
STORY = [
    body_of(
        "clean", run=RUN["clean"], time="2026-01-01T00:00:00Z", inputs=[thing("raw", "1")],
        outputs=[thing("clean", "1", whence_contentDigests={"bytes": 10, "digests": [{"algorithm": "sha256", "value": SHA["clean"], "strength": "CONTENT"}]},
                       ownership={"owners": [{"name": "team-risk"}]}, tags={"tags": [{"key": "pii", "value": "no"}]})],
        run_facets={"whence_codeState": facet(**CODE), "whence_environmentPin": facet(**PIN), "whence_seeds": facet(seeds={"random": 7}),
                    "executionParameters": facet(parameters=[{"key": "k", "name": "k", "value": "3"}])},
    ),
    body_of(
        "train", run=RUN["train"], time="2026-01-02T00:00:00.000000001Z", inputs=[thing("clean", "1", "TRAIN")], outputs=[thing("model", "1", **MODEL)],
        run_facets={"whence_metrics": facet(metrics=[{"name": "loss", "value": 0.5, "step": 9007199254740993}, {"name": "auc", "value": "NaN"}]),
                    "parent": facet(run={"runId": RUN["clean"]}, job={"namespace": "risk", "name": "clean"})},
    ),
    body_of("tune", run=RUN["tune"], time="2026-01-03T00:00:00Z", inputs=[thing("model", "1", "BASE_MODEL", **MODEL)],
            outputs=[thing("model", "2", whence_versionInfo={"label": "second", "changeNote": "newer data", "parents": [{"namespace": "risk", "name": "model", "version": "1"}]}, **MODEL)]),
    body_of("serve", kind="START", run=RUN["serve"], time="2026-01-04T00:00:00Z", inputs=[thing("model", "2", "MODEL", **MODEL)],
            run_facets={"whence_metrics": facet(metrics=[{"name": "requests", "value": 7}])},
            job_facets={"jobType": facet(processingType="SERVICE", integration="X", jobType="SERVICE")}),
    body_of("test", run=RUN["test"], time="2026-01-05T00:00:00Z", inputs=[thing("model", "2", "MODEL", **MODEL), thing("clean", "1", "TEST")],
            run_facets={"whence_metrics": facet(metrics=[{"name": "auc", "value": 0.9}])}),
]  # fmt: skip


class Asked:
    """A store with the story in it, to be asked."""

    def __init__(self, bodies: list[bytes]) -> None:
        self.store = ToldStore()
        outcomes = asyncio.run(self._send(bodies))
        assert not [each for each in outcomes if not hasattr(each, "seq")], outcomes

    async def _send(self, bodies: list[bytes]) -> list[Any]:
        async with Ingest(self.store) as ingest:
            return await ingest.submit(bodies)

    def __call__(self, query: str, **variables: Any) -> dict[str, Any]:
        self.store.calls.clear()
        answer: dict[str, Any] = json.loads(asyncio.run(execute(Context(self.store), query, variables)))
        return answer

    def data(self, query: str, **variables: Any) -> Any:
        answer = self(query, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def error(self, query: str, **variables: Any) -> dict[str, Any]:
        error: dict[str, Any] = self(query, **variables)["errors"][0]
        assert error["extensions"]["hint"]
        return error


@pytest.fixture(scope="module")
def ask() -> Asked:
    return Asked(STORY)


def test_a_model_version_and_its_neighbourhood(ask: Asked) -> None:
    found = ask.data("""{ node(id: "version/risk/model/2") { id kind name at __typename
      ... on ModelVersion { version label changeNote role failed conflict unversioned asset { id kind } parents { id } generatedBy { id job { name } }
        metrics { name value text } serving { id state job { name } } aliases digests { value } bytes rows } } }""")[
        "node"
    ]
    assert found["__typename"] == "ModelVersion"
    assert (found["id"], found["version"], found["label"], found["changeNote"]) == (
        "version/risk/model/2", "2", "second", "newer data",
    )  # fmt: skip
    assert found["asset"] == {"id": "asset/risk/model", "kind": "MODEL"}
    assert found["parents"] == [{"id": "version/risk/model/1"}]
    assert found["generatedBy"] == [{"id": f"run/{RUN['tune']}", "job": {"name": "tune"}}]
    assert found["serving"] == [{"id": f"run/{RUN['serve']}", "state": "RUNNING", "job": {"name": "serve"}}]
    assert found["role"] == "RELEASED"
    assert found["metrics"] == [{"name": "auc", "value": 0.9, "text": "0.9"}]
    assert (found["failed"], found["conflict"], found["unversioned"]) == (False, False, False)


def test_a_run_and_what_it_ran_in(ask: Asked) -> None:
    run = ask.data(
        """query($id: ID!) { node(id: $id) { ... on Run { state startedAt endedAt seeds params { name value } metrics { name }
      inputs { role evidence subset version { id } } outputs { id ... on DatasetVersion { bytes digests { algorithm value strong } } }
      commit { repository sha dirty url } environment { python image accelerator lockDigest packages } } } }""",
        id=f"run/{RUN['clean']}",
    )["node"]
    assert run["state"] == "COMPLETE"
    assert run["startedAt"] == run["endedAt"] == "2026-01-01T00:00:00Z"
    assert run["seeds"] == {"random": 7}
    assert run["params"] == [{"name": "k", "value": "3"}]
    assert run["inputs"] == [
        {"role": None, "evidence": "RECORDED", "subset": None, "version": {"id": "version/risk/raw/1"}}
    ]
    assert run["outputs"][0]["digests"] == [{"algorithm": "sha256", "value": SHA["clean"], "strong": True}]
    assert run["outputs"][0]["bytes"] == 10
    assert run["commit"] == {
        "repository": CODE["repository"],
        "sha": "c" * 40,
        "dirty": True,
        "url": f"{CODE['repository']}/commit/{'c' * 40}",
    }
    assert run["environment"] == {
        "python": "3.11.7",
        "image": "acme/risk@sha256:1",
        "accelerator": "A100",
        "lockDigest": "d" * 64,
        "packages": None,
    }


def test_instants_keep_nanoseconds_and_longs_all_their_digits(ask: Asked) -> None:
    run = ask.data("query($id: ID!) { node(id: $id) { at ... on Run { parent { id } metrics { name value text step } } } }", id=f"run/{RUN['train']}")["node"]  # fmt: skip
    assert run["at"] == "2026-01-02T00:00:00.000000001Z"
    assert run["metrics"] == [
        {"name": "loss", "value": 0.5, "text": "0.5", "step": 9007199254740993},
        {"name": "auc", "value": None, "text": "NaN", "step": None},
    ]
    assert run["parent"] == {"id": f"run/{RUN['clean']}"}
    before = ask.data('{ find(filter: {kinds: [RUN], until: "2026-01-02T00:00:00.000000001Z"}) { totalCount } }')
    assert before["find"]["totalCount"] == 1


def test_an_asset_its_versions_and_its_job(ask: Asked) -> None:
    asset = ask.data('{ node(id: "asset/risk/model") { ... on Model { namespace sameAs latest { id } versionCount droppedAt } } }')["node"]  # fmt: skip
    assert asset == {
        "namespace": "risk",
        "sameAs": [],
        "latest": {"id": "version/risk/model/2"},
        "versionCount": 2,
        "droppedAt": None,
    }
    job = ask.data('{ node(id: "job/risk/train") { ... on Job { namespace runCount latestRun { id } } } }')["node"]
    assert job == {"namespace": "risk", "runCount": 1, "latestRun": {"id": f"run/{RUN['train']}"}}


def test_content_and_its_holders(ask: Asked) -> None:
    found = ask.data(
        "query($id: ID!) { node(id: $id) { ... on Content { digest { algorithm value strong } holders { totalCount edges { cursor node { id } } pageInfo { hasNextPage endCursor } } } } }",
        id=f"content/sha256:{SHA['clean']}",
    )["node"]
    assert found["digest"] == {"algorithm": "sha256", "value": SHA["clean"], "strong": True}
    assert [edge["node"]["id"] for edge in found["holders"]["edges"]] == ["version/risk/clean/1"]


def test_facets_tags_owners_neighbours_and_events_of_a_node(ask: Asked) -> None:
    node = ask.data('{ node(id: "version/risk/clean/1") { facets tags owners neighbours(upstream: true, edges: [GENERATED_BY]) { totalCount edges { node { type target eventSeqs } } } events { edges { node { seq job } } } } }')["node"]  # fmt: skip
    assert node["facets"]["tags"]["tags"] == [{"key": "pii", "value": "no"}]
    assert [edge["node"]["target"] for edge in node["neighbours"]["edges"]] == [f"run/{RUN['clean']}"]
    assert [edge["node"]["seq"] for edge in node["events"]["edges"]] == [5, 2, 1]


def test_provenance_impact_and_the_two_lists(ask: Asked) -> None:
    found = ask.data("""{
      provenance(ref: "model@2") { roots nodes { id } edges { id type } depths completeness { complete cutBy frontier remaining remainingExact sentence gaps { kind count } } seq headHash }
      impact(ref: "clean@1") { total owners countsByKind servingNow { id } modelsToRetrain { id } copies { id } subgraph { seq } }
      modelsUsing(ref: "asset/risk/clean") { totalCount edges { cursor node { model { id } version { id } how via { nodes { id } edges { type } events { seq raw } } } } }
      datasetsOf(ref: "model@1") { edges { node { dataset { id } version { id } role distance via { nodes { id } } } } } }""")
    assert found["provenance"]["roots"] == ["version/risk/model/2"]
    assert found["provenance"]["completeness"]["complete"] is True
    assert found["provenance"]["seq"] == 5
    assert len(found["provenance"]["nodes"]) == len(found["provenance"]["depths"])
    assert found["impact"]["servingNow"] == [{"id": f"run/{RUN['serve']}"}]
    assert {use["node"]["version"]["id"]: use["node"]["how"] for use in found["modelsUsing"]["edges"]} == {
        "version/risk/model/1": ["TRAINED_ON"],
        "version/risk/model/2": ["FINE_TUNED_FROM", "EVALUATED_ON"],
    }
    first = next(use["node"] for use in found["modelsUsing"]["edges"] if use["node"]["how"] == ["TRAINED_ON"])
    assert [event["seq"] for event in first["via"][0]["events"]] == [2]
    assert [use["node"]["role"] for use in found["datasetsOf"]["edges"] if use["node"]["distance"] == 2] == ["TRAIN"]


def test_a_history_of_events_counts_no_nodes(ask: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    async def stats(store: Store, *given: Any, nodes: bool) -> tuple[Stat, ...]:
        asked.append(nodes)
        return ()

    monkeypatch.setattr(queries, "stats", stats)
    span = 'bucket: DAY, since: "2026-01-01T00:00:00Z", until: "2026-01-06T00:00:00Z"'
    ask.data(f"{{ stats({span}) {{ from events }} }}")
    ask.data(f"{{ stats({span}) {{ ...Whole }} }} fragment Whole on Stat {{ from newByKind }}")
    assert asked == [False, True]


def test_path_versions_resolve_stats_events_and_the_service(ask: Asked) -> None:
    found = ask.data("""{
      path(source: "model@2", target: "raw@1") { path { nodes { id } events { seq } } completeness { complete } seq headHash }
      none: path(source: "raw@1", target: "model@2") { path { nodes { id } } completeness { complete } }
      versions(ref: "risk model", first: 1) { totalCount totalExact pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { node { id } } }
      resolve(ref: "model") { node { id } candidates { id } suggestions }
      stats(bucket: DAY, since: "2026-01-01T00:00:00Z", until: "2026-01-06T00:00:00Z") { from events runsByState newByKind }
      events(touching: "risk train") { edges { node { seq key eventTime receivedAt producer eventType run job } } }
      event(seq: 2) { seq run raw }
      later: event(seq: 99) { seq }
      nodes(ids: ["asset/risk/raw", "asset/risk/nothing"]) { id }
      rejected { totalCount }
      service { version store seq headHash projection rejected } }""")
    assert found["path"]["path"]["nodes"][0]["id"] == "version/risk/model/2"
    assert found["none"] == {"path": None, "completeness": {"complete": True}}
    assert [edge["node"]["id"] for edge in found["versions"]["edges"]] == ["version/risk/model/2"]
    assert found["versions"]["pageInfo"]["hasNextPage"] is True
    rest = ask.data('query($after: String) { versions(ref: "risk model", first: 1, after: $after) { pageInfo { hasPreviousPage } edges { node { id } } } }', after=found["versions"]["pageInfo"]["endCursor"])  # fmt: skip
    assert [edge["node"]["id"] for edge in rest["versions"]["edges"]] == ["version/risk/model/1"]
    assert rest["versions"]["pageInfo"]["hasPreviousPage"] is True
    assert found["resolve"] == {"node": {"id": "asset/risk/model"}, "candidates": [], "suggestions": []}
    assert [stat["events"] for stat in found["stats"]] == [1, 1, 1, 1, 1]
    assert found["events"]["edges"][0]["node"]["job"] == "job/risk/train"
    assert found["event"]["seq"] == 2
    assert found["event"]["run"].endswith(found["event"]["raw"]["run"]["runId"])
    assert found["later"] is None
    assert found["nodes"] == [{"id": "asset/risk/raw"}, None]
    assert found["service"]["store"] == "memory:"


def test_as_of_holds_for_fields_below(ask: Asked) -> None:
    found = ask.data('{ impact(ref: "clean@1", walk: {asOf: "2026-01-02T12:00:00Z"}) { subgraph { nodes { id ... on Version { asset { id ... on Model { versionCount } } } } } } }')["impact"]  # fmt: skip
    counts = {node["asset"]["versionCount"] for node in found["subgraph"]["nodes"] if node.get("asset", {}).get("id") == "asset/risk/model"}  # fmt: skip
    assert counts == {1}


def test_neighbours_are_paged_and_as_of_an_instant(ask: Asked) -> None:
    query = "query($after: String) { node(id: \"version/risk/model/2\") { neighbours(upstream: false, first: 1, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { source } } } } }"  # fmt: skip
    seen: list[str] = []
    info: dict[str, Any] = {"hasNextPage": True, "endCursor": None}
    while info["hasNextPage"]:
        page = ask.data(query, after=info["endCursor"])["node"]["neighbours"]
        seen += [edge["node"]["source"] for edge in page["edges"]]
        info = page["pageInfo"]
    assert seen == [f"run/{RUN['test']}", f"run/{RUN['serve']}"]
    then = ask.data('{ provenance(ref: "model@2", walk: {asOf: "2026-01-04T12:00:00Z", depth: 0}) { nodes { neighbours(upstream: false) { totalCount edges { node { source } } } } } }')  # fmt: skip
    assert then["provenance"]["nodes"][0]["neighbours"] == {
        "totalCount": 1,
        "edges": [{"node": {"source": f"run/{RUN['serve']}"}}],
    }


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ('{ provenance(ref: "nowhere to be found") { seq } }', "NOT_FOUND"),
        ("{ nothing }", "BAD_REQUEST"),
        ("{ service { ", "BAD_REQUEST"),
        ("subscription { x }", "BAD_REQUEST"),
        ("query A { service { seq } } fragment F on Query { service { seq } } query B { service { seq } }", "BAD_REQUEST"),
        ('{ find(filter: {}, first: 0) { seq } }', "BAD_REQUEST"),
        ('{ find(filter: {}, first: 1001) { seq } }', "BAD_REQUEST"),
        ('{ find(filter: {}, after: "no cursor") { seq } }', "BAD_REQUEST"),
        ('{ find(filter: {since: "yesterday"}) { seq } }', "BAD_REQUEST"),
        ('{ provenance(ref: "risk model", walk: {maxNodes: 0}) { seq } }', "BAD_REQUEST"),
        ('{ provenance(ref: "risk model", walk: {depth: -1}) { seq } }', "BAD_REQUEST"),
        ('mutation { ingest(events: []) { received } }', "FORBIDDEN"),
    ],
)  # fmt: skip
def test_errors_have_a_code_and_a_hint(ask: Asked, query: str, code: str) -> None:
    assert ask.error(query)["extensions"]["code"] == code


def test_an_unknown_ref_comes_with_suggestions_and_an_ambiguous_one_with_candidates() -> None:
    two = Asked([body_of(outputs=[{"namespace": "a", "name": "table"}, {"namespace": "b", "name": "table"}])])
    assert two.error('{ impact(ref: "table") { total } }')["extensions"]["candidates"] == ["asset/a/table", "asset/b/table"]  # fmt: skip
    assert "suggestions" in two.error('{ impact(ref: "tabel") { total } }')["extensions"]


def test_what_nothing_accounts_for(ask: Asked) -> None:
    found = ask.data("{ unaccounted }")["unaccounted"]
    assert found["models"] == {"total": 2, "withoutRun": {"count": 0, "percent": 0.0, "examples": []}, "bases": 0}
    newest_first = [f"run/{RUN[name]}" for name in ("test", "serve", "tune", "train")]
    assert found["runs"]["withoutCode"] == {"count": 4, "percent": 80.0, "examples": newest_first}
    assert found["runs"]["withoutData"]["count"] == 0
    assert [each["namespace"] for each in found["namespaces"]] == ["risk"]
    assert (found["namespaceCount"], found["teams"][0]["team"], found["teamCount"]) == (1, None, 1)
    assert (found["complete"], found["lookedAt"], found["seq"]) == (True, 7, 5)
    of_nobody = ask.data('{ unaccounted(namespace: "risk", team: "nobody") }')["unaccounted"]
    assert of_nobody["runs"]["withoutCode"] == {"count": 0, "percent": None, "examples": []}
    assert of_nobody["namespaces"] == []


def test_a_question_about_all_runs_is_not_asked_many_times_at_once(ask: Asked) -> None:
    five = " ".join(f"q{number}: unaccounted" for number in range(5))
    assert ask.error(f"{{ {five} }}")["extensions"]["code"] == "TOO_COSTLY"


def test_a_defect_is_masked_and_can_be_found_in_the_log(
    ask: Asked, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr("whence.queries.service_info", broken)
    error = ask.error("{ service { seq } }")
    assert error["extensions"]["code"] == "INTERNAL"
    assert "secret" not in json.dumps(error)
    assert "secret inside" in caplog.text
    assert caplog.records[-1].levelno == logging.ERROR
    assert caplog.records[-1].incident in error["message"]  # type: ignore[attr-defined]


DEEP = "{ find(filter: {}) { edges { node { ... on Version { " + "parents { " * 20 + "id" + " }" * 20 + " } } } } }"
WIDE = '{ provenance(ref: "model@2", walk: {maxNodes: 10000}) { nodes { ... on Run { outputs { generatedBy { id } } } } } }'
MANY = "{ " + " ".join(f"a{number}: service {{ seq }}" for number in range(101)) + " }"
LONG = "{ service { " + "seq " * 10_001 + "} }"
ASKING_ANEW = '{ provenance(ref: "model@2") { nodes { events { edges { node { seq } } } } } }'
CURSORS = '{ provenance(ref: "model@2") { nodes { neighbours(upstream: true, after: "x") { seq } } } }'
CYCLE = "{ service { ...A } } fragment A on Service { seq ...B } fragment B on Service { seq ...A }"
BOMB = "{ service { ...F0 } } " + " ".join(
    f"fragment F{number} on Service {{ ...F{number + 1} ...F{number + 1} }}" for number in range(30)
) + " fragment F30 on Service { seq }"  # fmt: skip
BY_VARIABLE = 'query($w: Walk) { provenance(ref: "model@2", walk: $w) { nodes { facets inputs: neighbours(upstream: true, first: 50) { edges { node { id } } } } } }'


@pytest.mark.parametrize("name", ["DEEP", "WIDE", "MANY", "LONG", "ASKING_ANEW", "CURSORS", "BOMB"])
def test_what_costs_too_much_is_refused_before_the_store_is_asked(ask: Asked, name: str) -> None:
    error = ask.error(globals()[name])
    assert error["extensions"]["code"] == "TOO_COSTLY"
    assert ask.store.calls == []


USES = "query($ref: String!, $first: Int) { modelsUsing(ref: $ref, first: $first) { edges { node { model { id name } version { id name } how via { nodes { id name } edges { id type } events { seq %s } } } } } }"
PAGE = """query($ref: String!, $walk: Walk) { provenance(ref: $ref, walk: $walk) { edges { id type source target at evidence role relation run eventSeqs }
    nodes { id kind name at tags owners facets
      ... on Version { version label aliases failed conflict unversioned bytes rows changeNote digests { algorithm value strong } asset { id name } generatedBy { id } }
      ... on ModelVersion { role metrics { name value } serving { id state } }
      ... on Run { state startedAt endedAt job { id name } commit { sha dirty } environment { python image } params { name value } inputs { role version { id } } outputs { id } } } } }"""
ADMITTED = {
    "models with their proofs": (USES % "", {}),
    "models with their proofs, 1,000 of them": (USES % "", {"first": 1000}),
    "the command line's models": (documents.MODELS, {}),
    "the command line's provenance": (documents.PROVENANCE, {"walk": {"maxNodes": 10_000}}),
    "the command line's impact": (documents.IMPACT, {"walk": {"maxNodes": 10_000}}),
    "a page of 1,000 nodes with all that a page shows": (PAGE, {"walk": {"maxNodes": 1000}}),
}  # fmt: skip
REFUSED = {
    "1,000 models with every field of their proofs": (documents.MODELS, {"first": 1000}),
    "10,000 nodes with all that a page shows": (PAGE, {"walk": {"maxNodes": 10_000}}),
    "the makers of what the makers made": ("query($ref: String!) { provenance(ref: $ref) { nodes { ... on Run { outputs { generatedBy { outputs { generatedBy { id } } } } } } } }", {}),
}  # fmt: skip


@pytest.mark.parametrize("name", ADMITTED)
def test_what_people_ask_is_within_the_limits(ask: Asked, name: str) -> None:
    query, variables = ADMITTED[name]
    ask.data(query, ref="clean@1", **variables)


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_hold_the_service_up_is_not(ask: Asked, name: str) -> None:
    query, variables = REFUSED[name]
    assert ask.error(query, ref="clean@1", **variables)["extensions"]["code"] == "TOO_COSTLY"
    assert ask.store.calls == []


def test_the_cost_counts_variables(ask: Asked) -> None:
    assert "errors" not in ask(BY_VARIABLE, w={"maxNodes": 1000})
    assert ask.error(BY_VARIABLE, w={"maxNodes": 9000})["extensions"]["code"] == "TOO_COSTLY"


def test_fragments_in_a_cycle_are_an_error_of_the_question(ask: Asked) -> None:
    assert ask.error(CYCLE)["extensions"]["code"] == "BAD_REQUEST"


def test_the_introspection_that_tools_send_is_within_the_limits(ask: Asked) -> None:
    from graphql import get_introspection_query

    assert ask.data(get_introspection_query(descriptions=True, input_value_deprecation=True))["__schema"]["types"]


def test_the_events_of_many_paths_are_asked_for_at_once() -> None:
    """That is why they cost no more than a field each."""
    trained = [body_of(f"train{number}", outputs=[thing(f"model{number}", "1", **MODEL)], inputs=[thing("clean", "1", "TRAIN")]) for number in range(30)]  # fmt: skip
    calls = []
    for count in (3, 30):
        asked = Asked(trained[:count])
        found = asked.data(USES % "raw", ref="clean@1")["modelsUsing"]["edges"]
        assert len(found) == count
        assert all(edge["node"]["via"][0]["events"] for edge in found)
        calls.append(len(asked.store.calls))
    assert calls[0] == calls[1]


def test_many_nodes_with_nested_fields_ask_the_store_a_bounded_number_of_times() -> None:
    """One DataLoader: the number of questions depends on the query's shape, never on the number of nodes."""
    chain = [
        body_of(f"step{number}", time=f"2026-01-01T00:{number // 60:02d}:{number % 60:02d}Z", inputs=[thing(f"t{number}", "1")], outputs=[thing(f"t{number + 1}", "1")])
        for number in range(100)
    ]  # fmt: skip
    query = """query($ref: String!) { provenance(ref: $ref, walk: {maxNodes: 500}) { nodes { facets
        neighbours(upstream: false, first: 5) { edges { node { id } } }
        ... on Version { asset { versionCount ... on Dataset { latest { id } } } parents { id } generatedBy { job { runCount latestRun { id } } } }
        ... on ModelVersion { role serving { id } metrics { name } }
        ... on Run { job { name } parent { id } commit { dirty } inputs { version { asset { name } } } outputs { id generatedBy { id } } } } } }"""
    calls = {}
    for length in (10, 100):
        asked = Asked(chain[:length])
        assert len(asked.data(query, ref=f"t{length}@1")["provenance"]["nodes"]) == 2 * length + 1
        calls[length] = len(asked.store.calls)
    assert calls[100] == calls[10] <= 20
