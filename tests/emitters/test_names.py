"""OpenLineage naming of files and URIs; no credential ever becomes part of a name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from whence_emitters.names import dataset_name


@pytest.mark.parametrize(
    ("ref", "namespace", "name"),
    [
        ("s3://lake/raw/a.csv", "s3://lake", "raw/a.csv"),
        ("s3a://lake/raw/a.csv", "s3://lake", "raw/a.csv"),
        ("gs://lake/a b.csv", "gs://lake", "a b.csv"),
        ("abfss://raw@acme.dfs.core.windows.net/a.csv", "abfss://raw@acme.dfs.core.windows.net", "a.csv"),
        ("hdfs://nn:8020/data/a", "hdfs://nn:8020", "/data/a"),
        ("postgresql://ann:s3cret@db:5432/shop/public/orders", "postgres://db:5432", "shop.public.orders"),
        ("bigquery://acme/risk/loans", "bigquery", "acme.risk.loans"),
        ("kafka://broker:9092/topic", "kafka://broker:9092", "topic"),
        ("https://ann:pw@example.com/a.csv?token=x#y", "https://example.com", "/a.csv"),
        ("hf://datasets/acme/risk", "hf://datasets", "acme/risk"),
    ],
)
def test_uris_are_named_as_openlineage_says(ref: str, namespace: str, name: str) -> None:
    found = dataset_name(ref)
    assert (found.namespace, found.name, found.path) == (namespace, name, None)


def test_a_hugging_face_revision_is_the_version() -> None:
    found = dataset_name("hf://models/acme/risk@4f2a")
    assert (found.namespace, found.name, found.version) == ("hf://models", "acme/risk", "4f2a")


def test_a_file_is_its_absolute_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    here = Path.cwd()
    for ref in ("a/../b.csv", Path("b.csv"), f"file://{here}/b.csv"):
        found = dataset_name(ref)
        assert (found.namespace, found.name, found.path) == ("file", f"{here}/b.csv", here / "b.csv")


def test_a_link_keeps_the_name_the_user_wrote(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    assert dataset_name(tmp_path / "link" / "a").name == f"{tmp_path}/link/a"


def test_a_name_that_is_no_utf8_can_be_written() -> None:
    assert dataset_name(os.fsdecode(b"/data/caf\xe9.csv")).name == "/data/caf%E9.csv"
