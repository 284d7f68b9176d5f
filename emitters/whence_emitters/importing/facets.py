"""Facets that describe what another system recorded; those of a run that is captured live are in `whence_emitters.facets`.

Schemas: https://openlineage.io/spec/facets and https://w3id.org/whence/facets.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from whence_emitters.facets import Facet, own, standard
from whence_emitters.masking import mask_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from whence_emitters.parents import RunRef

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")

Strength: TypeAlias = Literal["CONTENT", "SNAPSHOT", "WEAK", "DECLARED"]


@dataclass(frozen=True, slots=True)
class Digest:
    """One digest of a version. Only CONTENT says which bytes it holds; values of content are lower-case hex without prefix or suffix."""

    algorithm: str
    value: str
    strength: Strength = "CONTENT"


def native_ref(
    system: str, native_id: str, *, url: str | None = None, record: bytes | None = None, of_run: bool
) -> Facet:
    """`whence_nativeRef`: where the source keeps the record; `record` are the bytes that the event was made from."""
    return own(
        "WhenceNativeRefRunFacet" if of_run else "WhenceNativeRefDatasetFacet",
        system=system, id=native_id, url=mask_text(url) if url else None,
        recordSha256=None if record is None else hashlib.sha256(record).hexdigest(),
    )  # fmt: skip


def digest_set(digests: Iterable[Digest], *, size: int | None = None, files: int | None = None) -> Facet | None:
    """`whence_contentDigests`: every digest of one version, with its size in bytes and number of files where known; None without any."""
    listed = [
        {"algorithm": one.algorithm, "value": one.value, "strength": one.strength} for one in dict.fromkeys(digests)
    ]
    return own("WhenceContentDigestsDatasetFacet", files=files, bytes=size, digests=listed) if listed else None


def incomplete(missing: Mapping[str, str], *, history_truncated: bool = False, of_run: bool) -> Facet | None:
    """`whence_captureCompleteness`: what the source could not tell, and why; None when it told everything."""
    if not missing and not history_truncated:
        return None
    return own(
        "WhenceCaptureCompletenessRunFacet" if of_run else "WhenceCaptureCompletenessDatasetFacet",
        missing=[{"what": mask_text(what), "why": mask_text(why)} for what, why in missing.items()],
        historyTruncated=history_truncated or None,
    )


def code_at(repository: str, commit: str, *, branch: str | None = None, dirty: bool | None = None) -> Facet | None:
    """`whence_codeState` of a run whose source names the commit; None when that is no full object id of a commit."""
    if not _COMMIT.fullmatch(commit) or not repository:
        return None
    return own("WhenceCodeStateRunFacet", repository=repository, commit=commit, branch=branch, dirty=dirty)


def code_location(repository: str, commit: str, *, path: str | None = None, branch: str | None = None) -> Facet:
    """`sourceCodeLocation` of a job whose source names the repository (in normal form) and the commit."""
    return standard(
        "1-1-0",
        "SourceCodeLocationJobFacet",
        type="git", url=repository, repoUrl=repository, path=path, version=commit, branch=branch,
    )  # fmt: skip


def version_history(
    parents: Iterable[tuple[str, str, str]] = (), *, change_note: str | None = None, created_at: str | None = None
) -> Facet | None:
    """`whence_versionInfo`: the versions that one followed, each (namespace, name, version), why it was made and when (RFC 3339)."""
    listed = [{"namespace": namespace, "name": name, "version": version} for namespace, name, version in parents]
    note = mask_text(change_note) if change_note else None
    if not (listed or note or created_at):
        return None
    return own("WhenceVersionInfoDatasetFacet", parents=listed or None, changeNote=note, createdAt=created_at)


def parent(run: RunRef) -> Facet:
    """`parent`: the run that this one is part of."""
    return standard(
        "1-2-0",
        "ParentRunFacet",
        run={"runId": run.run_id},
        job={"namespace": run.namespace, "name": run.name},
    )


def alias(name: str, *, version: str | None = None, at: str | None = None, deleted: bool = False) -> Facet:
    """`whence_alias`: one move of a name that people move from version to version."""
    return own("WhenceAliasDatasetFacet", name=name, action="DELETE" if deleted else "SET", version=version, at=at)


def model_signature(inputs: Sequence[Mapping[str, object]], outputs: Sequence[Mapping[str, object]]) -> Facet:
    """`whence_modelSignature`: what a model takes and gives."""
    return own("WhenceModelSignatureDatasetFacet", inputs=list(inputs), outputs=list(outputs))


def schema(fields: Iterable[Mapping[str, object]]) -> Facet:
    """`schema`: the columns of a table, each `{name, type}` with nested `fields` where it has some."""
    return standard("1-2-0", "SchemaDatasetFacet", fields=list(fields))


def symlinks(names: Iterable[tuple[str, str, str]]) -> Facet:
    """`symlinks`: other names of the same thing, each (namespace, name, type), with TABLE or LOCATION for the type."""
    return standard(
        "1-0-1",
        "SymlinksDatasetFacet",
        identifiers=[{"namespace": namespace, "name": name, "type": kind} for namespace, name, kind in names],
    )


def ownership(owners: Iterable[str]) -> Facet:
    """`ownership` of a dataset."""
    return standard("1-0-1", "OwnershipDatasetFacet", owners=[{"name": name} for name in owners])


def dataset_documentation(text: str) -> Facet:
    """`documentation` of a dataset."""
    return standard("1-1-0", "DocumentationDatasetFacet", description=mask_text(text))


def tags(named: Mapping[str, str], *, of: Literal["Run", "Job", "Dataset"], source: str) -> Facet:
    """`tags`: names with values, and the system that holds them."""
    return standard(
        "1-0-0",
        f"Tags{of}Facet",
        tags=[{"key": mask_text(key), "value": mask_text(value), "source": source} for key, value in named.items()],
    )


def lifecycle(change: str, *, previous: tuple[str, str] | None = None) -> Facet:
    """`lifecycleStateChange`: ALTER, CREATE, DROP, OVERWRITE, RENAME (with the name before) or TRUNCATE."""
    return standard(
        "1-0-1",
        "LifecycleStateChangeDatasetFacet",
        lifecycleStateChange=change,
        previousIdentifier=None if previous is None else {"namespace": previous[0], "name": previous[1]},
    )
