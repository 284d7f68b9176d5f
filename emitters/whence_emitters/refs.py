"""What a person says about a step's inputs and outputs."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypedDict, get_args

from whence_emitters.errors import UsageError
from whence_emitters.names import DatasetName, dataset_name

InputRole: TypeAlias = Literal["TRAIN", "VALIDATION", "TEST", "BASE_MODEL", "MODEL", "CONFIG", "REFERENCE"]
OutputRole: TypeAlias = Literal["METRICS", "PLOT", "REPORT", "NOTEBOOK", "CONFIG", "CHECKPOINT"]
OutputKind: TypeAlias = Literal["DATASET", "MODEL"]
Relation: TypeAlias = Literal["FINE_TUNE", "ADAPTER", "MERGE", "QUANTIZE", "DISTILL", "CONTINUE"]
Subset: TypeAlias = str | Mapping[str, Any]
Ref: TypeAlias = str | os.PathLike[str]

INPUT_ROLES: tuple[str, ...] = get_args(InputRole)
OUTPUT_ROLES: tuple[str, ...] = get_args(OutputRole)
OUTPUT_KINDS: tuple[str, ...] = get_args(OutputKind)
RELATIONS: tuple[str, ...] = get_args(Relation)


@dataclass(frozen=True, slots=True)
class Input:
    """Something that a step reads.

    `ref` is a path or a URI. `namespace` and `name`, given together, replace the name made from it. `version` is the exact version
    that is read, where the source has a name for it. `subset` is the part that is read: a mapping of dimensions
    (`{"split": "train"}`), a location inside the dataset, or a condition of OpenLineage's `subset` facet. `digest=False` leaves the
    bytes unread. `because` marks an input that nothing recorded and a person states: it says who and on what ground.

    >>> Input("data/train.csv", role="TRAIN").role
    'TRAIN'

    Raises `UsageError` on an unknown role, or a namespace without a name.
    """

    ref: Ref
    role: InputRole | None = None
    subset: Subset | None = None
    version: str | None = None
    namespace: str | None = None
    name: str | None = None
    digest: bool = True
    because: str | None = None

    def __post_init__(self) -> None:
        _check("role", self.role, INPUT_ROLES)
        _check_name(self)

    @property
    def dataset(self) -> DatasetName:
        """The dataset's identity, and the local path of its bytes when it has one."""
        return _named(self)


@dataclass(frozen=True, slots=True)
class Output:
    """Something that a step writes.

    `kind="MODEL"` says that it is a model; `role` names an artifact (a report, a plot …) or a checkpoint. `base` is the model that
    this one was made from and `relation` how; `changed_groups` names the parameter groups that differ. `append=True` says that the
    write kept what was there. `version`, only if the step really names one: a run's own output is identified by its run.

    >>> Output("models/risk-v2.joblib", kind="MODEL", base="models/risk-v1.joblib", relation="FINE_TUNE").relation
    'FINE_TUNE'

    Raises `UsageError` on an unknown role, kind or relation, or when only one of `base` and `relation` is given.
    """

    ref: Ref
    kind: OutputKind | None = None
    role: OutputRole | None = None
    base: Ref | Input | None = None
    relation: Relation | None = None
    changed_groups: Sequence[str] = ()
    subset: Subset | None = None
    append: bool = False
    version: str | None = None
    label: str | None = None
    change_note: str | None = None
    namespace: str | None = None
    name: str | None = None
    digest: bool = True

    def __post_init__(self) -> None:
        _check("kind", self.kind, OUTPUT_KINDS)
        _check("role", self.role, OUTPUT_ROLES)
        _check("relation", self.relation, RELATIONS)
        _check_name(self)
        if (self.base is None) != (self.relation is None):
            raise UsageError(
                "An output needs both `base` and `relation`, or neither.", f"relation is one of {', '.join(RELATIONS)}"
            )

    @property
    def dataset(self) -> DatasetName:
        """The dataset's identity, and the local path of its bytes when it has one."""
        return _named(self)

    @property
    def is_model(self) -> bool:
        """Whether this is a model, by its kind, its role or what it was made from."""
        return self.kind == "MODEL" or self.role == "CHECKPOINT" or self.base is not None


class OutputDetails(TypedDict, total=False):
    """The keyword arguments of `Output`, all optional."""

    kind: OutputKind | None
    role: OutputRole | None
    base: Ref | Input | None
    relation: Relation | None
    changed_groups: Sequence[str]
    subset: Subset | None
    append: bool
    version: str | None
    label: str | None
    change_note: str | None
    namespace: str | None
    name: str | None
    digest: bool


def as_input(ref: Ref | Input, role: InputRole | None = None) -> Input:
    """Make an input of a path or URI; keep an `Input`, giving it the role when it has none."""
    if not isinstance(ref, Input):
        return Input(ref, role=role)
    return replace(ref, role=role) if ref.role is None and role else ref


def as_output(ref: Ref | Output) -> Output:
    """Make an output of a path or URI; keep an `Output`."""
    return ref if isinstance(ref, Output) else Output(ref)


def _named(ref: Input | Output) -> DatasetName:
    by_ref = dataset_name(ref.ref)
    version = ref.version or by_ref.version
    if ref.namespace and ref.name:
        return DatasetName(ref.namespace, ref.name, by_ref.path, version)
    return replace(by_ref, version=version)


def _check(what: str, value: str | None, allowed: Sequence[str]) -> None:
    if value is not None and value not in allowed:
        raise UsageError(f"{value!r} is no {what}.", f"use one of {', '.join(allowed)}")


def _check_name(ref: Input | Output) -> None:
    given: object = ref.ref  # people without a type checker give anything
    if not isinstance(given, str | os.PathLike) or not os.fspath(given):
        raise UsageError(f"{given!r} is neither a path nor a URI.", "give a str or a Path")
    if bool(ref.namespace) != bool(ref.name):
        raise UsageError(
            "A dataset needs both `namespace` and `name`, or neither.", f"for {Path(os.fspath(ref.ref)).name}"
        )
