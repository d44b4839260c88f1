"""A policy's effect split over its channels: known values, sums, and what the command says."""

import itertools
import json
import math

import numpy as np
import pytest

from colsim.answers import why as splitting
from colsim.answers.shapley import orders_of, shapley, shapley_by_orders
from colsim.errors import UserError
from colsim.reporting.account import Account
from colsim.scenario import load_scenario
from colsim.scenario.levers import LEVERS
from tests.unit.test_cli_runs import colsim
from tests.unit.test_report import missing


def glove(players):
    """One left glove (0) and two right ones: a pair is worth 1."""
    return np.array([float(0 in players and len(players) > 1)])


def test_known_values():
    assert shapley(glove, 3)[:, 0].tolist() == pytest.approx([2 / 3, 1 / 6, 1 / 6])
    alone = [3.0, -1.0, 0.5, 0.0]
    added = shapley(lambda s: np.array([sum(alone[k] for k in s)]), 4)
    assert added[:, 0].tolist() == pytest.approx(alone)


def game(count, seed):
    """A made-up game: each set is worth something else, in three worlds."""
    generator = np.random.default_rng(seed)
    worth = {
        frozenset(one): generator.normal(size=3)
        for size in range(count + 1)
        for one in itertools.combinations(range(count), size)
    }
    return worth.__getitem__, worth


@pytest.mark.parametrize("seed", range(5))
def test_shares_add_up_and_are_the_mean_over_all_orders(seed):
    worth, table = game(4, seed)
    values = shapley(worth, 4)
    whole = table[frozenset(range(4))] - table[frozenset()]
    np.testing.assert_allclose(values.sum(axis=0), whole, atol=1e-12)
    every = list(itertools.permutations(range(4)))
    np.testing.assert_allclose(values, shapley_by_orders(worth, every)[0], atol=1e-12)


def test_one_who_adds_nothing_gets_nothing_and_equals_get_the_same():
    def worth(players):
        return np.array([10.0 * (1 in players) * (2 in players)])

    assert shapley(worth, 4)[:, 0].tolist() == [0.0, 5.0, 5.0, 0.0]


def test_drawn_orders_come_near_and_their_error_says_how_near():
    worth, _ = game(8, 3)
    exact = shapley(worth, 8).mean(axis=1)
    off = []
    for seed in range(40):
        values, errors = shapley_by_orders(worth, orders_of(8, 12, seed))
        off += list((values.mean(axis=1) - exact) / errors)
    assert abs(np.mean(off)) < 4 / math.sqrt(len(off))
    # Each order comes with its reverse, so the error is stated from above.
    assert 0.4 < np.std(off) < 1.4


def test_orders_are_permutations_with_their_reverses():
    orders = orders_of(5, 12, seed=1)
    assert len(orders) == 12
    assert all(sorted(order) == list(range(5)) for order in orders)
    assert all(a == b[::-1] for a, b in zip(orders[::2], orders[1::2], strict=True))


@pytest.fixture(scope="module")
def small():
    return splitting.why("desktop", "co_location", replications=4)


def test_a_small_split_adds_up(small):
    assert small.exact
    assert {one.channel for one in small.shares} == {
        "co_location.encounters", "co_location.face_to_face", "co_location.stories",
    }  # fmt: skip
    assert sum(one.mean for one in small.shares) + small.posts == pytest.approx(small.effect)
    assert small.posts == 0  # with every channel off the policy is none
    assert [one.mean for one in small.shares] == sorted(
        (one.mean for one in small.shares), reverse=True
    )


def test_the_chain_falls_and_ends_at_joint_plans(small):
    for kind in ("without", "with_"):
        course = [getattr(step, kind) for step in small.chain]
        assert course == sorted(course, reverse=True)
    step, last = small.narrowest
    assert step in small.chain
    assert last is None or last.with_ >= step.with_
    assert step.title.removeprefix("... and ") in " ".join(small.account.texts("answer"))


def test_the_posts_of_a_team_are_told_apart():
    found = splitting.why("desktop", "boundary_spanners", goal="information_flow", replications=2)
    assert len(found.shares) == 5
    assert "posts" not in " ".join(one.channel for one in found.shares)
    assert sum(one.mean for one in found.shares) + found.posts == pytest.approx(found.effect)


def test_the_command_says_it_and_gives_it_as_json(small):
    code, out, _ = colsim("why", "desktop", "co_location", "--replications", 4)
    assert code == 0
    assert small.shares[0].title in " ".join(out.split())
    assert not any(one.channel in out for one in small.shares)
    assert small.policy_title in " ".join(out.split())
    assert "On the way to a joint plan" in out
    assert missing(small.account, out) == []
    assert [one.key for one in small.account.sections] == ["answer", "channels", "chain"] + [
        "lives"
    ] * len(small.lives)
    code, out, _ = colsim("why", "desktop", "co_location", "--replications", 4, "--json")
    told = json.loads(out)
    assert told["effect"] == small.effect
    assert Account.from_dict(told["account"]) == small.account
    assert [(one["channel"], one["title"]) for one in told["shares"]] == [
        (one.channel, one.title) for one in small.shares
    ]


def test_channels_are_told_by_title_in_sentences_table_and_screen():
    """No code name reaches a person, of any lever, alone or in a combination."""
    for name, lever in LEVERS.items():
        if not lever.switchable:
            continue
        found = splitting.channels_of(load_scenario("desktop", overrides={f"levers.{name}": {}}))
        for code, (title, description) in found.items():
            assert title.startswith(f"{lever.title}: ")
            assert "_" not in title
            assert "_" not in description
            assert code.partition(".")[2] in lever.switchable


@pytest.mark.parametrize(
    "arguments, said",
    [
        (("desktop", "co_locatoin"), "co_location"),
        (("desktop", "co_location", "--goal", "joint_plan"), "joint_plan_rate"),
        (("desktop", "co_location", "--goal", "bananas"), "allowed: a measure such as "),
        (("desktop", "co_location", "--replications", 3), "replications"),
        (("desktop", "desktop"), "desktop"),
    ],
)
def test_bad_questions_are_refused(arguments, said):
    code, out, err = colsim("why", *arguments)
    assert code == 2
    assert not out
    assert said in err


def test_a_policy_without_channels_is_refused(tmp_path):
    path = tmp_path / "none.toml"
    path.write_text('title = "Nothing"\n')
    with pytest.raises(UserError):
        splitting.why("desktop", str(path), replications=2)
