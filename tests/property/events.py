"""Small OpenLineage events as hypothesis draws them: few names, few times, so that everything meets. Each prints as one readable line.

    +5s COMPLETE run1 (parent run0) d/a@2#x TRAIN → d/b append

reads: five seconds after the base time, run 1 completed; it used version 2 of `a`, with the bytes x, to train, and appended to `b`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

JSON = dict[str, Any]

NAMES = ("a", "b", "c")
RUNS = 4
TIMES = 12
EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e"


@dataclass(frozen=True)
class Part:
    """A piece of an event: how it prints, and its JSON, by the place where it goes."""

    text: str
    content: JSON

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Event:
    """An event as it is sent, and how it prints."""

    text: str
    body: bytes

    def __repr__(self) -> str:
        return self.text


def part(text: str, **content: Any) -> Part:
    return Part(text, content)


NOTHING = Part("", {})


def rarely(menu: list[Part], one_in: int) -> st.SearchStrategy[Part]:
    """One of the menu about once in so many draws. Nothing comes first, so that shrinking leads there."""
    return st.sampled_from([NOTHING] * (len(menu) * (one_in - 1)) + menu)


def time(seconds: int) -> str:
    return f"2026-01-01T00:{seconds // 60:02d}:{seconds % 60:02d}Z"


def named(name: str, **more: Any) -> JSON:
    return {"namespace": "d", "name": name, **more}


def run_id(number: int) -> str:
    """A UUID, and one id that is none."""
    return f"00000000-0000-0000-0000-{number:012d}" if number else "manual/0"


def digest(algorithm: str, value: str, strength: str = "CONTENT") -> JSON:
    return {"algorithm": algorithm, "value": value, "strength": strength}


def content(*digests: JSON, **more: Any) -> JSON:
    return {"whence_contentDigests": {"digests": list(digests), **more}}


def sha(letter: str) -> JSON:
    return digest("sha256", format(ord(letter), "064x"))


def md5(letter: str) -> JSON:
    return digest("md5", format(ord(letter), "032x"))


VERSIONS = [part("")] * 4 + [
    part(f"@{version}", facets={key: {"datasetVersion": version}})
    for version, key in (("1", "version"), ("2", "version"), ("3", "version"), ("1", "datasetVersion"))
]
DIGESTS = [part("")] * 6 + [
    part("#x", facets=content(sha("x"))),
    part("#x+md5", facets=content(sha("x"), md5("x"))),
    part("#md5:x", facets=content(md5("x"))),
    part("#y", facets=content(sha("y"))),
    part("#y+md5:x", facets=content(sha("y"), md5("x"))),
    part("#md5:y", facets=content(md5("y"))),
    part("#z", facets=content(sha("z"))),
]
RARE_DIGESTS = [
    part("#conflict", facets=content(sha("x"), sha("y"))),
    part("#empty", facets=content(digest("md5", EMPTY_MD5))),
    part("#empty+x", facets=content(digest("md5", EMPTY_MD5), sha("x"))),
    part("#x(0 bytes)", facets=content(sha("x"), bytes=0)),
    part("#x(5 bytes)", facets=content(sha("x"), bytes=5)),
    part("#weak", facets=content(digest("etag", "e", "WEAK"))),
    part("#weak md5:x", facets=content(digest("md5", md5("x")["value"], "WEAK"))),
]
SAID = [
    *(part(f"alias of {name}", facets={"symlinks": {"identifiers": [named(name, type="TABLE")]}}) for name in NAMES),
    part("MODEL", facets={"datasetType": {"datasetType": "MODEL"}}),
    *(part(f"documented {word}", facets={"documentation": {"description": word}}) for word in ("p", "q")),
    part("documentation deleted", facets={"documentation": {"_deleted": True}}),
    *(part(f"tagged {word}", facets={"tags": {"tags": [{"key": word}]}}) for word in ("p", "q")),
    part("owned", facets={"ownership": {"owners": [{"name": "ana"}]}}),
    part("truncated", facets={"whence_captureCompleteness": {"historyTruncated": True, "missing": [{"what": "w"}]}}),
    part("of quality", facets={"dataQualityMetrics": {"rowCount": 7, "bytes": 70}}),
    *(
        part(f"champion {action}{of}", facets={"whence_alias": {"name": "champion", "action": action} | version})
        for action in ("SET", "DELETE")
        for of, version in (("", {}), (" of 2", {"version": "2"}), (" early", {"at": time(2)}))
    ),
    *(
        part(
            f"after {name}@{version}",
            facets={"whence_versionInfo": {"parents": [named(name, version=version)], "label": f"label {version}"}},
        )
        for name, version in (("a", "1"), ("b", "2"))
    ),
]
OF_INPUTS = [
    *(part(role, inputFacets={"whence_inputRole": {"role": role}}) for role in ("TRAIN", "TEST", "BASE_MODEL")),
    part("ASSERTED", inputFacets={"whence_evidence": {"evidence": "ASSERTED", "because": "said"}}),
    part(
        "TEST ASSERTED",
        inputFacets={"whence_inputRole": {"role": "TEST"}, "whence_evidence": {"evidence": "ASSERTED", "because": "-"}},
    ),
    part("half", inputFacets={"subset": {"inputCondition": {"half": 1}}}),
    part("7 rows read", inputFacets={"inputStatistics": {"rowCount": 7, "size": 70}}),
]
LIFECYCLES = [
    *(part(state, facets={"lifecycleStateChange": {"lifecycleStateChange": state}}) for state in ("DROP", "OVERWRITE")),
    *(
        part(
            f"RENAME of {name}",
            facets={"lifecycleStateChange": {"lifecycleStateChange": "RENAME", "previousIdentifier": named(name)}},
        )
        for name in NAMES
    ),
]
OF_OUTPUTS = [
    *LIFECYCLES,
    part("append", facets={"whence_versionInfo": {"append": True}}),
    part("append half", outputFacets={"subset": {"outputCondition": {"half": 1}}}),
    *(
        part(
            f"{relation} of {name}{'@' + version if version else ''}",
            facets={
                "whence_modelDerivation": {
                    "base": named(name, **({"version": version} if version else {})),
                    "relation": relation,
                }
            },
        )
        for name, version, relation in (
            ("a", "", "FINE_TUNE"),
            ("b", "", "MERGE"),
            ("a", "1", "FINE_TUNE"),
            ("c", "", "MERGE"),
        )
    ),
    part("CHECKPOINT", outputFacets={"whence_outputRole": {"role": "CHECKPOINT"}}),
    part("REPORT", outputFacets={"whence_outputRole": {"role": "REPORT"}}),
    part("9 rows written", outputFacets={"outputStatistics": {"rowCount": 9, "size": 90}}),
]
OF_SUBJECTS = [
    part("DROP", facets={"lifecycleStateChange": {"lifecycleStateChange": "DROP"}}),
    *(part(f"from {name}", facets={"lineage": {"inputs": [named(name, type="DATASET")]}}) for name in NAMES),
    part("from a and b", facets={"lineage": {"inputs": [named(name, type="DATASET") for name in ("a", "b")]}}),
    part("lineage deleted", facets={"lineage": {"_deleted": True}}),
    part("of a base", facets={"whence_modelDerivation": {"base": named("c"), "relation": "MERGE"}}),
]


def _entry(target: str, sources: str) -> JSON:
    return named(target, type="DATASET", inputs=[named(source, type="DATASET") for source in sources])


LINEAGES = [
    *(
        (f"lineage {target}←({sources})", [_entry(target, sources)])
        for target in NAMES
        for sources in ("", *NAMES, "ab", "bc")
    ),
    ("lineage b←(a) c←(b)", [_entry("b", "a"), _entry("c", "b")]),
    ("lineage nothing", []),
]
OF_RUNS = [
    *(part(text, run={"lineage": {"entries": entries}}) for text, entries in LINEAGES),
    *(part(f"job's {text}", job={"lineage": {"entries": entries}}) for text, entries in LINEAGES),
    part("lineage deleted", run={"lineage": {"_deleted": True}}),
    *(
        part(kind, job={"jobType": {"processingType": kind, "integration": "X"}})
        for kind in ("BATCH", "STREAMING", "SERVICE") * 4
    ),
    *(
        part(f"commit {sha}", run={"whence_codeState": {"repository": "https://h/o/r", "commit": sha}})
        for sha in ("c1", "c2") * 4
    ),
    part("job's commit c1", job={"sourceCodeLocation": {"repoUrl": "https://h/o/r", "version": "c1", "url": "u"}}),
    *(part(f"Python {v}", run={"whence_environmentPin": {"python": v}}) for v in ("3.11", "3.12") * 3),
    part("params", run={"executionParameters": {"parameters": [{"key": "k", "value": 1}]}}),
    part("metrics", run={"whence_metrics": {"metrics": [{"name": "auc", "value": 1.5, "dataset": named("m")}]}}),
    part("seeds", run={"whence_seeds": {"seeds": {"s": 1}}}),
    part("tagged", run={"tags": {"tags": [{"key": "t"}]}}, job={"tags": {"tags": [{"key": "j"}]}}),
    part("tags deleted", run={"tags": {"_deleted": True}}, job={"tags": {"_deleted": True}}),
    part("error", run={"errorMessage": {"message": "no"}}),
    part("missing", run={"whence_captureCompleteness": {"missing": [{"what": "w"}]}}),
]
PARENTS = [
    part(
        f"(child of run{number})",
        run={"parent": {"run": {"runId": run_id(number)}, "job": {"namespace": "j", "name": "up"}}},
    )
    for number in range(RUNS + 1)
]
PARENTS.append(
    part(
        "(child of run1, root run9)",
        run={
            "parent": {
                "run": {"runId": run_id(1)},
                "job": {"namespace": "j", "name": "job1"},
                "root": {"run": {"runId": run_id(9)}, "job": {"namespace": "j", "name": "root"}},
            }
        },
    )
)
TYPES = ["COMPLETE"] * 6 + ["START"] * 5 + ["RUNNING", "RUNNING", "OTHER", "FAIL", "ABORT"]


def _merged(first: JSON, *more: Part) -> JSON:
    """Facets of all parts; of equal facets the last one's, of digests and version info all members."""
    whole: JSON = json.loads(json.dumps(first))
    for each in more:
        for place, facets in each.content.items():
            there = whole.setdefault(place, {})
            for name, facet in facets.items():
                there[name] = {**there.get(name, {}), **facet} if name == "whence_versionInfo" else facet
    return whole


@st.composite
def datasets(draw: st.DrawFn, own: list[Part], one_in: int) -> Part:
    """A dataset in an event; `own` are the parts that only this place in an event can have."""
    name = draw(st.sampled_from(NAMES))
    parts = [
        draw(st.sampled_from(VERSIONS)),
        draw(st.sampled_from(DIGESTS)),
        draw(rarely(RARE_DIGESTS, 12)),
        draw(rarely(own, one_in)),
        draw(rarely(SAID, 5)),
    ]
    text = name + "".join(each.text for each in parts[:3]) + "".join(f" {each.text}" for each in parts[3:] if each.text)
    return Part(text, _merged(named(name, facets={}), *parts))


INPUTS = st.lists(datasets(OF_INPUTS, 3), max_size=2)
OUTPUTS = st.lists(datasets(OF_OUTPUTS, 3), max_size=2)


def _event(text: str, seconds: int, **members: Any) -> Event:
    whole = {
        "eventTime": time(seconds),
        "producer": "https://example.com",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json",
    }
    return Event(f"+{seconds}s {text}", json.dumps(whole | members).encode())


def _list(parts: list[Part]) -> str:
    return ", ".join(each.text for each in parts) or "∅"


@st.composite
def run_events(draw: st.DrawFn) -> Event:
    seconds, number = draw(st.integers(0, TIMES)), draw(st.integers(0, RUNS - 1))
    kind = draw(st.sampled_from(TYPES))
    inputs, outputs = draw(INPUTS), draw(OUTPUTS)
    extras = [draw(rarely(PARENTS, 4)), draw(rarely(OF_RUNS, 3))]
    facets = _merged({"run": {}, "job": {}}, *extras)
    text = " ".join(
        filter(None, (kind, f"run{number}", *(each.text for each in extras), _list(inputs), "→", _list(outputs)))
    )
    return _event(
        text,
        seconds,
        eventType=kind,
        run={"runId": run_id(number), "facets": facets["run"]},
        job={"namespace": "j", "name": f"job{number}", "facets": facets["job"]},
        inputs=[each.content for each in inputs],
        outputs=[each.content for each in outputs],
    )


@st.composite
def job_events(draw: st.DrawFn) -> Event:
    inputs, outputs = draw(INPUTS), draw(OUTPUTS)
    facets = _merged({"run": {}, "job": {}}, draw(rarely(OF_RUNS, 3)))["job"]
    return _event(
        f"job1 is declared {_list(inputs)} → {_list(outputs)}{' ' + ' '.join(facets) if facets else ''}",
        draw(st.integers(0, TIMES)),
        job={"namespace": "j", "name": "job1", "facets": facets},
        inputs=[each.content for each in inputs],
        outputs=[each.content for each in outputs],
    )


@st.composite
def dataset_events(draw: st.DrawFn) -> Event:
    subject = draw(datasets(OF_SUBJECTS, 2))
    return _event(f"dataset {subject.text}", draw(st.integers(0, TIMES)), dataset=subject.content)


def events() -> st.SearchStrategy[Event]:
    kinds: list[st.SearchStrategy[Event]] = [run_events()] * 10 + [dataset_events()] * 2 + [job_events()]
    return st.sampled_from(kinds).flatmap(lambda kind: kind)
