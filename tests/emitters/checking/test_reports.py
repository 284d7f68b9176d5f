"""JUnit XML and SARIF that other programs can read, whatever the files are called."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from whence_emitters.checking import Checked, Finding, Verdict
from whence_emitters.checking.entry import Place
from whence_emitters.checking.junit import junit
from whence_emitters.checking.sarif import sarif

from .files import flip

if TYPE_CHECKING:
    from .conftest import Check


@pytest.fixture
def odd() -> Checked:
    """One finding of each kind, with names that a format may stumble over."""
    names = {
        Verdict.OK: "fine",
        Verdict.CHANGED: 'a "b" <c> & d',
        Verdict.MISSING: "tab\tand \x1b[31m and \x00",
        Verdict.EXTRA: "é 雪 #?%",
        Verdict.UNREADABLE: "un",
        Verdict.NOT_CHECKED: "s3://bucket/key",
    }
    findings = tuple(
        Finding(name, verdict, Place("dvc.lock", 7, "stage a"), "why", "md5", "0" * 32, "f" * 32)
        for verdict, name in names.items()
    )
    return Checked(findings, 10, 0.5)


def test_junit_has_a_case_a_file_and_says_what_failed(odd: Checked) -> None:
    whole = ET.fromstring(junit(odd))
    (suite,) = whole.findall("testsuite")
    expected = {"tests": "6", "failures": "3", "errors": "1", "skipped": "1"}
    for element in (whole, suite):
        assert {name: element.get(name) for name in expected} == expected
    told = {case.get("name"): [child.tag for child in case] for case in suite.findall("testcase")}
    assert told['a "b" <c> & d'] == ["failure"]
    assert told["fine"] == []
    assert told["un"] == ["error"]
    assert told["s3://bucket/key"] == ["skipped"]
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "changed: why"
    assert "recorded md5:" + "0" * 32 in str(failure.text)


def test_sarif_has_the_shape_that_code_scanning_takes(odd: Checked) -> None:
    """The members that https://docs.oasis-open.org/sarif/sarif/v2.1.0/ requires, and those that it constrains."""
    log: dict[str, Any] = json.loads(sarif(odd))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert run["invocations"] == [{"executionSuccessful": False}]
    assert len(run["results"]) == 5
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"none", "note", "warning", "error"}
        assert result["message"]["text"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"] == {"uri": "dvc.lock", "uriBaseId": "SRCROOT"}
        assert place["region"]["startLine"] == 7
        assert result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"].isascii()
    assert len({result["partialFingerprints"]["whenceRecord/v1"] for result in run["results"]}) == 5


def test_a_result_stands_beside_the_line_of_the_lock(dvc3: Path, checked: Check) -> None:
    flip(dvc3 / "clean.txt")
    (result,) = json.loads(sarif(checked(dvc3 / "dvc.lock").checked))["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    line = (dvc3 / "dvc.lock").read_text("utf-8").splitlines()[place["region"]["startLine"] - 1]
    recorded = next(
        each.recorded for each in checked(dvc3 / "dvc.lock").checked.findings if each.verdict is Verdict.CHANGED
    )
    assert recorded in line


def test_the_fingerprint_of_a_result_outlives_other_lines(odd: Checked) -> None:
    moved = Checked(tuple(Finding(each.shown, each.verdict, Place("dvc.lock", 99, "stage a"), each.reason, each.algorithm, each.recorded, "e" * 32) for each in odd.findings), 0, 0)  # fmt: skip
    prints = [
        [result["partialFingerprints"] for result in json.loads(sarif(each))["runs"][0]["results"]]
        for each in (odd, moved)
    ]
    assert prints[0] == prints[1]
