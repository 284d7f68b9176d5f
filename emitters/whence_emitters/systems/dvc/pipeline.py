"""What dvc.yaml says beside dvc.lock: which outputs are metrics and plots, the working directory, and the artifacts.

Values may be templates (`${item}`, `${train.dir}`). dvc.lock holds the paths that they came to, so a template is only a pattern here; a
working directory, which dvc.lock does not hold, is filled in as DVC does. Format: https://dvc.org/doc/user-guide/project-structure/dvcyaml-files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import islice, product
from typing import Any, Literal, TypeAlias

from whence_emitters.importing.files import load_yaml

Kind: TypeAlias = Literal["METRICS", "PLOT"]

_TEMPLATE = re.compile(r"\$\{([^}]*)\}")
_MAX_COMBINATIONS = 10_000


@dataclass(frozen=True, slots=True)
class Artifact:
    """An entry of `artifacts`: a path, relative to dvc.yaml, that has a name, a type and words about it."""

    path: str
    type: str = ""
    description: str = ""
    labels: tuple[str, ...] = ()

    @property
    def is_model(self) -> bool:
        """Whether its type is model."""
        return self.type.lower() == "model"


@dataclass(frozen=True, slots=True)
class Definition:
    """One stage of dvc.yaml; `kinds` are pairs of a path or template, relative to the working directory, and its kind."""

    wdir: str = "."
    description: str = ""
    kinds: tuple[tuple[str, Kind], ...] = ()
    loop: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A dvc.yaml; `kinds` as in a stage, relative to dvc.yaml."""

    stages: Mapping[str, Definition] = field(default_factory=dict)
    kinds: tuple[tuple[str, Kind], ...] = ()
    artifacts: Mapping[str, Artifact] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)

    @property
    def models(self) -> list[str]:
        """Paths of artifacts of type model."""
        return [artifact.path for artifact in self.artifacts.values() if artifact.is_model]

    @property
    def has_templated_folders(self) -> bool:
        """Whether a working directory is a template, so that it may depend on more than this file."""
        return any("${" in one.wdir for one in self.stages.values())

    def definition(self, stage: str) -> Definition:
        """The definition of a stage; `train@north` is one of the runs of the loop `train`."""
        return self.stages.get(stage) or self.stages.get(stage.partition("@")[0]) or Definition()


def parse_pipeline(document: bytes) -> Pipeline:
    """A dvc.yaml. Raises `DamagedError`; what in it has another form than DVC's is left out."""
    found = load_yaml(document)
    if not isinstance(found, dict):
        return Pipeline()
    return Pipeline(
        stages={str(name): _definition(one) for name, one in _items(found.get("stages"))},
        kinds=(*_paths(found.get("metrics"), "METRICS"), *_paths(found.get("plots"), "PLOT")),
        artifacts={str(name): _artifact(one) for name, one in _items(found.get("artifacts")) if _text(one.get("path"))},
        variables=_variables(found.get("vars")),
    )


def matches(pattern: str, path: str) -> bool:
    """Whether a template can have come to this path.

    >>> matches("metrics/${item}.json", "metrics/north.json")
    True
    """
    return pattern == path or ("${" in pattern and _expression(pattern).fullmatch(path) is not None)


def working_directory(pipeline: Pipeline, stage: str, parameters: Callable[[], Mapping[str, Any]]) -> str | None:
    """A stage's `wdir`, templates filled in from its loop, `vars` and `params.yaml`; None when they cannot be."""
    definition = pipeline.definition(stage)
    if "${" not in definition.wdir:
        return definition.wdir
    known = {**parameters(), **pipeline.variables, **_loop_values(definition.loop, stage.partition("@")[2])}
    filled = [_lookup(known, name.strip()) for name in _TEMPLATE.findall(definition.wdir)]
    if any(value is None for value in filled):
        return None
    values = iter(filled)
    return _TEMPLATE.sub(lambda _match: str(next(values)), definition.wdir)


def _definition(given: Mapping[str, Any]) -> Definition:
    body = given["do"] if isinstance(given.get("do"), dict) else given
    return Definition(
        wdir=_text(body.get("wdir")) or ".",
        description=_text(body.get("desc")) or "",
        kinds=(*_paths(body.get("metrics"), "METRICS"), *_paths(body.get("plots"), "PLOT")),
        loop={key: given[key] for key in ("foreach", "matrix") if key in given},
    )


def _paths(found: Any, kind: Kind) -> list[tuple[str, Kind]]:
    """A list of paths, each alone or the key of its settings."""
    listed = found if isinstance(found, list) else []
    names = [name for one in listed for name in (one if isinstance(one, dict) else [one])]
    return [(name, kind) for name in names if isinstance(name, str)]


def _artifact(given: Mapping[str, Any]) -> Artifact:
    labels = given.get("labels")
    return Artifact(
        path=str(given["path"]),
        type=_text(given.get("type")) or "",
        description=_text(given.get("desc")) or "",
        labels=tuple(str(label) for label in labels) if isinstance(labels, list) else (),
    )


def _variables(found: Any) -> dict[str, Any]:
    listed = found if isinstance(found, list) else []
    return {str(name): value for one in listed if isinstance(one, dict) for name, value in one.items()}


def _loop_values(loop: Mapping[str, Any], suffix: str) -> dict[str, Any]:
    """What `item` and `key` are in the run of a loop that DVC calls `{stage}@{suffix}`."""
    if isinstance(matrix := loop.get("matrix"), dict):
        axes = {str(name): values if isinstance(values, list) else [values] for name, values in matrix.items()}
        for combination in islice(product(*axes.values()), _MAX_COMBINATIONS):
            if "-".join(_named(value, name, axes) for value, name in zip(combination, axes, strict=True)) == suffix:
                return {"item": dict(zip(axes, combination, strict=True)), "key": suffix}
        return {}
    items = loop.get("foreach")
    if isinstance(items, dict) and suffix in items:
        return {"item": items[suffix], "key": suffix}
    if (
        isinstance(items, list)
        and suffix.isdigit()
        and int(suffix) < len(items)
        and isinstance(items[int(suffix)], dict)
    ):
        return {"item": items[int(suffix)], "key": suffix}
    return {"item": suffix, "key": suffix} if suffix else {}


def _named(value: Any, axis: str, axes: Mapping[str, list[Any]]) -> str:
    """A value in a matrix stage's name: DVC calls one that is no scalar by its axis and place."""
    return f"{axis}{axes[axis].index(value)}" if isinstance(value, dict | list) else str(value)


def _lookup(known: Mapping[str, Any], name: str) -> Any:
    value: Any = known
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value if isinstance(value, str | int | float) else None


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    parts = _TEMPLATE.split(pattern)[::2]
    return re.compile("[^\n]+?".join(re.escape(part) for part in parts))


def _items(found: Any) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    if isinstance(found, dict):
        yield from ((name, one) for name, one in found.items() if isinstance(one, dict))


def _text(found: Any) -> str | None:
    return found if isinstance(found, str) and found else None
