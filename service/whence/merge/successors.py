"""Uids that a record no longer leads to are answered by what took their place (rule 9). Computed from records, so order can't matter."""

from __future__ import annotations

from collections.abc import Callable

from whence.merge.attempts import attempt_uid, start
from whence.merge.records import RunRecord
from whence.model import instant, uid


def attempt_answering(asked: str, record_of: Callable[[str], RunRecord | None]) -> str | None:
    """For `run/{id}@{t}`, or a version `run:{id}@{t}`: the uid with the attempt that contains t instead; None when there is none.

    `record_of` gives the record of a run id, or None.
    """
    head, mark, attempt = ("", "run/", asked[4:]) if asked.startswith("run/") else asked.rpartition("/run:")
    if not mark or "@" not in attempt:
        return None
    run_id, began = uid.parse_run(f"run/{attempt}")
    record = record_of(run_id)
    try:
        at = instant.parse(began or "")
    except ValueError:
        return None
    if record is None or not record.attempts or at < start(record.attempts[0]):
        return None
    containing = [each for each in record.attempts if start(each) <= at][-1]
    answer = attempt_uid(run_id, containing)
    found = answer if mark == "run/" else f"{head}/run:{answer[4:]}"
    return None if found == asked else found
