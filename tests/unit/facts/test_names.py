"""names: uids of names, remembered while they are short."""

from whence.facts.names import _asset, asset_uid, job_uid
from whence.model import uid


def test_uids_are_those_of_the_model():
    for namespace, name in (("file", "/a b"), ("é", "~"), ("n" * 600, "x"), ("n", "x" * 10_000)):
        assert asset_uid(namespace, name) == uid.asset(namespace, name)
        assert job_uid(namespace, name) == uid.job(namespace, name)


def test_long_names_are_not_remembered():
    before = _asset.cache_info().currsize
    asset_uid("n", "never seen before " + "x" * 600)
    assert _asset.cache_info().currsize == before
