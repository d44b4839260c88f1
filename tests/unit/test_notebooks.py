"""The notebooks run from top to bottom, in a kernel of their own."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=() if path.stem.startswith("01") else pytest.mark.long)
        for path in NOTEBOOKS
    ],
    ids=lambda path: path.stem,
)
def test_a_notebook_runs(path, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    import notebooks

    done = notebooks.execute(path)
    cells = [cell for cell in done.cells if cell.cell_type == "code"]
    assert len(cells) >= 5
    kinds = {output.output_type for cell in cells for output in cell.outputs}
    assert kinds <= {"stream", "execute_result", "display_data"}
    assert any("image/png" in o.get("data", {}) for cell in cells for o in cell.outputs)


def test_there_are_notebooks_and_the_interpreter_is_the_one_under_test():
    assert NOTEBOOKS
    assert sys.version_info >= (3, 12)
