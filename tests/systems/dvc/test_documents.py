"""DVC's files as values: its own form read fast and as YAML would, other forms, damaged and hostile ones."""

from __future__ import annotations

import json
from pathlib import PurePosixPath

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.systems.dvc.recorded import RECORDS

from whence_emitters.errors import DamagedError
from whence_emitters.importing.facets import Digest
from whence_emitters.systems.dvc.documents import (
    Stage,
    directory_manifest,
    stage_of_dvc_file,
    stage_of_run_cache,
    stages_of_lock,
)
from whence_emitters.systems.dvc.lock_text import stage_texts
from whence_emitters.systems.dvc.metrics import measurements
from whence_emitters.systems.dvc.pipeline import matches, parse_pipeline, working_directory
from whence_emitters.systems.dvc.places import Places, remotes_of

LOCK = b"""schema: '2.0'
stages:
  train@north:
    cmd: python train.py --alpha 0.1
    deps:
    - path: data/clean.csv
      hash: md5
      md5: d6149ccc7b4dda2515b0fcc32c56d3b3
      size: 13
    - path: images
      hash: md5
      md5: e1915ebd4c08883c11ecf4222d1be8a6.dir
      size: 16
      nfiles: 2
    params:
      params.yaml:
        train.alpha: 0.1
        train.layers:
        - 4
        - 2
    outs:
    - path: model.json
      hash: md5
      md5: 55e0ddff8f261ab8f616f71af5a4b203
      size: 25
"""


def fail(what: str, why: str) -> None:
    raise AssertionError(f"{what}: {why}")


def as_yaml(document: bytes) -> dict[str, Stage]:
    """The same stages, in a form that only YAML reads."""
    return stages_of_lock(json.dumps(yaml.safe_load(document), ensure_ascii=False).encode(), fail)


def test_a_lock_as_dvc_writes_it_is_read_without_yaml_and_to_the_same() -> None:
    assert stage_texts(LOCK)
    found = stages_of_lock(LOCK, fail)
    assert found == as_yaml(LOCK)
    stage = found["train@north"]
    assert [(dep.path, dep.version, dep.size, dep.files) for dep in stage.deps] == [
        ("data/clean.csv", "md5:d6149ccc7b4dda2515b0fcc32c56d3b3", 13, None),
        ("images", "md5:e1915ebd4c08883c11ecf4222d1be8a6.dir", 16, 2),
    ]
    assert stage.deps[1].digests == (Digest("dvc-md5-dir", "e1915ebd4c08883c11ecf4222d1be8a6"),)
    assert stage.params == {"params.yaml": {"train.alpha": 0.1, "train.layers": [4, 2]}}


@pytest.mark.parametrize("name", ["dvc-3.67.1", "dvc-2.58.2"])
def test_locks_that_dvc_wrote_are_in_that_form(name: str) -> None:
    stream = (RECORDS / name / "risk.fast-export").read_bytes()
    locks = [part for part in stream.split(b"data ") if b"\nschema: '2.0'\n" in part[:40]]
    assert len(locks) >= 3
    for part in locks:
        size, _, rest = part.partition(b"\n")
        document = rest[: int(size)]
        assert stage_texts(document)
        assert stages_of_lock(document, fail) == as_yaml(document)


texts = st.text("ab01 -=:#'\"{}[]&*!|>%@`\n\té→", max_size=8)
names = st.from_regex(r"[A-Za-z0-9_./-]{1,12}", fullmatch=True)
hashes = st.from_regex(r"[0-9a-f]{32}(\.dir)?", fullmatch=True)
entries = st.fixed_dictionaries(
    {"path": names, "md5": hashes}, optional={"hash": st.just("md5"), "size": st.integers(0, 10**12)}
)
stages = st.fixed_dictionaries(
    {"cmd": st.text("abc -=:#'\"{}$", min_size=1, max_size=20) | st.lists(names, min_size=1, max_size=2)},
    optional={
        "deps": st.lists(entries, max_size=3),
        "outs": st.lists(entries, max_size=3),
        "params": st.dictionaries(
            names, st.dictionaries(names, st.integers() | texts | st.none(), max_size=2), max_size=2
        ),
    },
)


@settings(deadline=None, max_examples=20)
@given(st.dictionaries(names, stages, max_size=3))
def test_whatever_form_a_lock_has_it_means_what_yaml_says(given: dict[str, object]) -> None:
    written = yaml.safe_dump({"schema": "2.0", "stages": given}, sort_keys=False, default_flow_style=False).encode()
    assert stages_of_lock(written, fail) == as_yaml(written)


@settings(deadline=None)
@given(st.integers(0, len(LOCK)), st.binary(max_size=4))
def test_a_damaged_lock_is_said_to_be_damaged_or_read_in_part(at: int, noise: bytes) -> None:
    problems: list[str] = []
    try:
        found = stages_of_lock(LOCK[:at] + noise + LOCK[at + 2 :], lambda what, _why: problems.append(what))
    except DamagedError:
        return
    assert all(isinstance(stage, Stage) for stage in found.values())


@settings(deadline=None, max_examples=50)
@given(st.recursive(st.none() | st.booleans() | st.integers() | texts, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["stages", "cmd", "deps", "outs", "params", "path", "md5", "repo", "url", "schema", "artifacts", "metrics", "foreach", "do", "wdir"]), inner, max_size=4), max_leaves=20))  # fmt: skip
def test_documents_of_any_shape_are_taken_or_refused(found: object) -> None:
    document = json.dumps(found, ensure_ascii=False).encode()
    parse_pipeline(document)
    for parse in (stage_of_dvc_file, stage_of_run_cache, lambda one: stages_of_lock(one, lambda _what, _why: None)):
        try:
            parse(document)
        except DamagedError:
            continue


@pytest.mark.parametrize(
    "document", [b"!!python/object/apply:os.system ['true']", b"[" * 5000], ids=["object", "nested"]
)
def test_hostile_yaml_is_refused(document: bytes) -> None:
    with pytest.raises(DamagedError):
        parse_pipeline(document)


def test_the_oldest_lock_has_its_stages_at_the_top() -> None:
    old = b"train:\n  cmd: python train.py\n  deps:\n  - path: a.csv\n    md5: d6149ccc7b4dda2515b0fcc32c56d3b3\n"
    found = stages_of_lock(old, fail)["train"]
    assert found.deps[0].unproven
    assert found.deps[0].digests == (Digest("md5-dos2unix", "d6149ccc7b4dda2515b0fcc32c56d3b3", "WEAK"),)


def test_one_damaged_stage_leaves_the_others() -> None:
    said: list[str] = []
    found = stages_of_lock(LOCK + b"  broken:\n    cmd: x\n    deps: none\n", lambda what, _why: said.append(what))
    assert list(found) == ["train@north"]
    assert said == ["stage broken"]


def test_the_identity_of_a_result_is_what_dvc_goes_by() -> None:
    def identity(document: bytes) -> str:
        return stages_of_lock(document, fail)["train@north"].identity

    assert identity(LOCK) == identity(LOCK.replace(b"      size: 13\n", b""))
    for change in (
        (b"alpha: 0.1", b"alpha: 0.2"),
        (b"d6149", b"e6149"),
        (b"--alpha", b"--beta"),
        (b"model.json", b"model.bin"),
    ):
        assert identity(LOCK) != identity(LOCK.replace(*change))


def test_an_etag_is_no_content() -> None:
    entry = stage_of_dvc_file(
        b"deps:\n- path: s3://lake/raw.csv\n  etag: '\"0a1b\"'\n  size: 4\nouts:\n- path: raw.csv\n"
    ).deps[0]
    assert entry.version == "etag:0a1b"
    assert [digest.strength for digest in entry.digests] == ["WEAK"]


def test_a_manifest_must_have_the_md5_of_its_name() -> None:
    document = b'[{"md5": "401b30e3b8b5d629635a5c613cdb7919", "relpath": "a.csv"}, {"md5": "009520053b00386d1173f3988c55d192", "relpath": "sub/b.csv"}]'
    assert directory_manifest(document, "826f5905cab468f7bcb7e9b11da609db") == 2
    with pytest.raises(DamagedError):
        directory_manifest(document.replace(b"a.csv", b"c.csv"), "826f5905cab468f7bcb7e9b11da609db")


def test_metrics_are_numbers_by_dotted_names() -> None:
    assert measurements("m.json", b'{"auc": 0.9, "by": {"north": 1}, "ok": true, "note": "x", "loss": NaN}') == [
        {"name": "auc", "value": 0.9},
        {"name": "by.north", "value": 1},
        {"name": "loss", "value": "NaN"},
    ]
    assert measurements("m.yaml", b"auc: 0.5\n") == [{"name": "auc", "value": 0.5}]
    assert measurements("m.json", b"{") is None
    assert measurements("m.tsv", b"auc\t1\n") is None


def test_paths_and_working_directories_of_loops_are_filled_in() -> None:
    pipeline = parse_pipeline(b"""
vars: [{out: results}]
stages:
  each: {foreach: [north, south], do: {wdir: 'regions/${item}', cmd: x, metrics: ['m/${item}.json']}}
  named: {foreach: {a: {dir: first}}, do: {wdir: '${item.dir}/${out}', cmd: x}}
  grid: {matrix: {model: [cnn, xgb], size: [1, 2]}, wdir: '${item.model}/${item.size}', cmd: x}
  given: {wdir: '${train.dir}', cmd: x}
""")
    wanted = {"each@north": "regions/north", "named@a": "first/results", "grid@cnn-2": "cnn/2", "given": "here"}
    found = {stage: working_directory(pipeline, stage, lambda: {"train": {"dir": "here"}}) for stage in wanted}
    assert found == wanted
    assert working_directory(pipeline, "given", dict) is None
    assert matches("m/${item}.json", "m/north.json")
    assert not matches("m/${item}.json", "m/north.csv")


def test_names_of_sub_projects_addresses_and_what_lies_outside() -> None:
    config = b"[core]\n    remote = store\n['remote \"store\"']\n    url = s3://user:pw@lake/dvc\n"
    places = Places("git+https://h/o/r", PurePosixPath("/srv/r"), ["sub"], lambda _root: config)
    assert places.name("sub/a", "../b.csv") == ("git+https://h/o/r#sub", "b.csv")
    assert places.name("sub", "../b.csv") == ("git+https://h/o/r", "b.csv")
    assert places.name("", "../b.csv") == ("file", "/srv/b.csv")
    assert places.name("", "/data/b.csv") == ("file", "/data/b.csv")
    assert places.name("", "s3://lake/b.csv") == ("s3://lake", "b.csv")
    assert places.name("", "remote://store/b.csv") == ("s3://lake", "dvc/b.csv")
    assert places.name("", "remote://unknown/b.csv") is None
    assert remotes_of(b"\x00[") == {}
