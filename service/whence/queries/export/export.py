"""The files of an export, in order, and the manifest that binds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from whence.model import plain
from whence.queries.export.as_csv import edges_csv, events_csv, nodes_csv
from whence.queries.export.as_json import answer_json
from whence.queries.export.as_prov import prov_json
from whence.queries.export.asking import Answer, Question, ask
from whence.queries.export.files import FileDigest, Files, Target
from whence.queries.export.proof import keys_of_the_log, received_at, write_events
from whence.store.port import PROJECTION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from whence.queries.export.proof import Cited
    from whence.store.port import Store

FORMAT: Final = "whence-export/1"
MANIFEST: Final = "manifest.json"
SUMS: Final = "SHA256SUMS"


class Manifest(msgspec.Struct, frozen=True):
    """manifest.json: its text, and the same decoded."""

    text: bytes
    value: dict[str, Any]


async def export(
    store: Store, question: Question, target: Target, version: str, told: Callable[[FileDigest], None] = lambda _: None
) -> Manifest:
    """Write an export to `target` and give its manifest. The same question on the same log gives the same bytes, in every store.

    `version` is this release's, `told` hears of each file that is whole. Raises NotFound, Ambiguous, BadRequest, TooCostly, StoreUnavailable,
    and OSError when a file can't be written.
    """
    answer = await ask(store, question)
    files = Files(target, told)
    await files.write("answer.json", answer_json(answer))
    await files.write("nodes.csv", nodes_csv(answer.nodes))
    await files.write("edges.csv", edges_csv(answer.edges))
    await files.write("prov.json", prov_json(answer.nodes, answer.edges))
    await files.write("keys.txt", keys_of_the_log(store, answer.position.seq))
    cited = await write_events(store, answer.cited, files)
    await files.write("events.csv", events_csv(cited))
    last = await received_at(store, answer.position.seq)
    manifest = _manifest(answer, cited, sorted(files.written, key=_by_path), last, version)
    await files.write(MANIFEST, [manifest.text])
    await files.write(SUMS, [sums(files.written)])
    return manifest


def _manifest(
    answer: Answer, cited: Sequence[Cited], files: Sequence[FileDigest], last: int | None, version: str
) -> Manifest:
    up, down = answer.provenance.completeness, answer.impact.subgraph.completeness
    value = {
        "format": FORMAT,
        "whence": version,
        "projection": PROJECTION,
        "question": _question(answer),
        "log": {
            "seq": answer.position.seq,
            "headHash": answer.position.head_hash,
            "lastReceivedAt": plain.moment(last),
        },
        "complete": up.complete and down.complete,
        "cutBy": sorted({cut.value for cut in up.cut_by + down.cut_by}),
        "provenance": plain.members(up),
        "impact": plain.members(down),
        "counts": {"nodes": len(answer.nodes), "edges": len(answer.edges), "events": len(cited)},
        "events": [{"seq": each.seq, "key": each.key, "file": each.file.path} for each in cited],
        "files": [{"path": each.path, "sha256": each.sha256, "size": each.size} for each in files],
    }
    return Manifest(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n", value)


def _question(answer: Answer) -> dict[str, Any]:
    """What was asked, as it was written, and what that came to."""
    asked = answer.question
    return {
        "asked": {"ref": asked.ref, "asOf": plain.moment(asked.as_of), "asKnown": asked.as_known},
        "resolved": {
            "id": answer.node.uid,
            "kind": answer.node.kind.value,
            "name": answer.node.name,
            "upstreamFrom": list(answer.provenance.roots),
            "downstreamFrom": list(answer.impact.subgraph.roots),
        },
    }


def sums(files: Sequence[FileDigest]) -> bytes:
    """SHA256SUMS of these files: as sha256sum prints them, so that `sha256sum -c` can check them."""
    return "".join(f"{each.sha256}  {each.path}\n" for each in sorted(files, key=_by_path)).encode()


def _by_path(file: FileDigest) -> str:
    return file.path
