"""What the hash of code sees: every number and operation, and no prose."""

import shutil
import subprocess
import sys

import pytest

from colsim.core.code_hash import code_hash, code_of, table_of
from colsim.core.kernel_folder import source_hash, sources

SOURCE = '''
"""A module."""

LIMIT = 3.0
"""What may be had at most."""


@typed("float64(float64, int64)")
def f(x: float, n: int = 2) -> float:
    """Return something."""
    if x < 0.0:
        raise ValueError(f"x must be above 0, not {x}")
    return x * LIMIT + n


TABLE = (Parameter("share", 0.35, "share", "Mean over all of them", "Judgement; see 7.4"),)
'''
PROSE = {
    "comment": ("LIMIT = 3.0", "LIMIT = 3.0  # a comment"),
    "docstring of a module": ("A module.", "Another module."),
    "docstring of a function": ("Return something.", "Return something\n\n    else."),
    "no docstring": ('    """Return something."""\n', ""),
    "text below a constant": ("may be had", "can be had"),
    "no text below a constant": ('"""What may be had at most."""\n', ""),
    "message": ("must be above 0", "must lie above nought"),
    "annotation": ("x: float, n: int", "x: int, n"),
    "meaning in a table": ("Mean over all of them", "Mean over all"),
    "source in a table": ("see 7.4", "see 7.5"),
    "layout": ("return x * LIMIT + n", "return (\n        x * LIMIT\n        + n\n    )"),
    "line endings": ("\n", "\r\n"),
    "blank lines": ("\n\n\n", "\n\n"),
}
CODE = {
    "number": ("0.35", "0.36"),
    "kind of number": ("3.0", "3"),
    "default": ("n: int = 2", "n: int = 3"),
    "operator": ("x * LIMIT", "x / LIMIT"),
    "comparison": ("x < 0.0", "x <= 0.0"),
    "name": ('"share", 0.35', '"part", 0.35'),
    "order of arguments": ("x: float, n: int = 2", "n: float, x: int = 2"),
    "types of a kernel": ("float64(float64, int64)", "float64(float64, int32)"),
    "no decorator": ('@typed("float64(float64, int64)")\n', ""),
    "a statement": ("    return x", "    x += 1\n    return x"),
    "a value in a message": ("not {x}", "not {LIMIT}"),
}


@pytest.mark.parametrize("change", PROSE.values(), ids=PROSE)
def test_prose_moves_nothing(change):
    changed = SOURCE.replace(*change)
    assert changed != SOURCE
    assert code_of(changed) == code_of(SOURCE)


@pytest.mark.parametrize("change", CODE.values(), ids=CODE)
def test_code_and_numbers_do(change):
    changed = SOURCE.replace(*change)
    assert changed != SOURCE
    assert code_of(changed) != code_of(SOURCE)


TABLE = """
# What a team starts with.
[share]
default = 0.35
plausible = [0.2, 0.5]
unit = "share"
mark = "J"
kind = "form"
description = "Mean"
source = "Judgement"
choices.no = { value = 0, weight = 0.5, source = "Judgement" }
choices.yes = { value = 1, weight = 0.5, source = "Judgement" }

[other]
default = 1.0
"""
SAID = {
    "comment": ("# What a team", "# That which a team"),
    "description": ('"Mean"', '"Median"'),
    "source of a choice": ('0.5, source = "Judgement"', '0.5, source = "Guess"'),
    "unit": ('unit = "share"', 'unit = "part"'),
    "mark": ('"J"', '"S"'),
    "way of writing a number": ("0.35", "3.5e-1"),
    "whole number": ("1.0", "1"),
    "line endings": ("\n", "\r\n"),
}
DONE = {
    "number": ("0.35", "0.36"),
    "number in a list": ("0.5]", "0.6]"),
    "kind": ('"form"', '"uncertainty"'),
    "name of a row": ("[share]", "[part]"),
    "name of a choice": ("choices.no", "choices.none"),
    "weight": ("0, weight = 0.5", "0, weight = 0.4"),
    "a row less": ("[other]\ndefault = 1.0\n", ""),
}


@pytest.mark.parametrize("change", SAID.values(), ids=SAID)
def test_what_a_table_says_for_people_moves_nothing(change):
    changed = TABLE.replace(*change)
    assert changed != TABLE
    assert table_of(changed.encode()) == table_of(TABLE)


@pytest.mark.parametrize("change", DONE.values(), ids=DONE)
def test_numbers_kinds_and_names_of_a_table_do(change):
    changed = TABLE.replace(*change)
    assert changed != TABLE
    assert table_of(changed) != table_of(TABLE)


def test_the_order_of_rows_and_of_choices_counts():
    one, two = "[a]\nx = 1\n", "[b]\nx = 2\n"
    assert table_of(one + two) != table_of(two + one)
    first, *choices = TABLE.split("choices.")
    turned = "choices.".join([first, choices[1].split("\n\n")[0] + "\n", choices[0]])
    assert table_of(turned) != table_of(TABLE.split("\n\n")[0] + "\n")


@pytest.mark.slow
def test_the_hash_of_the_model_has_the_table_of_parameters_in_it(monkeypatch, tmp_path):
    assert [path.name for path in sources()].count("parameters.toml") == 1
    table = next(path for path in sources() if path.suffix == ".toml")
    other = tmp_path / table.name
    found = set()
    for change in (("Judgement", "Guess"), ("default = 0.35", "default = 0.36")):
        other.write_text(table.read_text("utf-8").replace(*change, 1), "utf-8")
        others = [other if path == table else path for path in sources()]
        monkeypatch.setattr("colsim.core.kernel_folder.sources", lambda others=others: others)
        found.add(source_hash())
        monkeypatch.undo()
    assert len(found) == 2
    assert source_hash() in found


def test_the_name_of_a_file_counts_and_its_folder_does_not(tmp_path):
    for name in ("a/one.py", "b/one.py", "a/two.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(SOURCE, encoding="utf-8")
    one, same, other = (code_hash([tmp_path / n]) for n in ("a/one.py", "b/one.py", "a/two.py"))
    assert one == same != other


@pytest.mark.slow
def test_a_memo_saves_reading_and_a_torn_one_does_no_harm(tmp_path):
    memo = tmp_path / "there" / "texts"
    right = source_hash()
    assert source_hash(memo) == right
    line = memo.read_text("ascii")
    texts, code = line.split()
    assert code == right
    memo.write_text(f"{texts} {'0' * 16}\n", "ascii")
    assert source_hash(memo) == "0" * 16  # it was read
    for torn in (line[:20], "rubbish", f"{texts} ", "\0\0"):
        memo.write_text(torn, "ascii")
        assert source_hash(memo) == right


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("python3.12"), reason="there is no other Python")
def test_another_python_finds_the_same():
    script = (
        "import sys; sys.path.insert(0, 'colsim/core'); from pathlib import Path\n"
        "from code_hash import code_hash\n"
        "tables = [Path(f'colsim/data/{t}.toml') for t in ('parameters', 'quantities')]\n"
        "print(code_hash([*sorted(Path('colsim/core').rglob('*.py')), *tables]))"
    )
    found = {
        subprocess.run([python, "-c", script], capture_output=True, text=True, check=False).stdout
        for python in (sys.executable, "python3.12")
    }
    assert found - {""} == {source_hash() + "\n"}
