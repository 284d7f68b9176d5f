"""The answer as JUnit XML, which every CI system shows. Format: the schema of Jenkins' xUnit plugin (testsuites, testsuite, testcase)."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from whence_emitters.checking.checked import Checked
from whence_emitters.checking.entry import DIFFERS, Finding, Verdict

_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(checked: Checked) -> str:
    """One test case a file, in one suite for each file that holds records."""
    whole = ET.Element("testsuites", _numbers(checked.findings, checked.seconds) | {"name": "whence-emit check"})
    for record in dict.fromkeys(finding.place.file for finding in checked.findings):
        here = tuple(finding for finding in checked.findings if finding.place.file == record)
        suite = ET.SubElement(whole, "testsuite", _numbers(here, checked.seconds) | {"name": _text(record)})
        for finding in here:
            _case(suite, finding)
    ET.indent(whole)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(whole, encoding="unicode") + "\n"


def _numbers(findings: tuple[Finding, ...], seconds: float) -> dict[str, str]:
    return {
        "tests": str(len(findings)),
        "failures": str(sum(finding.verdict in DIFFERS for finding in findings)),
        "errors": str(sum(finding.verdict is Verdict.UNREADABLE for finding in findings)),
        "skipped": str(sum(finding.verdict is Verdict.NOT_CHECKED for finding in findings)),
        "time": f"{seconds:.3f}",
    }


def _case(suite: ET.Element, finding: Finding) -> None:
    case = ET.SubElement(
        suite, "testcase", {"name": _text(finding.shown), "classname": _text(str(finding.place)), "time": "0"}
    )
    kind = {Verdict.UNREADABLE: "error", Verdict.NOT_CHECKED: "skipped"}.get(finding.verdict, "failure")
    if finding.verdict is not Verdict.OK:
        message = _text(f"{finding.verdict}: {finding.reason}")
        told = ET.SubElement(case, kind, {"message": message, "type": finding.verdict.value})
        told.text = _text(f"recorded {finding.algorithm}:{finding.recorded}\nfound {finding.found or '-'}")


def _text(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
