"""URIs as dataset names: as docs/naming.md has them, and as the emitters name the same URI."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whence.facts.uris import dataset_name
from whence_emitters.names import dataset_name as emitters_name


@pytest.mark.parametrize(
    ("uri", "namespace", "name"),
    [
        ("s3://lake/raw/a.csv", "s3://lake", "raw/a.csv"),
        ("s3://lake", "s3://lake", "/"),
        ("s3a://lake/raw/", "s3://lake", "raw/"),
        ("gs://lake/a b.csv?x=1#y", "gs://lake", "a b.csv"),
        ("abfss://raw@acct.dfs.core.windows.net/a", "abfss://raw@acct.dfs.core.windows.net", "a"),
        ("hdfs://nn:8020/data/a", "hdfs://nn:8020", "/data/a"),
        ("postgres://ada:secret@db:5432/shop/public/orders", "postgres://db:5432", "shop.public.orders"),
        ("bigquery://acme/risk/loans", "bigquery", "acme.risk.loans"),
        ("bigquery://acme.risk.loans", "bigquery", "acme.risk.loans"),
        ("bigquery://ada:secret@acme/risk", "bigquery", "acme.risk"),
        ("bigquery://", "bigquery", "/"),
        ("file:///srv/a.csv", "file", "/srv/a.csv"),
        ("X-team://thing/one", "x-team://thing", "one"),
    ],
)
def test_names(uri: str, namespace: str, name: str) -> None:
    assert dataset_name(uri) == (namespace, name)
    theirs = emitters_name(uri)
    assert (theirs.namespace, theirs.name) == (namespace, name)


@pytest.mark.parametrize("text", ["orders", "", "mailto:a@b", "s3:/one", "http://[::1", "://x"])
def test_what_is_no_uri_has_no_name(text: str) -> None:
    assert dataset_name(text) is None


@given(st.text() | st.text("s3:/@?#[]%a.", max_size=20).map("s3://".__add__))
def test_no_text_is_an_error(text: str) -> None:
    found = dataset_name(text)
    assert found is None or all(found)
