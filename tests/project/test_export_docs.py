"""docs/export.md says what is so: what an auditor is told to run is run, on an export of a log like anybody's."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from whence.ingest.past import MOST_EVENTS
from whence.queries.export import MOST_NODES
from whence.testing.events import dataset, run_event

BIN = Path(sys.executable).parent


@pytest.fixture
def page(root: Path) -> str:
    return (root / "docs" / "export.md").read_text("utf-8")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def commands(page: str, heading: str) -> list[list[str]]:
    """The commands of the terminal sessions of a section."""
    section = re.search(rf"^## {heading}$(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    assert section
    lines = "".join(blocks(section[1], "console")).replace("\\\n", "").splitlines()
    return [shlex.split(line.removeprefix("$ ")) for line in lines if line.startswith("$ ")]


@pytest.fixture
def evidence(page: str, tmp_path: Path) -> Path:
    """The export that the page begins with, of a file with accents in its pipeline's names."""
    whence = str(BIN / "whence")
    store = f"sqlite:///{tmp_path}/whence.db"
    model = tmp_path / "risk.joblib"
    model.write_text("the model")
    digest = subprocess.run(["sha256sum", model], capture_output=True, text=True, check=True).stdout.split()[0]
    facet = {"files": 1, "bytes": 9, "digests": [{"algorithm": "sha256", "value": digest}]}
    events = [
        run_event("c", "COMPLETE", "2026-01-01T10:00:00Z", job="nettoyé", inputs=["brut-é"], outputs=["clean"]),
        run_event("o", "COMPLETE", "2026-01-01T10:10:00Z", job="other", outputs=["other"]),
        run_event("t", "COMPLETE", "2026-01-01T10:20:00Z", inputs=["clean"], outputs=[dataset("risk", whence_contentDigests=facet)]),
    ]  # fmt: skip
    taken_in = [whence, "ingest", "-", "--store", store]
    subprocess.run(taken_in, input=b"\n".join(events), check=True, capture_output=True)
    for line in blocks(page, "console")[0].splitlines():
        words = shlex.split(line.removeprefix("$ "))
        assert words[:2] == ["whence", "export"]
        subprocess.run([whence, *words[1:], "--store", store], cwd=tmp_path, check=True, capture_output=True)
    return tmp_path / "evidence"


def prove(page: str, folder: Path) -> list[subprocess.CompletedProcess[str]]:
    (script,) = blocks(page, "python")
    (folder / "prove.py").write_text(script)
    done = []
    for words in commands(page, "Prove it"):
        words[0] = {"python3": sys.executable}.get(words[0], words[0])
        done.append(subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False))
    return done


def test_what_an_auditor_runs_proves_the_export(page: str, evidence: Path) -> None:
    sums, chain = prove(page, evidence)
    assert sums.returncode == 0, sums.stderr
    assert "prov.json: OK" in sums.stdout
    assert chain.returncode == 0, chain.stderr
    assert chain.stdout.startswith("2 events belong to the log of 3 events with the head ")
    assert (evidence.parent / "evidence-then" / "manifest.json").is_file()


@pytest.mark.parametrize("file", ["events/1.json", "keys.txt", "manifest.json"])
def test_it_finds_what_was_changed_even_with_new_sums(page: str, evidence: Path, file: str) -> None:
    changed = (evidence / file).read_text("utf-8")
    old, new = {"events/1.json": ("clean", "CLEAN"), "keys.txt": (changed[:64], "0" * 64), "manifest.json": ('"seq": 3', '"seq": 2')}[file]  # fmt: skip
    (evidence / file).write_text(changed.replace(old, new, 1), "utf-8")
    sums, chain = prove(page, evidence)
    assert (sums.returncode, chain.returncode) == (1, 1)
    assert "AssertionError" in chain.stderr


def test_every_file_stands_in_the_table(page: str, evidence: Path) -> None:
    for path in evidence.iterdir():
        assert f"`{path.name}" in page, path.name


def test_limits_stand_as_they_are(page: str) -> None:
    assert f"{MOST_NODES:,} nodes" in page
    assert f"{MOST_EVENTS:,} events" in page


def test_the_request_of_a_program_is_the_one_that_is_answered(page: str) -> None:
    from whence.api.exports import PATH

    (words,) = [words for words in commands(page, "From a program") if words[0] == "curl"]
    assert words[2].endswith(PATH)
    assert set(json.loads(page.split("-d '")[1].split("'")[0])) == {"ref", "asOf", "asKnown"}
