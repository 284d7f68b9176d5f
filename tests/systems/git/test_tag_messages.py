"""What a tag's message says of datasets, however people write it, and whatever else it holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whence_emitters.importing.contract import Reading
from whence_emitters.systems.tag_messages import NamedDataset, named_datasets

NAMESPACE = "git+https://git.example.com/acme/risk"
SHA256, MD5 = "ab" * 32, "cd" * 16


def read(message: str) -> tuple[list[NamedDataset], Reading]:
    reading = Reading("")
    return named_datasets(message, NAMESPACE, reading, "tag v1"), reading


def told(message: str) -> list[tuple[str, str, list[str]]]:
    found, reading = read(message)
    assert not reading.missing
    return [(one.namespace, one.name, [f"{each.algorithm}:{each.value}" for each in one.digests]) for one in found]


@pytest.mark.parametrize(
    ("message", "name", "digests"),
    [
        (f"dataset=a.csv sha256={SHA256}", "a.csv", [f"sha256:{SHA256}"]),
        (f"Release 1\n\ndataset=a.csv\nsha256={SHA256}\nmd5={MD5}\n", "a.csv", [f"sha256:{SHA256}", f"md5:{MD5}"]),
        (f"(dataset=a.csv, SHA256={SHA256.upper()}).", "a.csv", [f"sha256:{SHA256}"]),
        (f'dataset="with space.csv" md5={MD5}', "with space.csv", [f"md5:{MD5}"]),
        (f"dataset=./data//images/ md5={MD5}.dir", "data/images", [f"dvc-md5-dir:{MD5}"]),
        (f"dataset=a.csv dir-sha256={SHA256}, owner=ada", "a.csv", [f"dir-sha256:{SHA256}"]),
        (f"sha256={'0' * 64} dataset=a.csv sha256={SHA256}", "a.csv", [f"sha256:{SHA256}"]),
    ],
)
def test_a_dataset_and_its_digests(message: str, name: str, digests: list[str]) -> None:
    assert told(message) == [(NAMESPACE, name, digests)]


def test_many_datasets_each_with_its_own() -> None:
    assert told(f"dataset=a sha256={SHA256} dataset=b md5={MD5}\ndataset=a md5={'0' * 32}") == [
        (NAMESPACE, "a", [f"sha256:{SHA256}"]),
        (NAMESPACE, "b", [f"md5:{MD5}"]),
        (NAMESPACE, "a", [f"md5:{'0' * 32}"]),
    ]


@pytest.mark.parametrize(
    ("text", "namespace", "name"),
    [
        ("s3://lake/raw/a.csv", "s3://lake", "raw/a.csv"),
        ("/srv/a.csv", "file", "/srv/a.csv"),
        ("hf://datasets/acme/risk", "hf://datasets", "acme/risk"),
        ("https://ada:pw@x.example/a.csv?token=1", "https://x.example", "/a.csv"),
    ],
)
def test_a_name_from_elsewhere_is_named_as_elsewhere(text: str, namespace: str, name: str) -> None:
    assert told(f"dataset={text} sha256={SHA256}") == [(namespace, name, [f"sha256:{SHA256}"])]


@pytest.mark.parametrize(
    ("message", "what"),
    [
        ("dataset=a.csv", "tag v1: version of a.csv"),
        ("dataset=a.csv sha256=abcdef12", "tag v1: sha256 of a.csv"),
        (f"dataset=a.csv md5={SHA256}", "tag v1: md5 of a.csv"),
        (f"dataset=../../etc/passwd sha256={SHA256}", "tag v1: ../../etc/passwd"),
    ],
)
def test_what_names_no_bytes_is_said_and_left_out(message: str, what: str) -> None:
    found, reading = read(message)
    assert found == []
    assert what in [each for each, _why in reading.missing]


@pytest.mark.parametrize(
    "message", ["", "Just words.", "mydataset=a sha256=1", "dataset = a", f"--dataset=a sha256={SHA256}"]
)
def test_words_that_only_look_like_it(message: str) -> None:
    assert read(message)[0] == []


@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from(["dataset=", "sha256=", "md5=", SHA256, MD5, '"', " ", "\n", "../", "s3://", "\0"])).map(
        "".join
    )
)
def test_any_message_is_read_and_only_whole_digests_come_of_it(message: str) -> None:
    for one in read(message)[0]:
        assert one.name
        assert {len(each.value) for each in one.digests} <= {32, 40, 64, 128}


def test_a_huge_message_is_read_to_a_limit() -> None:
    assert len(read(f"dataset=a sha256={SHA256}\n" * 100_000)[0]) < 1000
