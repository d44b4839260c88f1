"""The search and the verdict on made-up problems with known answers; nothing is simulated."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colsim.answers.search import Lived, search
from colsim.answers.verdict import (
    best_in,
    chance_of_best,
    judged,
    regrets_of,
    undominated,
)
from colsim.comparison.against import more_worlds


def made_up(means, *, noise=1.0, kind=3.0, seed=0, beyond=None):
    """Return a response: worlds are kind to all by chance, options differ by chance besides."""
    means = np.asarray(means, dtype=float)
    asked = []

    def lives(options, first, last):
        asked.append((tuple(options), first, last))
        gains = []
        for world in range(first, last):
            rng = np.random.default_rng([seed, world])
            shared = rng.normal(0.0, kind)
            gains.append((means + shared + rng.normal(0.0, noise, len(means)))[list(options)])
        limits = np.zeros((0, len(options), last - first))
        if beyond is not None:
            limits = np.repeat(np.asarray(beyond)[None, list(options), None], last - first, axis=2)
        return Lived(np.array(gains).T, limits)

    lives.asked = asked
    return lives


def test_enumeration_lives_every_option_in_every_world():
    response = made_up(np.arange(30.0))
    found = search(response, [1.0] * 30, worlds=20)
    assert (found.rounds, found.lives) == (1, 600)
    assert response.asked == [(tuple(range(30)), 0, 20)]
    assert 29 in found.finalists
    assert set(range(22, 30)) <= set(found.finalists)


def test_halving_finds_the_planted_best_for_a_part_of_the_lives():
    means = np.zeros(400)
    means[137], means[20], means[300] = 6.0, 4.5, 3.5
    response = made_up(means)
    found = search(response, [1.0] * 400, worlds=40, most_lives=0)
    assert found.rounds > 2
    assert found.lives < 400 * 40 / 3
    assert {137, 20, 300} <= set(found.finalists)
    # Every round goes on from the worlds of the last.
    assert [first for _, first, _ in response.asked] == [
        0, *(last for _, _, last in response.asked[:-1]),
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_halving_and_enumeration_find_the_same_best(seed):
    means = np.random.default_rng(100 + seed).normal(0.0, 3.0, 120)
    every = search(made_up(means, seed=seed), [1.0] * 120, worlds=40)
    halved = search(made_up(means, seed=seed), [1.0] * 120, worlds=40, most_lives=0)
    assert (every.rounds, halved.rounds > 1) == (1, True)
    best = max(every.finalists, key=lambda k: every.lived.gains[k].mean())
    assert best in halved.finalists
    assert best == max(
        halved.finalists, key=lambda k: halved.lived.gains[halved.options.index(k)].mean()
    )


def test_what_is_beyond_a_limit_is_no_finalist():
    beyond = np.where(np.arange(50) >= 40, 1.0, -1.0)
    for most in (10_000, 0):
        found = search(
            made_up(np.arange(50.0), beyond=beyond), [1.0] * 50, worlds=20, most_lives=most
        )
        assert max(found.finalists) == 39


def test_the_cheap_are_judged_beside_the_best():
    """Options 0 to 9 cost 1 to 10 and gain as much; 10 to 29 gain more and cost 1,000."""
    means = np.concatenate([np.arange(1.0, 11.0), np.full(20, 30.0)])
    found = search(made_up(means, noise=0.1, kind=0.1), [*range(1, 11), *[1000] * 20], worlds=10)
    assert set(range(2, 10)) & set(found.finalists)


def test_a_verdict_by_hand():
    """Three options in 10 worlds, 5 of either form. The first gains 4 in one form and 0 in the
    other, the second 1 and 2.5, the third 1.5 always."""
    sought = ["sought"] * 5 + ["chance"] * 5
    gains = np.array([[4.0] * 5 + [0.0] * 5, [1.0] * 5 + [2.5] * 5, [1.5] * 10])
    found = judged(gains, {"encounter": sought})
    assert (found.by_mean, found.ranking) == (0, (0, 1, 2))
    assert (found.by_worst_form, found.by_regret) == (2, 0)
    first, second, third = found.standings
    assert (first.mean, second.mean, third.mean) == (2.0, 1.75, 1.5)
    assert (first.regret, second.regret, third.regret) == (1.25, 1.5, 1.75)
    assert (first.worst_regret, first.worst_regret_form) == (2.5, "encounter: chance")
    assert (second.worst_regret, second.worst_regret_form) == (3.0, "encounter: sought")
    assert (first.worst_gain, third.worst_gain) == (0.0, 1.5)
    assert (first.best_in, second.best_in, third.best_in) == (0.5, 0.5, 0.0)
    assert found.winner is None
    assert {rival.option for rival in found.rivals} == {1, 2}


def test_regret_counts_doing_nothing():
    assert regrets_of(np.array([[-2.0], [-1.0]])).tolist() == [[2.0], [1.0]]


@pytest.mark.slow
@pytest.mark.parametrize("options", [2, 3, 8])
def test_with_all_policies_alike_no_winner_is_shown(options):
    """In 400 made-up problems without any difference: at most 1 in 20 is called, 3 sigma spared."""
    called = 0
    for seed in range(400):
        rng = np.random.default_rng([options, seed])
        gains = 2.0 + rng.normal(0, 3, 50) + rng.normal(0, 1, (options, 50))
        called += judged(gains, {}).winner is not None
    assert called / 400 < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)


def test_with_all_policies_the_same_to_the_bit_no_worlds_would_tell_them_apart():
    gains = np.tile(np.random.default_rng(0).normal(1.0, 2.0, 60), (4, 1))
    found = judged(gains, {})
    assert found.winner is None
    assert [rival.more_worlds for rival in found.rivals] == [None] * 3
    assert [one.chance for one in found.standings] == [0.25] * 4
    assert [one.best_in for one in found.standings] == [0.25] * 4
    nothing = judged(np.zeros((3, 40)), {})
    assert (nothing.winner, nothing.better_than_today) == (None, False)


def test_a_clear_winner_is_called_and_a_loser_is_not_better_than_today():
    rng = np.random.default_rng(3)
    noise = rng.normal(0, 1, (3, 100))
    found = judged(np.array([[5.0], [2.0], [1.0]]) + noise, {})
    assert (found.winner, found.rivals, found.better_than_today) == (0, (), True)
    assert found.standings[0].chance > 0.99
    below = judged(np.array([[-1.0], [-2.0], [-5.0]]) + noise, {})
    assert (below.winner, below.better_than_today) == (None, False)


@pytest.mark.slow
def test_the_chance_of_being_best_is_calibrated():
    """What is claimed with 0.5 is so in half of the problems: in five bins of 1,200 problems the
    share that is right lies within 4 sigma, and 0.05, of what was claimed. Taking the first by
    mean for certain would fail it."""
    claimed, right = [], []
    for seed in range(1200):
        rng = np.random.default_rng([7, seed])
        options, worlds = int(rng.integers(2, 9)), int(rng.integers(10, 60))
        means = rng.normal(0.0, rng.choice([0.2, 0.5, 1.5]), options)
        gains = means[:, None] + rng.normal(0, 3, worlds) + rng.normal(0, 2, (options, worlds))
        chances = chance_of_best(gains)
        assert chances.sum() == pytest.approx(1.0)
        claimed += list(chances)
        right += list(np.arange(options) == means.argmax())
    claimed, right = np.array(claimed), np.array(right)
    for low, high in ((0.0, 0.1), (0.1, 0.3), (0.3, 0.6), (0.6, 0.85), (0.85, 1.01)):
        where = (claimed >= low) & (claimed < high)
        share, said = right[where].mean(), claimed[where].mean()
        sigma = np.sqrt(said * (1 - said) / where.sum())
        assert abs(share - said) < 0.05 + 4 * sigma, (low, share, said)
    certain = claimed > 0.3  # the negative control: what leads is not always the best
    assert right[certain].mean() < 0.9


def test_how_many_more_worlds_would_do():
    """A difference of 1 with a spread of 5: 1.96 * 5 squared is some 104 worlds in all."""
    rng = np.random.default_rng(5)
    noise = rng.normal(0, 1, 40)
    ahead = 1.0 + 5.0 * (noise - noise.mean()) / noise.std(ddof=1)
    assert more_worlds(ahead) == pytest.approx(104 - 40, abs=4)
    assert more_worlds(-ahead) is None
    assert more_worlds(ahead * 0) is None
    assert more_worlds(ahead - 0.9999) is None


finite = st.floats(-50, 50, allow_nan=False)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(finite, min_size=12, max_size=12), min_size=1, max_size=5))
def test_shares_add_up_and_the_best_has_no_regret(rows):
    gains = np.array(rows)
    assert best_in(gains).sum() == pytest.approx(1.0)
    assert chance_of_best(gains).sum() == pytest.approx(1.0)
    regret = regrets_of(gains)
    assert (regret >= 0).all()
    ahead = gains.max(axis=0) > 0
    assert (regret.min(axis=0)[ahead] == 0).all()
    found = judged(gains, {"form": ["a", "b"] * 6})
    assert sorted(found.ranking) == list(range(len(rows)))
    for one in found.standings:
        assert one.low <= one.median <= one.high
        assert one.worst_regret >= one.regret - 1e-9
        assert one.worst_gain <= one.mean + 1e-9


@given(st.lists(st.tuples(st.floats(0, 9), finite), min_size=1, max_size=12))
def test_nothing_beats_what_is_undominated(pairs):
    costs, gains = zip(*pairs, strict=True)
    kept = undominated(costs, gains)
    for k in range(len(pairs)):
        beaten = any(
            costs[j] <= costs[k] and gains[j] >= gains[k]
            and (costs[j], gains[j]) != (costs[k], gains[k])
            for j in range(len(pairs))
        )  # fmt: skip
        twin = any((costs[j], gains[j]) == (costs[k], gains[k]) for j in kept)
        assert beaten != twin
