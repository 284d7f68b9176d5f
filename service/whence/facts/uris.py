"""A URI as a dataset's name: OpenLineage's naming (https://openlineage.io/docs/spec/naming), docs/naming.md."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_SAME_SCHEME: Final = {"s3a": "s3", "s3n": "s3", "gcs": "gs", "postgresql": "postgres"}
_CONTAINER_IN_AUTHORITY: Final = frozenset({"abfs", "abfss", "wasb", "wasbs"})
_ROOTED: Final = frozenset({"hdfs", "dbfs", "sftp", "http", "https"})
_TABLES: Final = frozenset(
    [
        "postgres",
        "mysql",
        "redshift",
        "mssql",
        "oracle",
        "snowflake",
        "trino",
        "clickhouse",
        "cassandra",
        "db2",
        "hive",
        "unitycatalog",
    ]
)


def dataset_name(uri: str) -> tuple[str, str] | None:
    """Namespace and name; None for what is no URI. Credentials, query and fragment are left out."""
    if _URI.match(uri) is None:
        return None
    try:
        parts = urlsplit(uri)
    except ValueError:
        return None
    scheme = _SAME_SCHEME.get(parts.scheme, parts.scheme)
    if scheme == "file":
        return "file", unquote(parts.path) or "/"
    authority = _authority(scheme, parts)
    if scheme == "bigquery":  # one service: its projects are no hosts
        return "bigquery", _dotted(f"{authority}{parts.path}") or "/"
    return f"{scheme}://{authority}", _name(scheme, parts.path) or "/"


def _authority(scheme: str, parts: SplitResult) -> str:
    container, at, account = parts.netloc.rpartition("@")
    return f"{container}{at}{account}" if scheme in _CONTAINER_IN_AUTHORITY and ":" not in container else account


def _name(scheme: str, path: str) -> str:
    if scheme in _TABLES:
        return _dotted(path)
    return path if scheme in _ROOTED else path.lstrip("/")


def _dotted(path: str) -> str:
    return path.strip("/").replace("/", ".")
