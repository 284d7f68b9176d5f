"""The answer as SARIF 2.1.0, which code scanning shows beside the line that holds the record.

Format: https://docs.oasis-open.org/sarif/sarif/v2.1.0/.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import quote

from whence_emitters import __version__
from whence_emitters.checking.checked import Checked
from whence_emitters.checking.entry import DIFFERS, Finding, Verdict

_RULES = {
    Verdict.MISSING: "A recorded file is missing.",
    Verdict.CHANGED: "A file does not have the bytes that were recorded.",
    Verdict.EXTRA: "A recorded folder holds a file that was not recorded.",
    Verdict.REFUSED: "A record names a file outside of the project.",
    Verdict.UNREADABLE: "A file or its record cannot be read.",
    Verdict.NOT_CHECKED: "A recorded file has nothing to be compared with.",
}
_IDS = {verdict: f"whence/{verdict.value.replace(' ', '-')}" for verdict in _RULES}


def sarif(checked: Checked) -> str:
    """One result for each file that is not ok."""
    return json.dumps(
        {
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {"driver": {"name": "whence-emit check", "version": __version__, "rules": _rules()}},
                    "columnKind": "unicodeCodePoints",
                    "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The folder of the project."}}},
                    "invocations": [{"executionSuccessful": not checked.unknown}],
                    "results": [_result(each) for each in checked.findings if each.verdict is not Verdict.OK],
                }
            ],
        },
        indent=1,
    )


def _rules() -> list[dict[str, Any]]:
    return [
        {
            "id": _IDS[verdict],
            "shortDescription": {"text": text},
            "defaultConfiguration": {"level": _level(verdict)},
        }
        for verdict, text in _RULES.items()
    ]


def _level(verdict: Verdict) -> str:
    return "note" if verdict is Verdict.NOT_CHECKED else "error" if verdict in DIFFERS else "warning"


def _result(finding: Finding) -> dict[str, Any]:
    reason = f": {finding.reason}" if finding.reason else ""
    return {
        "ruleId": _IDS[finding.verdict],
        "ruleIndex": list(_RULES).index(finding.verdict),
        "level": _level(finding.verdict),
        "message": {"text": f"{finding.shown} is {finding.verdict}{reason} ({finding.place})."},
        "locations": [_location(finding.place.file, finding.place.line)],
        "relatedLocations": [_location(finding.shown, None)],
        "partialFingerprints": {"whenceRecord/v1": _fingerprint(finding)},
    }


def _location(file: str, line: int | None) -> dict[str, Any]:
    artifact = {"uri": quote(file, safe="/"), "uriBaseId": "SRCROOT"}
    region = {"region": {"startLine": line}} if line else {}
    return {"physicalLocation": {"artifactLocation": artifact, **region}}


def _fingerprint(finding: Finding) -> str:
    parts = (finding.place.file, finding.place.part, finding.shown, finding.verdict.value, finding.recorded)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
