"""keys.json while a service runs: taken up at the next request, and never a way in when it is broken, foreign or gone."""

from __future__ import annotations

import logging
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from whence.api import keys_file
from whence.api.keyring import Keyring
from whence.api.keys import Key, Scope, new_key, sha256_of
from whence.api.keys_file import KeysUnusableError, change, read
from whence.api.server import BackgroundServer
from whence.errors import StoreUnavailable
from whence.settings import Settings

FIXED = new_key()
STORED = new_key()
Status = Callable[[str | None], int]


def key_of(text: str, name: str = "ci", scope: Scope = Scope.WRITE) -> Key:
    return Key(name, scope, sha256_of(text.encode()))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with one key."""
    made = tmp_path / "user-data" / "whence" / "keys.json"
    change(made, lambda _: (key_of(STORED),))
    return made


@pytest.fixture
def status(path: Path) -> Iterator[Status]:
    """How a running service answers a question with this key."""
    settings = Settings(store="memory:", port=0, api_keys=f"fixed:read:{sha256_of(FIXED.encode())}")
    with BackgroundServer(settings, keys_file=path) as running, httpx.Client(base_url=running.url, trust_env=False) as asking:  # fmt: skip

        def answered(key: str | None) -> int:
            return asking.get("/metrics", headers={"Authorization": f"Bearer {key}"} if key else {}).status_code

        yield answered


def test_it_is_written_for_its_user_alone(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert STORED not in path.read_text()
    assert [each.name for each in path.parent.iterdir() if each.suffix not in {".json", ".lock"}] == []


def test_a_new_and_a_revoked_key_count_from_the_next_request_on(path: Path, status: Status) -> None:
    new = new_key()
    assert (status(STORED), status(new)) == (200, 401)
    change(path, lambda known: (*known, key_of(new, "new")))
    assert (status(STORED), status(new)) == (200, 200)
    change(path, lambda known: known[1:])
    assert (status(STORED), status(new)) == (401, 200)


def test_while_nothing_changes_it_is_not_read_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = Keyring((), path)
    reads: list[Path] = []
    monkeypatch.setattr(keys_file, "read", lambda asked: reads.append(asked) or read(asked))
    for _ in range(3):
        ring.refresh()
    assert reads == []
    path.touch()
    ring.refresh()
    ring.refresh()
    assert reads == [path]


def test_replaced_by_a_file_of_the_same_size_and_time_it_is_read_again(path: Path) -> None:
    ring, before, new = Keyring((), path), path.stat(), new_key()
    fresh = path.with_name("fresh")
    fresh.write_text(path.read_text().replace(sha256_of(STORED.encode()), sha256_of(new.encode())))
    fresh.chmod(0o600)
    os.utime(fresh, ns=(before.st_atime_ns, before.st_mtime_ns))
    fresh.replace(path)
    assert path.stat().st_size == before.st_size
    ring.refresh()
    assert (ring.find(STORED.encode()), ring.find(new.encode())) == (None, key_of(new))


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "null", '{"keys": 1}', '{"keys": [{"name": "ci"}]}', '{"keys": [{"name": "ci", "scope": "owner", "sha256": "a"}]}',
     "\x00\x01", '{"keys": [' * 5000, '{"keys": []}' + " " * 2_000_000],
)  # fmt: skip
def test_broken_while_serving_nobody_new_gets_in_and_mended_all_is_well(
    path: Path, status: Status, content: str
) -> None:
    good = path.read_bytes()
    path.write_text(content)
    assert (status(STORED), status("another"), status(None), status(FIXED)) == (503, 503, 401, 200)
    path.write_bytes(good)
    assert (status(STORED), status("another")) == (200, 401)


def test_not_utf_8_is_broken_too(path: Path) -> None:
    path.write_bytes(b'{"keys": [{"name": "\xff"}]}')
    with pytest.raises(KeysUnusableError, match=r"keys\.json"):
        read(path)


def test_removed_while_serving_it_closes_the_door_and_does_not_open_it(path: Path) -> None:
    with BackgroundServer(Settings(store="memory:", port=0), keys_file=path) as running, httpx.Client(base_url=running.url, trust_env=False) as asking:  # fmt: skip
        with_key = {"Authorization": f"Bearer {STORED}"}
        assert asking.get("/metrics", headers=with_key).status_code == 200
        path.unlink()
        assert asking.get("/metrics", headers=with_key).status_code == 401
        assert asking.get("/metrics").status_code == 401
        change(path, lambda _: (key_of(STORED),))
        assert asking.get("/metrics", headers=with_key).status_code == 200


def test_the_first_key_closes_an_open_service(tmp_path: Path) -> None:
    later = tmp_path / "keys.json"
    with BackgroundServer(Settings(store="memory:", port=0), keys_file=later) as running, httpx.Client(base_url=running.url, trust_env=False) as asking:  # fmt: skip
        assert asking.get("/metrics").status_code == 200
        change(later, lambda _: (key_of(STORED),))
        assert asking.get("/metrics").status_code == 401
        assert asking.get("/metrics", headers={"Authorization": f"Bearer {STORED}"}).status_code == 200


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666, 0o660])
def test_what_others_may_write_is_not_trusted(path: Path, status: Status, mode: int) -> None:
    path.chmod(mode)
    assert (status(STORED), status(FIXED)) == (503, 200)
    with pytest.raises(KeysUnusableError, match="let anybody in") as raised:
        Keyring((), path)
    assert "chmod 600" in raised.value.hint
    path.chmod(0o600)
    assert status(STORED) == 200


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_what_others_may_read_is_used_with_a_warning(path: Path, caplog: pytest.LogCaptureFixture, mode: int) -> None:
    path.chmod(mode)
    ring = Keyring((), path)
    ring.refresh()
    assert ring.find(STORED.encode()) == key_of(STORED)
    (warned,) = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert "0600" in warned.getMessage()
    change(path, lambda known: known)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_another_user_owns_is_not_trusted(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, owner = os.geteuid() + 1, path.stat().st_uid
    monkeypatch.setattr(keys_file, "_ROOT", owner + 5000)
    monkeypatch.setattr(os, "geteuid", lambda: mine)
    with pytest.raises(KeysUnusableError, match="another user"):
        read(path)


def test_no_file_is_no_key_and_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    assert read(tmp_path / "none" / "keys.json").keys == ()
    pipe = tmp_path / "keys.json"
    os.mkfifo(pipe, 0o600)
    with pytest.raises(KeysUnusableError, match="no file"):
        read(pipe)
    with pytest.raises(KeysUnusableError):
        read(tmp_path)


def test_a_link_is_followed_and_stays_a_link(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(path)
    change(link, lambda known: (*known, key_of("second", "second")))
    assert link.is_symlink()
    assert [key.name for key in read(path).keys] == ["ci", "second"]


def test_an_edit_that_fails_leaves_the_file_as_it_is(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(ZeroDivisionError):
        change(path, lambda known: (1 // 0,))  # type: ignore[return-value,arg-type]
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_written_to_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match=r"keys\.json can't be written"):
        change(tmp_path / "file" / "keys.json", lambda known: known)


def test_an_end_amid_writing_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = sorted(each.name for each in path.parent.iterdir())

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as limited:
        limited.setattr(os, "fsync", full)
        with pytest.raises(StoreUnavailable, match="No space left"):
            change(path, lambda known: known * 2)
    assert read(path).keys == (key_of(STORED),)
    assert sorted(each.name for each in path.parent.iterdir()) == before


ADD = """
import sys
from pathlib import Path
from whence.api.keys import Key, Scope
from whence.api.keys_file import change
for number in range(25):
    change(Path(sys.argv[1]), lambda known: (*known, Key(f"{sys.argv[2]}-{number}", Scope.READ, "0" * 64)))
"""


def test_processes_that_write_at_once_lose_nothing(path: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", ADD, str(path), name]) for name in "abc"]
    while any(writer.poll() is None for writer in writers):
        read(path)  # a reader beside them never sees half a file
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    assert {key.name for key in read(path).keys} == {"ci"} | {
        f"{name}-{number}" for name in "abc" for number in range(25)
    }
