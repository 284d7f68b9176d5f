"""repository: the normal form of the design page, §3."""

import pytest

from whence.facts.repository import normal_repository, repository_of_file


@pytest.mark.parametrize(
    "given",
    [
        "https://git.example.com/acme/risk",
        "git@git.example.com:acme/risk.git",
        "git.example.com:acme/risk",
        "ssh://git@git.example.com/acme/risk",
        "ssh://git@git.example.com:2222/acme/risk.git",
        "git://git.example.com/acme/risk.git",
        "git+https://git.example.com/acme/risk",
        "git+ssh://git@git.example.com/acme/risk",
        "http://git.example.com/acme/risk/",
        "https://token@Git.Example.com/acme/risk.git/",
        "HTTPS://user:secret@GIT.example.com:443/acme/risk.git",
        "  https://git.example.com/acme/risk?token=secret#readme ",
    ],
)
def test_all_ways_to_write_an_address_become_one(given):
    assert normal_repository(given) == "https://git.example.com/acme/risk"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://git.example.com:8443/Acme/Risk", "https://git.example.com:8443/Acme/Risk"),
        ("file:///srv/risk/", "file:///srv/risk"),
        ("/srv/risk/.git", "file:///srv/risk"),
        ("svn://user@SVN.example.com/risk/trunk/", "svn://svn.example.com/risk/trunk"),
        ("s3://bucket/risk.git", "s3://bucket/risk"),
        ("acme/risk", "acme/risk"),
        ("https://git.example.com", "https://git.example.com"),
        ("https://", None),
        ("ssh://git@", None),
        ("", None),
    ],
)
def test_other_addresses(given, expected):
    assert normal_repository(given) == expected


@pytest.mark.parametrize(
    "given",
    [
        "https://t0ken@h/r",
        "https://u:t0ken@h/r",
        "ssh://t0ken@h/r",
        "svn://a:t0ken@h/r",
        "https://h/r?k=t0ken",
        "t0ken@h:r",
    ],
)
def test_credentials_are_dropped(given):
    assert "t0ken" not in normal_repository(given)


@pytest.mark.parametrize("between", ["blob", "tree", "-/blob", "raw", "src", "commit"])
def test_the_address_of_a_file_holds_that_of_its_repository(between):
    assert repository_of_file(f"https://h/o/r/{between}/abc123/dags/x.py", "abc123") == "https://h/o/r"


def test_an_address_without_the_revision_is_kept():
    assert repository_of_file("https://h/o/blob/main/r", "abc123") == "https://h/o/blob/main/r"
