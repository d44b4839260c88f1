"""The null without a model, rows exchanged, and plain figures of tables."""

import math
from itertools import product

import numpy as np
import pytest

from colsim.calibration.checks.skill import (
    _MEANS,
    _SPREADS,
    discrepancies,
    figures_of,
    null_scores,
    permuted_sets,
)
from colsim.calibration.interviewing.reporting import Reporting
from colsim.calibration.interviewing.speaking import states_of
from tests.frames import CELLS, LISTED, REPORT, instrument_for, voices_of
from tests.later import Later

stats = Later("scipy.stats")

ASKED = (3, 2)
INSTRUMENT = instrument_for()


def report():
    return voices_of(
        CELLS, ASKED, (3, 0, 1, 2), (3, 2, 3, 2), absent={("A", "MHSW")}, reporting=REPORT
    )


def chance_in_null(k, n, mean, spread):
    return stats.betabinom.pmf(k, n, mean * spread, (1 - mean) * spread)


def test_the_null_is_a_beta_binomial_whose_report_is_selected():
    """All: A of CSWs, and absent from MHSWs; some: B of CSWs; all: C of MHSWs."""
    n, m = ASKED
    total = np.zeros(4)
    grid = list(product(REPORT.powers, REPORT.alls, _MEANS, _MEANS, _SPREADS))
    for a, q, csw, mhsw, spread in grid:
        p = [chance_in_null(k, n, csw, spread) for k in range(n + 1)]
        r = [chance_in_null(k, m, mhsw, spread) for k in range(m + 1)]
        s = [(k / n) ** a for k in range(n + 1)]
        z = [(k / m) ** a for k in range(m + 1)]
        hushed = [1 - float(np.dot(p, s)), 1 - float(np.dot(r, z))]
        some = sum(p[k] * s[k] * (1 - q * (k == n)) for k in range(1, n + 1))
        themes = [
            p[n] * q * hushed[1] / (1 - hushed[0] * hushed[1]),
            some / (1 - hushed[0]),
            r[m] * q / (1 - hushed[1]),
        ]
        total[0] += math.prod(themes)
        for k in range(3):
            total[k + 1] += math.prod(themes) / themes[k]
    assert null_scores(INSTRUMENT, report()) == pytest.approx(np.log(total / len(grid)))


@pytest.mark.parametrize("reporting", [Reporting(), LISTED])
def test_the_null_of_answers_is_one_pattern_of_many(reporting):
    answers = np.full((5, 4), -1, np.int8)
    answers[:3, 0], answers[3:, 1] = (1, 0, -1), (0, -1)
    answers[:3, 2], answers[3:, 3] = (0, -1, 0), (1, 1)
    size = np.array([3, 2, 3, 2])
    low = (answers == 1).sum(axis=0)
    voices = voices_of(
        CELLS, ASKED, low, size - (answers == 0).sum(axis=0), answers, reporting=reporting
    )
    total = 0.0
    grid = list(product(_MEANS, _MEANS, _SPREADS))
    for csw, mhsw, spread in grid:

        def said(yes, no, mean, spread=spread):
            a, b = mean * spread, (1 - mean) * spread
            beta = math.lgamma(a + yes) + math.lgamma(b + no) - math.lgamma(a + b + yes + no)
            return math.exp(beta + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b))

        one = said(1, 1, csw) * said(0, 1, mhsw)
        two, three = said(0, 2, csw), said(2, 0, mhsw)
        if reporting.kind == "listed":
            nobody = said(0, 3, csw), said(0, 2, mhsw)
            one /= 1 - nobody[0] * nobody[1]
            two = (two - nobody[0]) / (1 - nobody[0])
            three /= 1 - nobody[1]
        total += one * two * three
    assert null_scores(INSTRUMENT, voices)[0] == pytest.approx(math.log(total / len(grid)))


def test_rows_are_exchanged_within_a_service_and_no_theme_is_lost():
    voices = report()
    states = states_of(INSTRUMENT, voices)
    found = permuted_sets(INSTRUMENT, voices, count=40, seed=1)
    assert found.shape == (40, 4)
    for own in ([0, 2], [1, 3]):
        assert (np.sort(found[:, own], axis=1) == np.sort(states[own])).all()
    # C is of MHSWs alone, so that it cannot be the one that is absent.
    assert (found[:, 3] > 0).all()
    assert len(np.unique(found[:, 0])) == 2


def test_bands_change_places_with_bands_of_the_same_width():
    voices = voices_of(CELLS, ASKED, (0, 0, 2, 1), (1, 2, 3, 1))
    found = permuted_sets(INSTRUMENT, voices, count=30, seed=1)
    assert set(map(tuple, found[:, [0, 2]].tolist())) == {(0, 2), (2, 0)}
    assert (found[:, [1, 3]] == (0, 1)).all()  # 0 to 2, and 1: of other widths


def test_plain_figures_are_those_of_the_table():
    voices = report()
    held = figures_of(INSTRUMENT, voices, states_of(INSTRUMENT, voices)[None])[0]
    assert held.tolist() == [2, 0.75, 0.5]
    counts = voices_of(CELLS, ASKED, (3, 0, 1, 2))
    found = figures_of(INSTRUMENT, counts, counts.low[None])[0]
    assert found == pytest.approx([2, (1 + 0 + 1 / 3 + 1) / 4, (1 + 1 / 3) / 2 - 0.5])
    prior, posterior = np.zeros((4, 4), int), np.array([[2, 0, 1, 2], [2, 0, 1, 1]] * 10)
    rows = discrepancies(INSTRUMENT, voices, prior, posterior)
    assert [row["figure"] for row in rows] == ["unanimous", "voiced", "difference"]
    assert (rows[0]["held"], rows[0]["prior_mean"], rows[0]["prior_p"]) == (2, 0, 0)
    assert (rows[0]["posterior_mean"], rows[0]["posterior_p"]) == (1.5, 1.0)
