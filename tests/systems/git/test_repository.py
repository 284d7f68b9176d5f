"""What a repository is asked, and what it may not do to whoever asks."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.systems.git.work import Work

from whence_emitters.errors import SourceError
from whence_emitters.systems.repository import Blob, Repository

NAMED = "https://git.example.com/acme/risk"


def brought(repository: Repository, *pathspecs: str) -> dict[str, dict[str, str | None]]:
    """Subject -> path -> blob."""
    return {
        commit.subject: {change.path: change.blob for change in changes}
        for commit, changes in repository.changes(pathspecs)
    }


def clone(work: Work, into: Path, *options: str) -> Path:
    subprocess.run(["git", "clone", "--quiet", *options, f"file://{work.folder}", str(into)], check=True)
    return into


@pytest.mark.parametrize(
    ("remote", "url"),
    [
        ("git@git.example.com:acme/risk.git", "https://git.example.com/acme/risk"),
        ("https://ada:s3cret@Git.Example.com/acme/risk.git/", "https://git.example.com/acme/risk"),
        ("ssh://git@git.example.com:2222/acme/risk", "https://git.example.com/acme/risk"),
        ("https://git.example.com:8443/acme/risk", "https://git.example.com:8443/acme/risk"),
        ("/srv/git/risk.git", "file:///srv/git/risk"),
        ("file:///srv/git/risk.git", "file:///srv/git/risk"),
    ],
)
def test_its_names_come_from_its_remote(tmp_path: Path, remote: str, url: str) -> None:
    with Repository(Work(tmp_path / "w", remote).folder) as repository:
        assert (repository.url, repository.namespace) == (url, f"git+{url}")


def test_a_remote_beside_it_is_found_from_its_root(tmp_path: Path) -> None:
    (work := Work(tmp_path / "w", "../upstream.git")).write({"deep/a": "1"})
    with Repository(work.folder / "deep") as repository:
        assert repository.url == f"file://{tmp_path}/upstream"


def test_without_a_remote_it_is_named_by_its_folder_also_from_a_linked_work_tree(tmp_path: Path) -> None:
    work = Work(tmp_path / "w", remote=None)
    work.commit("one", {"a": "1"})
    work.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    for folder in (work.folder, tmp_path / "linked"):
        with Repository(folder) as repository:
            assert repository.namespace == f"git+file://{work.folder}"
            assert repository.root == folder
            assert [commit.subject for commit in repository.commits()] == ["one"]


def test_commits_come_parents_first_with_what_each_brought(work: Work) -> None:
    first = work.commit("first", {"a": "1", "data/b": "1", "run.sh": "x"})
    work.commit("only words", {})
    work.git("mv", "a", "renamed")
    work.commit("renamed", {"data/b": "2"})
    with Repository(work.folder) as repository:
        assert [commit.subject for commit in repository.commits()] == ["first", "only words", "renamed"]
        assert brought(repository) == {
            "first": {"a": work.blob("a", first), "data/b": work.blob("data/b", first), "run.sh": work.blob("run.sh")},
            "renamed": {"a": None, "data/b": work.blob("data/b"), "renamed": work.blob("renamed")},
        }
        old = next(c for commit, cs in repository.changes(["data"]) if commit.subject == "renamed" for c in cs)
        assert old.old_blobs == (work.blob("data/b", first),)
        head = next(iter(repository.commits()))
        assert (head.sha, head.parents, head.author) == (first, (), "Ada Example")
        assert (head.time, head.authored) == ("2026-09-21T14:13:20.000000Z",) * 2


def merged(work: Work) -> None:
    """Two branches: `side` brings s and its own a, `main` brings m and another a; the merge settles a."""
    work.commit("base", {"a": "base"})
    work.git("checkout", "--quiet", "-b", "side")
    work.commit("side", {"a": "side", "s": "1"})
    work.git("checkout", "--quiet", "main")
    work.commit("main", {"a": "main", "m": "1"})
    work.git("merge", "--quiet", "--no-commit", "side", check=False)
    work.commit("merge", {"a": "both"})


def test_a_merge_brought_what_no_parent_has(work: Work) -> None:
    merged(work)
    with Repository(work.folder) as repository:
        found = brought(repository)
        assert found["merge"] == {"a": work.blob("a")}
        assert set(found["side"]) == {"a", "s"}
        (_commit, (change,)) = list(repository.changes(["a"]))[-1]
        assert set(change.old_blobs) == {work.blob("a", "main^"), work.blob("a", "side")}


def test_a_branch_whose_file_was_thrown_away_in_the_merge_still_counts(work: Work) -> None:
    work.commit("base", {"a": "base"})
    work.git("checkout", "--quiet", "-b", "side")
    work.commit("side", {"a": "side"})
    work.git("checkout", "--quiet", "main")
    work.commit("main", {"m": "1"})
    work.git("merge", "--quiet", "--strategy=ours", "side")
    work.git("branch", "-D", "side")
    with Repository(work.folder) as repository:
        assert list(brought(repository, "a")) == ["base", "side"]


def test_branches_and_a_detached_head_count_and_the_stash_does_not(work: Work) -> None:
    work.commit("base", {"a": "1"})
    work.git("checkout", "--quiet", "-b", "other")
    work.commit("other", {"a": "2"})
    work.git("checkout", "--quiet", "--detach", "main")
    work.commit("detached", {"a": "3"})
    work.write({"a": "stashed"})
    work.git("stash", "--quiet")
    work.git("notes", "add", "-m", "a note")
    with Repository(work.folder) as repository:
        assert {commit.subject for commit in repository.commits()} == {"base", "other", "detached"}


@pytest.mark.parametrize(
    "name", ["with space", "-rf", "new\nline", "tab\tquote\"", ":(top)magic", "wild*[x]?", "ünï", b"\xff\xfe".decode("utf-8", "surrogateescape")]
)  # fmt: skip
def test_any_name_that_git_takes_is_read_back(work: Work, name: str) -> None:
    work.commit("odd", {f"d/{name}": "1"})
    with Repository(work.folder) as repository:
        ((_commit, (change,)),) = repository.changes([":(top,glob)d/**"])
        assert change.path == f"d/{name}"
        assert repository.blob(change.blob or "").data == b"1"
        found = repository.blob(f"HEAD:d/{name}")
        assert found.data == (None if "\n" in name else b"1")


def test_an_empty_subject_and_one_that_looks_like_a_change(work: Work) -> None:
    work.commit("", {"a": "1"}, "--allow-empty-message")
    work.commit(":100644 100644 x y M", {"a": "2"})
    with Repository(work.folder) as repository:
        assert [(commit.subject, len(changes)) for commit, changes in repository.changes(())] == [
            ("", 1),
            (":100644 100644 x y M", 1),
        ]


def test_links_and_submodules_are_no_files(work: Work) -> None:
    sha = work.commit("one", {"a": "1"})
    (work.folder / "link").symlink_to("a")
    work.git("update-index", "--add", "--cacheinfo", f"160000,{sha},module")
    work.git("add", "link")
    work.git("commit", "--quiet", "-m", "two")
    with Repository(work.folder) as repository:
        (_commit, changes) = list(repository.changes(()))[-1]
        assert {change.path: change.is_file for change in changes} == {"link": False, "module": False}


def test_a_change_of_mode_alone_brings_no_file(work: Work) -> None:
    work.commit("one", {"a": "1"})
    (work.folder / "a").chmod(0o755)
    work.commit("runnable")
    with Repository(work.folder) as repository:
        (_one, (change,)), (_two, (again,)) = repository.changes(())
        assert (change.brings_file, again.brings_file, again.is_file) == (True, False, True)
        assert [len(list(files)) for _commit, files in repository.files(repository.changes(()))] == [1, 0]


def test_tags_with_and_without_a_message(work: Work) -> None:
    sha = work.commit("one", {"a": "1"})
    object_id = work.tag("v1.0", "The first\n\nwith words")
    work.git("tag", "light")
    work.tag("of-a-tag", "outer", "v1.0")
    work.tag("of-a-tree", "tree", "HEAD^{tree}")
    with Repository(work.folder) as repository:
        tags = {tag.name: tag for tag in repository.tags()}
    assert tags["v1.0"].sha == object_id
    assert tags["v1.0"].commit == sha
    assert (tags["v1.0"].message, tags["v1.0"].tagger) == ("The first\n\nwith words", "Ada Example")
    assert tags["v1.0"].time == "2026-09-21T14:14:20.000000Z"
    assert (tags["light"].commit, tags["light"].time) == (sha, None)
    assert tags["of-a-tag"].commit == sha
    assert tags["of-a-tree"].commit is None


def test_many_blobs_missing_ones_and_large_ones_in_the_order_asked(work: Work) -> None:
    work.commit("many", {f"f{n}": f"content {n}" for n in range(600)} | {"large": "x" * 5000})
    names = [f"HEAD:f{n}" for n in range(600)]
    with Repository(work.folder) as repository:
        found = list(repository.blobs([*names, "HEAD:none", "HEAD:large", "HEAD:f1"], limit=1000))
        assert [blob.data for blob in found[:600]] == [f"content {n}".encode() for n in range(600)]
        assert found[600] == Blob("HEAD:none", None, None)
        assert (found[601].size, found[601].data) == (5000, None)
        assert found[602].data == b"content 1"
        for blob in repository.blobs(names):  # one question amid another
            assert repository.blob(blob.sha) == blob


def test_a_damaged_object_is_missing_and_the_next_is_read(work: Work) -> None:
    work.commit("one", {"a": "1" * 500, "b": "2"})
    sha = work.blob("a")
    loose = work.folder / ".git" / "objects" / sha[:2] / sha[2:]
    loose.chmod(0o644)
    loose.write_bytes(loose.read_bytes()[:-8])
    with Repository(work.folder) as repository:
        damaged, whole = repository.blobs(["HEAD:a", "HEAD:b"])
        assert damaged.data is None
        assert whole.data == b"2"


def test_a_shallow_clone_says_where_it_ends(work: Work, tmp_path: Path) -> None:
    for n in range(3):
        work.commit(f"c{n}", {"a": str(n)})
    with Repository(clone(work, tmp_path / "shallow", "--depth=2")) as repository:
        assert [(commit.subject, commit.truncated) for commit in repository.commits()] == [("c1", True), ("c2", False)]
        assert len(repository.shallow) == 1
    with Repository(work.folder) as repository:
        assert repository.shallow == frozenset()


def test_a_clone_without_blobs_fetches_none(work: Work, tmp_path: Path) -> None:
    work.git("config", "uploadpack.allowFilter", "true")
    work.commit("one", {"a": "1"})
    (bare,) = [clone(work, tmp_path / "partial", "--filter=blob:none", "--bare")]
    with Repository(bare) as repository:
        ((_commit, (change,)),) = repository.changes(())
        assert repository.blob(change.blob or "") == Blob(change.blob or "", None, None)


def test_a_bare_repository_is_named_as_its_clones(work: Work, tmp_path: Path) -> None:
    work.commit("one", {"a": "1"})
    bare = clone(work, tmp_path / "risk.git", "--bare")
    subprocess.run(["git", "-C", str(bare), "remote", "remove", "origin"], check=True)
    subprocess.run(["git", "clone", "--quiet", str(bare), str(tmp_path / "clone")], check=True)
    with Repository(bare) as one, Repository(tmp_path / "clone") as other:
        assert one.namespace == other.namespace == f"git+file://{tmp_path}/risk"
        assert brought(one, ":(top,glob)a") == brought(other, ":(top,glob)a")


def test_nothing_of_the_repository_is_started(work: Work, tmp_path: Path) -> None:
    started = tmp_path / "started"
    program = work.folder / "evil.sh"
    program.write_text(f'#!/bin/sh\necho "$0" >> {started}\n')
    program.chmod(0o755)
    work.commit("one", {".gitattributes": "* filter=evil diff=evil\n", "a": "1"})
    work.tag("v1", "signed?")
    for name in (
        "core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "gpg.program", "filter.evil.clean",
        "filter.evil.smudge", "filter.evil.process", "diff.evil.textconv", "diff.evil.command", "diff.external",
        "credential.helper", "alias.log", "alias.cat-file",
    ):  # fmt: skip
        work.git("config", name, f"!{program}" if name.startswith("alias") else str(program))
    work.git("config", "log.showSignature", "true")
    work.git("config", "core.hooksPath", str(work.folder))
    work.git("config", "log.showRoot", "false")
    with Repository(work.folder) as repository:
        assert list(brought(repository)) == ["one"]
        assert repository.blob("HEAD:a").data == b"1"
        assert [tag.name for tag in repository.tags()] == ["v1"]
        assert repository.url == NAMED
    assert not started.exists()


def test_a_replaced_commit_is_not_believed(work: Work) -> None:
    first = work.commit("first", {"a": "1"})
    second = work.commit("second", {"a": "2"})
    work.git("replace", "--graft", second)
    with Repository(work.folder) as repository:
        assert [commit.sha for commit in repository.commits()] == [first, second]


def test_variables_of_a_hook_do_not_lead_elsewhere(work: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work.commit("mine", {"a": "1"})
    other = Work(tmp_path / "other")
    other.commit("theirs", {"a": "2"})
    monkeypatch.setenv("GIT_DIR", str(other.folder / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.folder / ".git" / "index"))
    with Repository(work.folder) as repository:
        assert [commit.subject for commit in repository.commits()] == ["mine"]


def test_a_time_that_cannot_be_written_is_told_and_left_out(work: Work) -> None:
    work.commit("good", {"a": "1"})
    tree = work.git("rev-parse", "HEAD^{tree}")
    text = f"tree {tree}\nparent {work.git('rev-parse', 'HEAD')}\nauthor A <a> 1 +0000\ncommitter A <a> 999999999999999 +0000\n\nbad\n"
    sha = work.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=text.encode())
    work.git("update-ref", "refs/heads/main", sha)
    told: list[tuple[str, str]] = []
    with Repository(work.folder, lambda what, why: told.append((what, why))) as repository:
        assert [commit.subject for commit in repository.commits()] == ["good"]
    assert told == [(f"commit {sha}", "its time is none that can be written")]


def test_no_commit_yet_is_an_empty_history(work: Work) -> None:
    with Repository(work.folder) as repository:
        assert list(repository.commits()) == []
        assert list(repository.changes(["a"])) == []


def test_what_is_no_repository_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SourceError, match="not a git repository"):
        Repository(tmp_path)
    with pytest.raises(SourceError, match="There is no folder"):
        Repository("https://git.example.com/acme/risk")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SourceError, match="git is not installed"):
        Repository(tmp_path)
