"""The image and the compose file, as far as they can be held to something without an engine."""

from __future__ import annotations

import itertools
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SECRETS = ("WHENCE_NEO4J_PASSWORD", "WHENCE_API_KEYS")


def stages() -> list[list[str]]:
    """The instructions of each stage of the Dockerfile, continued lines joined."""
    text = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text("utf-8"))
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    starts = [number for number, line in enumerate(lines) if line.startswith("FROM ")] + [len(lines)]
    return [lines[start:end] for start, end in itertools.pairwise(starts)]


def last(instruction: str) -> str:
    """What the final stage's last such instruction says."""
    return [line.partition(" ")[2] for line in stages()[-1] if line.startswith(f"{instruction} ")][-1]


class TestCompose:
    def test_it_keeps_to_the_compose_specification(self) -> None:
        command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
        done = subprocess.run([*command, ROOT / "docker-compose.yml"], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout

    @pytest.mark.parametrize("name", SECRETS)
    def test_a_secret_comes_from_the_environment_and_has_no_default(self, name: str) -> None:
        text = (ROOT / "docker-compose.yml").read_text("utf-8")
        uses = re.findall(r"\$\{(\w+)([^}]*)\}", text)
        assert {how[:2] for used, how in uses if used == name} == {":?"}

    def test_every_service_says_when_it_is_healthy_and_keeps_its_data_in_a_named_volume(self) -> None:
        for name, service in COMPOSE["services"].items():
            assert "healthcheck" in service or (name == "whence" and last("HEALTHCHECK"))
            volumes = [volume.partition(":")[0] for volume in service["volumes"]]
            assert volumes
            assert set(volumes) <= COMPOSE["volumes"].keys()

    def test_nothing_is_published_beyond_this_machine_unless_somebody_says_so(self) -> None:
        published = [port for service in COMPOSE["services"].values() for port in service["ports"]]
        assert published
        assert [port for port in published if not re.match(r"(\$\{\w+:-)?127\.0\.0\.1:", port)] == []

    def test_whence_waits_for_its_store_and_gets_settings_that_it_knows(self) -> None:
        from whence.settings import SETTINGS

        service = COMPOSE["services"]["whence"]
        assert service["depends_on"] == {"neo4j": {"condition": "service_healthy"}}
        assert service["environment"].keys() <= {setting.variable for setting in SETTINGS}

    def test_the_commands_of_its_first_lines_make_a_key_that_is_accepted(self) -> None:
        from whence.api.keys import in_environment, match

        text = (ROOT / "docker-compose.yml").read_text("utf-8")
        exports = "\n".join(re.findall(r"^#   (export .+)$", text, re.MULTILINE))
        show = '\nprintf "%s\\n%s" "$WHENCE_API_KEY" "$WHENCE_API_KEYS"'
        done = subprocess.run(["sh", "-euc", exports + show], capture_output=True, text=True, check=True)
        key, keys = done.stdout.splitlines()
        found = match(in_environment(keys), key.encode())
        assert found is not None
        assert (found.name, found.scope) == ("me", "admin")


class TestImage:
    def test_what_is_built_in_one_stage_runs_in_another_as_a_user_without_rights(self) -> None:
        assert len(stages()) == 3
        assert [line.split()[1].partition(":")[0] for line in (stage[0] for stage in stages())] == [
            "node",
            "python",
            "python",
        ]
        assert last("USER").isdigit()
        assert int(last("USER")) > 0
        assert stages()[1][0].split()[1] == stages()[2][0].split()[1], "an environment runs on the Python that made it"

    def test_only_what_it_is_built_from_is_sent_to_the_engine(self) -> None:
        lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        rules = [line for line in lines if line and not line.startswith("#")]
        assert rules[0] == "*"
        allowed = {rule[1:] for rule in rules if rule.startswith("!")}
        assert {name for name in allowed if not (ROOT / name).exists()} == set()
        copied = {
            each
            for stage in stages()
            for line in stage
            if line.startswith("COPY ui")
            for each in shlex.split(line)[1:-1]
        }
        assert {name.split("/")[0] for name in copied} <= allowed

    @pytest.fixture
    def environment(self, tmp_path: Path) -> dict[str, str]:
        """The image's, on loopback and a free port, and with folders of the test."""
        given = dict(pair.split("=", 1) for pair in shlex.split(last("ENV")))
        assert given["WHENCE_HOST"] == "0.0.0.0"
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        here = {"WHENCE_PORT": str(port), "XDG_DATA_HOME": str(tmp_path), "HOME": str(tmp_path)}
        path = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        return given | here | path

    @staticmethod
    def command() -> list[str]:
        return [*json.loads(last("ENTRYPOINT")), *json.loads(last("CMD"))]

    def test_without_a_key_it_refuses_to_serve(self, environment: dict[str, str], tmp_path: Path) -> None:
        done = subprocess.run(
            self.command(), env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert "key" in done.stderr

    def test_it_gets_healthy_keeps_its_store_in_the_volume_and_ends_on_sigterm(
        self, environment: dict[str, str], tmp_path: Path
    ) -> None:
        key = {"WHENCE_HOST": "127.0.0.1", "WHENCE_API_KEYS": f"me:admin:{'0' * 64}"}
        health = json.loads(last("HEALTHCHECK").partition(" CMD ")[2])
        with subprocess.Popen(
            self.command(), env=environment | key, cwd=tmp_path, stderr=subprocess.DEVNULL
        ) as process:
            try:
                deadline = time.monotonic() + 60
                while subprocess.run(health, env=environment, capture_output=True, check=False).returncode:
                    assert process.poll() is None
                    assert time.monotonic() < deadline
                    time.sleep(0.2)
                process.send_signal(signal.SIGTERM)
                assert process.wait(30) == 0
            finally:
                process.kill()
        assert [path.name for path in tmp_path.rglob("*.db")] == ["whence.db"]
        assert subprocess.run(health, env=environment, capture_output=True, check=False).returncode != 0
