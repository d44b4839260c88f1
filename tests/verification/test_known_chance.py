"""Arrivals, returns and queues: Poisson counts, geometric waits, and systems solved on paper.

Each p-value is compared with a false-alarm rate of 1e-4; each has a wrong version that it rejects.
"""

import numpy as np
import pytest

from colsim.core.measures import TOTAL_INDEX
from colsim.core.schedule import advance
from colsim.scenario.levers import LEVERS
from tests.later import Later
from tests.verification.known import (
    FALSE_ALARM,
    NEVER,
    NO_CONTACT,
    NO_TURNOVER,
    active,
    chance_of_count,
    chance_of_counts,
    count_waits,
    geometric,
    layout_of,
    paired_world,
    run_phase,
    run_phases,
    start_week,
    totals,
    world_of,
)
from tests.worlds import small_layout, use

stats = Later("scipy.stats")


def arrivals(world, *, weeks):
    """Return the number of arrivals by locality and week, shape (localities, weeks)."""
    counts = np.zeros((len(world.localities), weeks), int)
    come = world.families["arrival"] >= 0
    np.add.at(counts, (world.families["locality"][come], world.families["arrival"][come]), 1)
    return counts


def places_world(*, localities, shared, weeks, seed, **parameters):
    layout = layout_of(
        localities=localities,
        csw=localities,
        csw_team_size=1,
        mhsw=localities,
        mhsw_teams=localities,
        shared_families=shared * localities,
    )
    return world_of(parameters, layout=layout, seed=seed, weeks=weeks)


def chance_of_poisson(counts, mean):
    """Return the p-value of counts by their classes, were they Poisson with this mean."""
    classes = int(counts.max()) + 10
    p = stats.poisson.pmf(np.arange(classes), mean)
    return chance_of_counts(np.bincount(counts.ravel(), minlength=classes), p)


def chance_of_dispersion(counts):
    """Return the p-value of the variance over the mean, were the counts Poisson."""
    n = counts.size
    index = counts.var(ddof=1) / counts.mean() * (n - 1)
    return 2 * min(stats.chi2.sf(index, n - 1), stats.chi2.cdf(index, n - 1))


def chance_of_even_spread(counts):
    """Return the Kolmogorov-Smirnov p-value of all times of arrival, were they spread evenly.

    Given how many came, a Poisson process spreads them so; a draw inside the week makes the time
    continuous.
    """
    by_week = counts.sum(axis=0)
    inside = np.random.default_rng(1).uniform(size=by_week.sum())
    times = np.repeat(np.arange(len(by_week)), by_week) + inside
    return stats.kstest(times / len(by_week), "uniform").pvalue


def test_arrivals_are_a_poisson_process():
    """60 localities, 200 weeks, 1.5 a week: classes, dispersion, spread over time, and no memory
    from one week to the next or from one locality to the next."""
    world = places_world(localities=60, shared=30.0, weeks=200, seed=2, arrival_rate=0.05)
    counts = arrivals(world, weeks=200)
    assert chance_of_poisson(counts, 1.5) > FALSE_ALARM
    assert chance_of_dispersion(counts) > FALSE_ALARM
    assert chance_of_even_spread(counts) > FALSE_ALARM
    for one, other in ((counts[:, :-1], counts[:, 1:]), (counts[:-1], counts[1:])):
        assert stats.pearsonr(one.ravel(), other.ravel()).pvalue > FALSE_ALARM
    # Wrong versions: 7 % more; families that come in twos; a rising rate; weeks that carry over.
    assert chance_of_poisson(counts, 1.07 * 1.5) < FALSE_ALARM
    assert chance_of_dispersion(counts // 2 * 2) < FALSE_ALARM
    rising = np.random.default_rng(2).poisson(np.linspace(1.4, 1.6, 200), (60, 200))
    assert chance_of_even_spread(rising) < FALSE_ALARM
    carried = counts[:, :-1] + counts[:, 1:]
    assert stats.pearsonr(carried[:, :-1].ravel(), carried[:, 1:].ravel()).pvalue < FALSE_ALARM


@pytest.mark.slow
def test_the_initial_stock_is_poisson_and_older_than_nothing():
    """The stock of 2000 localities; each family's plan cycle began 0 to 12 weeks ago, evenly."""
    world = places_world(localities=2000, shared=4.0, weeks=1, seed=3, arrival_rate=0.0)
    counts = np.bincount(world.families["locality"], minlength=2000)
    assert chance_of_poisson(counts, 4.0) > FALSE_ALARM
    ages = np.bincount(-world.families["cycle_start"], minlength=13)
    assert len(ages) == 13
    assert chance_of_counts(ages, np.full(13, 1 / 13)) > FALSE_ALARM
    # Wrong versions: 4.3 families; ages that start at 1.
    assert chance_of_poisson(counts, 4.3) < FALSE_ALARM
    assert chance_of_counts(np.append(ages, 0), np.append(0, np.full(13, 1 / 13))) < FALSE_ALARM


def test_no_policy_and_no_practice_moves_arrivals():
    """The same families come in the same weeks, whatever the policy and whoever leaves."""
    layout = small_layout()
    uses = [use(name, layout) for name in LEVERS]
    quiet = world_of({}, layout=layout, weeks=60, seed=9)
    busy = world_of(
        {"leave_csw": 1.0, "contact_base": NEVER}, layout=layout, uses=uses, weeks=60, seed=9
    )
    for world in (quiet, busy):
        advance(world, 60)
    for name in ("origin", "arrival", "locality", "weight", "severity0", "risk0", "complexity"):
        assert (quiet.families[name] == busy.families[name]).all()
    column = TOTAL_INDEX["arrivals"]
    assert (quiet.totals[:, column] == busy.totals[:, column]).all()
    assert (quiet.totals[:, column] == arrivals(quiet, weeks=60).sum(axis=0)).all()
    # Wrong version: another seed.
    other = world_of({}, layout=layout, weeks=60, seed=10)
    assert len(other.families) != len(quiet.families) or (
        (other.families["origin"] != quiet.families["origin"]).any()
    )


def test_arrivals_take_their_routes_with_the_stated_shares():
    """Both services, children's services alone, adult mental health alone: three classes."""
    shares = (1 / 3, 1 / 3, 1 / 3)
    world = places_world(
        localities=20, shared=100.0, weeks=2, seed=4, arrival_rate=2.0, refer_base=NEVER,
    )  # fmt: skip
    run_phases(world, "policy", "intake")
    new = world.families[world.families["arrival"] == 0]
    both, csc = new["open"].all(axis=1), new["open"][:, 0] != 0
    counts = [both.sum(), (csc & ~both).sum(), (~csc).sum()]
    assert sum(counts) > 3500
    assert chance_of_counts(counts, shares) > FALSE_ALARM
    assert (new["shared_since"] == np.where(both, 0, -1)).all()
    # Wrong version: children's services alone are rarer.
    assert chance_of_counts(counts, (1 / 3, 0.28, 1 - 1 / 3 - 0.28)) < FALSE_ALARM


def closing_world(risk, rate, *, families, seed, weeks=60):
    """Return a world in which all families close this week, with a fixed risk."""
    world = paired_world(
        {"return_rate": rate, "close_rate": 1.0, "recovery_rate": 0.0},
        families=families,
        seed=seed,
        weeks=weeks,
    )
    world.families["risk0"] = risk
    world.families["severity"] = world.families["severity0"]
    world.families["belief"] = 0.0
    return world


def waits_of_returns(world):
    """Return the number of weeks until each return, from the lists by week."""
    waits = []
    for week in range(len(world.returns)):
        k = int(world.returns[week, 0])
        while k >= 0:
            waits.append(week)
            k = int(world.families["next_return"][k])
    return np.array(waits)


def test_returns_are_geometric_and_the_share_within_a_year_has_its_closed_form():
    """Chance x a week: waits of k weeks with (1 - x)**(k - 1) x, none after 52;
    1 - (1 - x)**52 return. Each comes back in its week, to children's services alone."""
    risk, rate, families = 0.6, 0.05, 6000
    x = risk * rate
    world = closing_world(risk, rate, families=families, seed=5)
    closed = len(active(world))
    run_phases(world, "live")
    assert len(active(world)) == 0
    assert totals(world, "closures") == closed
    waits = waits_of_returns(world)
    assert waits.min() == 1
    assert waits.max() <= 52
    share = 1 - (1 - x) ** 52
    assert chance_of_count(len(waits), closed, share) > FALSE_ALARM
    counts = count_waits(np.append(waits, np.full(closed - len(waits), 99)), 52)
    assert chance_of_counts(counts, geometric(x, 52)) > FALSE_ALARM
    # Wrong versions: a rate of 10 % more; a year of 48 weeks; waits that start a week later.
    assert chance_of_count(len(waits), closed, 1 - (1 - 1.1 * x) ** 52) < FALSE_ALARM
    assert chance_of_count(len(waits), closed, 1 - (1 - x) ** 48) < FALSE_ALARM
    late = np.append(0.0, geometric(x, 51))
    assert chance_of_counts(counts, late) < FALSE_ALARM
    # They do come back, in the week drawn.
    world.families["open"][:, 1] = 0
    for week in range(1, 54):
        before = len(active(world))
        run_phases(world, "policy", "intake")
        assert len(active(world)) - before == (waits == week).sum()
    assert totals(world, "returns") == len(waits)


@pytest.mark.parametrize("risk, rate, share", [(0.5, 0.0, 0.0), (0.0, 1.0, 0.0), (1.0, 1.0, 1.0)])
def test_returns_that_are_certain_or_impossible(risk, rate, share):
    """No chance: nobody returns. A chance of one: everybody does in the next week."""
    world = closing_world(risk, rate, families=50, seed=6)
    closed = len(active(world))
    run_phases(world, "live")
    waits = waits_of_returns(world)
    assert len(waits) == share * closed
    assert (waits == 1).all()


def test_adult_mental_health_goes_on_in_the_background():
    """Weeks after CSC closed, AMH is still open with exp(-close (1 - severity) weeks)."""
    world = closing_world(1.0, 1.0, families=4000, seed=7)
    world.parameters["close_amh_rate"] = 0.1
    world.families["severity0"] = world.families["severity"] = 0.4
    closed = len(active(world))
    run_phases(world, "live")
    world.families["closed"] = -6  # as if they had closed seven weeks before they return
    run_phases(world, "policy", "intake")
    back = active(world)
    assert len(back) == closed
    still = int(world.families["open"][back, 1].sum())
    p = np.exp(-0.1 * 0.6 * 7)
    assert chance_of_count(still, closed, p) > FALSE_ALARM
    # Wrong versions: severity the other way round; six weeks.
    assert chance_of_count(still, closed, np.exp(-0.1 * 0.4 * 7)) < FALSE_ALARM
    assert chance_of_count(still, closed, np.exp(-0.1 * 0.6 * 6)) < FALSE_ALARM


def test_families_in_care_are_a_queue_with_servers_without_end():
    """Families come to AMH alone, as Poisson(r) a week; each stays a geometric number of weeks with
    hazard h. Thinning a Poisson process, the number who came and are still there after w weeks is
    Poisson with mean r (g + g**2 + ... + g**w), g = 1 - h (the week of arrival counts).

    700 localities, whole weeks of the model; false-alarm rate 1e-4.
    """
    rate, hazard, weeks = 1 / 3, 0.08, 60
    parameters = NO_CONTACT | NO_TURNOVER | {
        "refer_base": NEVER,
        "arrival_rate": 0.2,
        "close_amh_rate": hazard / 0.5,
        "recovery_rate": 0.0,
    }  # fmt: skip
    world = places_world(localities=700, shared=5.0, weeks=weeks, seed=8, **parameters)
    world.families["severity0"] = world.families["severity"] = 0.5
    advance(world, weeks)
    there = active(world)
    there = there[world.families["arrival"][there] >= 0]
    there = there[world.families["open"][there, 0] == 0]  # a third come to AMH alone
    counts = np.bincount(world.families["locality"][there], minlength=700)
    kept = 1 - hazard
    mean = rate * kept * (1 - kept**weeks) / hazard
    assert (world.families["open"][there] == [0, 1]).all()
    assert chance_of_poisson(counts, mean) > FALSE_ALARM
    assert chance_of_dispersion(counts) > FALSE_ALARM
    # Wrong versions: counted before the week's closures; a hazard of a tenth less.
    assert chance_of_poisson(counts, mean / kept) < FALSE_ALARM
    assert chance_of_poisson(counts, mean / 0.9) < FALSE_ALARM


def test_care_by_children_s_services_and_its_returns_have_a_known_balance():
    """CSC alone, one plan done, belief 0: a family closes with c a week and, its risk being r,
    returns after a geometric wait. Every family is open, or closed for now, or gone: exactly."""
    world = paired_world({"close_rate": 0.2, "return_rate": 0.1}, families=300, seed=9, weeks=80)
    n = len(active(world))
    for _ in range(60):
        run_phases(world, "policy", "intake", "live")
    start_week(world)
    run_phase(world, "policy")
    run_phase(world, "intake")
    waiting = sum(len(waits_of(world, week)) for week in range(61, 80))
    gone = ((world.families["closed"] >= 0).sum()) - waiting
    half_closed = ((world.families["open"] == 0).all(axis=1) & (world.families["closed"] < 0)).sum()
    assert len(active(world)) + waiting + gone + half_closed == n
    assert totals(world, "closures") - totals(world, "returns") == waiting + gone
    load = world.practitioners["shared_load"].sum()
    assert load == (world.families["lead"][active(world)] >= 0).sum()


def waits_of(world, week):
    """Return the families on the list of returns of a week."""
    found = []
    k = int(world.returns[week, 0])
    while k >= 0:
        found.append(k)
        k = int(world.families["next_return"][k])
    return found
