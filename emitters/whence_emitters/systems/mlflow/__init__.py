"""MLflow: runs, datasets, models and the registry, by SQL from a tracking store's database or over HTTP from its server."""

from __future__ import annotations

from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from whence_emitters.errors import SourceError
from whence_emitters.importing.contract import Importer, Option, Record
from whence_emitters.systems.mlflow.artifacts import Artifacts
from whence_emitters.systems.mlflow.database import is_database, open_database, server_of, sqlite_path
from whence_emitters.systems.mlflow.mapping import Mapper
from whence_emitters.systems.mlflow.naming import Names
from whence_emitters.systems.mlflow.records import aliases_record, model_record, run_record, versions_record
from whence_emitters.systems.mlflow.sql import SqlStore
from whence_emitters.systems.mlflow.stated import COMMIT_PARAMETERS, DIGEST_PARAMETERS, Resolver

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whence_emitters.importing.contract import Reading
    from whence_emitters.systems.mlflow.records import Store

_ARTIFACT_FOLDERS = ("mlruns", "mlartifacts")
_DESCRIPTIONS_KEPT = 1024


def identify(reading: Reading) -> str:
    """The store's own name: `mlflow://` and what its server is called."""
    return f"mlflow://{_server(reading)}"


def read(reading: Reading) -> Iterator[Record]:
    """Runs in the order in which they ended, then models that no run made, then the registry.

    Raises `SourceError` when the store is not there or is none, `UsageError` when a driver is missing.
    """
    mapper = _mapper(reading)
    reading.cannot_tell("seeds and hardware", "MLflow records none")
    with closing(_store(reading)) as store:
        for run in store.runs():
            yield from run_record(reading, mapper, run)
        for model in store.models():
            yield from model_record(reading, mapper, model)
        for registered in store.registered():
            yield from versions_record(reading, mapper, registered)
            yield from aliases_record(reading, mapper, registered)


def _store(reading: Reading) -> Store:
    location = reading.location
    if location.startswith(("http://", "https://")):
        from whence_emitters.systems.mlflow.rest import RestStore

        return RestStore(location)
    if is_database(location):
        return SqlStore(open_database(location))
    raise SourceError(
        f"{location!r} is no tracking store.",
        "give the path of its SQLite file, sqlite:///…, postgresql://…, mysql://… or the server's http(s)://…",
    )


def _server(reading: Reading) -> str:
    if host := reading.options.get("host"):
        return str(host)
    if reading.location.startswith(("http://", "https://")):
        from whence_emitters.systems.mlflow.rest import server_of as server_of_url

        return server_of_url(reading.location)
    return server_of(reading.location)


def _mapper(reading: Reading) -> Mapper:
    options = reading.options
    over_http = reading.location.startswith(("http://", "https://"))
    artifacts = Artifacts(_artifact_root(reading), reading.cannot_read)
    return Mapper(
        names=Names(_server(reading), _page(reading.location) if over_http else None, options.get("catalog")),
        describe=lru_cache(maxsize=_DESCRIPTIONS_KEPT)(artifacts.describe),
        digest_names=(*DIGEST_PARAMETERS, *(options.get("digest-param") or ())),
        commit_names=(*COMMIT_PARAMETERS, *(options.get("commit-param") or ())),
        repository=options.get("repository"),
        resolve=Resolver(options["resolve"]) if options.get("resolve") else None,
    )


def _page(location: str) -> str:
    from whence_emitters.systems.mlflow.rest import without_credentials

    return without_credentials(location)


def _artifact_root(reading: Reading) -> Path | None:
    """What `--artifacts` says, else the folder that MLflow makes beside a SQLite store."""
    if given := reading.options.get("artifacts"):
        root = Path(given).expanduser()
        if not root.is_dir():
            raise SourceError(f"{root.name} is no folder.", "give the folder of the artifacts to --artifacts")
        return root
    if "://" in reading.location and not reading.location.startswith("sqlite:"):
        return None
    beside = sqlite_path(reading.location).parent
    return next((beside / name for name in _ARTIFACT_FOLDERS if (beside / name).is_dir()), None)


IMPORTER = Importer(
    system="mlflow",
    source="an MLflow tracking store: the path or URL of its database, or the URL of its server",
    example="whence-emit import mlflow sqlite:///mlflow.db --host mlflow.example.com",
    identify=identify,
    read=read,
    options=(
        Option("host", "what the server is called in names: one name for the store however it is read", "NAME"),
        Option("artifacts", "the folder of the artifacts here, for signatures and environments of models", "DIR"),
        Option("repository", "the git repository of runs that name a commit and no repository", "URL"),
        Option(
            "catalog",
            "the namespace of tables that are logged by name, such as unitycatalog://dbc.example.com",
            "NAMESPACE",
        ),
        Option("digest-param", "a further parameter or tag that holds the digest of the data", "NAME", many=True),
        Option("commit-param", "a further parameter or tag that holds the commit of the code", "NAME", many=True),
        Option("resolve", "a whence service that completes digests of which a parameter has 12 digits or more", "URL"),
    ),
)
