"""What a server of W&B knows of a run and the run's file does not: the artifacts that it used, and the numbers of those that it logged.

One GraphQL question a page, its fields among those that wandb's own client asks for (wandb 0.31, `RunInputArtifacts` and
`RunOutputArtifacts`). The key is that of wandb itself: WANDB_API_KEY, else the entry of the host in `~/.netrc` or NETRC.
"""

from __future__ import annotations

import base64
import http.client
import json
import netrc
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whence_emitters import facets
from whence_emitters.errors import SourceError
from whence_emitters.importing.events import Dataset, dataset, read
from whence_emitters.masking import shown_error
from whence_emitters.systems.wandb.artifacts import SAME_HOST
from whence_emitters.systems.wandb.mapping import Told

if TYPE_CHECKING:
    from whence_emitters.systems.wandb.artifacts import Server
    from whence_emitters.systems.wandb.run_file import RunFile

_TIMEOUT_SECONDS = 30.0
_MAX_ANSWER_BYTES = 16 * 1024 * 1024
_PAGE = 100
_MAX_PAGES = 100
_QUESTION = """
query Artifacts($entity: String!, $project: String!, $run: String!, $cursor: String, $perPage: Int) {
  project(entityName: $entity, name: $project) {
    run(name: $run) {
      artifacts: %s(after: $cursor, first: $perPage) {
        pageInfo { endCursor hasNextPage }
        edges { node {
          versionIndex digest size
          artifactType { name }
          artifactSequence { name project { name entity { name } } }
        } }
      }
    }
  }
}
"""


def told_by_server(server: Server, run: RunFile) -> Told | None:
    """Ask for a run; None when the server does not know it, as it knows no offline run that was not synced.

    Raises `SourceError` when there is no key, or the server does not answer.
    """
    client = Client(server.known_as, api_key(server.known_as))
    entity = run.entity or server.entity
    used = client.artifacts("inputArtifacts", entity, run.project, run.run_id)
    logged = client.artifacts("outputArtifacts", entity, run.project, run.run_id)
    if used is None or logged is None:
        return None
    versions = {(_text(node, "artifactSequence", "name"), _text(node, "digest")): _version(node) for node in logged}
    return Told(tuple(_used(server, node) for node in used), versions)


def api_key(host: str) -> str:
    """The key for a server. Raises `SourceError` when there is none."""
    if key := os.environ.get("WANDB_API_KEY", "").strip():
        return key
    path = Path(os.environ.get("NETRC") or "~/.netrc").expanduser()
    names = [host, *(other for other, one in SAME_HOST.items() if one == host)]
    try:
        entries = [netrc.netrc(path).authenticators(name) for name in names]
    except (OSError, netrc.NetrcParseError):
        entries = []
    keys = [entry[2] for entry in entries if entry and entry[2]]
    if not keys:
        raise SourceError(f"There is no key for {host}.", "set WANDB_API_KEY, or log in with `wandb login`")
    return keys[0]


class Client:
    """Asks one server. Plain HTTP is used for this machine alone; a redirect is not followed, so the key goes nowhere else."""

    def __init__(self, host: str, key: str) -> None:
        self._host = host
        self._authorization = "Basic " + base64.b64encode(f"api:{key}".encode()).decode()
        local = host.partition(":")[0] in {"localhost", "127.0.0.1"}
        self._connect = http.client.HTTPConnection if local else http.client.HTTPSConnection

    def artifacts(self, which: str, entity: str, project: str, run: str) -> list[Mapping[str, Any]] | None:
        """The artifacts of a run, None when the server does not know it. Raises `SourceError`."""
        found: list[Mapping[str, Any]] = []
        for page in self._pages(which, {"entity": entity, "project": project, "run": run, "perPage": _PAGE}):
            if page is None:
                return None
            nodes = (edge.get("node") for edge in page.get("edges") or () if isinstance(edge, dict))
            found += [node for node in nodes if isinstance(node, dict)]
        return found

    def _pages(self, which: str, variables: dict[str, Any]) -> Iterator[Mapping[str, Any] | None]:
        cursor = None
        for _ in range(_MAX_PAGES):
            answer = self._ask(_QUESTION % which, variables | {"cursor": cursor})
            page = _inside(answer, "data", "project", "run", "artifacts")
            yield page if isinstance(page, dict) else None
            cursor = _inside(page, "pageInfo", "endCursor")
            if not cursor or not _inside(page, "pageInfo", "hasNextPage"):
                return

    def _ask(self, query: str, variables: Mapping[str, Any]) -> Any:
        connection = self._connect(self._host, timeout=_TIMEOUT_SECONDS)
        try:
            body = json.dumps({"query": query, "variables": variables})
            headers = {"Content-Type": "application/json", "Authorization": self._authorization}
            connection.request("POST", "/graphql", body, headers)
            response = connection.getresponse()
            answer = response.read(_MAX_ANSWER_BYTES)
            if response.status != http.client.OK:
                raise SourceError(f"{self._host} answers with status {response.status}.", "is the key valid there?")
            return json.loads(answer)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise SourceError(f"{self._host} cannot be asked: {shown_error(error)}.") from error
        finally:
            connection.close()


def _used(server: Server, node: Mapping[str, Any]) -> Dataset:
    project = _inside(node, "artifactSequence", "project")
    namespace = server.namespace(_text(project, "entity", "name"), _text(project, "name"))
    model = facets.dataset_type("MODEL") if _text(node, "artifactType", "name") == "model" else None
    size = _inside(node, "size")
    named = dataset(namespace, _text(node, "artifactSequence", "name"), _version(node), datasetType=model)
    return read(named, size=size if isinstance(size, int) else None)


def _version(node: Mapping[str, Any]) -> str:
    return f"v{_inside(node, 'versionIndex')}"


def _text(value: Any, *keys: str) -> str:
    found = _inside(value, *keys)
    return found if isinstance(found, str) else ""


def _inside(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
