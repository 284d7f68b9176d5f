"""`make demo` in a clone on a machine with git, make, Python and a network, and nothing else."""

from __future__ import annotations

import re
import shlex
import subprocess
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [
    pytest.mark.fresh,
    pytest.mark.needs("package-index"),
    pytest.mark.xdist_group("fresh"),
    pytest.mark.timeout(900),
]
STORE = "sqlite:///demo/whence.db"


@pytest.fixture
def mark(bare_environment: dict[str, str]) -> str:
    """A text in the environment of every process of the test."""
    bare_environment["WHENCE_TEST_MARK"] = uuid.uuid4().hex
    return bare_environment["WHENCE_TEST_MARK"]


def make(clone: Path, environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        ["make", *arguments],
        cwd=clone,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def processes_marked(mark: str) -> Iterator[str]:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (process / "environ").read_bytes():
                yield (process / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue


@pytest.fixture
def questions(snippets: dict[str, str]) -> list[list[str]]:
    """The words of the README's three questions."""
    asked = [shlex.split(line[2:], comments=True) for line in snippets["questions"].splitlines()]
    assert [words[:2] for words in asked] == [[".venv/bin/whence", verb] for verb in ("provenance", "impact", "models")]
    return asked


def assert_demo_answers(
    printed: str, questions: list[list[str]], answer: str, clone: Path, environment: dict[str, str]
) -> None:
    """The demo printed the README's questions, and each of them, pasted, is answered, the last as the README shows."""
    answers: list[str] = []
    squeezed = re.sub(r"[ \t]+", " ", printed)
    for words in questions:
        assert " ".join(words) in squeezed
        pasted = [*words, "--store", STORE]
        done = subprocess.run(pasted, cwd=clone, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "risk-v2" in done.stdout, done.stdout
        answers.append(done.stdout)
    assert without_numbers(answers[-1]) == without_numbers(answer)


def without_numbers(answer: str) -> list[str]:
    """The lines of an answer, less what differs from run to run: digests and positions in the log."""
    return re.sub(r"\b[0-9a-f]{8}\b|(?<=events )[0-9 ]+", "#", answer).strip().splitlines()


def assert_nothing_left(home: Path, mark: str) -> None:
    assert list(processes_marked(mark)) == []
    assert [path for path in home.rglob("*") if "whence" in path.name] == [], "a default store or spool was touched"


def test_demo_with_pip_and_again_without_a_network(
    questions: list[list[str]],
    snippets: dict[str, str],
    clone: Path,
    home: Path,
    bare_environment: dict[str, str],
    without_network: dict[str, str],
    mark: str,
    ran: Callable[[str], None],
) -> None:
    printed = make(clone, bare_environment, "demo")
    assert_demo_answers(printed, questions, snippets["answer"], clone, bare_environment)
    assert (clone / "service/whence/static/graphiql/index.html").is_file(), printed

    again = make(clone, bare_environment | without_network, "demo")
    assert "Installing" not in again
    assert_demo_answers(again, questions, snippets["answer"], clone, bare_environment)
    assert_nothing_left(home, mark)
    ran("pip fresh clone")


def test_demo_with_uv_and_without_node(
    questions: list[list[str]],
    snippets: dict[str, str],
    clone: Path,
    home: Path,
    bare_path: Path,
    bare_environment: dict[str, str],
    without_network: dict[str, str],
    new_venv: Callable[[str], Path],
    mark: str,
    ran: Callable[[str], None],
) -> None:
    python = new_venv("uv")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "uv"], check=True)
    (bare_path / "uv").symlink_to(python.parent / "uv")
    assert "with uv" in make(clone, bare_environment, "env")

    printed = make(clone, bare_environment | without_network, "demo")
    assert "going on without it" in printed
    assert_demo_answers(printed, questions, snippets["answer"], clone, bare_environment)
    assert_nothing_left(home, mark)
    ran("uv fresh clone")
