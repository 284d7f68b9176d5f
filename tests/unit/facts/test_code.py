"""code: whence_codeState and sourceCodeLocation, each said under its own name."""

import pytest

SHA = "11a110bbef1bcc07ee6b72c48ab5c5b21afbab91"


def test_each_facet_says_its_own_commit(run_event, facts_of):
    event = run_event()
    event["run"]["facets"] = {
        "whence_codeState": {"repository": "git@h.example:o/r.git", "commit": SHA.upper(), "dirty": False}
    }
    event["job"]["facets"] = {
        "sourceCodeLocation": {
            "type": "git",
            "url": "https://x.example/a",
            "repoUrl": "https://x.example/b",
            "version": "r7",
        }
    }
    said = facts_of(event).run.said
    assert (said["whence_codeState"].repository, said["whence_codeState"].sha, said["whence_codeState"].dirty) == (
        "https://h.example/o/r",
        SHA,
        False,
    )
    assert (said["job.sourceCodeLocation"].repository, said["job.sourceCodeLocation"].sha) == (
        "https://x.example/b",
        "r7",
    )


@pytest.mark.parametrize(
    "facet",
    [
        {"type": "git", "url": "https://h/r"},
        {"type": "git", "version": SHA},
        {"type": "git", "url": "https://", "version": SHA},
        {"type": "git", "url": 5, "version": SHA},
    ],
)
def test_a_location_that_names_no_commit_says_nothing_in_place_of_an_earlier_one(facet, run_event, facts_of):
    """Rule 3: the latest facet wins whole, also when nothing can be read from it."""
    event = run_event()
    event["job"]["facets"] = {"sourceCodeLocation": facet}
    said = facts_of(event).run.said["job.sourceCodeLocation"]
    assert (said.repository, said.sha) == (None, None)
