"""No mechanism holds a number of its own: what could be otherwise is a parameter, with a source."""

import ast
from pathlib import Path

import pytest

CORE = Path(__file__).parents[2] / "colsim" / "core"
SOURCES = [
    *sorted((CORE / "mechanisms").glob("*.py")),
    CORE / "relations.py",
    CORE / "population.py",
    CORE / "advice.py",
]
PLAIN = {0, 1, -1, 0.5}
"""Nothing, all, one step, and the middle of a unit range or an even share."""
TECHNICAL = {
    "_LN2": 0.6931471805599453,
    "_ROUNDING": 1e-9,
    "_SAFE": 1.000001,
    "_NO_MEMBERS": 2,
    "_LAST_WEEK": 12,
    "_AT_FRONT_DOOR": 6,
    "_TO_SPANNER": 2,
    "_BY_SPANNER": 4,
}
"""Constants of mathematics, of rounding, of names of draws, how results are kept, out of range."""


def numbers(source):
    """Return line and value of each number that is neither plain nor a technical constant."""
    tree = ast.parse(source)
    named = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
            several = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
            pairs = zip(target.elts, value.elts, strict=True) if several else [(target, value)]
            named |= {
                number
                for name, number in pairs
                if isinstance(name, ast.Name)
                and isinstance(number, ast.Constant)
                and TECHNICAL.get(name.id) == number.value
            }
    return [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
        and node.value not in PLAIN
        and node not in named
    ]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_mechanism_holds_a_bare_number(path):
    assert numbers(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("number", ["0.3", "4", "2.0", "-0.2", "52"])
def test_a_bare_number_is_found(number):
    assert [abs(n) for _, n in numbers(f"x = y * {number}\n")] == [abs(float(number))]
    assert numbers("_LN2 = 0.6931471805599453\nx = 0.5 * y - 1\n") == []
    assert numbers("_SAFE = 3.0\n") == [(1, 3.0)]
