"""`whence-emit import`: what it says, its exit codes, its options."""

from __future__ import annotations

import json
from typing import Any

import pytest

from whence_emitters.cli import main
from whence_emitters.importing.contract import Record
from whence_emitters.importing.registry import SYSTEMS, importer_of


@pytest.mark.parametrize("system", sorted(SYSTEMS))
def test_every_system_is_one_module_with_help_and_an_example(system: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert importer_of(system).system == system
    with pytest.raises(SystemExit) as ended:
        main(["import", system, "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith(f"usage: whence-emit import {system} [-h]")
    assert f"example:  whence-emit import {system} " in said
    assert "--dry-run" in said


@pytest.mark.parametrize("system", ["git", "git-lfs", "dvc", "delta", "iceberg", "huggingface", "jupyter", "wandb"])
def test_an_address_for_a_folder_is_answered_without_its_credentials(
    system: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", system, "https://ada:hunter2@git.example.com/acme/risk", "--dry-run"]) == 3
    said = capsys.readouterr()
    assert "hunter2" not in said.out + said.err


def test_an_unknown_system_is_answered_with_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["import", "nonsense", "."])
    assert ended.value.code == 2
    assert "'dvc'" in capsys.readouterr().err


def test_an_import_says_what_it_did(
    toy: Any, make_record: Any, service: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    toy.records = [make_record(1), make_record(2)]
    assert main(["import", "toy", "x", "--path", "a", "--path", "b", "--host", "h", "--deep"]) == 0
    assert toy.options == {"path": ["a", "b"], "host": "h", "deep": True}
    answer = "toy: 2 records read, 2 sent as 4 events, 0 unchanged, 0 refused, 0 unreadable"
    assert capsys.readouterr().out.startswith(answer), "and the rate, of an import that takes a while"
    assert main(["import", "toy", "x", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["read"], said["sent"], said["unchanged"], said["refused"]) == (2, 0, 2, [])
    assert main(["import", "toy", "x", "--quiet"]) == 0
    assert capsys.readouterr().out == ""


def test_a_dry_run_and_a_print_send_nothing(
    toy: Any, make_record: Any, service: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    toy.records = [make_record(1), make_record(2)]
    assert main(["import", "toy", "x", "--dry-run"]) == 0
    assert "2 would be sent as 4 events" in capsys.readouterr().out
    assert main(["import", "toy", "x", "--print"]) == 0
    printed = capsys.readouterr()
    assert [json.loads(line)["eventType"] for line in printed.out.splitlines()] == ["START", "COMPLETE"] * 2
    assert "2 printed" in printed.err
    assert service.events == []


def test_print_needs_no_service(toy: Any, make_record: Any, capsys: pytest.CaptureFixture[str]) -> None:
    toy.records = [make_record(1)]
    assert main(["import", "toy", "x", "--print"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert main(["import", "toy", "x"]) == 2
    assert "set OPENLINEAGE_URL" in capsys.readouterr().err


def test_what_cannot_be_read_is_1_and_named(
    toy: Any, make_record: Any, service: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(reading: Any) -> Any:
        reading.cannot_read("part 7", "half of it is gone, password=hunter2")
        reading.cannot_tell("inputs", "nobody wrote them down")
        yield make_record(1)

    monkeypatch.setattr(toy, "read", read)
    from sys import modules

    importer = modules["toy_system"].IMPORTER
    monkeypatch.setattr(modules["toy_system"], "IMPORTER", type(importer)("toy", "s", "e", importer.identify, read))
    assert main(["import", "toy", "x"]) == 1
    said = capsys.readouterr().out
    assert "unreadable: part 7: half of it is gone" in said
    assert "not told by the source: inputs: nobody wrote them down" in said
    assert "hunter2" not in said


@pytest.mark.parametrize("arguments", [["--since", "yesterday"], ["--limit", "0"], ["--limit", "x"], ["--nope"]])
def test_options_that_mean_nothing_are_2(arguments: list[str], toy: Any, service: Any) -> None:
    try:
        code: Any = main(["import", "toy", "x", *arguments])
    except SystemExit as ended:
        code = ended.code
    assert code == 2


def test_a_broken_off_import_is_130_and_goes_on(
    toy: Any, make_record: Any, service: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    records = [make_record(n) for n in range(250)]

    class Breaks(list[Record]):
        def __iter__(self) -> Any:
            yield from records[:220]
            raise KeyboardInterrupt

    toy.records = Breaks()
    assert main(["import", "toy", "x"]) == 130
    assert "stopped after 200 records; the next import goes on from there" in capsys.readouterr().err
    toy.records = records
    assert main(["import", "toy", "x", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sent"] == 50
    assert len(service.events) == 500
