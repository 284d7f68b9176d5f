"""Both wheels, installed into empty environments: what is inside, what they need, and that they run."""

from __future__ import annotations

import email.parser
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import Message
    from pathlib import Path

pytestmark = [
    pytest.mark.fresh,
    pytest.mark.needs("package-index"),
    pytest.mark.xdist_group("fresh"),
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="module")
def wheels(root: Path, new_venv: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The wheels by the name of their distribution, built by pip as anybody's pip builds them."""
    folder = tmp_path_factory.mktemp("wheels")
    pip = [new_venv("build"), "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps"]
    subprocess.run([*pip, "--wheel-dir", folder, ".", "./emitters"], cwd=root, check=True)
    return {path.name.split("-")[0]: path for path in folder.glob("*.whl")}


@pytest.fixture(scope="module")
def service(root: Path, wheels: dict[str, Path], new_venv: Callable[[str], Path]) -> Path:
    """The commands of an environment that holds the service's wheel and what it requires."""
    return install(root, wheels["whence"], new_venv("service"))


@pytest.fixture(scope="module")
def emitters(root: Path, wheels: dict[str, Path], new_venv: Callable[[str], Path]) -> Path:
    """The commands of an environment that holds the emitters' wheel and what it requires."""
    return install(root, wheels["whence_emitters"], new_venv("emitters"))


def install(root: Path, wheel: Path, python: Path) -> Path:
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "-c", root / "constraints.txt"]
    subprocess.run([*pip, wheel], check=True)
    return python.parent


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def top_level(wheel: Path) -> set[str]:
    return {name.split("/")[0] for name in names(wheel) if ".dist-info/" not in name}


def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return email.parser.Parser().parsestr(archive.read(name).decode())


def said(command: list[str | Path], cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_each_wheel_has_one_top_level_name(wheels: dict[str, Path]) -> None:
    assert {name: top_level(path) for name, path in wheels.items()} == {
        "whence": {"whence"},
        "whence_emitters": {"whence_emitters"},
    }


def test_the_service_carries_the_schemas_and_its_type_marker(root: Path, wheels: dict[str, Path]) -> None:
    facets = {f"whence/_schema/facets/{path.name}" for path in (root / "schema/facets").glob("*.json")}
    assert facets
    assert facets | {"whence/py.typed"} <= names(wheels["whence"])


@pytest.mark.needs("graphiql")
def test_the_service_carries_the_built_pages(wheels: dict[str, Path]) -> None:
    assert {f"whence/static/{page}/index.html" for page in ("app", "graphiql")} <= names(wheels["whence"])


def test_the_emitters_require_two_packages(wheels: dict[str, Path]) -> None:
    required = metadata(wheels["whence_emitters"]).get_all("Requires-Dist") or []
    always = {line.split(">")[0].strip().lower() for line in required if "extra ==" not in line}
    assert always == {"openlineage-python", "pyyaml"}


def test_both_are_under_the_apache_license(wheels: dict[str, Path]) -> None:
    assert {metadata(path)["License-Expression"] for path in wheels.values()} == {"Apache-2.0"}


def test_the_installed_service_runs(service: Path, wheels: dict[str, Path], tmp_path: Path) -> None:
    assert metadata(wheels["whence"])["Version"] in said([service / "whence", "--version"], tmp_path)
    assert "type Query" in said([service / "whence", "schema"], tmp_path)


def test_the_installed_emitters_run_without_the_service(
    emitters: Path, wheels: dict[str, Path], tmp_path: Path, ran: Callable[[str], None]
) -> None:
    assert metadata(wheels["whence_emitters"])["Version"] in said([emitters / "whence-emit", "version"], tmp_path)
    code = "import importlib.util as u, whence_emitters; print(u.find_spec('whence'))"
    assert said([emitters / "python", "-c", code], tmp_path) == "None"
    ran("both wheels installed")


def test_the_entry_points_of_the_installed_emitters_load(emitters: Path, tmp_path: Path) -> None:
    code = (
        "from importlib.metadata import entry_points; points = entry_points().select(group='mlflow.tracking_store')\n"
        "print(*sorted(point.name for point in points if callable(point.load())))"
    )
    assert "whence+mysql+pymysql whence+postgresql" in said([emitters / "python", "-c", code], tmp_path)
