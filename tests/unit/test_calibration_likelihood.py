"""The chance of what was voiced, against plain enumeration of who could have voiced it."""

import math
from itertools import combinations

import numpy as np
import pytest

from colsim.calibration.likelihood import (
    NODE_WEIGHTS,
    chance_of_run,
    chances,
    counts_of,
    log_likelihood,
    mean_of_logarithms,
    mean_of_products,
    nodes_of,
    prior_nodes,
    voice,
)
from colsim.calibration.observables import Observable
from tests.later import Later
from tests.rooms import (
    CELLS,
    OBSERVABLES,
    chance_to_voice,
    enumerated,
    gauge_for,
    nodes,
    room_with,
    seated,
    voices_of,
)

stats = Later("scipy.stats")

ASKED = (3, 2)
FALSE_ALARM = 1e-6
"""Of each statistical test of this file; all draws are keyed, so a pass stays a pass."""


@pytest.fixture(scope="module")
def scene():
    gauge = gauge_for()
    room = room_with(gauge, 6, 5)
    return room, seated(room, gauge, ASKED), gauge


def reference(room, sittings, gauge, accepts):
    """Return log-likelihoods by sitting and service; `accepts[c]` judges patterns of a cell."""
    out = np.zeros((len(sittings.seats), 2))
    for m in range(len(out)):
        for c, accept in enumerate(accepts):
            if gauge.weight[c]:
                out[m, gauge.service[c]] += math.log(
                    enumerated(room, sittings, gauge, ASKED, m, c, accept)
                )
    return out


def test_counts_are_those_of_every_way_to_voice(scene):
    room, sittings, gauge = scene
    table = chances(room, sittings, gauge, ASKED)
    assert table.shape == (8, 4, 4)
    for m in range(8):
        for c in range(4):
            for k in range(4):
                expected = enumerated(
                    room, sittings, gauge, ASKED, m, c, lambda w, k=k: sum(w) == k
                )
                assert table[m, c, k] == pytest.approx(expected, abs=1e-13)
    assert table.sum(axis=2) == pytest.approx(np.ones((8, 4)))
    # Equal coins would be wrong: these are not.
    p = [chance_to_voice(room, sittings, gauge, 0, 0, j, 1, 1) for j in range(3)]
    assert max(p) - min(p) > 0.2


def test_bands_of_counts_are_sums_and_a_full_band_says_nothing(scene):
    room, sittings, gauge = scene
    low, high = (1, 0, 0, 2), (2, 3, 0, 2)
    voices = voices_of(CELLS, ASKED, low, high)
    accepts = [lambda w, c=c: low[c] <= sum(w) <= high[c] for c in range(4)]
    found = log_likelihood(room, sittings, gauge, voices)
    assert found == pytest.approx(reference(room, sittings, gauge, accepts), abs=1e-12)
    everything = voices_of(CELLS, ASKED, (0, 0, 0, 0), (3, 3, 2, 2))
    assert log_likelihood(room, sittings, gauge, everything) == pytest.approx(0.0, abs=1e-12)


def test_answers_are_those_of_each_person_and_unknown_ones_say_nothing(scene):
    room, sittings, gauge = scene
    answers = np.array(
        [[1, 0, -1, -1], [-1, 1, -1, -1], [0, 0, -1, -1], [-1, -1, 1, -1], [-1, -1, 0, 1]], np.int8
    )
    voices = voices_of(CELLS, ASKED, *counts_of(answers), answers)
    wanted = [answers[:3, 0], answers[:3, 1], answers[3:, 2], answers[3:, 3]]
    accepts = [
        lambda w, own=own: all(said in (-1, one) for one, said in zip(w, own, strict=True))
        for own in wanted
    ]
    found = log_likelihood(room, sittings, gauge, voices)
    assert found == pytest.approx(reference(room, sittings, gauge, accepts), abs=1e-12)
    silent = voices_of(CELLS, ASKED, *counts_of(answers), np.full_like(answers, -1))
    assert log_likelihood(room, sittings, gauge, silent) == pytest.approx(0.0, abs=1e-12)


def test_a_count_is_the_sum_of_all_answers_with_that_count(scene):
    room, sittings, gauge = scene
    cells = {("A", "CSW"): OBSERVABLES["A", "CSW"]}
    gauge = gauge_for(cells)
    room = room_with(gauge, 6, 5)
    sittings = seated(room, gauge, ASKED)
    total = np.zeros(8)
    for who in combinations(range(3), 2):
        answers = np.full((5, 1), -1, np.int8)
        answers[:3, 0] = [j in who for j in range(3)]
        voices = voices_of(cells, ASKED, [2], [2], answers)
        total += np.exp(log_likelihood(room, sittings, gauge, voices)[:, 0])
    counted = log_likelihood(room, sittings, gauge, voices_of(cells, ASKED, [2]))[:, 0]
    assert np.exp(counted) == pytest.approx(total, abs=1e-13)


def test_what_has_no_weight_is_ignored(scene):
    room, sittings, _ = scene
    light = OBSERVABLES | {("B", "CSW"): Observable("narrative", (0, 0, 0), 0.1, "", weight=0.0)}
    gauge = gauge_for(light)
    answers = np.full((5, 4), -1, np.int8)
    answers[:3, 0], answers[3:, 2], answers[3:, 3] = (1, 1, 0), (1, 0), (1, 1)
    for said in (None, answers):
        found = []
        for b in (0, 3):
            if said is not None:
                said = said.copy()
                said[:3, 1] = b > 0
            voices = voices_of(light, ASKED, (2, b, 1, 2), answers=said)
            found.append(log_likelihood(room, sittings, gauge, voices))
        assert (found[0] == found[1]).all()
        assert (found[0] < 0).all()
    assert (nodes_of(room, sittings, gauge, voices)[1] == prior_nodes(1)[0]).all()


def test_what_nobody_could_voice_is_impossible():
    cells = {("A", "CSW"): Observable("confidence", (5, 5, 5), 1e-3, "", mention=(0.0, 0.0, 0.0))}
    gauge = gauge_for(cells)
    room = room_with(gauge, 6, 5)
    sittings = seated(room, gauge, ASKED)
    logs = log_likelihood(room, sittings, gauge, voices_of(cells, ASKED, [1]))
    assert np.isneginf(logs[:, 0]).all()
    assert chance_of_run(logs) == -math.inf
    assert chance_of_run(log_likelihood(room, sittings, gauge, voices_of(cells, ASKED, [0]))) == 0.0


# ---- who is asked


def test_nobody_is_asked_twice_and_everybody_equally_often():
    gauge = gauge_for()
    room = room_with(gauge, 6, 5)
    seats = seated(room, gauge, ASKED, count=6000).seats
    assert (seats[:, :3] < 6).all()
    assert (seats[:, 3:] >= 6).all()
    pairs = {}
    for row in seats[:, 3:].tolist():
        assert len(set(row)) == 2
        pairs[frozenset(row)] = pairs.get(frozenset(row), 0) + 1
    assert len(pairs) == 10
    assert stats.chisquare(list(pairs.values())).pvalue > FALSE_ALARM
    # Somebody asked a quarter more often than others would be noticed.
    chance = np.random.default_rng(1)
    p = np.array([1.25, 1, 1, 1, 1]) / 5.25
    wrong = [tuple(sorted(chance.choice(5, 2, replace=False, p=p))) for _ in range(6000)]
    counts = [wrong.count(pair) for pair in combinations(range(5), 2)]
    assert stats.chisquare(counts).pvalue < FALSE_ALARM


def test_averaged_over_sittings_it_is_every_choice_of_people():
    gauge = gauge_for({("A", "CSW"): OBSERVABLES["A", "CSW"]}, talkativeness=0.0)
    room = room_with(gauge, 5, 0)
    sittings = seated(room, gauge, (2, 0), count=1)
    exact = []
    for pair in combinations(range(5), 2):
        sittings.seats[0] = pair
        exact.append(chances(room, sittings, gauge, (2, 0))[0, 0, 2])
    found = chances(room, seated(room, gauge, (2, 0), count=4000), gauge, (2, 0))[:, 0, 2]
    error = np.std(exact) / math.sqrt(4000)
    assert abs(found.mean() - np.mean(exact)) < 4.9 * error  # false alarm 1e-6
    # Asked with replacement, one in five would be asked twice.
    twice = np.mean([_twice(room, sittings, gauge, who) for who in range(5)])
    with_replacement = 0.8 * np.mean(exact) + 0.2 * twice
    assert abs(found.mean() - with_replacement) > 4.9 * error


def _twice(room, sittings, gauge, who):
    sittings.seats[0] = (who, who)
    return chances(room, sittings, gauge, (2, 0))[0, 0, 2]


def test_one_more_in_post_moves_nobody_elses_draw():
    gauge = gauge_for()
    small = room_with(gauge, 6, 5)
    values = np.insert(small.values, 2, small.values[0], axis=0)
    newcomer = np.uint64(4711)
    large = type(small)(values, 7, np.insert(small.origin, 2, newcomer))
    before, after = seated(small, gauge, ASKED, count=300), seated(large, gauge, ASKED, count=300)
    came = 0
    for m in range(300):
        talk_before = dict(zip(small.origin[before.seats[m]], before.talk[m], strict=True))
        talk_after = dict(zip(large.origin[after.seats[m]], after.talk[m], strict=True))
        came += newcomer in talk_after
        others = talk_after.keys() - {newcomer}
        assert others <= talk_before.keys()
        assert all(talk_after[who] == talk_before[who] for who in others)
    # The newcomer is one of three of seven.
    assert stats.binomtest(came, 300, 3 / 7).pvalue > FALSE_ALARM


def test_who_remembers_little_is_asked_only_if_too_few_remember():
    gauge = gauge_for(least_contacts=1.0)
    room = room_with(gauge, 6, 5)
    room.values[[0, 1, 2, 3], gauge.names.index("contacts")] = 0.9
    for seats in seated(room, gauge, ASKED, count=50).seats[:, :3].tolist():
        assert {4, 5} <= set(seats)
    room.values[:6, gauge.names.index("contacts")] = (0, 1, 1, 1, 0, 0)
    assert {*seated(room, gauge, ASKED, count=50).seats[:, :3].ravel().tolist()} == {1, 2, 3}


def test_talkativeness_is_normal_and_one_persons():
    gauge = gauge_for(talkativeness=0.7)
    room = room_with(gauge, 6, 5)
    talk = seated(room, gauge, ASKED, count=800).talk
    assert stats.kstest(talk.ravel(), stats.norm(0, 0.7).cdf).pvalue > FALSE_ALARM
    assert stats.kstest(talk.ravel(), stats.norm(0, 0.85).cdf).pvalue < FALSE_ALARM
    assert abs(np.corrcoef(talk.T) - np.eye(5)).max() < 0.2
    quiet = seated(room, gauge_for(talkativeness=0.0), ASKED)
    assert (quiet.talk == 0).all()


@pytest.mark.slow
def test_what_one_person_voices_hangs_together():
    # Two themes that anybody voices alike: only talkativeness ties them.
    flat = {
        (theme, "CSW"): Observable("confidence", (0.5, 0.5, 0.5), 100.0, "", mention=(1, 1, 1))
        for theme in "AB"
    }
    gauge = gauge_for(flat, talkativeness=2.0)
    room = room_with(gauge, 6, 0)
    table = chances(room, seated(room, gauge, (1, 0), count=2000), gauge, (1, 0))
    both = (table[:, 0, 1] * table[:, 1, 1]).mean()
    assert both > 1.25 * table[:, 0, 1].mean() * table[:, 1, 1].mean()
    voices = voices_of(flat, (1, 0), [1, 1])
    logs = log_likelihood(room, seated(room, gauge, (1, 0), count=2000), gauge, voices)
    assert math.exp(chance_of_run(logs)) == pytest.approx(both)


def test_more_asked_than_in_post_is_refused():
    gauge = gauge_for()
    room = room_with(gauge, 6, 1)
    with pytest.raises(ValueError, match="2 MHSWs are to be interviewed and 1 are in post"):
        seated(room, gauge, ASKED)


def test_nobody_of_the_first_service():
    gauge = gauge_for({("A", "MHSW"): OBSERVABLES["A", "MHSW"]})
    room = room_with(gauge, 6, 5)
    sittings = seated(room, gauge, (0, 2), count=50)
    assert sittings.seats.shape == (50, 2)
    assert (sittings.seats >= 6).all()
    logs = log_likelihood(room, sittings, gauge, voices_of([("A", "MHSW")], (0, 2), [1]))
    assert logs.shape == (50, 2)
    assert (logs[:, 0] == 0).all()
    assert (logs[:, 1] < 0).all()


def test_nobody_of_the_second_service():
    gauge = gauge_for()
    room = room_with(gauge, 6, 5)
    for csw in (1, 3, 6):
        sittings = seated(room, gauge, (csw, 0), count=50)
        assert sittings.seats.shape == (50, csw)
        assert (sittings.seats < 6).all()
        assert all(len(set(row)) == csw for row in sittings.seats.tolist())
        voices = voices_of(CELLS, (csw, 0), (0, 1, 0, 0))
        logs = log_likelihood(room, sittings, gauge, voices)
        assert (logs[:, 0] < 0).all()
        assert logs[:, 1] == pytest.approx(0.0, abs=1e-12)


# ---- averages


def test_chances_are_averaged_and_not_their_logarithms():
    logs = np.log([[0.1, 0.5], [0.3, 0.1]])
    assert chance_of_run(logs) == pytest.approx(math.log(0.2 * 0.3))
    assert chance_of_run(logs, mean_of_logarithms) == pytest.approx(
        math.log(0.1 * 0.5 * 0.3 * 0.1) / 2
    )
    assert mean_of_products(np.array([-2000.0, -2001.0]), 0) == pytest.approx(
        -2000.0 + math.log((1 + math.exp(-1)) / 2)
    )
    assert mean_of_products(np.array([-np.inf, 0.0]), 0) == pytest.approx(math.log(0.5))
    assert mean_of_products(np.array([-np.inf, -np.inf]), 0) == -np.inf


# ---- speaking


def test_people_voice_with_the_chances_that_the_likelihood_takes_them_for():
    cells = {("A", "CSW"): OBSERVABLES["A", "CSW"], ("C", "MHSW"): OBSERVABLES["C", "MHSW"]}
    gauge = gauge_for(cells)
    room = room_with(gauge, 6, 5)
    sittings = seated(room, gauge, ASKED)
    counts = np.zeros((2, 4))
    for seed in range(3000):
        answers = voice(room, sittings, gauge, interviewed=ASKED, chosen=(2, 5), seed=seed)
        assert (answers[3:, 0] == -1).all()
        assert (answers[:3, 1] == -1).all()
        for c in range(2):
            counts[c, (answers[:, c] == 1).sum()] += 1
    table = chances(room, sittings, gauge, ASKED)
    for c, (sitting, most) in enumerate(((2, 3), (5, 2))):
        expected = 3000 * table[sitting, c, : most + 1]
        assert stats.chisquare(counts[c, : most + 1], expected).pvalue > FALSE_ALARM
    # Of other people it would not be true.
    for sitting in set(range(8)) - {2}:
        if set(sittings.seats[sitting, :3]) != set(sittings.seats[2, :3]):
            expected = 3000 * table[sitting, 0]
            assert stats.chisquare(counts[0], expected).pvalue < FALSE_ALARM


def test_the_same_seed_says_the_same():
    gauge = gauge_for()
    room = room_with(gauge, 6, 5)
    sittings = seated(room, gauge, ASKED)
    said = [voice(room, sittings, gauge, interviewed=ASKED, seed=s) for s in (1, 1, 2, 3, 4)]
    assert (said[0] == said[1]).all()
    assert len({one.tobytes() for one in said}) > 2


def test_unknown_answers_lie_between_the_counts():
    answers = np.array([[1, -1], [0, -1], [-1, 1], [1, 0]], np.int8)
    low, high = counts_of(answers)
    assert low.tolist() == [2, 1]
    assert high.tolist() == [3, 3]


# ---- what is learnt of thresholds


def test_nodes_after_the_interviews_are_bayes_rule(scene):
    room, sittings, gauge = scene
    voices = voices_of(CELLS, ASKED, (3, 0, 1, 1), (3, 1, 1, 2))
    found = nodes_of(room, sittings, gauge, voices)
    assert found.sum(axis=(1, 2)) == pytest.approx(np.ones(4))
    joint = np.zeros((8, 4, 3, 3))
    for m in range(8):
        for c in range(4):
            own = [j for j in range(5) if (j < 3) == (gauge.service[c] == 0)]
            for weight, t, q in nodes():
                spread = np.ones(1)
                for j in own:
                    p = chance_to_voice(room, sittings, gauge, m, c, j, t, q)
                    spread = np.convolve(spread, [1 - p, p])
                joint[m, c, t, q] = weight * spread[voices.low[c] : voices.high[c] + 1].sum()
    for c in range(4):
        mates = [k for k in range(4) if gauge.service[k] == gauge.service[c] and k != c]
        others = joint[:, mates].sum(axis=(2, 3)).prod(axis=1)
        expected = (others[:, None, None] * joint[:, c]).sum(axis=0)
        assert found[c] == pytest.approx(expected / expected.sum(), abs=1e-12)
    assert found[0, 0].sum() > 0.3  # all three voiced it: the low threshold gains


def test_nodes_know_who_said_what(scene):
    room, _, gauge = scene
    sittings = seated(room, gauge, ASKED, count=1)
    x = room.values[sittings.seats[0, :3], gauge.column[0]]
    found = []
    for said in (x.argmax(), x.argmin()):
        answers = np.full((5, 4), -1, np.int8)
        answers[:3, 0] = np.arange(3) == said
        voices = voices_of(CELLS, ASKED, *counts_of(answers), answers)
        found.append(nodes_of(room, sittings, gauge, voices)[0])
    assert abs(found[0] - found[1]).max() > 1e-6


def test_nodes_have_mean_and_spread_of_what_they_stand_for():
    """Percentiles 10, 50 and 90 of a normal: mean 0 and spread 1, to one part in a hundred."""
    nodes = stats.norm.ppf([0.1, 0.5, 0.9])
    assert NODE_WEIGHTS @ nodes == pytest.approx(0.0, abs=1e-12)
    assert math.sqrt(NODE_WEIGHTS @ nodes**2) == pytest.approx(1.0, abs=0.01)
    # A wrong version: the weights of a range's ends would be a quarter too narrow.
    assert math.sqrt(np.array([1, 4, 1]) / 6 @ nodes**2) < 0.76
