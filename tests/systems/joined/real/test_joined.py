"""One team's data in every system: whichever name the raw data is asked by, every model is found, over the hop where two systems meet.

The lab is made by the real tools (produce.py) and brought in by `whence-emit import`, a system at a time. WHENCE_TRANSCRIPT names a file
for what a person would see.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import pytest
from tests.systems.live import served

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.needs("system:joined")

BIN = Path(sys.executable).parent
RISK = "version/mlflow%3A%2F%2Fmlflow.example.com/risk/1"
BASE = f"version/hf%3A%2F%2Fmodels/acme%2Frisk-base/{'1' * 40}"
PRODUCING_SECONDS = 900


class Team:
    """The lab, a service that knows it, and the imports, in order."""

    def __init__(self, lab: Path, folder: Path, url: str, store: str) -> None:
        self.lab = lab
        self.spool = Path(shutil.copytree(lab / "spool", folder / "spool"))
        self.state = folder / "state"
        self.url = url
        self.store = store
        self.said: list[str] = []
        raw = (lab / "data" / "raw" / "loans.csv").read_bytes()
        self.md5, self.sha256 = hashlib.md5(raw).hexdigest(), hashlib.sha256(raw).hexdigest()

    @property
    def imports(self) -> list[list[str]]:
        lab = self.lab
        return [
            ["git", f"{lab}/data", "--path", "raw/*.dvc"],
            ["dvc", f"{lab}/data"],
            ["git-lfs", f"{lab}/lfs"],
            ["wandb", f"{lab}/wandb/wandb"],
            ["huggingface", f"{lab}/hub/hub", "--at", "2026-01-04"],
            ["delta", f"{lab}/lake/loans"],
            ["iceberg", f"{lab}/lake/warehouse/catalog.db"],
            ["mlflow", f"sqlite:///{lab}/mlflow/mlflow.db", "--host", "mlflow.example.com"],
            ["jupyter", f"{lab}/report/report.ipynb"],
        ]

    def names(self) -> dict[str, str]:
        """What the raw loans are called -> in which system."""
        return {
            f"md5:{self.md5}": "by DVC's digest",
            f"sha256:{self.sha256}": "by git-lfs's digest",
            f"{self.lab}/data/raw/loans.csv": "as the file itself",
            "git+https://git.example.com/acme/risk-data raw/loans.csv": "in DVC",
            "git+https://git.example.com/acme/risk-archive 2026-01.csv": "in git-lfs",
            "wandb://api.wandb.ai/acme/risk raw-loans": "in W&B",
        }

    def run(self, *command: str) -> str:
        """The output of one of whence's commands. Fails the test unless it ends with 0."""
        settings = {
            name: value for name, value in os.environ.items() if not name.startswith(("WHENCE_SPOOL", "OPENLINEAGE"))
        }
        settings |= {
            "OPENLINEAGE_URL": self.url,
            "WHENCE_SPOOL": str(self.spool),
            "XDG_STATE_HOME": str(self.state),
            "COLUMNS": "150",
        }
        done = subprocess.run(
            [BIN / command[0], *command[1:]], env=settings, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        if "--json" not in command:
            shown = " ".join(f"'{word}'" if " " in word or "*" in word else word for word in command)
            self.said.append(
                f"$ {shown}\n{done.stdout}".replace(str(self.lab), "/lab").replace(f" --url {self.url}", "")
            )
        return done.stdout

    def ask(self, verb: str, *words: str) -> Any:
        return json.loads(self.run("whence", verb, *words, "--url", self.url, "--json"))

    def bring_in(self, order: int = 1) -> None:
        for words in self.imports[::order]:
            self.run("whence-emit", "import", *words)
        self.run("whence-emit", "send")
        self.run("whence", "ingest", f"{self.lab}/airflow/events.jsonl", "--url", self.url)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    (home / ".gitconfig").write_text("[user]\n\tname = Ada\n\temail = ada@example.com\n")
    folder = tmp_path_factory.mktemp("team") / "lab"
    produce = Path(__file__).parents[1] / "produce.py"
    done = subprocess.run(
        [sys.executable, produce, folder], env=os.environ | {"HOME": str(home)},
        capture_output=True, text=True, timeout=PRODUCING_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return folder


@pytest.fixture(scope="module")
def team(lab: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    folder = tmp_path_factory.mktemp("service")
    with served(folder) as (url, store):
        team = Team(lab, folder, url, store)
        team.bring_in()
        yield team
        if where := os.environ.get("WHENCE_TRANSCRIPT"):
            Path(where).write_text("\n".join(team.said), "utf-8")


def models_of(answer: Any) -> set[str]:
    return {edge["node"]["version"]["id"] for edge in answer["edges"]}


def test_every_name_of_the_raw_data_finds_every_model(team: Team) -> None:
    found = {name: models_of(team.ask("models", name)) for name in team.names()}
    for name in team.names():
        team.run("whence", "models", name, "--url", team.url)
    every = set.union(*found.values())
    assert RISK in every
    assert len(every) == 2, "the logged model and its registered version"
    assert {name: models for name, models in found.items() if models != every} == {}


@pytest.mark.parametrize("where", ["in DVC", "in git-lfs", "in W&B"])
def test_the_hop_where_two_systems_meet_is_same_bytes(team: Team, where: str) -> None:
    name = next(name for name, system in team.names().items() if system == where)
    uses = team.ask("models", name)["edges"]
    via = next(edge["node"]["via"][0] for edge in uses if edge["node"]["version"]["id"] == RISK)
    assert [edge["type"] for edge in via["edges"]][-2:] == ["HAS_CONTENT", "CONTENT_OF"]
    assert via["nodes"][-1]["id"].startswith(f"version/{quote(name.split(' ')[0], safe='')}/")
    assert all(edge["eventSeqs"] for edge in via["edges"])


def test_the_model_came_from_the_pinned_base_and_the_exact_table_version(team: Team) -> None:
    answer = team.ask("provenance", "mlflow://mlflow.example.com risk")
    ids = {node["id"] for node in answer["nodes"]}
    table = f"version/file/{quote(str(team.lab / 'lake' / 'loans'), safe='')}/0"
    assert {BASE, table} <= ids
    shown = team.ask("show", RISK)
    assert shown["aliases"] == ["champion"]
    assert shown["role"] == "RELEASED"


def test_the_same_bytes_are_in_four_places(team: Team) -> None:
    holders = team.ask("impact", f"md5:{team.md5}")
    ids = [node["id"].split("/") for node in holders["subgraph"]["nodes"]]
    places = {unquote(parts[2]) for parts in ids if parts[0] == "version"}
    assert {"raw/loans.csv", "2026-01.csv", "raw-loans", str(team.lab / "data" / "raw" / "loans.csv")} <= places


def test_airflow_is_around_it(team: Team) -> None:
    runs = team.ask("find", "--kind", "RUN", "--first", "100")["edges"]
    jobs = {edge["node"]["id"]: edge["node"]["name"] for edge in runs}
    assert {"risk.load", "risk.train", "lake.load"} <= set(jobs.values()), jobs


def test_a_second_import_of_everything_sends_nothing(team: Team) -> None:
    before = team.ask("events", "--first", "1")["seq"]
    team.bring_in()
    assert team.ask("events", "--first", "1")["seq"] == before


def test_any_order_of_systems_gives_the_same_graph(team: Team, tmp_path: Path) -> None:
    with served(tmp_path) as (url, store):
        other = Team(team.lab, tmp_path, url, store)
        other.bring_in(-1)
        first, second = (
            json.loads(other.run("whence", "verify", "--store", at, "--json")) for at in (team.store, store)
        )
    assert first["equal"]
    assert second["digest"] == first["digest"]
