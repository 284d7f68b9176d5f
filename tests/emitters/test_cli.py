"""`whence-emit`: verbs, help, exit codes; bad input gets a sentence."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from whence_emitters import __version__, settings
from whence_emitters.cli import main
from whence_emitters.spool import Spool

if TYPE_CHECKING:
    from conftest import MakeEvent, Receiver


@pytest.fixture
def spool() -> Spool:
    return Spool(settings.spool_folder(), 10**7)


@pytest.mark.parametrize("verb", [[], ["run"], ["check"], ["scan"], ["send"], ["doctor"], ["version"]])
def test_help_has_an_example(verb: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*verb, "--help"])
    assert ended.value.code == 0
    assert "example:  " in capsys.readouterr().out


def test_the_verbs_that_exist_are_listed_and_no_others(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    listed = [line.split()[0] for line in capsys.readouterr().out.splitlines() if re.match(r"    \w", line)]
    assert listed == ["run", "dvc", "import", "hook", "check", "scan", "send", "doctor", "version"]


def test_help_after_the_double_dash_is_the_commands(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--", "sh", "-c", "echo $0", "--help"]) == 0
    assert capfd.readouterr().out == "--help\n"


@pytest.mark.parametrize(
    "arguments",
    [["run", "ls"], ["run", "--"], ["run", "--input", "TRAIN=", "--", "true"], ["run", "--job", " ", "--", "true"]],
)
def test_usage_is_a_sentence_and_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert said.startswith("whence-emit: ")
    assert said.count("\n") == 1


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["version"]) == 0
    assert main(["version", "--json"]) == 0
    assert capsys.readouterr().out.splitlines() == [__version__, f'{{"version": "{__version__}"}}']


def test_send_delivers_what_waits(
    spool: Spool,
    make_event: MakeEvent,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("OPENLINEAGE_URL", receiver.url)
    spool.put(make_event())
    assert main(["send", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"delivered": 1, "rejected": 0, "waiting": 0, "stopped": None}
    assert main(["send"]) == 0
    assert capsys.readouterr().out == "0 delivered, 0 refused, 0 waiting\n"
    receiver.status = 422
    spool.put(make_event())
    assert main(["send", "--quiet"]) == 1
    assert "rejected" in capsys.readouterr().err
    receiver.status = 503
    spool.put(make_event())
    assert main(["send"]) == 1
    assert "1 waiting: HTTP 503" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ({}, "set OPENLINEAGE_URL"),
        ({"OPENLINEAGE_URL": "nonsense"}, "doctor"),
        ({"OPENLINEAGE_DISABLED": "true"}, "OPENLINEAGE_DISABLED"),
    ],
)
def test_send_without_a_way_is_usage(
    spool: Spool,
    make_event: MakeEvent,
    variables: dict[str, str],
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    spool.put(make_event())
    assert main(["send"]) == 2
    assert says in capsys.readouterr().err
    assert len(spool.pending()) == 1


def test_a_busy_or_unreadable_spool_is_3(
    spool: Spool, make_event: MakeEvent, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENLINEAGE_URL", "http://127.0.0.1:9")
    monkeypatch.setattr("whence_emitters.cli.send._LOCK_WAIT_SECONDS", 0.1)
    spool.put(make_event())
    with spool.sending(0):
        assert main(["send"]) == 3
    assert "Another process" in capsys.readouterr().err
    monkeypatch.setattr(
        Spool, "pending", lambda _: (_ for _ in ()).throw(PermissionError(13, "Permission denied", "spool"))
    )
    assert main(["send"]) == 3
    assert "Permission denied: spool" in capsys.readouterr().err


def test_doctor_says_what_is_wrong_and_what_is_well(
    spool: Spool,
    make_event: MakeEvent,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["doctor"]) == 1
    assert "BAD  destination" in capsys.readouterr().out
    monkeypatch.setenv("OPENLINEAGE_URL", receiver.url.replace("http://", "http://ann:hunter2@"))
    main(["doctor", "--json"])
    said = capsys.readouterr().out
    found = {finding["what"]: finding for finding in json.loads(said)["findings"]}
    assert found["destination"]["well"]
    assert "hunter2" not in said
    assert "0 waiting" in found["spool"]["seen"]
    assert receiver.requests == [], "no event is sent"
    spool.reject(spool.put(make_event()), "because")
    assert main(["doctor", "--quiet"]) == 1
    assert capsys.readouterr().out == ""


def test_doctor_says_that_nobody_answers(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("OPENLINEAGE_URL", "http://127.0.0.1:9")
    assert main(["doctor"]) == 1
    assert "127.0.0.1:9 does not answer" in capsys.readouterr().out
