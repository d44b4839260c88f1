"""The script that plants faults plants what it says, where it says, and the same again."""

import ast
import importlib.util
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


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("mutate", ROOT / "scripts" / "mutate.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["mutate"] = module
    spec.loader.exec_module(module)
    return module


def test_every_kind_of_fault_is_found_in_a_toy(script):
    found = {(m.line, m.kind, m.old, m.new) for m in script.candidates("toy.py", TOY)}
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


def test_every_fault_of_every_kernel_is_one_change_of_one_line_of_valid_python(script):
    for file in script.files():
        source = (ROOT / script.CORE / file).read_text(encoding="utf-8")
        tree = ast.dump(ast.parse(source))
        found = script.candidates(file, source)
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


def test_every_mechanism_is_among_the_files(script):
    names = {path.name for path in (ROOT / script.CORE / "mechanisms").glob("*.py")}
    names.remove("__init__.py")
    assert {Path(file).name for file in script.files()} == names | {"relations.py", "numerics.py"}


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
