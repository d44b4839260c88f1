"""Run the notebooks of `notebooks/` and keep what they show.

    python scripts/notebooks.py          # run all, write outputs into the files
    python scripts/notebooks.py --check  # run all, write nothing

Ends with exit code 1 if a cell fails. One whose package is not installed is left as it is.
"""

import sys
from importlib.util import find_spec
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

FOLDER = Path(__file__).parents[1] / "notebooks"
NEEDS = {"04_beside_sbi": "sbi"}
"""Packages of notebooks that are not among those for development."""


def lacking(path: Path) -> str | None:
    """Return why a notebook cannot run here, if it cannot."""
    package = NEEDS.get(path.stem)
    if package is None or find_spec(package) is not None:
        return None
    return f'{path.name} needs {package}: python -m pip install -e ".[{package}]"'


def execute(path: Path) -> nbformat.NotebookNode:
    """Return the notebook with the outputs of a fresh run.

    Raises:
        CellExecutionError: a cell failed.
    """
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(FOLDER)}}).execute()
    for cell in notebook.cells:
        cell.metadata = {}
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    return notebook


def main() -> int:
    """Run all notebooks; write them unless only checking."""
    failed = 0
    for path in sorted(FOLDER.glob("*.ipynb")):
        if reason := lacking(path):
            print(f"left as it is: {reason}", file=sys.stderr)
            continue
        try:
            notebook = execute(path)
        except CellExecutionError as error:
            print(f"{path.name}: {error.ename}: {error.evalue}", file=sys.stderr)
            failed = 1
            continue
        if "--check" not in sys.argv[1:]:
            nbformat.write(notebook, path)
    return failed


if __name__ == "__main__":
    sys.exit(main())
