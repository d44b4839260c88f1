"""Processor time of each test, that of its fixtures and of ended child processes with it.

    python -m pytest -p tests.spent [-n 2] [what]

prints the tests that took most, and writes anew which of those that ran are slow: `slow.txt`, which
`conftest.py` reads. A function counts with all of its cases, a fixture with the first that uses it.
"""

import time
from collections import Counter
from pathlib import Path

import pytest

SLOW = Path(__file__).with_name("slow.txt")
MOST, LEAST = 0.3, 0.15
"""Seconds above which a function is slow, and below which one that was slow is so no longer."""
SHOWN = 60

_last = 0.0
_spent: Counter[str] = Counter()


def function_of(nodeid: str) -> str:
    """Return the name of a test without its case."""
    return nodeid.partition("[")[0]


def listed() -> set[str]:
    """Return the functions that are kept as slow."""
    return set(SLOW.read_text(encoding="utf-8").splitlines()) if SLOW.exists() else set()


def slow_now(kept: set[str], spent: dict[str, float]) -> set[str]:
    """Return which functions are slow, after some of them were run."""
    found = {name for name, seconds in spent.items() if seconds > MOST}
    stay = {name for name in kept if spent.get(name, MOST) > LEAST}
    return found | stay


def _processor_time() -> float:
    try:
        import resource
    except ImportError:  # Windows says nothing of children
        return time.process_time()
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def pytest_runtest_logstart():
    """Begin to count."""
    global _last
    _last = _processor_time()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    """Hand over with the report of each phase what it took; with -n it is read elsewhere."""
    global _last
    report = yield
    now = _processor_time()
    report.processor, _last = now - _last, now
    return report


def pytest_runtest_logreport(report):
    """Add up."""
    _spent[report.nodeid] += getattr(report, "processor", 0.0)


def pytest_terminal_summary(terminalreporter, config):
    """Show what took most, and keep what is slow."""
    if hasattr(config, "workerinput") or not _spent:
        return
    functions: Counter[str] = Counter()
    for nodeid, seconds in _spent.items():
        functions[function_of(nodeid)] += seconds
    terminalreporter.section(f"{_spent.total():.0f} s of processor time in {len(_spent)} tests")
    for name, seconds in functions.most_common(SHOWN):
        terminalreporter.write_line(f"{seconds:8.2f} s  {name}")
    kept = "".join(f"{name}\n" for name in sorted(slow_now(listed(), functions)))
    SLOW.write_text(kept, encoding="utf-8")
