"""The notebooks run from top to bottom, in a kernel of their own."""

import sys
import tomllib
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

    if reason := notebooks.lacking(path):
        pytest.skip(reason)
    done = notebooks.execute(path)
    cells = [cell for cell in done.cells if cell.cell_type == "code"]
    assert len(cells) >= 5
    kinds = {output.output_type for cell in cells for output in cell.outputs}
    assert kinds <= {"stream", "execute_result", "display_data"}
    assert any("image/png" in o.get("data", {}) for cell in cells for o in cell.outputs)


def test_what_a_notebook_lacks_is_said_with_what_brings_it(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import notebooks

    assert {path.stem for path in NOTEBOOKS} >= set(notebooks.NEEDS)
    monkeypatch.setattr(notebooks, "find_spec", lambda _: None)
    said = {path.stem: notebooks.lacking(path) for path in NOTEBOOKS}
    assert {stem for stem, reason in said.items() if reason} == set(notebooks.NEEDS)
    assert '.[sbi]"' in said["04_beside_sbi"]
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(notebooks.NEEDS.values()) <= set(declared["optional-dependencies"])


def test_there_are_notebooks_and_the_interpreter_is_the_one_under_test():
    assert NOTEBOOKS
    assert sys.version_info >= (3, 12)
