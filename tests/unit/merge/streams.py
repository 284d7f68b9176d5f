"""Random streams of small OpenLineage events: few names, few times, so that everything meets."""

from __future__ import annotations

import json
import random
from typing import Any

SHA = [format(n, "064x") for n in range(10, 14)]
MD5 = [format(n, "032x") for n in range(10, 14)]


def stamp(time: int) -> str:
    return f"2026-01-01T00:{time // 60:02d}:{time % 60:02d}Z"


def run_id(n: int) -> str:
    return f"00000000-0000-0000-0000-{n:012d}"


class Streams:
    """One seeded source of events. `assets`, `runs` and `times` say how many there are; the others are chances of what an event says.

    With `tree` a run's parent has a smaller number, so that there are no cycles.
    """

    def __init__(
        self,
        seed: int,
        *,
        assets: int = 3,
        runs: int = 4,
        times: int = 12,
        tree: bool = False,
        parents: float = 0.2,
        versions: float = 0.35,
        digests: float = 0.4,
        symlinks: float = 0.06,
        extras: float = 0,
    ) -> None:
        self.random = random.Random(seed)
        self.assets, self.runs, self.times, self.tree = assets, runs, times, tree
        self.parents, self.versions, self.digests, self.symlinks = parents, versions, digests, symlinks
        self.extras = extras

    def maybe(self, chance: float) -> bool:
        return self.random.random() < chance

    def events(self, count: int) -> list[bytes]:
        return [json.dumps(self.event()).encode() for _ in range(count)]

    def event(self) -> dict[str, Any]:
        kind = self.random.random()
        if kind < 0.08:
            return self._common() | {"dataset": self.subject()}
        if kind < 0.1:
            return self._common() | {
                "job": {"namespace": "j", "name": "job0", "facets": {}},
                "inputs": [self.plain()],
                "outputs": [self.plain()],
            }
        return self.run_event()

    def run_event(self) -> dict[str, Any]:
        r = self.random
        run = r.randrange(self.runs)
        event = self._common() | {
            "eventType": r.choices(["START", "RUNNING", "COMPLETE", "FAIL", "ABORT", "OTHER"], [4, 2, 6, 1, 1, 1])[0],
            "run": {"runId": run_id(run), "facets": {}},
            "job": {"namespace": "j", "name": f"job{run}", "facets": {}},
            "inputs": [self.input() for _ in range(r.choice([0, 1, 1, 2]))],
            "outputs": [self.output() for _ in range(r.choice([0, 1, 1, 2]))],
        }
        if self.maybe(self.parents) and (run or not self.tree):
            event["run"]["facets"]["parent"] = {
                "run": {"runId": run_id(r.randrange(run if self.tree else self.runs))},
                "job": {"namespace": "j", "name": "parent"},
            }
        if self.maybe(0.15):
            event["job"]["facets"]["jobType"] = {
                "processingType": r.choice(["BATCH", "STREAMING", "SERVICE"]),
                "integration": "X",
            }
        if self.maybe(0.2):
            event["run"]["facets"]["whence_codeState"] = {
                "repository": "https://h/o/r",
                "commit": r.choice(["aaaa", "bbbb"]),
            }
        if self.maybe(0.15):
            event["job"]["facets"]["lineage"] = {
                "entries": [
                    self.plain()
                    | {"type": "DATASET", "inputs": [self.plain() | {"type": "DATASET"} for _ in range(r.randrange(3))]}
                ]
            }
        if self.extra():
            event["run"]["facets"]["whence_environmentPin"] = {"python": r.choice(["3.11", "3.12"])}
        if self.extra():
            event["run"]["facets"]["lineage"] = event["job"]["facets"].pop("lineage", {"entries": []})
        return event

    def extra(self) -> bool:
        """Nothing is drawn where no extras are wanted: the other streams stay what they were."""
        return self.extras > 0 and self.maybe(self.extras)

    def plain(self) -> dict[str, Any]:
        return {"namespace": "d", "name": f"a{self.random.randrange(self.assets)}"}

    def _common(self) -> dict[str, Any]:
        return {
            "eventTime": stamp(self.random.randrange(self.times)),
            "producer": "https://example.com",
            "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json",
        }

    def _described(self) -> dict[str, Any]:
        r = self.random
        dataset: dict[str, Any] = self.plain() | {"facets": {}}
        facets = dataset["facets"]
        if self.maybe(self.versions):
            facets["version"] = {"datasetVersion": r.choice(["1", "2", "3"])}
        if self.maybe(self.digests):
            n = r.randrange(len(SHA))
            digests = [{"algorithm": "sha256", "value": SHA[n], "strength": "CONTENT"}]
            if self.maybe(0.4):
                digests.append({"algorithm": "md5", "value": MD5[n], "strength": "CONTENT"})
            facets["whence_contentDigests"] = {"digests": digests}
        if self.maybe(self.symlinks):
            facets["symlinks"] = {"identifiers": [self.plain() | {"type": "TABLE"}]}
        if self.maybe(0.05):
            facets["datasetType"] = {"datasetType": "MODEL"}
        if self.maybe(0.1):
            facets["documentation"] = {"description": r.choice(["x", "y"])}
        if self.extra():
            facets["documentation"] = {"_deleted": True}
        if self.extra():
            facets["whence_alias"] = {"name": "best", "action": r.choice(["SET", "DELETE"])}
        if self.extra() and "whence_contentDigests" in facets:
            facets["whence_contentDigests"]["bytes"] = r.randrange(2)
        if self.extra():
            weak = {"algorithm": "etag", "value": r.choice("xy"), "strength": "WEAK"}
            facets.setdefault("whence_contentDigests", {"digests": []})["digests"].append(weak)
        return dataset

    def input(self) -> dict[str, Any]:
        dataset = self._described()
        if self.maybe(0.3):
            dataset["inputFacets"] = {"whence_inputRole": {"role": self.random.choice(["TRAIN", "TEST"])}}
        if self.maybe(0.1):
            dataset.setdefault("inputFacets", {})["whence_evidence"] = {"evidence": "ASSERTED", "because": "said"}
        if self.extra():
            dataset.setdefault("inputFacets", {})["subset"] = {"inputCondition": {"half": self.random.randrange(2)}}
        return dataset

    def output(self) -> dict[str, Any]:
        r, dataset = self.random, self._described()
        facets = dataset["facets"]
        if self.maybe(0.1):
            facets["lifecycleStateChange"] = {"lifecycleStateChange": r.choice(["DROP", "CREATE", "OVERWRITE"])}
        elif self.maybe(0.06):
            facets["lifecycleStateChange"] = {
                "lifecycleStateChange": "RENAME",
                "previousIdentifier": self.plain(),
            }
        if self.maybe(0.12):
            facets["whence_versionInfo"] = {"append": True}
        if self.maybe(0.08):
            base = self.plain() | ({"version": r.choice(["1", "2"])} if self.maybe(0.5) else {})
            facets["whence_modelDerivation"] = {"base": base, "relation": "FINE_TUNE"}
        if self.extra():
            facets["whence_versionInfo"] = {"parents": [self.plain() | {"version": r.choice(["1", "2"])}]}
        if self.extra():
            dataset["outputFacets"] = {"whence_outputRole": {"role": r.choice(["CHECKPOINT", "REPORT"])}}
        return dataset

    def subject(self) -> dict[str, Any]:
        dataset = self._described()
        if self.maybe(0.15):
            dataset["facets"]["lifecycleStateChange"] = {"lifecycleStateChange": "DROP"}
        if self.maybe(0.2):
            dataset["facets"]["lineage"] = {"inputs": [self.plain() | {"type": "DATASET"}]}
        return dataset
