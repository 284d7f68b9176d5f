"""`whence-emit check`: files against their record."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whence_emitters.cli.progress import Progress, size_text
from whence_emitters.cli.verb import COULD_NOT, NOT_ALL, OK, Verbs, add_output_options, add_verb, say
from whence_emitters.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from whence_emitters.checking import Checked, Entry, Finding
    from whence_emitters.checking.roots import Root

_SHOWN = 50


def add(verbs: Verbs) -> None:
    """Add the verb."""
    verb = add_verb(verbs, "check", "read files again and compare them with what was recorded of them", _check,
                    "whence-emit check --lock dvc.lock --junit check.xml")  # fmt: skip
    verb.add_argument("paths", nargs="*", metavar="PATH", type=Path, help="a dvc.lock, a .dvc file, a folder with such records or git-lfs files, or any file that one of these speaks of")  # fmt: skip
    verb.add_argument("--lock", metavar="FILE", type=Path, action="append", default=[], help="a dvc.lock or .dvc file; may be given again")  # fmt: skip
    only = verb.add_mutually_exclusive_group()
    only.add_argument("--deps", action="store_true", help="only what the stages read")
    only.add_argument("--outs", action="store_true", help="only what the stages wrote")
    verb.add_argument("--url", metavar="URL", help="compare PATH with the version that the service at URL knows (default with --ref: WHENCE_URL); its key is in WHENCE_API_KEY")  # fmt: skip
    verb.add_argument("--ref", metavar="REF", help="which version: any name, digest or uid; of an asset its newest (default: what is recorded under the path)")  # fmt: skip
    verb.add_argument("--root", metavar="DIR", type=Path, help="files below DIR may be read (default: the project that the record lies in)")  # fmt: skip
    verb.add_argument("--strict", action="store_true", help="fail also on what there is nothing to compare with")
    verb.add_argument("--jobs", metavar="N", type=count, help="files that are read at once (default: the number of processors)")  # fmt: skip
    verb.add_argument("--junit", metavar="FILE", type=Path, help="write JUnit XML")
    verb.add_argument("--sarif", metavar="FILE", type=Path, help="write SARIF 2.1.0")
    add_output_options(verb)
    verb.epilog = "exit code:  0 all as recorded, 1 something differs, 2 usage, 3 something could not be read\n\n" + (
        verb.epilog or ""
    )


def _check(parsed: argparse.Namespace) -> int:
    from whence_emitters.checking import check

    given, root = _given(parsed)
    progress = Progress("check", quiet=parsed.quiet)
    try:
        checked = check(given, root, jobs=parsed.jobs, progress=progress)
    finally:
        progress.close()
    _write_reports(parsed, checked)
    if parsed.json:
        say(json.dumps(as_json(checked)))
    elif not parsed.quiet:
        _print(checked)
    return _code(checked, strict=parsed.strict)


def _given(parsed: argparse.Namespace) -> tuple[Sequence[Entry | Finding], Root]:
    from whence_emitters.checking.dvc import SIDES
    from whence_emitters.checking.finding_records import entries, root_for
    from whence_emitters.checking.recorded import recorded
    from whence_emitters.checking.roots import absolute
    from whence_emitters.checking.service import DEFAULT_URL, Service

    paths: list[Path] = [*parsed.lock, *parsed.paths]
    if not paths:
        raise UsageError("Nothing to check.", "give a path, or --lock dvc.lock")
    for path in paths:
        if path in parsed.lock and not path.is_file():
            raise UsageError(f"There is no file {path}.", "give the path of a dvc.lock or .dvc file")
    root = root_for(absolute(paths[0]), parsed.root)
    outside = [path for path in paths if not absolute(path).is_relative_to(root.folder)]
    if outside:
        raise UsageError(f"{outside[0]} does not lie in the project of {paths[0]}.", "check one project at a time, or give --root DIR")  # fmt: skip
    if parsed.url or parsed.ref:
        if parsed.lock or (len(paths) > 1 and parsed.ref):
            raise UsageError("--ref means one PATH, and --url no --lock.", "check the rest in a command of its own")
        service = Service(parsed.url or os.environ.get("WHENCE_URL") or DEFAULT_URL)
        return [recorded(absolute(path), root, service, parsed.ref) for path in paths], root
    sides = ("deps",) if parsed.deps else ("outs",) if parsed.outs else SIDES
    return entries(paths, root, sides), root


def _write_reports(parsed: argparse.Namespace, checked: Checked) -> None:
    from whence_emitters.checking.junit import junit
    from whence_emitters.checking.sarif import sarif

    for path, report in ((parsed.junit, junit), (parsed.sarif, sarif)):
        if path is not None:
            path.write_text(report(checked), "utf-8")


def _code(checked: Checked, *, strict: bool) -> int:
    from whence_emitters.checking import Verdict

    if checked.differs or (strict and checked.counts[Verdict.NOT_CHECKED]):
        return NOT_ALL
    return COULD_NOT if checked.unknown else OK


def as_json(checked: Checked) -> dict[str, Any]:
    """The answer for a program: counts, and every file that is not ok."""
    from whence_emitters.checking import Verdict

    return {
        "ok": _code(checked, strict=False) == OK,
        "counts": {_key(verdict): count for verdict, count in checked.counts.items()},
        "files": [
            {
                "path": finding.shown,
                "verdict": _key(finding.verdict),
                "reason": finding.reason or None,
                "record": finding.place.file,
                "line": finding.place.line,
                "part": finding.place.part or None,
                "algorithm": finding.algorithm or None,
                "recorded": finding.recorded or None,
                "found": finding.found or None,
            }
            for finding in checked.findings
            if finding.verdict is not Verdict.OK
        ],
        "bytes": checked.bytes,
        "seconds": round(checked.seconds, 3),
    }


def _key(verdict: str) -> str:
    return "notChecked" if verdict == "not checked" else str(verdict)


def _print(checked: Checked) -> None:
    from whence_emitters.checking import Verdict

    wrong = [finding for finding in checked.findings if finding.verdict is not Verdict.OK]
    for finding in wrong[:_SHOWN]:
        say(
            f"{finding.verdict:<11}  {finding.shown}  ({finding.place}){f': {finding.reason}' if finding.reason else ''}"
        )
    if len(wrong) > _SHOWN:
        say(f"… and {len(wrong) - _SHOWN:,} more (--json lists them)")
    counts = ", ".join(f"{count:,} {verdict}" for verdict, count in checked.counts.items() if count)
    rate = f", {size_text(checked.bytes / checked.seconds)}/s" if checked.seconds > 0.1 else ""
    say(f"{len(checked.findings):,} files: {counts or 'nothing is recorded'} ({size_text(checked.bytes)} read{rate})")


def count(text: str) -> int:
    """A number of 1 or more, as an argument."""
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError("a number of 1 or more")
    return int(text)
