"""scripts/neo4j_server.py and neo4j_local.py around a stand-in for Java: passwords, ends and what people are told.

The real server is in test_neo4j_boots.py.
"""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import neo4j_local
import neo4j_server
import pytest
from neo4j_cache import locked
from neo4j_releases import LTS, NEWEST, Java
from neo4j_server import Installed, Server
from neo4j_settings import settings
from project import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STAND_IN = f"""#!{sys.executable}
import os, pathlib, signal, sys, time
home = pathlib.Path(os.environ.get("NEO4J_HOME", "."))
if "org.neo4j.cli.AdminTool" in sys.argv:
    arguments = pathlib.Path(sys.argv[-1].removeprefix("@"))
    (home / "seen").write_text(f"{{arguments.stat().st_mode & 0o777:o}} {{arguments.read_text()}}" + str(sys.argv))
    sys.exit((home / "no-password").exists())
if pathlib.Path("no-start").exists():
    print("2026 INFO  Starting...", "2026 ERROR Address localhost:1 is already in use", "bye", sep="\\n")
    sys.exit(1)
signal.signal(signal.SIGTERM, lambda *_: (print("Stopped.", flush=True), sys.exit(0)))
print("2026 INFO  Started.", flush=True)
time.sleep(600)
"""


@pytest.fixture
def what(tmp_path: Path) -> Installed:
    command = tmp_path / "java" / "bin" / "java"
    command.parent.mkdir(parents=True)
    command.write_text(STAND_IN, "utf-8")
    command.chmod(0o755)
    return Installed(LTS, Java(tmp_path / "java", 17), tmp_path / "lib")


@pytest.fixture
def server(what: Installed, tmp_path: Path) -> Iterator[Server]:
    server = Server(what, tmp_path / "home")
    yield server
    server.kill()


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def eventually(condition: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class TestServer:
    def test_the_password_is_generated_kept_for_its_owner_and_in_no_process_list(self, server: Server) -> None:
        server.start()
        seen = (server.folder / "seen").read_text("utf-8")
        assert len(server.password) == 32
        assert seen.startswith(f"600 dbms\nset-initial-password\n{server.password}\n")
        assert seen.count(server.password) == 1, "it is in the file of arguments, not among the arguments"
        assert stat.S_IMODE(server.password_file.stat().st_mode) == 0o600
        holding = [path for path in server.folder.rglob("*") if path.is_file() and server.password in path.read_text()]
        assert {path.name for path in holding} == {"password", "seen"}

    def test_the_password_stays_from_start_to_start(self, server: Server) -> None:
        server.start()
        password = server.password
        server.stop()
        server.start()
        assert server.password == password

    def test_a_password_that_could_not_be_set_is_not_kept(self, server: Server) -> None:
        server.folder.mkdir()
        (server.folder / "no-password").touch()
        with pytest.raises(UnavailableError, match="password could not be set"):
            server.start()
        assert not server.password_file.exists()
        assert not (server.folder / "arguments").exists()

    def test_stop_lets_it_end_and_kill_does_not(self, server: Server) -> None:
        server.start()
        server.stop()
        assert server.log.read_text("utf-8").splitlines()[-1] == "Stopped."
        server.start()
        server.kill()
        assert server.log.read_text("utf-8").splitlines()[-1] == "2026 INFO  Started."
        assert not server.is_running

    def test_start_and_stop_may_be_said_twice(self, server: Server) -> None:
        server.stop()
        server.start()
        server.start()
        server.stop()
        server.stop()
        assert server.log.read_text("utf-8").count("Started.") == 1

    def test_one_that_ends_while_it_starts_says_why(self, server: Server) -> None:
        server.folder.mkdir()
        (server.folder / "no-start").touch()
        with pytest.raises(UnavailableError, match=r"ended while it started .*already in use"):
            server.start()
        assert not server.is_running

    def test_one_that_never_gets_ready_is_given_up(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(neo4j_server, "SECONDS_TO_START", 0.0)
        with pytest.raises(UnavailableError, match="did not start within 0 s"):
            server.start()
        assert not server.is_running

    def test_it_ends_with_an_owner_that_was_killed(self, what: Installed, tmp_path: Path, root: Path) -> None:
        owner_does = (
            "import sys, time; from pathlib import Path; from neo4j_server import *; from neo4j_releases import Java\n"
            "server = Server(Installed(sys.argv[1], Java(Path(sys.argv[2]), 17), Path()), Path(sys.argv[3]))\n"
            "server.start(); print(server._pid, flush=True); time.sleep(600)\n"
        )
        arguments = [sys.executable, "-c", owner_does, what.version, str(what.java.home), str(tmp_path / "home")]
        changes = {"PYTHONPATH": str(root / "scripts")}
        with subprocess.Popen(arguments, env=os.environ | changes, stdout=subprocess.PIPE, text=True) as owner:
            assert owner.stdout is not None
            pid = int(owner.stdout.readline())
            assert is_alive(pid)
            owner.kill()
        assert eventually(lambda: not is_alive(pid))
        assert (tmp_path / "home" / "console.log").read_text("utf-8").endswith("Stopped.\n"), "asked, not killed"

    def test_it_inherits_no_descriptor_but_its_own(self, server: Server) -> None:
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            os.set_inheritable(listening.fileno(), True)
            mine = Path(f"/proc/self/fd/{listening.fileno()}").readlink()
            server.start()
            theirs = [each.readlink() for each in Path(f"/proc/{server._pid}/fd").iterdir()]
        assert mine not in theirs
        assert os.getsid(server._pid) != os.getsid(0)


class TestSettings:
    def test_nothing_but_bolt_listens_and_only_on_loopback(self, tmp_path: Path) -> None:
        values = settings(tmp_path, 7000, {})
        addresses = {key: value for key, value in values.items() if key.endswith("address")}
        assert {value.partition(":")[0] for value in addresses.values()} == {"127.0.0.1"}
        assert values["server.bolt.advertised_address"] == "127.0.0.1:7000"
        assert values["dbms.security.auth_enabled"] == "true"
        assert [values[f"server.{name}.enabled"] for name in ("http", "https")] == ["false", "false"]

    def test_given_settings_win(self, tmp_path: Path) -> None:
        assert settings(tmp_path, 1, {"server.memory.pagecache.size": "1g"})["server.memory.pagecache.size"] == "1g"


class TestPorts:
    def test_a_free_port_is_none_that_somebody_has_or_that_is_given_to_clients(self) -> None:
        port = neo4j_server.free_port()
        assert 20000 <= port < 32000
        with socket.create_server(("127.0.0.1", port)):
            assert not neo4j_server.is_free(port)

    def test_a_taken_port_that_was_asked_for_is_an_error_and_the_usual_one_is_not(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            with pytest.raises(UnavailableError, match=f"Port {port} is taken"):
                neo4j_local.chosen_port(port)
            monkeypatch.setattr(neo4j_local, "USUAL_PORT", port)
            assert neo4j_local.chosen_port(None) != port


class TestForPeople:
    @pytest.fixture(autouse=True)
    def installed(self, what: Installed, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setattr(neo4j_local, "install", lambda _asked: what)
        with kept_signals():
            yield

    def test_a_command_gets_the_settings_and_its_exit_code_is_the_answer(self, tmp_path: Path) -> None:
        wrote = tmp_path / "wrote"
        script = f'echo "$WHENCE_STORE $WHENCE_NEO4J_USER $WHENCE_NEO4J_PASSWORD" > {wrote}; exit 7'
        home = tmp_path / "home"
        assert neo4j_local.main(["--folder", str(home), "--", "sh", "-c", script]) == 7
        url, user, password = wrote.read_text("utf-8").split()
        assert (url.rpartition(":")[0], user) == ("neo4j://127.0.0.1", "neo4j")
        assert password == (home / "password").read_text("utf-8").strip()
        assert (home / "console.log").read_text("utf-8").endswith("Stopped.\n")

    def test_what_is_printed_can_be_pasted_and_does_not_hold_the_password(self, server: Server) -> None:
        server.start()
        printed = neo4j_local.explanation(server)
        assert server.password not in printed
        pasted = subprocess.run(
            ["sh", "-c", f'{printed}\necho "$WHENCE_STORE $WHENCE_NEO4J_USER $WHENCE_NEO4J_PASSWORD"'],
            capture_output=True,
            text=True,
            check=True,
        )
        assert pasted.stdout.split() == [server.url, "neo4j", server.password]

    def test_a_second_one_in_the_same_folder_is_turned_away(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with locked(tmp_path / ".home.lock"):
            assert neo4j_local.main(["--folder", str(tmp_path / "home")]) == 1
        assert "runs in" in capsys.readouterr().err

    def test_what_can_not_be_had_is_one_sentence(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        def unavailable(asked: str | None) -> Installed:
            raise UnavailableError(f"no {asked}")

        monkeypatch.setattr(neo4j_local, "install", unavailable)
        monkeypatch.setenv("NEO4J_VERSION", NEWEST)
        assert neo4j_local.main([]) == 1
        assert capsys.readouterr().err == f"no {NEWEST}\n"

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_it_serves_until_a_signal(self, tmp_path: Path, number: signal.Signals) -> None:
        home = tmp_path / "home"
        code = (
            "import os, signal, sys, threading; import neo4j_local; from neo4j_server import Installed, Server\n"
            "from neo4j_releases import Java; from pathlib import Path\n"
            "neo4j_local.install = lambda asked: Installed('5.26.30', Java(Path(sys.argv[1]), 17), Path())\n"
            "sys.exit(neo4j_local.main(['--folder', sys.argv[2]]))\n"
        )
        changes = {"PYTHONPATH": str(Path(neo4j_local.__file__).parent)}
        arguments = [sys.executable, "-c", code, str(tmp_path / "java"), str(home)]
        with subprocess.Popen(arguments, env=os.environ | changes, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(3)]
            assert all(line.startswith("  export WHENCE_") for line in lines)
            process.send_signal(number)
            assert process.wait(30) == 0
        assert (home / "console.log").read_text("utf-8").endswith("Stopped.\n")


@contextmanager
def kept_signals() -> Iterator[None]:
    """SIGTERM is handled afterwards as before."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
