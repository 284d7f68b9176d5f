"""The environment pin: what software and hardware a run executed on.

Two runs with equal pins share one environment, so nothing that differs between two starts of one machine is in it (no kernel build, no
load, no host name). Looked at once in a process.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

LOCK_FILES = (
    "uv.lock", "pylock.toml", "poetry.lock", "pdm.lock", "Pipfile.lock", "pixi.lock", "conda-lock.yml", "requirements.lock", "requirements.txt"
)  # fmt: skip
IMAGE_VARIABLES = ("WHENCE_IMAGE", "CONTAINER_IMAGE", "IMAGE_DIGEST")
_NVIDIA_TIMEOUT_SECONDS = 3.0


def environment_pin(folder: Path) -> dict[str, Any]:
    """The pin as `whence_environmentPin` names its parts; parts that do not exist here are absent.

    `packagesSha256` is the sha256 over the sorted lines `name==version LF` of the installed packages, names normalised (PEP 503).
    """
    pin: dict[str, Any] = {
        "python": platform.python_version(),
        "os": _operating_system(),
        "packagesSha256": _packages_sha256(),
    }
    if lock := find_lock_file(folder):
        pin["lockfile"] = {"name": lock.name, "sha256": hashlib.sha256(lock.read_bytes()).hexdigest()}
    if image := next((os.environ[name] for name in IMAGE_VARIABLES if os.environ.get(name)), None):
        pin["image"] = image
    if cpu := _cpu():
        pin["cpu"] = cpu
    if accelerators := _accelerators():
        pin["accelerators"] = [dict(accelerator) for accelerator in accelerators]
    return pin


def find_lock_file(folder: Path) -> Path | None:
    """The nearest lock file, looking in `folder` and upwards; in one folder the order of `LOCK_FILES` decides."""
    candidates = (parent / name for parent in (folder, *folder.parents) for name in LOCK_FILES)
    return next((path for path in candidates if path.is_file()), None)


def installed_packages() -> dict[str, str]:
    """Version by normalised name of every package on the path; the first one found wins, as on import."""
    found: dict[str, str] = {}
    for entry in sys.path:
        folder = Path(entry or ".")
        if not folder.is_dir():
            continue
        for name in os.listdir(folder):  # noqa: PTH208 - names are all that is needed, and there may be thousands
            package = _package(folder, name)
            if package:
                found.setdefault(*package)
    return found


def _package(folder: Path, name: str) -> tuple[str, str] | None:
    # The folder's name holds both (https://packaging.python.org/specifications/recording-installed-packages), reading METADATA is slow.
    stem, dot, suffix = name.rpartition(".")
    if not dot or suffix not in {"dist-info", "egg-info"}:
        return None
    project, dash, version = stem.partition("-")
    if suffix == "egg-info" or not dash:
        import importlib.metadata  # a quarter of the time that importing this package takes, and rarely needed

        try:
            metadata = importlib.metadata.Distribution.at(folder / name).metadata
            project, version = metadata["Name"], metadata["Version"]
        except Exception:
            return None
    return (re.sub(r"[-_.]+", "-", project).lower(), version) if project and version else None


@cache
def _packages_sha256() -> str:
    lines = sorted(f"{name}=={version}\n" for name, version in installed_packages().items())
    return hashlib.sha256("".join(lines).encode()).hexdigest()


@cache
def _operating_system() -> str:
    try:
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        system = f"{platform.system()} {platform.release()}"
    return f"{system} {platform.machine()}".strip()


@cache
def _cpu() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


@cache
def _accelerators() -> tuple[tuple[tuple[str, str], ...], ...]:
    """NVIDIA accelerators in the order of their numbers; none when nvidia-smi is missing, fails or takes over three seconds."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return ()
    listed = _run(tool, "--query-gpu=name,driver_version", "--format=csv,noheader")
    if not listed:
        return ()
    cuda = re.search(r"CUDA Version:\s*([0-9.]+)", _run(tool))
    found = []
    for line in listed.strip().splitlines():
        name, _, driver = (part.strip() for part in line.partition(","))
        entry = (("name", name), ("driver", driver), *((("cuda", cuda.group(1)),) if cuda else ()))
        found.append(tuple((key, value) for key, value in entry if value))
    return tuple(found)


def _run(*command: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - fixed commands, no shell
            command,
            capture_output=True,
            text=True,
            timeout=_NVIDIA_TIMEOUT_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout if done.returncode == 0 else ""
