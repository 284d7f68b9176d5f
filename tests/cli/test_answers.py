"""What the verbs answer: the same over HTTP and in process, as text, as JSON and as ids, with the right exit code."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.cli.conftest import Project, Run, answer

from whence.testing.events import dataset, run_event

QUESTIONS = [
    ("provenance", "./risk.joblib"),
    ("provenance", "./risk.joblib", "--depth", "1"),
    ("impact", "./clean.csv"),
    ("models", "./clean.csv"),
    ("data", "./risk.joblib"),
    ("path", "./risk.joblib", "./raw.csv"),
    ("focus", "./risk.joblib"),
    ("focus", "./risk.joblib", "--budget", "2", "--code"),
    ("map",),
    ("show", "./risk.joblib"),
    ("show", "serve"),
    ("versions", "./risk.joblib"),
    ("events",),
    ("events", "./raw.csv"),
    ("events", "--seq", "2"),
    ("find", "risk"),
    ("find", "--kind", "run", "--state", "running"),
    ("stats", "--since", "2026-01-01", "--until", "2026-01-02"),
    ("unaccounted",),
    ("rejected", "list"),
]


@pytest.mark.parametrize("form", [(), ("--json",), ("--quiet",)], ids=["text", "json", "quiet"])
def test_a_service_and_a_store_answer_alike(project: Project, service: str, run: Run, form: tuple[str, ...]) -> None:
    for question in QUESTIONS:
        here = run(*question, *form, "--store", project.store).stdout
        there = run(*question, *form, "--url", service).stdout
        assert here == there, question
        assert here.strip() or question == ("rejected", "list"), question
        if form == ("--json",):
            assert json.loads(here) is not None


def test_provenance_is_a_tree_with_each_node_once_and_completeness_last(project: Project, run: Run) -> None:
    lines = run("provenance", "./risk.joblib", "--store", project.store).stdout.splitlines()
    model = hashlib.sha256(Path("risk.joblib").read_bytes()).hexdigest()[:8]
    assert lines[0] == f"risk.joblib  {model}  model"
    assert lines[1] == "│  made by train  completed 2026-01-01T11:05:00Z"
    assert lines[2].startswith("└─ TRAIN clean.csv  ")
    assert lines[3] == "   │  made by clean  completed 2026-01-01T10:01:00Z  commit 11a110bb (dirty)"
    assert lines[4].startswith("   └─ raw.csv  ")
    assert lines[-1].startswith("Complete") or lines[-1].startswith("  gap")


def test_provenance_json_is_the_field_of_graphql(project: Project, run: Run) -> None:
    graph = answer(run("provenance", "./risk.joblib", "--json", "--store", project.store))
    assert {"roots", "nodes", "edges", "depths", "completeness", "seq", "headHash"} <= graph.keys()
    assert graph["seq"] == 5
    assert graph["completeness"]["complete"] is True


def test_a_cut_answer_says_so_also_when_quiet(project: Project, run: Run) -> None:
    cut = run("provenance", "./risk.joblib", "--depth", "1", "--quiet", "--store", project.store)
    assert "version/" in cut.stdout
    assert cut.stderr.strip()


def test_as_of_leaves_out_what_came_later(project: Project, run: Run) -> None:
    before = run("impact", "./clean.csv", "--as-of", "2026-01-01T10:30:00Z", "--store", project.store).stdout
    assert "train" not in before
    assert "Nothing depends on it." in before


def test_impact_lists_who_must_act_first(project: Project, run: Run) -> None:
    text = run("impact", "./clean.csv", "--store", project.store).stdout
    assert text.index("Serving now (1)") < text.index("Models to retrain (1)") < text.index("└─ used as TRAIN by train")
    assert re.search(r"\d+ things depend on it: 1 model version, 2 runs\.", text)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("./clean.csv", "--gate"), 1),
        (("./clean.csv", "--gate", "--depth", "1"), 1),
        (("./clean.csv", "--gate", "--as-of", "2026-01-01T10:30:00Z"), 0),
        (("./clean.csv", "--gate", "--depth", "0"), 3),
        (("./clean.csv",), 0),
        (("./clean.csv", "--strict"), 2),
    ],
)
def test_gate(project: Project, run: Run, arguments: tuple[str, ...], code: int) -> None:
    run("impact", *arguments, "--store", project.store, code=code)


def test_a_strict_gate_does_not_pass_with_gaps(project: Project, run: Run) -> None:
    run("ingest", "-", "--store", project.store, stdin=b'{"no": "event"}', code=2)
    nothing = ("impact", "./clean.csv", "--as-of", "2026-01-01T10:30:00Z", "--store", project.store, "--gate")
    run(*nothing, code=0)
    run(*nothing, "--strict", code=3)


def test_models_says_how_and_proves_it(project: Project, run: Run) -> None:
    text = run("models", "./raw.csv", "--store", project.store).stdout
    row = next(line for line in text.splitlines() if line.startswith("risk.joblib"))
    assert "TRAINED_ON_DERIVED" in row
    assert "train → clean.csv" in row
    assert "clean → raw.csv" in row
    assert re.search(r"^\s+events 1 2 3 4$", text, re.MULTILINE)


def test_path_answers_no_with_1_and_speaks_of_the_file_that_was_given(project: Project, run: Run) -> None:
    forward = run("path", "./risk.joblib", "./raw.csv", "--store", project.store).stdout
    assert forward.splitlines()[1].strip().startswith("made by train")
    backward = run("path", "./raw.csv", "./risk.joblib", "--store", project.store, code=1).stdout
    assert "sha256:" not in backward


def test_versions_and_show_of_a_path_are_of_the_file_not_of_its_bytes(project: Project, run: Run) -> None:
    assert answer(run("versions", "./clean.csv", "--json", "--store", project.store))["totalCount"] == 1
    shown = answer(run("show", "./clean.csv", "--json", "--store", project.store))
    assert shown["kind"] == "DATASET_VERSION"
    assert shown["bytes"] == Path("clean.csv").stat().st_size


def test_a_file_that_is_known_by_md5_only_is_found(project: Project, run: Run, tmp_path: Path) -> None:
    other = tmp_path / "other.bin"
    other.write_text("known by md5 only")
    digest = {"algorithm": "md5", "value": hashlib.md5(other.read_bytes()).hexdigest(), "strength": "CONTENT"}
    event = {
        "eventType": "COMPLETE", "eventTime": "2026-02-01T00:00:00Z", "producer": "https://example.com", "schemaURL": "x",
        "run": {"runId": "0198f0c2-7a51-7c3e-9d0b-3f0a6d0c5e11"}, "job": {"namespace": "j", "name": "imported"}, "inputs": [],
        "outputs": [{"namespace": "dvc", "name": "other", "facets": {"whence_contentDigests": {"files": 1, "bytes": 17, "digests": [digest]}}}],
    }  # fmt: skip
    run("ingest", "-", "--store", project.store, stdin=json.dumps(event))
    assert "made by imported" in run("provenance", str(other), "--store", project.store).stdout


def test_lists_are_paged_with_a_command_to_paste(project: Project, run: Run) -> None:
    first = run("events", "--first", "2", "--store", project.store).stdout
    command = next(line for line in first.splitlines() if line.startswith("Next page: ")).removeprefix(
        "Next page: whence "
    )
    second = run(*command.split()).stdout
    assert [
        line.split()[0] for line in (first + second).splitlines() if line.strip()[:1].isdigit() and "T1" in line
    ] == ["5", "4", "3", "2"]


def test_one_event_by_its_position(project: Project, run: Run) -> None:
    shown = json.loads(run("events", "--seq", "2", "--json", "--store", project.store).stdout)
    assert shown["seq"] == 2
    assert f'"runId": "{shown["raw"]["run"]["runId"]}"' in run("events", "--seq", "2", "--store", project.store).stdout
    assert "no event" in run("events", "--seq", "99", "--store", project.store, code=2).output
    assert "--seq" in run("events", "raw.csv", "--seq", "2", "--store", project.store, code=2).output


def test_find_leaves_out_tags_of_clients_in_text_only(project: Project, run: Run) -> None:
    tags = [
        {"key": "openlineage_client_version", "value": "1.50.0", "source": "OPENLINEAGE_CLIENT"},
        {"key": "tier", "value": "gold", "source": "USER"},
    ]
    facet = {"tags": {"_producer": "x", "_schemaURL": "x", "tags": tags}}
    run("ingest", "-", "--store", project.store, stdin=run_event("q", job="tagged", run_facets=facet))
    question = ("find", "--tag", "tier:gold", "--store", project.store)
    text = run(*question).stdout
    assert "#tier:gold" in text
    assert "client_version" not in text
    assert "openlineage_client_version:1.50.0" in run(*question, "--json").stdout


def test_find_filters(project: Project, run: Run) -> None:
    found = run("find", "--kind", "model", "--quiet", "--store", project.store).stdout.split()
    assert found == [project.uid("risk.joblib")]
    assert run("find", "nothing-like-it", "--quiet", "--store", project.store).stdout == ""


def test_stats_count_and_fold_what_is_idle(project: Project, run: Run) -> None:
    text = run("stats", "--since", "2025-12-01", "--until", "2026-01-02", "--store", project.store).stdout
    assert "… and the 30 after" in text
    assert "5 events in 32 rows of time." in text


def test_what_nothing_accounts_for_in_all_by_namespace_and_by_team(project: Project, run: Run) -> None:
    text = run("unaccounted", "--store", project.store).stdout
    assert text.splitlines()[0].split() == [
        "in",
        "all",
        "models",
        "without",
        "run",
        "runs",
        "no",
        "data",
        "no",
        "code",
        "no",
        "environment",
    ]
    assert "newest runs without code:" in text
    assert text.splitlines()[-1].startswith("Of ") or " versions of models have no run that made them. Of " in text
    empty = run("unaccounted", "--team", "nobody", "--json", "--store", project.store).stdout
    assert json.loads(empty)["runs"]["total"] == 0


def test_control_characters_of_an_event_never_reach_the_terminal(project: Project, run: Run) -> None:
    event = {
        "eventType": "COMPLETE", "eventTime": "2026-02-01T00:00:00Z", "producer": "\x1b[31mred", "schemaURL": "x",
        "run": {"runId": "0198f0c2-7a51-7c3e-9d0b-3f0a6d0c5e12"}, "job": {"namespace": "j", "name": "evil\x1b]0;title\x07\u202e"},
        "inputs": [], "outputs": [{"namespace": "n", "name": "out\r\nput"}],
    }  # fmt: skip
    run("ingest", "-", "--store", project.store, stdin=json.dumps(event))
    for question in (("find",), ("events",), ("provenance", "n out\r\nput"), ("show", "j evil\x1b]0;title\x07\u202e")):
        text = run(*question, "--store", project.store).stdout
        assert not set(text) & {"\x1b", "\x07", "\r", "\u202e"}, question


@pytest.mark.parametrize("columns", [48, 80, 120])
def test_answers_fit_the_width_and_lose_nothing(
    project: Project, run: Run, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    for question in (
        ("provenance", "./risk.joblib"),
        ("impact", "./raw.csv"),
        ("models", "./raw.csv"),
        ("data", "./risk.joblib"),
    ):
        monkeypatch.delenv("COLUMNS", raising=False)
        wide = run(*question, "--store", project.store).stdout
        monkeypatch.setenv("COLUMNS", str(columns))
        narrow = run(*question, "--store", project.store).stdout
        assert max(map(len, narrow.splitlines())) <= columns, question
        # The title of a column that moved below its rows is not needed there.
        assert _letters(narrow.replace(" proof", "")) == _letters(wide.replace(" proof", "")), question


def _letters(text: str) -> list[str]:
    return sorted(re.sub(r"[\s│├└─]", "", text))


def test_a_file_that_two_systems_know_by_different_digests_is_asked_by_both(
    project: Project, service: str, run: Run, tmp_path: Path
) -> None:
    """git-lfs knows bytes by SHA-256, DVC by MD5: who has the file knows that they are the same."""
    shared = tmp_path / "shared.csv"
    shared.write_text("a\n1\n")

    def known(name: str, algorithm: str) -> dict[str, Any]:
        value = hashlib.new(algorithm, shared.read_bytes()).hexdigest()
        digests = [{"algorithm": algorithm, "value": value, "strength": "CONTENT"}]
        return dataset(name, whence_contentDigests={"files": 1, "bytes": 4, "digests": digests})

    is_model = {"datasetType": {"datasetType": "MODEL"}}
    log = tmp_path / "two.ndjson"
    bodies = [
        run_event(name, "COMPLETE", "2026-01-03T00:00:00Z", job=name, inputs=[known(name, algorithm)], outputs=[dataset(f"model-{name}", **is_model)])
        for name, algorithm in (("in-lfs", "sha256"), ("in-dvc", "md5"))
    ]  # fmt: skip
    log.write_bytes(b"\n".join(bodies))
    run("ingest", str(log), "--url", service)

    uses = answer(run("models", str(shared), "--json", "--url", service))["edges"]
    assert {edge["node"]["model"]["name"] for edge in uses} == {"model-in-lfs", "model-in-dvc"}
    hit = answer(run("impact", str(shared), "--json", "--url", service))
    assert {"in-lfs", "in-dvc"} <= {node["name"] for node in hit["subgraph"]["nodes"] if node["kind"] == "RUN"}
