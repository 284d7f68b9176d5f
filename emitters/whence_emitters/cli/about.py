"""`whence-emit doctor` and `whence-emit version`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from whence_emitters import __version__, settings
from whence_emitters.cli.verb import NOT_ALL, OK, Verbs, add_output_options, add_verb, say
from whence_emitters.spool import Spool

if TYPE_CHECKING:
    import argparse


def add(verbs: Verbs) -> None:
    """Add the verbs."""
    doctor = add_verb(
        verbs,
        "doctor",
        "say where events go, what waits and what would be recorded here",
        _doctor,
        "whence-emit doctor --json",
    )
    add_output_options(doctor)
    add_output_options(add_verb(verbs, "version", "print the version", _version, "whence-emit version"))


def _doctor(parsed: argparse.Namespace) -> int:
    from whence_emitters.doctor import as_json, examine

    findings = examine(Spool(settings.spool_folder(), settings.spool_max_bytes()))
    if parsed.json:
        say(json.dumps(as_json(findings)))
    elif not parsed.quiet:
        for finding in findings:
            say(f"{'ok ' if finding.well else 'BAD'}  {finding.what:<12} {finding.seen}")
    return OK if all(finding.well for finding in findings) else NOT_ALL


def _version(parsed: argparse.Namespace) -> int:
    say(json.dumps({"version": __version__}) if parsed.json else __version__)
    return OK
