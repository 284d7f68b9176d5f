"""A tag is a text that a person wrote, in its name as in its value."""

from __future__ import annotations

from whence_emitters.importing.facets import tags


def test_a_secret_in_the_name_of_a_tag_is_masked() -> None:
    (only,) = tags({"token=hunter2": "true"}, of="Run", source="wandb")["tags"]
    assert only["key"] == "token=***"
