"""`whence focus` and `whence map`: the picture and the map as text."""

from __future__ import annotations

import re

from tests.cli.conftest import Project, Run, answer


def test_focus_is_two_trees_with_counts_and_completeness_last(project: Project, run: Run) -> None:
    lines = run("focus", "./clean.csv", "--store", project.store).stdout.splitlines()

    assert lines[0].startswith("clean.csv  ")
    up, down = lines.index("Where it came from (2)"), lines.index("What came of it (3)")
    assert lines[up + 1].startswith("   clean  completed")
    assert lines[up + 2].startswith("      raw.csv  ")
    assert lines[down + 1].startswith("   TRAIN train  completed")
    assert lines[down + 3].startswith("         MODEL serve  running since")
    assert "6 of 6 things shown." in lines
    assert lines[-1].startswith("Complete")


def test_what_is_folded_is_told_with_the_id_that_opens_it(project: Project, run: Run) -> None:
    asked = ("focus", "./risk.joblib", "--budget", "0", "--store", project.store)
    text = run(*asked).stdout
    fold = re.search(r"… 2 steps  1 dataset version, 2 runs  (f[0-9a-f]{10})$", text, re.MULTILINE)

    assert fold, text
    assert "3 folded away." in text
    opened = run(*asked, "--open", fold[1]).stdout
    assert "6 of 6 things shown." in opened
    assert fold[1] not in opened


def test_focus_on_some_kinds_says_how_many_are_left_out(project: Project, run: Run) -> None:
    text = run("focus", "./risk.joblib", "--kind", "dataset_version", "--store", project.store).stdout
    assert "3 of 6 things shown, 3 of other kinds." in text


def test_focus_quiet_is_the_ids_of_what_is_shown(project: Project, run: Run) -> None:
    ids = run("focus", "./risk.joblib", "--quiet", "--store", project.store).stdout.split()
    shown = answer(run("focus", "./risk.joblib", "--json", "--store", project.store))["cards"]
    assert ids == [card["id"] for card in shown]


def test_a_thing_that_is_not_there_yet_is_told(project: Project, run: Run) -> None:
    text = run("focus", "./clean.csv", "--as-of", "2020-01-01", "--store", project.store).stdout
    assert text.strip().startswith("Nothing of it had been recorded at that time.")


def test_map_lists_pipelines_and_what_is_left_out(project: Project, run: Run) -> None:
    text = run("map", "--store", project.store).stdout
    assert re.search(r"^jobs +5$", text, re.MULTILINE), text
    assert "6 things: 2 dataset versions, 1 model version, 3 runs; 5 edges." in text
    cut = run("map", "--max-nodes", "2", "--store", project.store).stdout
    assert "Not complete: cut by the limit on nodes, 4 more nodes lie beyond" in cut


def test_map_takes_a_time_a_kind_and_a_namespace(project: Project, run: Run) -> None:
    def things(*options: str) -> int:
        return int(answer(run("map", *options, "--json", "--store", project.store))["total"])

    assert things("--since", "2026-01-01T11:00:00Z") == 3
    assert things("--kind", "run") == 3
    assert things("--namespace", "jobs") == 5
    assert things("--namespace", "nobody") == 0
