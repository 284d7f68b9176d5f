"""A step: what its events say, and that the job never notices it."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from whence_emitters import Input, Output, UsageError, current_step, step

if TYPE_CHECKING:
    from collections.abc import Callable

    Spooled = Callable[[], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("whence_emitters.steps._logged", set())
    return tmp_path


def missing(event: dict[str, Any]) -> dict[str, str]:
    facet = event["run"]["facets"].get("whence_captureCompleteness", {"missing": []})
    return {entry["what"]: entry["why"] for entry in facet["missing"] if entry["what"] != "codeState"}


def sha256(dataset: dict[str, Any]) -> str:
    return next(d["value"] for d in dataset["facets"]["whence_contentDigests"]["digests"] if d["algorithm"] == "sha256")


def test_start_is_intent_and_the_last_event_is_everything(spooled: Spooled, here: Path) -> None:
    (here / "in.csv").write_text("a\n1\n2\n")
    (here / "params.yaml").write_text("alpha: 1\n")
    with step(
        "train",
        inputs=[Input("in.csv", role="TRAIN")],
        outputs=[Output("m.bin", kind="MODEL")],
        config=["params.yaml"],
        params={"a": {"b": 1}},
        namespace="ns",
    ) as s:
        (here / "m.bin").write_bytes(b"model")
        s.metric("auc", 0.97, step=3, dataset="in.csv")
        s.param("name", "x")
    start, end = spooled()
    assert (start["eventType"], end["eventType"]) == ("START", "COMPLETE")
    assert start["run"]["runId"] == end["run"]["runId"]
    assert start["eventTime"] < end["eventTime"]
    assert (end["job"]["namespace"], end["job"]["name"]) == ("ns", "train")
    assert [(i["name"], i["inputFacets"]["whence_inputRole"]["role"]) for i in start["inputs"]] == [
        (f"{here}/in.csv", "TRAIN"),
        (f"{here}/params.yaml", "CONFIG"),
    ]
    assert end["inputs"][0]["inputFacets"]["inputStatistics"]["rowCount"] == 2
    assert {d["algorithm"] for d in end["inputs"][1]["facets"]["whence_contentDigests"]["digests"]} == {
        "sha256",
        "md5",
        "git-blob",
    }
    assert "whence_contentDigests" not in start["outputs"][0]["facets"]
    assert sha256(end["outputs"][0]) == hashlib.sha256(b"model").hexdigest()
    assert end["outputs"][0]["outputFacets"]["outputStatistics"]["size"] == 5
    facets = end["run"]["facets"]
    assert [(p["key"], p["value"]) for p in facets["executionParameters"]["parameters"]] == [
        ("a.b", "1"),
        ("name", "x"),
    ]
    assert facets["whence_metrics"]["metrics"] == [
        {"name": "auc", "value": 0.97, "step": 3, "dataset": {"namespace": "file", "name": f"{here}/in.csv"}}
    ]
    assert missing(end) == {}


def test_a_file_overwritten_in_place_is_two_states(spooled: Spooled, here: Path) -> None:
    path = here / "a.bin"
    path.write_bytes(b"old")
    with step("rewrite", inputs=[path], outputs=[path]):
        path.write_bytes(b"new")
    end = spooled()[-1]
    assert (sha256(end["inputs"][0]), sha256(end["outputs"][0])) == tuple(
        hashlib.sha256(b).hexdigest() for b in (b"old", b"new")
    )


def test_the_same_bytes_are_read_once(spooled: Spooled, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from whence_emitters import digests

    (here / "a.csv").write_text("a\n1\n")
    read: list[Path] = []
    real = digests._read_once
    monkeypatch.setattr(digests, "_read_once", lambda path, **options: read.append(path) or real(path, **options))
    with step(
        "s", inputs=["a.csv", Input("a.csv", role="TRAIN", subset="x"), Input("a.csv", role="TEST", subset="y")]
    ) as s:
        s.input("a.csv")
    assert len(read) == 1
    assert len(spooled()[-1]["inputs"]) == 3


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (ValueError("bad password=hunter2"), "FAIL"),
        (KeyboardInterrupt(), "ABORT"),
        (SystemExit(2), "FAIL"),
        (SystemExit(0), "COMPLETE"),
        (SystemExit(), "COMPLETE"),
        (SystemExit(["no"]), "FAIL"),
    ],
)
def test_the_jobs_own_exception_passes_unchanged(
    spooled: Spooled, here: Path, error: BaseException, state: str
) -> None:
    @step("s", outputs=["there", "missing"])
    def job() -> None:
        (here / "there").write_text("partial")
        raise error

    with pytest.raises(type(error)) as caught:
        job()
    assert caught.value is error
    end = spooled()[-1]
    assert end["eventType"] == state
    if state == "FAIL":
        assert "hunter2" not in str(end)
        assert end["run"]["facets"]["errorMessage"]["message"].startswith(type(error).__name__)
    if state != "COMPLETE":
        assert [Path(output["name"]).name for output in end["outputs"]] == ["there"], "a failed run carries what exists"


def test_a_promised_output_that_is_not_there_is_said(spooled: Spooled) -> None:
    with step("s", outputs=["never"]):
        pass
    (output,) = spooled()[-1]["outputs"]
    assert "did not exist" in output["facets"]["whence_captureCompleteness"]["missing"][0]["why"]


def test_inputs_found_later_are_sent_when_they_are_read(spooled: Spooled, here: Path) -> None:
    (here / "a").write_text("a")
    with step("s") as s:
        s.input("a", role="REFERENCE", subset={"day": "1"})
        assert [event["eventType"] for event in spooled()] == ["START", "RUNNING"]
        s.input(Input("a", role="REFERENCE", subset={"day": "1"}))
    events = spooled()
    assert [event["eventType"] for event in events] == ["START", "RUNNING", "COMPLETE"]
    assert [input_["name"] for input_ in events[1]["inputs"]] == [f"{here}/a"]


def test_a_fine_tuned_model_names_its_base_which_is_an_input(spooled: Spooled, here: Path) -> None:
    (here / "base").write_text("b")
    with step("tune", outputs=[Output("m", base="base", relation="FINE_TUNE", changed_groups=["head"])]):
        (here / "m").write_text("m")
    end = spooled()[-1]
    derivation = end["outputs"][0]["facets"]["whence_modelDerivation"]
    assert derivation["base"] == {"namespace": "file", "name": f"{here}/base"}
    assert (derivation["relation"], derivation["changedGroups"]) == ("FINE_TUNE", ["head"])
    assert end["outputs"][0]["facets"]["datasetType"]["datasetType"] == "MODEL"
    assert end["inputs"][0]["inputFacets"]["whence_inputRole"]["role"] == "BASE_MODEL"


def test_a_base_that_is_an_input_already_is_not_named_twice(spooled: Spooled, here: Path) -> None:
    (here / "base").write_text("b")
    with step(
        "tune", inputs=[Input("base", role="BASE_MODEL")], outputs=[Output("m", base="base", relation="ADAPTER")]
    ):
        pass
    assert len(spooled()[-1]["inputs"]) == 1


def test_a_service_stays_open_until_it_is_stopped(spooled: Spooled) -> None:
    with step("serve", job_type="SERVICE"):
        pass
    with step("serve") as s:
        s.service()
        s.stop()
    states = [(event["eventType"], event["job"]["facets"]["jobType"]["processingType"]) for event in spooled()]
    assert states == [("START", "SERVICE"), ("RUNNING", "SERVICE"), ("START", "BATCH"), ("COMPLETE", "SERVICE")]


def test_a_service_that_breaks_has_failed(spooled: Spooled) -> None:
    with pytest.raises(ValueError, match="x"), step("serve", job_type="SERVICE"):
        raise ValueError("x")
    assert spooled()[-1]["eventType"] == "FAIL"


def test_steps_inside_steps_name_parent_and_root(spooled: Spooled, monkeypatch: pytest.MonkeyPatch) -> None:
    root_id = "01890d2c-7b1e-7c3a-9f00-0123456789ab"
    monkeypatch.setenv("OPENLINEAGE_PARENT_ID", f"airflow/dag.task/{root_id}")
    with step("outer") as outer, step("inner"):
        environment = outer.child_environment()
    outer_start, inner_start = spooled()[:2]
    assert outer_start["run"]["facets"]["parent"]["run"]["runId"] == root_id
    parent = inner_start["run"]["facets"]["parent"]
    assert parent["run"]["runId"] == outer_start["run"]["runId"]
    assert parent["job"] == {"namespace": "default", "name": "outer"}
    assert parent["root"] == {"run": {"runId": root_id}, "job": {"namespace": "airflow", "name": "dag.task"}}
    assert environment == {
        "OPENLINEAGE_PARENT_ID": f"default/outer/{outer_start['run']['runId']}",
        "OPENLINEAGE_ROOT_PARENT_ID": f"airflow/dag.task/{root_id}",
    }


def test_a_parent_that_cannot_be_read_is_said(spooled: Spooled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENLINEAGE_PARENT_ID", "nonsense")
    with step("s"):
        pass
    assert "namespace/name/runId" in missing(spooled()[-1])["parent"]


def test_each_call_of_a_decorated_function_is_a_run(spooled: Spooled) -> None:
    @step(params={"p": 1})
    def double(n: int) -> int:
        current_step().metric("n", n)
        return 2 * n if n > 1 else double(n + 1)

    @step("later")
    async def later(n: int) -> int:
        await asyncio.sleep(0)
        return n

    async def both() -> list[int]:
        return await asyncio.gather(later(1), later(2))

    assert double(1) == 4
    assert asyncio.run(both()) == [1, 2]
    ends = [event for event in spooled() if event["eventType"] == "COMPLETE"]
    assert [event["job"]["name"] for event in ends] == ["double", "double", "later", "later"]
    assert len({event["run"]["runId"] for event in ends}) == 4
    assert ends[0]["run"]["facets"]["parent"]["run"]["runId"] == ends[1]["run"]["runId"]
    assert double.__name__ == "double"


def test_outside_of_a_step_calls_do_nothing(spooled: Spooled, here: Path) -> None:
    (here / "a").touch()
    nowhere = current_step()
    nowhere.metric("a", 1)
    nowhere.input("a")
    nowhere.output("b")
    nowhere.params({"x": 1})
    nowhere.service()
    assert nowhere.run_id is None
    assert nowhere.child_environment() == {}
    assert spooled() == []


def test_seeds_are_set_and_recorded(spooled: Spooled, monkeypatch: pytest.MonkeyPatch) -> None:
    import random

    monkeypatch.delenv("PYTHONHASHSEED", raising=False)
    with step("s", seed=7):
        first = random.random()
    with step("s") as s:
        s.seed(7)
        assert random.random() == first
    for end in (spooled()[1], spooled()[3]):
        seeds = end["run"]["facets"]["whence_seeds"]["seeds"]
        assert seeds["python"] == 7
        assert ("numpy" in seeds) == ("numpy" in sys.modules)


def test_metrics_that_json_has_no_number_for(spooled: Spooled) -> None:
    with step("s") as s:
        for value in (float("nan"), float("inf"), float("-inf"), 3, True):
            s.metric("m", value)
        s.metric("bad", "many")  # type: ignore[arg-type]
    end = spooled()[-1]
    assert [m["value"] for m in end["run"]["facets"]["whence_metrics"]["metrics"]] == [
        "NaN",
        "Infinity",
        "-Infinity",
        3,
        1,
    ]
    assert "ValueError" in missing(end)["metric bad"]


def test_metrics_are_bounded(spooled: Spooled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whence_emitters.record.MAX_METRICS", 2)
    with step("s") as s:
        for number in range(4):
            s.metric("m", number)
    end = spooled()[-1]
    assert len(end["run"]["facets"]["whence_metrics"]["metrics"]) == 2
    assert "first 2" in missing(end)["metrics"]


def test_secrets_in_parameters_are_masked_with_a_note(spooled: Spooled) -> None:
    with step("s", params={"db_password": "hunter2", "url": "postgres://ann:hunter2@db/x", "max_tokens": 5}):
        pass
    parameters = spooled()[-1]["run"]["facets"]["executionParameters"]["parameters"]
    assert [p["value"] for p in parameters] == ["***", "postgres://db/x", "5"]
    assert ["description" in p for p in parameters] == [True, True, False]


def test_variables_only_from_the_list(spooled: Spooled, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SHOWN", "API_TOKEN", "HIDDEN"):
        monkeypatch.setenv(name, f"value of {name}")
    with step("s", env_vars=["SHOWN", "API_TOKEN", "UNSET"]):
        pass
    facet = spooled()[-1]["run"]["facets"]["environmentVariables"]
    assert facet["environmentVariables"] == [
        {"name": "SHOWN", "value": "value of SHOWN"},
        {"name": "API_TOKEN", "value": "***"},
    ]
    assert "value of HIDDEN" not in str(spooled())


def test_mutable_parameters_are_recorded_as_they_were(spooled: Spooled) -> None:
    layers = [1]
    with step("s") as s:
        s.param("layers", layers)
        layers.append(2)
    assert spooled()[-1]["run"]["facets"]["executionParameters"]["parameters"][0]["value"] == "[1]"


class Hostile:
    def __str__(self) -> str:
        raise RuntimeError("no text for you")

    __repr__ = __str__


def test_hostile_values_cost_only_themselves(spooled: Spooled) -> None:
    with step("s") as s:
        s.params({"good": 1, "bad": Hostile()})
        s.metric("m", Hostile())  # type: ignore[arg-type]
        s.input(Hostile())  # type: ignore[arg-type]
        s.output("x", relation="FINE_TUNE")
        s.metric("ok", 1)
    end = spooled()[-1]
    assert [p["key"] for p in end["run"]["facets"]["executionParameters"]["parameters"]] == ["good"]
    assert {"parameter bad", "metric m", "output x"} <= set(missing(end))
    assert end["run"]["facets"]["whence_metrics"]["metrics"] == [{"name": "ok", "value": 1}]


CAPTURES = [
    "whence_emitters.context.code_state",
    "whence_emitters.context.environment_pin",
    "whence_emitters.context.settings.recorded_variables",
    "whence_emitters.record.main_script",
    "whence_emitters.record.ancestry_from_environment",
    "whence_emitters.record.current_seeds",
    "whence_emitters.record.observe",
    "whence_emitters.record.output_dataset",
    "whence_emitters.record.input_dataset",
    "whence_emitters.record.now",
    "whence_emitters.record.new_run_id",
    "whence_emitters.record.ask_to_send",
    "whence_emitters.record.Spool.put",
    "whence_emitters.steps.RunRecord",
    "whence_emitters.steps.settings.disabled",
    "whence_emitters.steps.set_seeds",
    "whence_emitters.facets.parameters",
    "whence_emitters.facets.completeness",
]


@pytest.mark.parametrize("broken", CAPTURES)
def test_a_bug_in_any_capture_never_reaches_the_job(
    broken: str, here: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a bug of ours with password=hunter2")

    monkeypatch.setattr(broken, fail)
    (here / "a").write_text("a")
    with caplog.at_level(logging.WARNING), step("s", inputs=["a"], outputs=["b"], params={"p": 1}, seed=1) as s:
        s.metric("m", 1)
        s.input("a", role="TEST")
        s.output("c")
        done = True
    assert done
    assert "a bug of ours" in caplog.text, "it is said"
    assert "hunter2" not in caplog.text


@pytest.mark.parametrize(
    "broken", [name for name in CAPTURES if "context" in name or "seeds" in name or "ancestry" in name]
)
def test_what_broke_is_listed_and_the_rest_is_sent(
    broken: str, spooled: Spooled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broken, lambda *_, **__: 1 / 0)
    with step("s", seed=1) as s:
        s.metric("m", 1)
    end = spooled()[-1]
    assert any(
        "ZeroDivisionError" in why
        for why in {
            **missing(end),
            **{e["what"]: e["why"] for e in end["run"]["facets"]["whence_captureCompleteness"]["missing"]},
        }.values()
    )
    assert end["run"]["facets"]["whence_metrics"]["metrics"] == [{"name": "m", "value": 1}]


def test_a_full_or_unwritable_spool_costs_one_warning(
    here: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("WHENCE_SPOOL_MAX_BYTES", "10")
    with step("s"):
        pass
    assert "WHENCE_SPOOL_MAX_BYTES" in caplog.text
    caplog.clear()
    (here / "file").touch()
    monkeypatch.setenv("WHENCE_SPOOL", str(here / "file" / "spool"))
    with step("t"):
        pass
    assert len(caplog.records) <= 2


FORK = """
import os
from whence_emitters import current_step, step
with step("s"):
    child = os.fork()
    if child == 0:
        current_step().__exit__(None, None, None)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
"""


def test_a_forked_child_does_not_end_its_parents_run(spooled: Spooled) -> None:
    subprocess.run([sys.executable, "-c", FORK], check=True)
    assert [event["eventType"] for event in spooled()] == ["START", "COMPLETE"]


def test_disabled_records_nothing_and_seeds_all_the_same(
    spooled: Spooled, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import random

    monkeypatch.setenv("OPENLINEAGE_DISABLED", "true")
    with step("s", inputs=["a"], seed=7) as s:
        s.metric("m", 1)
        drawn = random.random()
        assert s.run_id is None
    random.seed(7)
    assert random.random() == drawn
    assert spooled() == []


@pytest.mark.parametrize(
    "make",
    [
        lambda: step("s", job_type="CRON"),
        lambda: step(" "),
        lambda: step("s", inputs="a.csv"),
        lambda: step("s", outputs=Output("a")),
        lambda: step("s", inputs=[Input("a", role="X")]),
    ],
)  # type: ignore[arg-type]
def test_arguments_that_mean_nothing_are_refused_before_the_job_starts(make: Callable[[], object]) -> None:
    with pytest.raises(UsageError):
        make()
