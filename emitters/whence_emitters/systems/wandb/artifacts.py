"""An artifact of W&B as a dataset: its name, the name of its version, and its digests.

The importer and the live hook both make them here, so that what each of them says meets.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from whence_emitters import facets
from whence_emitters.digests import dvc_folder_digest
from whence_emitters.importing.events import Dataset, dataset
from whence_emitters.importing.facets import Digest, dataset_documentation, digest_set, native_ref
from whence_emitters.masking import mask_text
from whence_emitters.systems.wandb.run_file import MANIFEST_MD5

if TYPE_CHECKING:
    from collections.abc import Sequence

    from whence_emitters.systems.wandb.run_file import Artifact, Entry

DEFAULT_HOST = "api.wandb.ai"
# One server by several names (wandb 0.31, sdk/lib/urls.py): what was api.wandb.ai is CoreWeave Forge now, and answers to both.
SAME_HOST = {
    "wandb.ai": "api.wandb.ai",
    "forge.coreweave.com": "api.wandb.ai",
    "api.forge.coreweave.com": "api.wandb.ai",
    "qa.forge.coreweave.com": "api.qa.wandb.ai",
    "api.qa.forge.coreweave.com": "api.qa.wandb.ai",
}
NO_ENTITY = "-"
NO_PROJECT = "uncategorized"  # what W&B calls the project of a run that names none
_VERSION = re.compile(r"v\d+")
_MANIFEST_HEADER = b"wandb-artifact-manifest-v1\n"


@dataclass(frozen=True, slots=True)
class Server:
    """The server that a run belongs to, and the entity of runs that name none."""

    host: str = DEFAULT_HOST
    entity: str = ""

    @property
    def known_as(self) -> str:
        """The one name of a host that has several."""
        host = self.host.lower()
        return SAME_HOST.get(host, host)

    def namespace(self, entity: str, project: str) -> str:
        """The namespace of a project: its jobs, its runs and its artifacts."""
        return f"wandb://{self.known_as}/{entity or self.entity or NO_ENTITY}/{project or NO_PROJECT}"


def artifact_dataset(artifact: Artifact, server: Server, version: str | None = None) -> Dataset:
    """An artifact at the version that the server knows it by (`v7`), else at the one that its manifest names."""
    namespace = server.namespace(artifact.entity, artifact.project)
    named = version or manifest_version(artifact)
    return dataset(
        namespace,
        artifact.name,
        named,
        datasetType=facets.dataset_type("MODEL") if artifact.type == "model" else None,
        documentation=dataset_documentation(artifact.description) if artifact.description else None,
        whence_contentDigests=digest_set(digests(artifact), size=total_bytes(artifact), files=file_count(artifact)),
        whence_nativeRef=native_ref("wandb", f"{namespace.partition('://')[2]}/{artifact.name}:{named}", of_run=False),
    )


def split_name(name: str) -> tuple[str, str | None]:
    """`clean-data:v7` as the collection and the version; an alias such as `latest` moves, and is no version."""
    collection, _, version = name.partition(":")
    return collection, version if _VERSION.fullmatch(version) else None


def manifest_version(artifact: Artifact) -> str:
    """What a version is called that has no number yet: its manifest's digest."""
    return f"{'md5' if artifact.algorithm == MANIFEST_MD5 else _algorithm(artifact)}:{artifact.digest}"


def digests(artifact: Artifact) -> list[Digest]:
    """The manifest's digest, which names a state inside W&B, and of the bytes themselves what the manifest tells.

    A manifest of MD5 values holds all that DVC's digest of a folder is made of; of an artifact with one file it is that file's MD5 too.
    """
    found = [Digest(f"wandb-manifest-{_algorithm(artifact)}", mask_text(artifact.digest), "SNAPSHOT")]
    entries = artifact.entries or ()
    by_path = {entry.path: entry.md5 for entry in entries if entry.md5 is not None}
    if not entries or len(by_path) < len(entries) or not _fits(artifact, entries):
        return found
    if len(entries) == 1:
        found.append(Digest("md5", next(iter(by_path.values()))))
    return [*found, Digest("dvc-md5-dir", dvc_folder_digest(by_path))]


def total_bytes(artifact: Artifact) -> int | None:
    """The size of all files; None when some lie elsewhere, whose size the manifest need not hold."""
    entries = artifact.entries
    whole = entries is not None and all(entry.md5 is not None for entry in entries)
    return sum(entry.size for entry in entries) if entries is not None and whole else None


def file_count(artifact: Artifact) -> int | None:
    """The number of files, None when the record does not hold all of them."""
    return None if artifact.entries is None else len(artifact.entries)


def _algorithm(artifact: Artifact) -> str:
    """`md5` or `xxh128`."""
    return artifact.algorithm.removeprefix("MANIFEST_").lower()


def _fits(artifact: Artifact, entries: Sequence[Entry]) -> bool:
    """Whether the manifest's digest is that of the listed files: the MD5 over a header and the sorted lines `path:digest`."""
    md5 = hashlib.md5(_MANIFEST_HEADER, usedforsecurity=False)
    for entry in sorted(entries, key=lambda one: one.path):
        md5.update(f"{entry.path}:{entry.digest}\n".encode())
    return md5.hexdigest() == artifact.digest
