"""The entry points by which MLflow finds us. It loads them at `import mlflow`, in an environment that is not ours."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

PROJECT = tomllib.loads((Path(__file__).resolve().parents[2] / "emitters" / "pyproject.toml").read_text("utf-8"))
OF_MLFLOW = [
    EntryPoint(name, value, group)
    for group, named in PROJECT["project"]["entry-points"].items()
    for name, value in named.items()
]
SCHEMES = {f"whence+{scheme}" for scheme in ("sqlite", "postgresql", "mysql", "http", "https")}


def test_each_store_is_found_under_every_scheme() -> None:
    for group in ("mlflow.tracking_store", "mlflow.model_registry_store"):
        assert {point.name for point in OF_MLFLOW if point.group == group} >= SCHEMES
    assert [point.name for point in OF_MLFLOW if point.group == "mlflow.artifact_repository"] == ["mlflow-artifacts"]


@pytest.mark.parametrize("point", OF_MLFLOW, ids=lambda point: f"{point.group} {point.name}")
def test_each_leads_to_something_that_can_be_called(point: EntryPoint) -> None:
    assert callable(point.load())


@pytest.mark.parametrize("broken", ["openlineage", "openlineage.client", "yaml", "requests", "mlflow", "psycopg"])
def test_none_breaks_the_import_of_mlflow_when_another_package_is_broken(broken: str, tmp_path: Path) -> None:
    package = tmp_path.joinpath(*broken.split("."))
    package.mkdir(parents=True)
    for folder in (package, *package.parents):
        if folder == tmp_path:
            break
        (folder / "__init__.py").touch()
    (package / "__init__.py").write_text("raise RuntimeError('this release does not fit')\n")
    load = "".join(f"import {point.module} as loaded; loaded.{point.attr}\n" for point in dict.fromkeys(OF_MLFLOW))
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{load}print('loaded')"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == "loaded\n", done.stderr
