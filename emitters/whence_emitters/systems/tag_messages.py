"""What the message of an annotated tag says about datasets: `dataset=NAME sha256=HEX`, any number of times, on one or several lines.

Each `dataset=` begins a dataset, and every digest up to the next belongs to it. NAME is a path from the root of the repository, an
absolute path or a URI, in double quotes when it holds a space. Digests are those of docs/naming.md; DVC's `md5=….dir` is understood.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from whence_emitters.importing.facets import Digest
from whence_emitters.masking import mask_text
from whence_emitters.names import dataset_name, printable

if TYPE_CHECKING:
    from whence_emitters.importing.contract import Reading

_MAX_CHARACTERS = 64 * 1024
_PAIR = re.compile(r'(?<![\w/-])([A-Za-z][\w-]*)=("[^"\n]*"|[^\s"]+)')
_DIGITS = {
    "sha256": 64, "sha512": 128, "blake3": 64, "dir-sha256": 64, "dvc-md5-dir": 32, "md5": 32, "git-blob": 40,
}  # fmt: skip
_HEX = re.compile(r"[0-9a-f]+")
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|/|~")


@dataclass(slots=True)
class NamedDataset:
    """A dataset by name, and the digests that the message gives it."""

    namespace: str
    name: str
    digests: list[Digest] = field(default_factory=list)


def named_datasets(message: str, namespace: str, reading: Reading, where: str) -> list[NamedDataset]:
    """The datasets of a message that have a whole digest; of the others `reading` is told. `where` says which message it is."""
    found: list[NamedDataset] = []
    current: NamedDataset | None = None
    for key, quoted in _PAIR.findall(message[:_MAX_CHARACTERS]):
        value = quoted.strip('"') if quoted.startswith('"') else quoted.rstrip(".,;")
        if key.lower() == "dataset":
            current = _named(value, namespace)
            if current is None:
                reading.cannot_tell(f"{where}: {value}", "the name leads out of the repository")
            else:
                found.append(current)
        elif key.lower() in _DIGITS and current is not None:
            digest = _digest(key.lower(), value.lower())
            if digest is None:
                reading.cannot_tell(f"{where}: {key} of {current.name}", "it is no whole digest, so it names no bytes")
            else:
                current.digests.append(digest)
    for one in found:
        if not one.digests:
            reading.cannot_tell(f"{where}: version of {one.name}", "the message gives no whole digest of it")
    return [one for one in found if one.digests]


def _named(text: str, namespace: str) -> NamedDataset | None:
    if not text:
        return None
    if _ELSEWHERE.match(text):
        elsewhere = dataset_name(text)
        return NamedDataset(mask_text(elsewhere.namespace), mask_text(elsewhere.name))
    path = posixpath.normpath(text)
    return None if path.startswith("..") else NamedDataset(namespace, mask_text(printable(path)))


def _digest(algorithm: str, value: str) -> Digest | None:
    value = value.rstrip(")")
    if algorithm == "md5" and value.endswith(".dir"):
        algorithm, value = "dvc-md5-dir", value.removesuffix(".dir")
    whole = len(value) == _DIGITS[algorithm] and _HEX.fullmatch(value)
    return Digest(algorithm, value) if whole else None
