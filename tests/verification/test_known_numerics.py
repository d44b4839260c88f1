"""The scalar functions against plain formulas: the twin calls them too, so it cannot judge them."""

import math

import numpy as np
import pytest

from colsim.core import numerics
from tests.later import Later

special, stats = Later("scipy.special"), Later("scipy.stats")

EDGES = [-2.0, -1.0, -1e-9, 0.0, 1e-9, 0.25, 0.5, 1.0 - 1e-9, 1.0, 1.0 + 1e-9, 3.0]
LOG_ODDS = [-50.0, -30.0, -4.0, -2.0, -1.999, -1.5, -1.0, -0.999, 0.0, 0.7, 5.0, 30.0, 80.0]


@pytest.mark.parametrize("x", EDGES)
def test_clipping(x):
    assert numerics.clip01(x) == min(1.0, max(0.0, x))
    assert numerics.clip(x, -1.0, 0.5) == min(0.5, max(-1.0, x))
    assert numerics.around(0.3, 0.4, x) == min(1.0, max(0.0, 0.3 + 0.4 * (2.0 * x - 1.0)))


@pytest.mark.parametrize("x", LOG_ODDS)
def test_logistic(x):
    held = min(30.0, max(-30.0, x))
    assert numerics.logistic(x) == pytest.approx(special.expit(held), rel=1e-14)
    assert numerics.logistic(x) + numerics.logistic(-x) == pytest.approx(1.0, abs=1e-15)


@pytest.mark.parametrize("x", LOG_ODDS)
def test_the_shortcut_changes_no_answer(x):
    """`happens` leaves the exponential out where the answer is plain, and never gives another."""
    chance = numerics.logistic(x)
    near = [chance, np.nextafter(chance, 0), np.nextafter(chance, 1), 0.0, 0.119, 0.12, 0.1192]
    for u in [*near, 0.268, 0.2689, 0.27, *np.linspace(0, 1, 101)[:-1]]:
        assert numerics.happens(u, x) == (u < chance), u


@pytest.mark.parametrize("quarter", range(-34, 35))
def test_the_shortcut_holds_where_its_bounds_are(quarter):
    """At each quarter and beside it, with draws that a bound could mistake, whatever rounds."""
    x = quarter / 4
    bounds = [numerics.logistic(x + step) for step in (-0.25, 0.0, 0.25)]
    draws = [bound + away for bound in bounds for away in (-2e-9, -1e-9, -1e-16, 0.0, 1e-16, 2e-9)]
    for beside in (np.nextafter(x, -40), x, np.nextafter(x, 40), x + 0.249999999):
        chance = numerics.logistic(beside)
        for u in (*draws, chance, np.nextafter(chance, 0), np.nextafter(chance, 1)):
            assert numerics.happens(u, beside) == (u < chance), (u, beside)


def test_pull_and_trust_in_force():
    assert numerics.pull(0.2, 1.0, 0.25) == 0.4
    assert numerics.pull(0.2, 0.2, 0.9) == 0.2
    assert numerics.trust_in_force(0.0, 0.9, -0.25) == 0.25  # a stranger: the story
    assert numerics.trust_in_force(0.0, 0.9, -0.75) == -0.25  # no share, and not cut to one
    assert numerics.trust_in_force(1.0, 0.9, -0.5) == 0.9  # an old acquaintance: the record
    assert numerics.trust_in_force(0.5, 0.9, -0.25) == pytest.approx(0.575, abs=1e-15)


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("rate", [0.0, 0.2, 0.9])
def test_updated_trust(sign, rate):
    step = min(1.0, rate * (3.0 if sign < 0 else 1.0))
    expected = 0.6 + step * ((1.0 if sign > 0 else 0.0) - 0.6)
    assert numerics.updated_trust(0.6, sign, rate, 3.0) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("mean", [0.0, 0.15, 3.0, 60.0, 700.0])
def test_poisson_counts_are_quantiles(mean):
    """By inversion: the same counts as an independent library at the same quantiles."""
    u = (np.arange(400) + 0.5) / 400
    ours = [numerics.poisson(mean, x) for x in u]
    assert ours == stats.poisson.ppf(u, mean).clip(0).astype(int).tolist()


def test_a_poisson_count_at_its_own_edge():
    """The count is 0 below exp(-mean), and 1 from there on; it ends 12 deviations up."""
    edge = math.exp(-1.0)
    assert numerics.poisson(1.0, np.nextafter(edge, 0)) == 0
    assert numerics.poisson(1.0, edge) == 1
    assert numerics.poisson(0.0, 1.0 - 2.0**-53) == 0
    assert numerics.poisson(700.0, 1.0) == int(700 + 12 * math.sqrt(700) + 30)


@pytest.mark.parametrize("mean", [499.0, 501.0, 800.0, 2000.0, 100_000.0])
def test_poisson_counts_of_very_large_places(mean):
    for u in (0.001, 0.3, 0.5, 0.9, 0.9999):
        assert numerics.poisson(mean, u) == int(stats.poisson.ppf(u, mean))
