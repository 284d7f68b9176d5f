"""versions, symlinks, lifecycle, derivation and alias: which state of which thing."""

import pytest

from whence.model.facts import Derivation, Lifecycle, Reference
from whence.model.graph import Alias

NAMED = {"namespace": "hf://models", "name": "acme/base"}
UID = "asset/hf%3A%2F%2Fmodels/acme%2Fbase"


@pytest.mark.parametrize("key", ["version", "datasetVersion"])
@pytest.mark.parametrize(
    ("given", "name"), [("v1", "v1"), (412, "412"), (0, "0"), (2**70, str(2**70)), (3.0, "3"), (" ", " "), ("~", "~")]
)
def test_a_name_is_a_text_or_an_integer_under_either_key(key, given, name, mention_of):
    """Rule 7."""
    assert mention_of(facets={key: {"datasetVersion": given}}).version == name


@pytest.mark.parametrize("given", ["", None, True, 1.5, [], {"v": 1}])
def test_anything_else_names_nothing(given, mention_of):
    assert mention_of(facets={"version": {"datasetVersion": given}}).version is None


def test_the_key_of_today_comes_first(mention_of):
    both = {"version": {"datasetVersion": "new"}, "datasetVersion": {"datasetVersion": "old"}}
    assert mention_of(facets=both).version == "new"
    assert mention_of(facets={**both, "version": {"_deleted": True}}).version == "old"


@pytest.mark.parametrize(
    ("identifiers", "expected"),
    [
        (None, ()),
        ([], ()),
        ([{"namespace": "file", "name": "/a", "type": "LOCATION"}], ()),
        ([{**NAMED, "type": "TABLE"}, {"namespace": "b", "name": "x"}, NAMED], ("asset/b/x", UID)),
        ([NAMED, {"namespace": "", "name": "x"}], ()),
    ],
)
def test_symlinks_are_other_names_without_its_own(identifiers, expected, mention_of):
    """Rule 4."""
    assert mention_of(facets={"symlinks": {"identifiers": identifiers}}).same_as == expected


@pytest.mark.parametrize("state", ["ALTER", "CREATE", "DROP", "OVERWRITE", "TRUNCATE"])
def test_only_a_rename_has_a_name_before(state, mention_of):
    """Rule 10."""
    facet = {"lifecycleStateChange": state, "previousIdentifier": NAMED}
    assert mention_of(facets={"lifecycleStateChange": facet}).lifecycle == Lifecycle(state)


def test_a_rename(mention_of):
    facet = {"lifecycleStateChange": "RENAME", "previousIdentifier": NAMED}
    assert mention_of(facets={"lifecycleStateChange": facet}).lifecycle == Lifecycle("RENAME", UID)
    assert mention_of(facets={"lifecycleStateChange": {"lifecycleStateChange": "RENAME"}}).lifecycle == Lifecycle(
        "RENAME"
    )
    assert mention_of(facets={"lifecycleStateChange": {"lifecycleStateChange": "MOVE"}}).lifecycle is None


@pytest.mark.parametrize("relation", ["FINE_TUNE", "ADAPTER", "MERGE", "QUANTIZE", "DISTILL", "CONTINUE"])
def test_a_derivation_names_its_base(relation, mention_of):
    """Rule 20a."""
    facet = {"base": {**NAMED, "version": "1"}, "relation": relation}
    assert mention_of(facets={"whence_modelDerivation": facet}).derivation == Derivation(Reference(UID, "1"), relation)
    assert mention_of(facets={"whence_modelDerivation": {**facet, "base": NAMED}}).derivation == Derivation(
        Reference(UID), relation
    )
    assert mention_of(facets={"whence_modelDerivation": {**facet, "relation": "COPY"}}).derivation is None


def test_version_info(mention_of):
    info = {
        "label": "L",
        "changeNote": "C",
        "append": True,
        "parents": [{**NAMED, "version": "1"}, NAMED, {**NAMED, "version": "1"}],
    }
    mention = mention_of(facets={"whence_versionInfo": info})
    assert (mention.said["whence_versionInfo"].label, mention.said["whence_versionInfo"].change_note) == ("L", "C")
    assert mention.append is True
    assert mention.parents == (Reference(UID, "1"), Reference(UID))


@pytest.mark.parametrize(
    "info", [{"append": "yes", "label": "L"}, {"label": 5, "append": True}, {"append": True, "parents": [{}]}]
)
def test_version_info_of_a_wrong_shape_is_not_half_read(info, mention_of):
    mention = mention_of(facets={"whence_versionInfo": info})
    assert (mention.append, mention.parents, mention.said) == (False, (), {})


@pytest.mark.parametrize(
    ("facet", "move", "version"),
    [
        ({"name": "champion", "action": "SET"}, Alias("champion", 1793692800 * 10**9, "SET"), None),
        (
            {"name": "champion", "action": "DELETE", "version": "3", "at": "1970-01-01T00:00:01Z"},
            Alias("champion", 10**9, "DELETE"),
            "3",
        ),
        ({"name": "champion", "action": "SET", "at": "soon"}, None, None),
        ({"name": "", "action": "SET"}, None, None),
        ({"name": "champion"}, None, None),
    ],
)
def test_an_alias_moves_at_its_time_else_at_the_events(facet, move, version, mention_of):
    mention = mention_of(facets={"whence_alias": facet})
    assert (mention.alias, mention.alias_version) == (move, version)
