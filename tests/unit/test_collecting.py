"""Collecting tests is quick, whichever are run then."""

import ast
from pathlib import Path

import pytest

from tests.conftest import LATE
from tests.later import Later
from tests.spent import LEAST, MOST, SLOW, listed, slow_now

TESTS = Path(__file__).parents[1]


def at_the_top(path):
    """Return the libraries that a module imports as it is read; our pages bring theirs."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            yield "solara" if name.startswith("colsim.dashboard.pages") else name.split(".")[0]


def test_collecting_imports_no_library_of_a_few_tests(request):
    assert request.config.imported_early == []
    early = {path.name: sorted(LATE & set(at_the_top(path))) for path in TESTS.rglob("*.py")}
    assert {name: found for name, found in early.items() if found} == {}, "see tests/later.py"
    assert len(early) > 100


def test_what_was_measured_to_be_slow_is_marked_so(request):
    kept = listed()
    assert SLOW.read_text("utf-8").splitlines() == sorted(kept)
    for item in request.session.items:
        if item.nodeid.partition("[")[0] in kept:
            assert item.get_closest_marker("slow"), item.nodeid


def test_slow_is_what_takes_long_until_it_takes_much_less():
    spent = {"new": MOST + 0.1, "quick": LEAST / 2, "between": (LEAST + MOST) / 2}
    assert slow_now(set(), spent) == {"new"}
    assert slow_now({"between", "quick", "not run"}, spent) == {"new", "between", "not run"}


def test_a_library_comes_with_its_first_use():
    lists = Later("openpyxl")
    assert lists.Workbook.__name__ == "Workbook"
    with pytest.raises(AttributeError, match="Worbook"):
        _ = lists.Worbook


def test_a_library_that_is_not_there_skips_the_test():
    with pytest.raises(pytest.skip.Exception, match="no_such_library"):
        _ = Later("no_such_library").anything
