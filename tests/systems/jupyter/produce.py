"""Notebooks that the real papermill and nbclient executed: `python produce.py FOLDER [--stage 1|2]`.

Stage 1 leaves a template, what papermill made of it, one that failed, one that nbclient executed, one as a person leaves it and one that
was never executed. Stage 2 executes the template again, with another parameter.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stage", type=int, default=1)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    os.chdir(given.folder)
    os.environ |= {"HOME": str(Path.cwd()), "IPYTHONDIR": str(Path.cwd() / ".ipython")}
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    if given.stage == 1:
        first()
    else:
        papermill("template.ipynb", "reports/november.ipynb", rate=0.2)


def first() -> None:
    import nbformat
    from nbclient import NotebookClient

    Path("reports").mkdir(exist_ok=True)
    write("template.ipynb", "rate = 0.1\nhub_token = ''", "print(rate)", "rate * 2", "")
    papermill("template.ipynb", "reports/october.ipynb", rate=0.3, hub_token="hunter2")
    write("broken.ipynb", "rate = 0.1", "raise ValueError('the password is hunter2')", "print('never')")
    try:
        papermill("broken.ipynb", "reports/broken.ipynb")
    except Exception as error:
        print(type(error).__name__)
    notebook = nbformat.read("template.ipynb", 4)
    NotebookClient(notebook).execute()
    nbformat.write(notebook, "reports/by_nbclient.ipynb")
    for count, cell in zip((7, 3), notebook.cells, strict=False):
        cell.execution_count = count
        cell.metadata.pop("execution", None)
    for cell in notebook.cells[2:]:
        cell.execution_count = None
        cell.metadata.pop("execution", None)
    nbformat.write(notebook, "by_hand.ipynb")


def write(path: str, *sources: str) -> None:
    import nbformat

    cells = [nbformat.v4.new_code_cell(source, id=f"cell-{place}") for place, source in enumerate(sources)]
    cells[0].metadata["tags"] = ["parameters"]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path)


def papermill(source: str, target: str, **parameters: object) -> None:
    import papermill as tool

    tool.execute_notebook(source, target, parameters=parameters, progress_bar=False)


if __name__ == "__main__":
    main()
