"""What docstrings show is what comes of it."""

import doctest
import importlib
import inspect
import re
from pathlib import Path

import pytest

import colsim

ROOT = Path(__file__).parents[2]
SHOWING = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "colsim").rglob("*.py")
    if "    >>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", SHOWING)
def test_examples_hold(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module(name.removesuffix(".__init__"))
    failed, _ = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert failed == 0


@pytest.mark.parametrize(
    "name", ["colsim.scenario.loading", "colsim.scenario.shipped", "colsim.errors"]
)
def test_what_users_call_first_is_shown(name):
    assert name in SHOWING


NOT_RUN = {
    "calibrate": "it takes minutes",
    "interviews": "it wants a calibration file",
    "loglik": "it wants a calibration file",
    "open_calibration": "it wants a finished calibration",
    "Information.plot": "it wants forty worlds",
}
"""Names of the package that no example uses, and why."""


def lines_that_run(*, of=None):
    """Return the lines of examples that are run: all, or those of a class and its parents."""
    found = []
    names = None if of is None else {f"{c.__module__}.{c.__qualname__}" for c in of.__mro__}
    for name in SHOWING:
        module = importlib.import_module(name.removesuffix(".__init__"))
        for test in doctest.DocTestFinder().find(module):
            if names is None or any(f"{test.name}.".startswith(f"{n}.") for n in names):
                found += [e.source for e in test.examples if doctest.SKIP not in e.options]
    return " ".join(found)


def offered():
    """Yield each function of the package and each method of its classes, and where it is shown.

    Mesa's way to take an agent out is left out: this model refuses it.
    """
    for name in colsim._EXPORTS:
        one = getattr(colsim, name)
        if inspect.isclass(one):
            own = [c for c in one.__mro__ if c.__module__.startswith("colsim")]
            methods = {m for c in own for m, v in vars(c).items() if inspect.isfunction(v)}
            for method in sorted(m for m in methods if m != "remove" and not m.startswith("_")):
                yield f"{name}.{method}", one
        elif callable(one):
            yield name, None


def test_each_name_that_users_call_has_an_example_that_is_run():
    lines = {of: lines_that_run(of=of) for of in {of for _, of in offered()}}
    without = {
        name
        for name, of in offered()
        if not re.search(rf"\b{name.rpartition('.')[2]}\(", lines[of])
    }
    assert without == set(NOT_RUN)
