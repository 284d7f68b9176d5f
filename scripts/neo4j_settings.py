"""What a local Neo4j is started with: neo4j.conf, the Java command, the command that sets its first password."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

HOST = "127.0.0.1"
HEAP = "512m"
PAGE_CACHE = "512m"
# For a server that lives for minutes: it starts with two thirds of the work, and is slower later.
STARTS_SOONER = ("-XX:TieredStopAtLevel=1",)
_OPENED = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
_JVM = (
    f"-Xms{HEAP}",
    f"-Xmx{HEAP}",
    "-XX:+UseG1GC",
    "-XX:-OmitStackTraceInFastThrow",
    "-XX:+ExitOnOutOfMemoryError",
    "-XX:+UnlockExperimentalVMOptions",
    "-XX:+TrustFinalNonStaticFields",
    "-Djdk.nio.maxCachedBufferSize=1024",
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-Dlog4j2.disable.jmx=true",
    "-Dfile.encoding=UTF-8",
    *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPENED),
)


def is_calendar_version(version: str) -> bool:
    """Whether a version is named by its year: what came after Neo4j 5."""
    return version.startswith("20")


def settings(home: Path, port: int, more: Mapping[str, str]) -> dict[str, str]:
    """neo4j.conf for a small machine: Bolt on loopback and nothing else, small logs, no word to anybody else.

    https://neo4j.com/docs/operations-manual/current/configuration/configuration-settings/
    """
    return {
        "server.default_listen_address": HOST,
        "server.default_advertised_address": HOST,
        "server.bolt.listen_address": f"{HOST}:{port}",
        "server.bolt.advertised_address": f"{HOST}:{port}",
        "server.http.enabled": "false",
        "server.https.enabled": "false",
        "server.directories.data": str(home / "data"),
        "server.memory.heap.initial_size": HEAP,
        "server.memory.heap.max_size": HEAP,
        "server.memory.pagecache.size": PAGE_CACHE,
        "dbms.security.auth_enabled": "true",
        # Tests and people mistype passwords; on loopback nobody has to be locked out for it.
        "dbms.security.auth_max_failed_attempts": "0",
        "dbms.usage_report.enabled": "false",
        "db.memory.transaction.max": "128m",
        "db.lock.acquisition.timeout": "10s",
        "db.tx_log.preallocate": "false",
        "db.tx_log.rotation.size": "32m",
        "db.tx_log.rotation.retention_policy": "64M size",
        # Settings that not every version knows: unknown ones are a warning then, not an end.
        "server.config.strict_validation.enabled": "false",
        "server.fleet_discovery.enabled": "false",
        # Else it waits 10 s at its end, when everything is closed already. The calendar versions take the old name too.
        "internal.dbms.bolt.netty_server_shutdown_quiet_period": "0",
        **more,
    }


def conf(values: Mapping[str, str]) -> str:
    """The text of neo4j.conf."""
    return "".join(f"{key}={value}\n" for key, value in values.items())


def server_command(java: Path, lib: Path, home: Path, version: str, jvm: Sequence[str] = ()) -> list[str]:
    """Starts the server in the foreground. `home` has to be absolute and to hold conf/neo4j.conf; `jvm` goes last."""
    main = "Neo4jCommunity" if is_calendar_version(version) else "CommunityEntryPoint"
    folders = [f"--home-dir={home}", f"--config-dir={home / 'conf'}", "--console-mode"]
    return [str(java), *_JVM, *jvm, "-cp", f"{lib}/*", f"org.neo4j.server.{main}", *folders]


def password_command(java: Path, lib: Path, arguments: Path) -> list[str]:
    """Sets the first password of a home that no server has opened yet; NEO4J_HOME and NEO4J_CONF say which.

    The arguments are in a file (`password_arguments`), so that the password is in no process list.
    """
    return [str(java), "-cp", f"{lib}/*", "org.neo4j.cli.AdminTool", f"@{arguments}"]


def password_arguments(password: str) -> str:
    """The lines of that file."""
    return f"dbms\nset-initial-password\n{password}\n"
