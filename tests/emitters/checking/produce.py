"""Write the records of a small DVC project with the real tool: `python produce.py FOLDER`, run by the Python that has dvc installed.

The data is named by content alone, so the same release of DVC writes the same bytes again. What git and DVC keep for themselves
(locks, temporary files, `.gitignore`) is taken away, so that the folder can lie in a repository.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

PIPELINE = """\
stages:
  clean:
    cmd: mkdir -p clean && cp -r raw/. clean && cp notes.txt clean.txt
    deps: [raw, notes.txt]
    outs: [clean, clean.txt]
  elsewhere:
    cmd: cp ../notes.txt copy.txt
    wdir: sub
    deps: [../notes.txt]
    outs: [copy.txt]
"""
FILES = {
    "raw/a.csv": b"id,value\n1,10\n2,20\n",
    "raw/deep/b.csv": b"id,value\r\n3,30\r\n",
    "raw/c.bin": bytes(range(256)) * 4,
    "notes.txt": b"first line\r\nsecond line\r\n",
}
KEPT_FOR_ITSELF = (
    ".git",
    ".gitignore",
    ".dvcignore",
    ".dvc/.gitignore",
    ".dvc/tmp",
    ".dvc/cache/runs",
    "sub/.gitignore",
)


def produce(folder: Path) -> None:
    folder.mkdir(parents=True)
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "DVC_NO_ANALYTICS": "1",
        "HOME": str(folder),
        "GIT_CONFIG_NOSYSTEM": "1",
    }

    def run(*command: str) -> None:
        subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)

    run("git", "init", "-q")
    run("dvc", "init", "-q")
    for name, body in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    (folder / "sub").mkdir()
    (folder / "dvc.yaml").write_text(PIPELINE, "utf-8")
    run("dvc", "add", "-q", "raw", "notes.txt")
    run("dvc", "repro", "-q")
    for name in KEPT_FOR_ITSELF:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for path in [each for each in folder.rglob("*") if each.is_dir() and each.name in {".cache", ".config", ".local"}]:
        shutil.rmtree(path)


if __name__ == "__main__":
    produce(Path(sys.argv[1]).absolute())
