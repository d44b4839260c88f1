"""The script that plants faults plants what it says, where it says, and the same again."""

import ast
import importlib.util
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]
TOY = '''
_LEAST = 0.25
def toy(w, s):
    """Return 1 < 2."""
    p = w.parameters[0]
    x = clip01(p.base + 0.5 * w.trust[s])
    if u < x and w.age >= 3:
        w.open = True
        w.count += w.lead[MHSW]
    for k in range(1, w.size):
        x = x / 2.0
    return x if w.filled else max(0.0, x - 1)
'''


PLAIN_TOY = '''
LIKELY = 0.8
FLAG: bool = True

def toy(values, weeks=2, *, axis=-1):
    """Return 1 < 2."""
    total: int = values.mean(axis) ** 2
    found = 0 <= total < LIKELY and FLAG
    if not found or is_empty(values):
        raise ValueError
    values[0] = None
    check(total // 3)
    match values:
        case A.one | A.two:
            return np.maximum(0.0, total)
        case _:
            return values is None
'''


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("mutate", ROOT / "scripts" / "mutate.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["mutate"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def faults(script):
    return sys.modules["faults"]


def test_every_kind_of_fault_is_found_in_a_toy(faults):
    found = {(m.line, m.kind, m.old, m.new) for m in faults.candidates("toy.py", TOY)}
    assert found == {
        (2, "constant changed", "0.25", "0.275"),
        (6, "clamp dropped", "clip01(p.base + 0.5 * w.trust[s])", "(p.base + 0.5 * w.trust[s])"),
        (6, "sign turned", "+", "-"),
        (6, "constant changed", "0.5", "0.55"),
        (6, "product turned", "*", "/"),
        (6, "side swapped", "s", "1 - s"),
        (7, "comparison turned", "<", ">="),
        (7, "comparison turned", ">=", "<"),
        (7, "bound moved", ">=", ">"),
        (7, "constant changed", "3", "4"),
        (8, "statement dropped", "w.open = True", "pass"),
        (8, "name swapped", "open", "lead"),
        (9, "sign turned", "+=", "-="),
        (9, "statement dropped", "w.count += w.lead[MHSW]", "pass"),
        (9, "side swapped", "MHSW", "1 - MHSW"),
        (10, "range cut", "1", "(1) + 1"),
        (10, "range cut", "w.size", "(w.size) - 1"),
        (10, "constant changed", "1", "2"),
        (11, "product turned", "/", "*"),
        (11, "constant changed", "2.0", "2.2"),
        (12, "clamp dropped", "max(0.0, x - 1)", "(x - 1)"),
        (12, "constant changed", "0.0", "0.1"),
        (12, "constant changed", "1", "2"),
        (12, "sign turned", "-", "+"),
        (12, "condition turned", "w.filled", "(not w.filled)"),
    }


def test_no_fault_is_planted_in_notes(faults):
    noted = """
def toy(w, family, a):
    if rarely(family.watched):
        _note_contact(w, family, 1 - a)
    note(w, family, Event.ASKED, 1 - a, 0, 1)
    close_phase(w, a, 3)
"""
    assert faults.candidates("toy.py", noted) == []
    assert faults.candidates("toy.py", noted.replace("note(w", "feel(w")) != []


@pytest.mark.long
@pytest.mark.slow
def test_every_fault_of_every_kernel_is_one_change_of_one_line_of_valid_python(script, faults):
    for file in script.files():
        source = (ROOT / script.CORE / file).read_text(encoding="utf-8")
        tree = ast.dump(ast.parse(source))
        found = faults.candidates(file, source)
        assert len(found) >= 20, file
        for mutation in found[::9]:
            other = script.mutate(source, mutation)
            assert ast.dump(ast.parse(other)) != tree, mutation
            before, after = source.splitlines(), other.splitlines()
            assert before[: mutation.line - 1] == after[: mutation.line - 1], mutation


def test_the_choice_follows_from_the_seed_alone(script):
    source = (ROOT / script.CORE / "relations.py").read_text(encoding="utf-8")
    one = script.choose("relations.py", source, each=5, seed=3)
    assert one == script.choose("relations.py", source, each=5, seed=3)
    assert one != script.choose("relations.py", source, each=5, seed=4)
    assert len(one) == 5
    assert len({mutation.kind for mutation in one}) == 5


def test_every_kind_of_fault_is_found_in_a_plain_toy(faults):
    found = {(m.line, m.kind, m.old, m.new) for m in faults.candidates("", PLAIN_TOY, plain=True)}
    assert found == {
        (2, "constant changed", "0.8", "0.8800000000000001"),
        (2, "constant changed", "0.8", "0.7200000000000001"),
        (3, "constant changed", "True", "False"),
        (5, "constant changed", "2", "3"),
        (5, "constant changed", "2", "1"),
        (5, "sign turned", "-1", "(1)"),
        (5, "constant changed", "1", "2"),
        (5, "constant changed", "1", "0"),
        (7, "statistic mistaken", "mean", "sum"),
        (7, "product turned", "**", "*"),
        (7, "constant changed", "2", "3"),
        (7, "constant changed", "2", "1"),
        (8, "constant changed", "0", "1"),
        (8, "constant changed", "0", "-1"),
        (8, "bound moved", "<=", "<"),
        (8, "bound moved", "<", "<="),
        (8, "name swapped", "total", "count"),
        (8, "condition turned", "and", "or"),
        (9, "condition turned", "not found or is_empty(values)",
         "(not (not found or is_empty(values)))"),
        (9, "condition turned", "or", "and"),
        (9, "sign turned", "not found", "(found)"),
        (9, "name swapped", "values", "series"),
        (7, "name swapped", "values", "series"),
        (10, "statement dropped", "raise ValueError", "pass"),
        (11, "statement dropped", "values[0] = None", "pass"),
        (11, "constant changed", "0", "1"),
        (11, "constant changed", "0", "-1"),
        (11, "name swapped", "values", "series"),
        (12, "statement dropped", "check(total // 3)", "pass"),
        (12, "name swapped", "total", "count"),
        (12, "product turned", "//", "*"),
        (12, "constant changed", "3", "4"),
        (12, "constant changed", "3", "2"),
        (13, "name swapped", "values", "series"),
        (14, "case dropped", "A.one | A.two", "A.two"),
        (14, "case dropped", "A.one | A.two", "A.one"),
        (15, "clamp dropped", "np.maximum(0.0, total)", "(total)"),
        (15, "statistic mistaken", "maximum", "minimum"),
        (15, "constant changed", "0.0", "0.1"),
        (15, "constant changed", "0.0", "-0.1"),
        (15, "name swapped", "total", "count"),
        (16, "case dropped", "_", "_ if False"),
        (17, "comparison turned", "is", "is not"),
        (17, "name swapped", "values", "series"),
    }  # fmt: skip


@pytest.mark.long
@pytest.mark.slow
def test_every_fault_of_the_statistics_is_one_change_of_valid_python(script, faults):
    for file, tests in script.STATISTICS.items():
        source = (ROOT / "colsim" / file).read_text(encoding="utf-8")
        tree = ast.dump(ast.parse(source))
        found = faults.candidates(file, source, plain=True)
        assert len(found) >= 20, file
        chosen = faults.choose(file, source, each=None, seed=1, plain=True)
        left_out = {mutation.kind for mutation in found if mutation not in chosen}
        assert left_out <= {"name swapped"}, file
        for mutation in found[::9]:
            assert ast.dump(ast.parse(faults.mutate(source, mutation))) != tree, mutation
        for name in tests:
            assert (ROOT / "tests" / "unit" / name).exists()


@pytest.mark.long
@pytest.mark.slow
def test_a_fault_in_a_statistic_is_found():
    done = subprocess.run(
        [sys.executable, "scripts/mutate.py", "--statistics", "--file", "size.py", "--each", "2"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    *rows, last = done.stdout.splitlines()
    assert last == "2 faults planted, 2 found, 0 survived", done.stderr
    assert [row.split(":")[0] for row in rows] == ["scenario/size.py"] * 2
    assert all("test_size::test_" in row for row in rows)
    assert done.returncode == 0


def test_every_mechanism_is_among_the_files(script):
    names = {path.name for path in (ROOT / script.CORE / "mechanisms").glob("*.py")}
    names.remove("__init__.py")
    assert {Path(file).name for file in script.files()} == names | set(script.BESIDE_MECHANISMS)


def test_what_found_a_mutant_is_read_from_the_report(script, tmp_path):
    report = tmp_path / "report.xml"
    suite = ElementTree.Element("testsuite")
    for module, name, outcome in (
        ("tests.verification.test_twin", "test_all", "failure"),
        ("tests.verification.test_known_ties", "test_fade", "failure"),
        ("tests.verification.test_known_ties", "test_warm", None),
        ("tests.verification.test_known_ties", "test_known_fault", "skipped"),
        ("tests.verification.test_known_plans", "test_joint", "error"),
    ):
        case = ElementTree.SubElement(suite, "testcase", classname=module, name=name)
        if outcome:
            ElementTree.SubElement(case, outcome)
    ElementTree.ElementTree(suite).write(report)
    failed = script.failures(report)
    assert failed == ["test_twin::test_all", "test_known_ties::test_fade",
                      "test_known_plans::test_joint"]  # fmt: skip
    assert script.said(failed) == "twin; 2 known answers, test_fade"
    assert script.said([]) == ""
