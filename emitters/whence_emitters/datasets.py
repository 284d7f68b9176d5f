"""One dataset as it stands in an event: its name, and the facets that say what was read or written."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whence_emitters import facets, settings
from whence_emitters.digests import Digests, digest
from whence_emitters.errors import EmitterError
from whence_emitters.masking import shown_error
from whence_emitters.refs import Input, Output

if TYPE_CHECKING:
    from whence_emitters.names import DatasetName

Dataset = dict[str, Any]
_MODEL_ROLES = frozenset({"BASE_MODEL", "MODEL"})


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen of a dataset's bytes: its digests, or (what, why) of what could not be seen."""

    found: Digests | None = None
    missing: tuple[tuple[str, str], ...] = field(default=())
    exists: bool = True


def observe(name: DatasetName, *, wanted: bool, git_blob: bool = False) -> Observation:
    """Digest a dataset where its bytes are at hand. Never raises: what could not be seen is said in the answer."""
    if name.path is None:
        return _unseen("it is not a local path, and nothing is fetched")
    if not wanted:
        return _unseen("its digest was declined")
    limit = settings.digest_max_bytes()
    try:
        if limit and _larger_than(name.path, limit):
            return _unseen(f"it is larger than WHENCE_DIGEST_MAX_BYTES, {limit:,} bytes")
        found = digest(name.path, git_blob=git_blob)
    except FileNotFoundError:
        return Observation(
            missing=(("contentDigests", "it did not exist when it was looked for"),), exists=name.path.exists()
        )
    except EmitterError as error:
        return _unseen(error.message)
    except Exception as error:  # an unreadable file, or a bug here: never the job's problem
        return _unseen(shown_error(error))
    return Observation(found, tuple(("contentDigests", note) for note in found.notes))


def input_dataset(ref: Input, seen: Observation) -> Dataset:
    """An input as OpenLineage writes it."""
    described = _facets(ref.dataset, seen, "MODEL" if ref.role in _MODEL_ROLES else "FILE")
    about: facets.Facets = {}
    if ref.role:
        about["whence_inputRole"] = facets.input_role(ref.role)
    if ref.because:
        about["whence_evidence"] = facets.evidence(ref.because)
    if ref.subset is not None:
        about["subset"] = facets.subset(ref.subset, of_input=True)
    if seen.found:
        about["inputStatistics"] = facets.statistics(seen.found, of_input=True)
    return {**_identity(ref.dataset), "facets": described, "inputFacets": about}


def output_dataset(ref: Output, seen: Observation) -> Dataset:
    """An output as OpenLineage writes it."""
    described = _facets(ref.dataset, seen, "MODEL" if ref.is_model else "FILE")
    if ref.base is not None and ref.relation is not None:
        base = ref.base.dataset if isinstance(ref.base, Input) else Input(ref.base).dataset
        described["whence_modelDerivation"] = facets.model_derivation(base, ref.relation, ref.changed_groups)
    if ref.label or ref.change_note or ref.append:
        described["whence_versionInfo"] = facets.version_info(
            label=ref.label, change_note=ref.change_note, append=ref.append
        )
    about: facets.Facets = {}
    if ref.role:
        about["whence_outputRole"] = facets.output_role(ref.role)
    if ref.subset is not None:
        about["subset"] = facets.subset(ref.subset, of_input=False)
    if seen.found:
        about["outputStatistics"] = facets.statistics(seen.found, of_input=False)
    return {**_identity(ref.dataset), "facets": described, "outputFacets": about}


def _identity(name: DatasetName) -> Dataset:
    return {"namespace": name.namespace, "name": name.name}


def _facets(name: DatasetName, seen: Observation, kind: str) -> facets.Facets:
    described: facets.Facets = {}
    if kind == "MODEL" or name.path is not None:
        described["datasetType"] = facets.dataset_type(kind)
    if name.version:
        described["version"] = facets.dataset_version(name.version)
    if seen.found:
        described["whence_contentDigests"] = facets.content_digests(seen.found)
    if seen.missing:
        described["whence_captureCompleteness"] = facets.completeness(seen.missing, of_run=False)
    return described


def _unseen(why: str) -> Observation:
    return Observation(missing=(("contentDigests", why),))


def _larger_than(path: Path, limit: int) -> bool:
    if not path.is_dir():
        return path.stat().st_size > limit
    total = 0
    for folder, _, names in os.walk(path):
        for name in names:
            total += (Path(folder) / name).stat().st_size
            if total > limit:
                return True
    return False
