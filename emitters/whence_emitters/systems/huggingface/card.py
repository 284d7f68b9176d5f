"""What a model's or data set's own files tell of it: the card's front matter, `adapter_config.json` and `config.json`.

Formats: https://huggingface.co/docs/hub/model-cards, https://github.com/huggingface/hub-docs/blob/main/modelcard.md and peft's
`PeftConfig`. Paths on somebody's disk that stand where the name of a repository belongs are left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from whence_emitters.errors import DamagedError
from whence_emitters.importing.files import load_json, load_yaml

COMMIT = re.compile(r"[0-9a-f]{40}")
MAX_RESULTS = 1_000
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,95}(?:/[A-Za-z0-9][\w.-]{0,95})?")
_NAME_WITH_OWNER = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
_RELATIONS = {"finetune": "FINE_TUNE", "adapter": "ADAPTER", "merge": "MERGE", "quantized": "QUANTIZE"}
_LABELS = ("license", "library_name", "pipeline_tag", "new_version")


@dataclass(frozen=True, slots=True)
class Base:
    """A model that this one was made from. `revision` is a commit or a moving name, "" when none is told; `told_by` says which file did."""

    name: str
    revision: str
    told_by: str


@dataclass(frozen=True, slots=True)
class Result:
    """One metric of the card on one data set; `revision` of the data set where it is a commit."""

    metric: str
    value: float
    dataset: str
    revision: str
    split: str


@dataclass(frozen=True, slots=True)
class Card:
    """What is told of one version. `relation` is that of `whence_modelDerivation`."""

    bases: tuple[Base, ...] = ()
    relation: str = "FINE_TUNE"
    datasets: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()
    labels: dict[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    left_out: dict[str, str] = field(default_factory=dict)


def read_card(own_name: str, read: Callable[[str], bytes | None]) -> Card:
    """Read a card by a function that gives the bytes of a file, or None without it. Raises `DamagedError`."""
    matter = _front_matter(read("README.md"))
    adapter = _json_object(read("adapter_config.json"))
    config = _json_object(read("config.json"))
    left_out: dict[str, str] = {}
    bases = _bases(own_name, matter, adapter, config, left_out)
    return Card(
        bases=bases,
        relation=_relation(matter, bool(adapter), "quantization_config" in config, len(bases)),
        datasets=tuple(_names(matter.get("datasets"), "datasets", left_out)),
        results=tuple(_results(matter)),
        labels={key: value for key in _LABELS if isinstance(value := matter.get(key), str) and value},
        tags=tuple(tag for tag in _listed(matter.get("tags")) if isinstance(tag, str)),
        left_out=left_out,
    )


def _front_matter(document: bytes | None) -> dict[str, Any]:
    """The YAML between two lines of three dashes at the beginning; none is an empty one."""
    text = (document or b"").decode("utf-8", "replace").replace("\r\n", "\n").removeprefix("\ufeff").lstrip("\n")
    if not text.startswith("---\n"):
        return {}
    matter, end, _ = text[4:].partition("\n---")
    if not end:
        raise DamagedError("the front matter of README.md has no end")
    found = load_yaml(matter)
    if found is not None and not isinstance(found, dict):
        raise DamagedError("the front matter of README.md holds no names with values")
    return found or {}


def _json_object(document: bytes | None) -> dict[str, Any]:
    found = {} if document is None else load_json(document)
    return found if isinstance(found, dict) else {}


def _bases(
    own: str, matter: dict[str, Any], adapter: dict[str, Any], config: dict[str, Any], left_out: dict[str, str]
) -> tuple[Base, ...]:
    """The card's; else that of the adapter; else the one that the configuration was loaded from. An adapter also knows the revision.

    In the configuration a folder's name may stand where the Hub's belongs: there, only names with an owner are taken.
    """
    of_adapter = list(_names(adapter.get("base_model_name_or_path"), "base_model", left_out))
    revision = adapter.get("revision") if isinstance(adapter.get("revision"), str) else ""
    revisions = dict.fromkeys(of_adapter, revision or "")
    for found, file in (
        (list(_names(matter.get("base_model"), "base_model", left_out)), "the model card"),
        (of_adapter, "adapter_config.json"),
        (list(_names(config.get("_name_or_path"), "base_model", left_out, _NAME_WITH_OWNER)), "config.json"),
    ):
        if others := [name for name in found if name != own]:
            return tuple(Base(name, revisions.get(name, ""), file) for name in others)
    return ()


def _relation(matter: dict[str, Any], adapter: bool, quantized: bool, bases: int) -> str:
    """As the card says, else as the Hub tells it by the files."""
    said = matter.get("base_model_relation")
    if isinstance(said, str) and said in _RELATIONS:
        return _RELATIONS[said]
    if adapter:
        return "ADAPTER"
    if bases > 1:
        return "MERGE"
    return "QUANTIZE" if quantized else "FINE_TUNE"


def _names(value: Any, what: str, left_out: dict[str, str], form: re.Pattern[str] = _NAME) -> Iterator[str]:
    """Names of repositories, each once; what is none is left out, and said."""
    seen = set()
    for name in _listed(value):
        if not (isinstance(name, str) and form.fullmatch(name)):
            if name:
                left_out[what] = "a name in the card or the configuration is none of the Hub: a path, perhaps"
        elif name not in seen:
            seen.add(name)
            yield name


def _results(matter: dict[str, Any]) -> Iterator[Result]:
    found = 0
    for model in _objects(matter.get("model-index")):
        for result in _objects(model.get("results")):
            dataset = result.get("dataset")
            on = dataset if isinstance(dataset, dict) else {}
            for metric in _objects(result.get("metrics")):
                name, value, data = metric.get("type"), metric.get("value"), on.get("type")
                if not isinstance(value, int | float) or isinstance(value, bool):
                    continue
                if not (isinstance(name, str) and name and isinstance(data, str) and _NAME.fullmatch(data)):
                    continue
                revision, split = str(on.get("revision") or ""), str(on.get("split") or "")
                yield Result(name, value, data, revision if COMMIT.fullmatch(revision) else "", split)
                found += 1
                if found == MAX_RESULTS:
                    return


def _objects(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
