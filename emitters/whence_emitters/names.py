"""What a dataset is called: OpenLineage's naming for files and URIs.

Source: https://openlineage.io/docs/spec/naming. A local file or folder is namespace `file` and its absolute POSIX path (symbolic
links are kept as the user wrote them). Object stores are `s3://bucket` and the key; databases `postgres://host:port` and dotted
parts; BigQuery, one service for all, is `bigquery` and `project.dataset.table`; Hugging Face, which has no published name, is `hf://models` or `hf://datasets` and `org/name`, with `@revision` as the version.
Credentials, queries and fragments never become part of a name.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

_URI = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]*://")
_SAME_SCHEME = {"s3a": "s3", "s3n": "s3", "gcs": "gs", "postgresql": "postgres"}
_AZURE = frozenset({"abfs", "abfss", "wasb", "wasbs"})
_ROOTED = frozenset({"hdfs", "dbfs", "sftp", "http", "https"})
_DATABASES = frozenset(
    {
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
    }
)


@dataclass(frozen=True, slots=True)
class DatasetName:
    """A dataset's OpenLineage identity, the version that its reference names, and where its bytes can be read here, if anywhere."""

    namespace: str
    name: str
    path: Path | None = None
    version: str | None = None


def dataset_name(ref: str | os.PathLike[str]) -> DatasetName:
    """Name a path or a URI.

    >>> dataset_name("s3://lake/raw/a.csv")
    DatasetName(namespace='s3://lake', name='raw/a.csv', path=None, version=None)
    """
    text = os.fspath(ref)
    if not _URI.match(text):
        return _local(text)
    parts = urlsplit(text)
    scheme = _SAME_SCHEME.get(parts.scheme.lower(), parts.scheme.lower())
    if scheme == "file":
        return _local(unquote(parts.path))
    if scheme == "hf":
        return _hugging_face(f"{parts.netloc}{parts.path}")
    authority = _authority(scheme, parts.netloc)
    if scheme == "bigquery":  # one service: its projects are no hosts
        return DatasetName("bigquery", _dotted(f"{authority}{parts.path}") or "/")
    return DatasetName(f"{scheme}://{authority}", _name_in_store(scheme, parts.path))


def _local(text: str) -> DatasetName:
    path = Path(os.path.abspath(os.path.expanduser(text)))  # noqa: PTH100, PTH111 - Path.resolve would follow symbolic links
    return DatasetName("file", printable(path.as_posix()), path)


def printable(text: str) -> str:
    """Percent-encode the bytes of a file name that are not UTF-8, so that it can be written as JSON."""
    return re.sub("[\udc80-\udcff]", lambda byte: f"%{ord(byte.group()) - 0xDC00:02X}", text)


def _authority(scheme: str, netloc: str) -> str:
    if scheme in _AZURE and ":" not in netloc.partition("@")[0]:
        return netloc
    return netloc.rpartition("@")[2]


def _name_in_store(scheme: str, path: str) -> str:
    if scheme in _ROOTED:
        return path or "/"
    return (_dotted(path) if scheme in _DATABASES else path.lstrip("/")) or "/"


def _dotted(path: str) -> str:
    return path.strip("/").replace("/", ".")


def _hugging_face(text: str) -> DatasetName:
    kind, _, rest = text.strip("/").partition("/")
    if kind not in {"models", "datasets", "spaces"}:
        kind, rest = "models", text.strip("/")
    name, _, revision = rest.partition("@")
    return DatasetName(f"hf://{kind}", name, None, revision or None)
