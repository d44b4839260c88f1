"""The rule by which precision ends a sweep keeps what its interval promises.

Synthetic differences, no model. With 4,000 sweeps and a true coverage of 94 %, a share below
93 % comes up with a chance of 0.4 % (binomial); seeds are fixed, so it does so never or always.
"""

import numpy as np
import pytest
from scipy.stats import t

from colsim.experiments import precision
from colsim.experiments.experiment import LEAST_BATCH, LEAST_FLOOR
from colsim.experiments.precision import (
    IN_A_ROW,
    Judgement,
    enough,
    interval_width,
    judge,
    reached,
    until_precise,
    world_differences,
)
from colsim.experiments.runner import SERIES, Outcome

SWEEPS, CAP = 4_000, 400  # worlds
DRAWS = {
    "normal": (lambda rng, shape: rng.normal(size=shape), 0.0, 1.0),
    "exponential": (lambda rng, shape: rng.exponential(size=shape), 1.0, 1.0),
    "log-normal": (
        lambda rng, shape: rng.lognormal(0.0, 0.6, size=shape),
        np.exp(0.18),
        np.sqrt((np.exp(0.36) - 1) * np.exp(0.36)),
    ),
    "works in one world of five": (
        lambda rng, shape: np.where(
            rng.random(shape) < 0.2, rng.normal(1.0, 0.2, shape), rng.normal(0.0, 0.05, shape)
        ),
        0.2,
        np.sqrt(0.2 * 1.04 + 0.8 * 0.0025 - 0.04),
    ),
}


def coverage(name, needed, *, floor, batch, in_a_row, cap=CAP, seed=7):
    """Return the share of sweeps whose last interval holds the mean, and worlds on average.

    The wanted width is that which the interval has with `needed` worlds.
    """
    draw, mean, spread = DRAWS[name]
    differences = draw(np.random.default_rng(seed), (SWEEPS, cap))
    wanted = 2 * 1.96 * spread / np.sqrt(needed)
    going = np.arange(SWEEPS)
    narrow = np.zeros(SWEEPS, int)
    ended, held = np.zeros(SWEEPS, int), np.zeros(SWEEPS, bool)
    for worlds in (*range(floor, cap, batch), cap):
        seen = differences[going, :worlds]
        width = interval_width(seen)
        narrow[going] = np.where(width <= wanted, narrow[going] + 1, 0)
        ends = (narrow[going] >= in_a_row) | (worlds == cap)
        held[going[ends]] = (np.abs(seen.mean(axis=1) - mean) <= width / 2)[ends]
        ended[going[ends]] = worlds
        going = going[~ends]
    return held.mean(), ended.mean()


def test_width_by_hand():
    differences = np.array([[1.0, 2.0, 3.0, np.nan], [np.nan, np.nan, np.nan, 1.0]])
    width = interval_width(differences)
    assert width[0] == pytest.approx(2 * t.ppf(0.975, 2) * 1.0 / np.sqrt(3))
    assert width[1] == np.inf
    np.testing.assert_array_equal(interval_width(np.ones((2, 9))), 0.0)


def test_width_by_tabulated_quantiles():
    """t(0.975; 1) = 12.7062047, t(0.975; 2) = 4.3026527, t(0.95; 2) = 2.9199856.

    Worlds 1, 3: deviation the root of 2, over the root of 2 worlds 1. Worlds 1, 2, 3: 1, over the
    root of 3. Any number of axes goes before that of worlds.
    """
    two, three = [1.0, 3.0, np.nan], [1.0, 2.0, 3.0]
    width = interval_width(np.array([[two, three], [three, two], [[np.nan] * 3, [1, 1, 1]]]))
    short, long = 2 * 12.7062047, 2 * 4.3026527 / np.sqrt(3)
    expected = [[short, long], [long, short], [np.inf, 0.0]]
    np.testing.assert_allclose(width, expected, rtol=1e-7)
    narrower = interval_width(np.array(three), confidence=0.9)
    assert narrower == pytest.approx(2 * 2.9199856 / np.sqrt(3), rel=1e-7)


def test_differences_by_world_by_hand():
    """Base 1, 3, 5, 5; values 2, 6 | 5, none: (1 + 3) / 2, 0 of one seed; the other: 0 and none."""
    values = np.array([[2.0, 6.0, 5.0, np.nan], [1.0, 3.0, np.nan, np.nan]])
    found = world_differences(values, np.array([1.0, 3.0, 5.0, 5.0]))
    np.testing.assert_array_equal(found, [[2.0, 0.0], [0.0, np.nan]])


def test_an_interval_of_just_the_wanted_width_is_narrow():
    values, base = np.array([[0.0, 0.0, 2.0, 2.0]]), np.zeros(4)
    wide = judge(["a"], values, base, width=1.0).widest
    assert judge(["a"], values, base, width=wide).narrow
    assert not judge(["a"], values, base, width=wide * 0.999).narrow


def test_the_widest_interval_is_judged():
    base = np.zeros(6)
    values = np.array([[1.0, 1, 1, 1, 1, 1], [0.0, 2, 4, 6, np.nan, np.nan], [0, 0, 1, 1, 2, 2.0]])
    verdict = judge(["a", "c"], values[[0, 2]], base, width=10.0)
    assert (verdict.point, verdict.replications, verdict.narrow) == ("c", 6, True)
    # Worlds (0, 1, 2): mean 1, standard deviation 1.
    assert verdict.widest == pytest.approx(2 * t.ppf(0.975, 2) / np.sqrt(3))
    assert judge(["a", "b"], values[:2], base, width=10.0).point == "b"
    assert not judge(["b"], values[[1]] * np.nan, base, width=10.0).narrow


def test_two_narrow_judgements_in_a_row_are_enough():
    def judgements(*narrow):
        return [Judgement(0, 0.0, "", one) for one in narrow]

    assert not enough(judgements())
    assert not enough(judgements(True))
    assert not enough(judgements(True, False, True))
    assert enough(judgements(False, True, True))
    assert enough(judgements(True, True))
    assert not enough(judgements(True))
    assert not enough(judgements(True, True, False))


@pytest.mark.slow
@pytest.mark.parametrize("name", DRAWS)
@pytest.mark.parametrize("needed", [40, 100, 200])
def test_the_interval_at_the_end_holds_the_mean(name, needed):
    share, worlds = coverage(
        name, needed, floor=LEAST_FLOOR // 2, batch=LEAST_BATCH // 2, in_a_row=IN_A_ROW
    )
    assert share >= 0.93
    assert worlds < needed + 2.2 * LEAST_BATCH // 2 + LEAST_FLOOR // 2


def test_a_rule_without_floor_and_second_look_does_not():
    for name in ("exponential", "log-normal", "works in one world of five"):
        share, _ = coverage(name, 40, floor=4, batch=2, in_a_row=1, cap=80)
        assert share < 0.88


def made_up(monkeypatch, spread, *, asked=None):
    """Let worlds differ in what one policy gains by so much, a second one by a tenth of it."""

    def lives(compiled, *, first, replications, progress=None, **more):
        if asked is not None:
            asked.append((compiled, first, replications, more))
            progress(1)
        for k in range(first, replications):
            gain = np.random.default_rng(k // 2).normal(0, spread)
            rate = np.array([0.2, 0.3 + gain, 0.2 + gain / 10])
            yield Outcome(
                np.stack([rate, np.ones(3)], axis=1), np.zeros((3, 2, len(SERIES))),
                np.full((3, 53, 3), k), np.full((3, 105), -k), np.zeros(3),
            )  # fmt: skip

    def values_of(totals, exits, latency):
        runs = np.arange(totals.shape[1])
        assert (exits == runs[None, :, None, None]).all()
        assert (latency == -runs[None, :, None]).all()
        return {"joint_plan_rate": totals[..., 0]}

    monkeypatch.setattr(precision, "outcomes", lives)
    monkeypatch.setattr(precision, "values_of", values_of)


def test_runs_go_on_until_the_change_is_known_well_enough(monkeypatch):
    """Interval of n worlds: 2 * 1.97 * 0.1 / sqrt(n); below 0.03 from some 172 worlds on."""
    made_up(monkeypatch, 0.1)
    kept, judgement = until_precise([], ["policy", "none"], 0.03, progress=None)
    assert judgement.narrow
    assert judgement.widest < 0.03
    assert judgement.point == "policy"
    gains = [np.random.default_rng(k).normal(0, 0.1) for k in range(len(kept) // 2)]
    assert judgement.widest == pytest.approx(interval_width(np.array(gains)))
    assert 340 <= len(kept) <= 560
    (remark,) = reached(judgement, 0.03)
    assert remark.kind == "precision"
    assert remark.text == (
        f"The wanted precision of 3 points is reached after {len(kept)} runs: the 95 % interval of "
        f"the mean change in joint plans is {100 * judgement.widest:.2g} points wide."
    )


def test_each_batch_follows_the_one_before(monkeypatch):
    """160 runs, then 80 more, which may end it: two judgements in a row."""
    asked, told = [], []
    made_up(monkeypatch, 0.1, asked=asked)
    kept, _ = until_precise("all", ["policy", "none"], 0.5, progress=told.append, seed=3)
    assert asked == [("all", 0, 160, {"seed": 3}), ("all", 160, 240, {"seed": 3})]
    assert told == [1, 161]
    assert [int(one.exits[0, 0, 0]) for one in kept] == list(range(240))
    assert (LEAST_FLOOR, LEAST_BATCH) == (160, 80)


def test_what_cannot_be_known_so_well_ends_at_2000_and_says_so(monkeypatch):
    made_up(monkeypatch, 3.0)
    kept, judgement = until_precise([], ["policy", "none"], 0.01, progress=None)
    assert len(kept) == judgement.replications == 2000
    (remark,) = reached(judgement, 0.01)
    assert "is not reached after 2,000 runs" in remark.text
    assert reached(None, 0.01) == reached(judgement, None) == ()
    unknown = Judgement(160, np.inf, "policy", narrow=False)
    assert "joint plans is nothing wide" in reached(unknown, 0.01)[0].text
