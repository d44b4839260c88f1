"""Kernels hold no number without a name, and names stand in the order that kernels count on."""

import ast
import re
from pathlib import Path

import numpy as np
import pytest
from numba import njit

from colsim.core import names
from colsim.core.measures import TOTAL_INDEX, TOTALS
from colsim.core.names import Channel, Depth, Hours, Memory, Mode
from colsim.core.quantities import MODES
from colsim.core.records import PRACTITIONER_DTYPE
from colsim.core.state import MEMORIES
from colsim.core.state_table import FAMILY, MEMORY_MEANINGS
from colsim.core.totals import Total

CORE = Path(__file__).parents[2] / "colsim" / "core"
KERNELS = (
    *sorted((CORE / "mechanisms").glob("*.py")),
    CORE / "relations.py",
    CORE / "population.py",
    CORE / "schedule.py",
)
PLAIN = {0, 1}
"""Nothing, one more, the whole: they name themselves."""


OF_ONE = {"parameters", "derived", "clock", "shape", "args"}
"""Arrays of one record, a shape, a signature: their first is no choice."""


def _unnamed(source):
    """Yield line and number of each number that stands inside a function, or is an index of one."""
    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Constant) and type(node.value) in (int, float):
                if node.value not in PLAIN:
                    yield node.lineno, node.value
            elif isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
                if isinstance(node.op, ast.USub):
                    yield node.lineno, -node.operand.value
            elif (
                isinstance(node, ast.Subscript)
                and isinstance(node.slice, ast.Constant)
                and isinstance(node.value, ast.Attribute)
                and node.value.attr not in OF_ONE
            ):
                yield node.lineno, node.slice.value


ALLOWED = {("relations.py", -1), ("schedule.py", -1)}
"""Returned where a set has fewer facts than were asked for; the last phase, where Python steps."""


@pytest.mark.parametrize("path", KERNELS, ids=lambda path: path.name)
def test_no_kernel_holds_a_number_without_a_name(path):
    found = set(_unnamed(path.read_text(encoding="utf-8")))
    assert {(line, x) for line, x in found if (path.name, x) not in ALLOWED} == set()


def test_the_search_for_numbers_finds_them():
    source = """
def toy(w, family):
    p = w.parameters[0]
    family.contact = -2
    family.memory[0] += 1.0
    if family.trust[1] > 0.5:
        return 3
"""
    assert set(_unnamed(source)) == {(4, -2), (4, 2), (5, 0), (6, 1), (6, 0.5), (7, 3)}


def test_tables_are_made_from_the_names():
    assert [name.upper() for name in TOTALS] == [total.name for total in Total]
    assert all(TOTAL_INDEX[total.name.lower()] == total for total in Total)
    assert list(Total) == list(range(len(TOTALS)))
    assert (
        TOTALS["vain"] == Total.VAIN.meaning == "contacts without answer or with the wrong person"
    )
    assert tuple(MEMORY_MEANINGS) == MEMORIES
    assert [MEMORIES.index(kind.name.lower()) for kind in Memory] == list(Memory)
    assert PRACTITIONER_DTYPE["memory"].shape == (len(Memory),) == (24,)
    assert PRACTITIONER_DTYPE["hours_left"].shape == (len(Hours),) == (5,)
    assert MODES == {"scale": Mode.SCALE, "on": Mode.ON, "towards": Mode.TOWARDS}


def test_states_lie_between_the_least_and_the_greatest_name():
    state = {entry.name: entry for entry in FAMILY}
    assert (state["contact"].low, state["contact"].high) == (min(Channel), max(Channel))
    assert (state["depth"].low, state["depth"].high) == (min(Depth), max(Depth))


def test_totals_of_services_and_channels_stand_as_kernels_count_them():
    pairs = [
        ("TO_CSC", "TO_AMH"), ("BIAS_CSC", "BIAS_AMH"), ("ERROR_CSC", "ERROR_AMH"),
        ("TRUST_CSW", "TRUST_MHSW"), ("LEAVERS_CSW", "LEAVERS_MHSW"),
        ("POSTS_CSW", "POSTS_MHSW"), ("SPREAD_CSW", "SPREAD_MHSW"),
    ]  # fmt: skip
    for first, second in pairs:
        assert Total[second] - Total[first] == names.MHSW - names.CSW == 1, first
    behind = Total.FILLED_MHSW - Total.FILLED_CSW
    block = [t for t in Total if Total.FILLED_CSW <= t < Total.FILLED_MHSW]
    assert len(block) == behind == 10
    for total in block:
        assert Total(total + behind).name == total.name.replace("_CSW", "_MHSW")
    channels = [channel for channel in Channel if channel >= 0]
    assert len(channels) == names.CHANNELS
    for channel in channels:
        assert Total(Total.WRITTEN + channel).name == channel.name
        assert Memory(Memory.GOOD_WRITTEN + channel).name == f"GOOD_{channel.name}"
        assert Memory(Memory.BAD_WRITTEN + channel).name == f"BAD_{channel.name}"


def test_facts_of_both_sides_make_up_all():
    assert names.CHILD_FACTS | names.PARENT_FACTS == names.ALL_FACTS == (1 << names.FACTS) - 1
    assert names.CHILD_FACTS & names.PARENT_FACTS == 0
    assert names.CHILD_FACTS == (1 << names.SIDE_FACTS) - 1


def test_a_name_compiles_to_the_number_that_it_is():
    def named():
        @njit
        def count(totals):
            totals[Total.VAIN] += 1.0

        return count

    def bare(place):
        @njit
        def count(totals):
            totals[place] += 1.0

        return count

    assert Total.VAIN == 4
    assert _code(named()) == _code(bare(4))
    assert _code(named()) != _code(bare(3))


def _code(function):
    """Return what a function compiles to, but for the numbers in its name."""
    function(np.zeros(len(Total)))
    text = function.inspect_llvm(function.signatures[0])
    body = text[text.index("define ") :]
    body = body[: body.index("\n}")]
    return re.sub(r"@\"?[^\s(]+", "@", body)
