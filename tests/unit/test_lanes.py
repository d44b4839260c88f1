"""Rows of a record taken at a time have the bits of a loop."""

import numpy as np

from colsim.core import lanes
from colsim.core.compiled import kernel
from colsim.core.records import FAMILY_DTYPE
from colsim.core.relations import nth_fact, weight_of

SETS = [0, 1, 2**15, 2**16 - 1, *np.random.default_rng(7).integers(0, 2**16, 500).tolist()]


@kernel
def _weight(families, k, facts):
    return weight_of(families[k], facts)


@kernel
def _nth(facts, n):
    return nth_fact(facts, n)


def test_weights_are_summed_in_order():
    rng = np.random.default_rng(1)
    families = np.zeros(2, FAMILY_DTYPE)
    for facts in SETS:
        weights = rng.random((2, 16))
        families["weight"] = weights
        total = 0.0
        for x in range(16):
            if facts >> x & 1:
                total += weights[1, x]
        assert _weight(families, 1, facts) == total
        assert lanes._sum_plainly(weights[1], facts) == total


def test_the_nth_fact_is_found_by_halving():
    for facts in SETS:
        held = [x for x in range(16) if facts >> x & 1]
        assert [_nth(facts, n) for n in range(len(held))] == held
