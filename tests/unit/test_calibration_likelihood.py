"""The chance of what was voiced and written down, against plain enumeration."""

import math
from itertools import combinations

import numpy as np
import pytest

from colsim.calibration.inference.likelihood import (
    by_theme,
    chances,
    layout_of,
    levels_after,
    log_likelihood,
    mean_of_logarithms,
    mean_of_products,
    terms_of,
)
from colsim.calibration.inference.sittings import NODE_WEIGHTS, Sittings
from colsim.calibration.interviewing.observables import Observable
from colsim.calibration.interviewing.reporting import ABSENT, ALL, SOME, Reporting, thinned
from colsim.calibration.interviewing.speaking import pattern_of, speak, states_of
from tests.frames import (
    CELLS,
    LISTED,
    OBSERVABLES,
    REPORT,
    chance_to_voice,
    enumerated,
    frame_with,
    instrument_for,
    seated,
    voices_of,
)
from tests.later import Later

stats = Later("scipy.stats")

ASKED = (3, 2)
FALSE_ALARM = 1e-6
"""Of each statistical test of this file; all draws are keyed, so a pass stays a pass."""


@pytest.fixture(scope="module")
def scene():
    instrument = instrument_for()
    frame = frame_with(instrument, 6, 5)
    return frame, seated(frame, instrument, ASKED, count=3), instrument


# ---- what is written down


def share(k, n, a):
    return (k / n) ** a


def reports(low, high, absent):
    """Return the chance that a report says this of a theme, from the formula of the module."""

    def says(own, who, a, q):
        total = 1.0
        for c, voiced in zip(own, who, strict=True):
            k, n = sum(voiced), len(voiced)
            if CELLS[c] in absent:
                total *= 1.0 - share(k, n, a)
            elif high[c] == 0:
                total *= k == 0
            elif low[c] == n:
                total *= q * share(k, n, a) * (k == n)
            elif low[c]:
                total *= share(k, n, a) * (1.0 - q * (k == n)) * (low[c] <= k <= high[c])
        return total

    return says


def counts_of(answers):
    """Return the fewest and the most who voiced each cell: unknown answers lie between."""
    low = (answers == 1).sum(axis=0)
    return low, low + (answers == -1).sum(axis=0)


@pytest.mark.parametrize(
    "low, high, absent",
    [
        ((3, 0, 1, 2), (3, 2, 3, 2), {("A", "MHSW")}),  # all, absent, some, all
        ((2, 1, 3, 1), (3, 2, 3, 2), set()),  # at least 2, some, all, some
        ((1, 0, 2, 1), (3, 0, 2, 1), set()),  # nobody, exactly 2
        ((0, 1, 1, 1), (3, 2, 3, 2), set()),  # of whom is not known
    ],
)
def test_a_report_is_that_of_every_way_to_voice_and_to_write(scene, low, high, absent):
    frame, sittings, instrument = scene
    voices = voices_of(
        CELLS, ASKED, low, high,
        absent=frozenset(absent), asked=frozenset("B"), reporting=REPORT,
    )  # fmt: skip
    expected = enumerated(
        frame, sittings, instrument, voices, reports(low, high, absent),
        lambda k, n, a, q: 1.0 - share(k, n, a),
    )  # fmt: skip
    found = log_likelihood(frame, sittings, instrument, voices)
    assert found == pytest.approx(expected, abs=1e-12)
    # What is written of nobody is impossible; asked or volunteered matters.
    other = voices_of(CELLS, ASKED, low, high, absent=frozenset(absent), reporting=REPORT)
    assert abs(log_likelihood(frame, sittings, instrument, other) - found) > 1e-3


def test_a_fixed_codebook_selects_nothing(scene):
    frame, sittings, instrument = scene
    low, high = (1, 0, 0, 2), (2, 2, 3, 2)
    voices = voices_of(CELLS, ASKED, low, high)
    expected = enumerated(
        frame, sittings, instrument, voices,
        lambda own, who, a, q: all(
            low[c] <= sum(w) <= high[c] for c, w in zip(own, who, strict=True)
        ),
        lambda k, n, a, q: 0.0,
    )  # fmt: skip
    assert log_likelihood(frame, sittings, instrument, voices) == pytest.approx(expected, abs=1e-12)
    everything = voices_of(CELLS, ASKED, (0, 0, 0, 0), (3, 2, 3, 2))
    assert log_likelihood(frame, sittings, instrument, everything) == pytest.approx(0.0, abs=1e-12)


def answers_to(rows):
    """Return answers of three CSWs on A and B, and of two MHSWs on A and C."""
    answers = np.full((5, 4), -1, np.int8)
    for (cell, seats), said in zip(
        ((0, slice(0, 3)), (1, slice(3, 5)), (2, slice(0, 3)), (3, slice(3, 5))), rows, strict=True
    ):
        answers[seats, cell] = said
    return answers


def voices_of_answers(rows, **more):
    answers = answers_to(rows)
    size = np.array([3, 2, 3, 2])
    low = (answers == 1).sum(axis=0)
    return voices_of(CELLS, ASKED, low, size - (answers == 0).sum(axis=0), answers, **more)


@pytest.mark.parametrize(
    "rows",
    [
        ((1, 0, -1), (0, 0), (0, 0, 1), (1, -1)),
        ((0, -1, 0), (0, -1), (1, 1, 1), (-1, -1)),  # A and C may have been voiced by nobody
    ],
)
@pytest.mark.parametrize("reporting", [Reporting(), LISTED])
def test_answers_are_those_of_each_person_and_unknown_ones_say_nothing(scene, rows, reporting):
    frame, sittings, instrument = scene
    voices = voices_of_answers(rows, reporting=reporting, asked=frozenset("C"))

    def says(own, who, a, q):
        fits = all(
            known in (-1, said)
            for c, voiced in zip(own, who, strict=True)
            for known, said in zip(rows[c], voiced, strict=True)
        )
        return fits and (reporting.kind == "codebook" or any(sum(voiced) for voiced in who))

    def silent(k, n, a, q):
        return float(k == 0 and reporting.kind == "listed")

    expected = enumerated(frame, sittings, instrument, voices, says, silent)
    assert log_likelihood(frame, sittings, instrument, voices) == pytest.approx(expected, abs=1e-12)


def test_counts_of_those_who_could_speak_are_those_of_unequal_coins(scene):
    frame, sittings, instrument = scene
    table = chances(frame, sittings, instrument, ASKED)
    assert table.shape == (4, 3, 3, 4)
    for c in range(4):
        seats = range(3) if instrument.service[c] == 0 else range(3, 5)
        for m in range(3):
            for t in range(3):
                spread = np.ones(1)
                for j in seats:
                    p = chance_to_voice(frame, sittings, instrument, m, c, j, t, 1.0)
                    spread = np.convolve(spread, [1 - p, p])
                expected = np.zeros(4)
                expected[: len(spread)] = spread
                assert table[c, m, t] == pytest.approx(expected, abs=1e-13)


def test_mention_thins_counts_as_if_each_had_a_coin_of_their_own(scene):
    frame, sittings, instrument = scene
    could = chances(frame, sittings, instrument, ASKED)[0, 0, 1]
    spread = np.ones(1)
    for j in range(3):
        p = chance_to_voice(frame, sittings, instrument, 0, 0, j, 1, 0.7)
        spread = np.convolve(spread, [1 - p, p])
    for k in range(4):
        found = thinned(np.eye(4)[k], [0.7])[0]
        assert could @ found == pytest.approx(spread[k], abs=1e-13)


def test_states_of_a_report_add_up_and_are_read_from_a_table():
    for n in (1, 4):
        states = REPORT.of_states(n)
        assert states.sum(axis=0) == pytest.approx(np.ones((3, 2, n + 1)))
        assert states[ABSENT, ..., 0] == pytest.approx(1.0)
        assert states[ABSENT, ..., n] == pytest.approx(0.0)
        assert states[ALL, 1, :, n] == pytest.approx([0.5, 0.8])
    assert REPORT.reported(4)[:, 2] == pytest.approx([0.5**0.5, 0.5, 0.25])
    instrument = instrument_for()
    voices = voices_of(
        CELLS, ASKED, (3, 0, 2, 0), (3, 2, 3, 0), absent={("A", "MHSW")}, reporting=REPORT
    )
    assert states_of(instrument, voices).tolist() == [ALL, ABSENT, SOME, ABSENT]


def test_what_has_no_weight_is_ignored(scene):
    frame, sittings, _ = scene
    light = OBSERVABLES | {("A", "MHSW"): Observable("narrative", "above", "", (0, 0, 0), 1, 0.0)}
    instrument = instrument_for(light)
    for reporting in (Reporting(), REPORT, LISTED):
        found = []
        for b in (0, 2):
            voices = voices_of(light, ASKED, (2, b, 1, 2), (2, b, 1, 2), reporting=reporting)
            found.append(log_likelihood(frame, sittings, instrument, voices))
        assert found[0] == found[1] < 0
    light = light | {("A", "CSW"): Observable("narrative", "above", "", (0, 0, 0), 1, 0.0)}
    assert layout_of(instrument_for(light), voices).themes == ("B", "C")


def test_what_nobody_could_voice_is_impossible():
    cells = {("A", "CSW"): Observable("confidence", "above", "", (50, 50, 50), 1e-3)}
    instrument = instrument_for(cells)
    frame = frame_with(instrument, 6, 5)
    sittings = seated(frame, instrument, ASKED)
    assert log_likelihood(frame, sittings, instrument, voices_of(cells, ASKED, [1])) < -200
    assert log_likelihood(
        frame, sittings, instrument, voices_of(cells, ASKED, [0])
    ) == pytest.approx(0)


def test_without_a_theme_is_the_likelihood_of_the_others(scene):
    frame, sittings, instrument = scene
    voices = voices_of(
        CELLS, ASKED, (3, 0, 1, 2), (3, 2, 3, 2), absent={("A", "MHSW")}, reporting=REPORT
    )
    found = by_theme(frame, sittings, instrument, voices)
    assert found[0] == pytest.approx(log_likelihood(frame, sittings, instrument, voices))
    for k, theme in enumerate("ABC"):
        rest = {cell: one for cell, one in OBSERVABLES.items() if cell[0] != theme}
        kept = [c for c, cell in enumerate(CELLS) if cell[0] != theme]
        fewer = voices_of(
            rest, ASKED, voices.low[kept], voices.high[kept],
            absent=voices.absent, reporting=REPORT,
        )  # fmt: skip
        other = instrument_for(rest)
        columns = [instrument.names.index(name) for name in other.names]
        narrow = type(frame)(frame.values[:, columns], frame.csw, frame.origin)
        assert found[k + 1] == pytest.approx(log_likelihood(narrow, sittings, other, fewer))


def test_levels_after_the_interviews_are_bayes_rule(scene):
    frame, sittings, instrument = scene
    voices = voices_of(CELLS, ASKED, (3, 2, 3, 2), asked=frozenset("A"), reporting=REPORT)
    found = levels_after(frame, sittings, instrument, voices)
    assert found.shape == (6, 3, 3)
    assert found.sum() == pytest.approx(1.0)
    # One level at a time taken for certain, weighted by how likely it was.
    expected = np.zeros((6, 3, 3))
    for x, (a, q) in enumerate((a, q) for a in REPORT.powers for q in REPORT.alls):
        for v in range(3):
            for k in range(3):
                sure = instrument_for(
                    volunteered=(instrument.mentions[0, v],) * 3,
                    asked=(instrument.mentions[1, k],) * 3,
                )
                one = voices_of(
                    CELLS, ASKED, (3, 2, 3, 2),
                    asked=frozenset("A"), reporting=Reporting("report", (a,), (q,)),
                )  # fmt: skip
                weight = NODE_WEIGHTS[v] * NODE_WEIGHTS[k] / 6
                expected[x, v, k] = weight * math.exp(log_likelihood(frame, sittings, sure, one))
    assert found == pytest.approx(expected / expected.sum(), abs=1e-12)
    assert expected.sum() == pytest.approx(
        math.exp(log_likelihood(frame, sittings, instrument, voices))
    )
    assert found.sum(axis=(0, 2))[2] > 0.4  # all that could be voiced was


# ---- who is asked


def test_nobody_is_asked_twice_and_everybody_equally_often():
    instrument = instrument_for()
    frame = frame_with(instrument, 6, 5)
    seats = seated(frame, instrument, ASKED, count=6000).seats
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
    instrument = instrument_for({("A", "CSW"): OBSERVABLES["A", "CSW"]}, talkativeness=0.0)
    frame = frame_with(instrument, 5, 0)
    sittings = seated(frame, instrument, (2, 0), count=1)
    exact = []
    for pair in combinations(range(5), 2):
        sittings.seats[0] = pair
        exact.append(chances(frame, sittings, instrument, (2, 0))[0, 0, 1, 2])
    found = chances(frame, seated(frame, instrument, (2, 0), count=4000), instrument, (2, 0))[
        0, :, 1, 2
    ]
    error = np.std(exact) / math.sqrt(4000)
    assert abs(found.mean() - np.mean(exact)) < 4.9 * error  # false alarm 1e-6
    # Asked with replacement, one in five would be asked twice.
    twice = np.mean([_twice(frame, sittings, instrument, who) for who in range(5)])
    with_replacement = 0.8 * np.mean(exact) + 0.2 * twice
    assert abs(found.mean() - with_replacement) > 4.9 * error


def _twice(frame, sittings, instrument, who):
    sittings.seats[0] = (who, who)
    return chances(frame, sittings, instrument, (2, 0))[0, 0, 1, 2]


def test_one_more_in_post_moves_nobody_elses_draw():
    instrument = instrument_for()
    small = frame_with(instrument, 6, 5)
    values = np.insert(small.values, 2, small.values[0], axis=0)
    newcomer = np.uint64(4711)
    large = type(small)(values, 7, np.insert(small.origin, 2, newcomer))
    before, after = (
        seated(small, instrument, ASKED, count=300),
        seated(large, instrument, ASKED, count=300),
    )
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
    instrument = instrument_for(least_contacts=1.0)
    frame = frame_with(instrument, 6, 5)
    frame.values[[0, 1, 2, 3], instrument.names.index("contacts")] = 0.9
    for seats in seated(frame, instrument, ASKED, count=50).seats[:, :3].tolist():
        assert {4, 5} <= set(seats)
    frame.values[:6, instrument.names.index("contacts")] = (0, 1, 1, 1, 0, 0)
    assert {*seated(frame, instrument, ASKED, count=50).seats[:, :3].ravel().tolist()} == {1, 2, 3}


def test_talkativeness_is_normal_and_one_persons():
    instrument = instrument_for(talkativeness=0.7)
    frame = frame_with(instrument, 6, 5)
    talk = seated(frame, instrument, ASKED, count=800).talk
    assert stats.kstest(talk.ravel(), stats.norm(0, 0.7).cdf).pvalue > FALSE_ALARM
    assert stats.kstest(talk.ravel(), stats.norm(0, 0.85).cdf).pvalue < FALSE_ALARM
    assert abs(np.corrcoef(talk.T) - np.eye(5)).max() < 0.2
    quiet = seated(frame, instrument_for(talkativeness=0.0), ASKED)
    assert (quiet.talk == 0).all()


@pytest.mark.slow
def test_what_one_person_voices_hangs_together():
    # Two themes that anybody voices alike: only talkativeness ties them.
    flat = {
        (theme, "CSW"): Observable("confidence", "above", "", (0.5, 0.5, 0.5), 100.0)
        for theme in "AB"
    }
    instrument = instrument_for(flat, talkativeness=2.0, volunteered=(1, 1, 1))
    frame = frame_with(instrument, 6, 0)
    table = chances(frame, seated(frame, instrument, (1, 0), count=2000), instrument, (1, 0))[
        :, :, 0
    ]
    both = (table[0, :, 1] * table[1, :, 1]).mean()
    assert both > 1.25 * table[0, :, 1].mean() * table[1, :, 1].mean()
    voices = voices_of(flat, (1, 0), [1, 1])
    logs = log_likelihood(frame, seated(frame, instrument, (1, 0), count=2000), instrument, voices)
    assert math.exp(logs) == pytest.approx(both)


def test_more_asked_than_in_post_is_refused():
    instrument = instrument_for()
    frame = frame_with(instrument, 6, 1)
    with pytest.raises(ValueError, match="2 MHSWs are to be interviewed and 1 are in post"):
        seated(frame, instrument, ASKED)


def test_nobody_of_the_first_service():
    instrument = instrument_for({("A", "MHSW"): OBSERVABLES["A", "MHSW"]})
    frame = frame_with(instrument, 6, 5)
    sittings = seated(frame, instrument, (0, 2), count=50)
    assert sittings.seats.shape == (50, 2)
    assert (sittings.seats >= 6).all()
    assert log_likelihood(frame, sittings, instrument, voices_of([("A", "MHSW")], (0, 2), [1])) < 0


def test_nobody_of_the_second_service():
    instrument = instrument_for()
    frame = frame_with(instrument, 6, 5)
    for csw in (1, 3, 6):
        sittings = seated(frame, instrument, (csw, 0), count=50)
        assert sittings.seats.shape == (50, csw)
        assert (sittings.seats < 6).all()
        assert all(len(set(row)) == csw for row in sittings.seats.tolist())
        found = [
            log_likelihood(frame, sittings, instrument, voices_of(CELLS, (csw, 0), (0, 0, b, 0)))
            for b in range(csw + 1)
        ]
        nothing = log_likelihood(
            frame, sittings, instrument, voices_of(CELLS, (csw, 0), (0, 0, 0, 0), (0, 0, csw, 0))
        )
        assert np.logaddexp.reduce(found) == pytest.approx(nothing)


# ---- averages


def test_chances_are_averaged_and_not_their_logarithms(scene):
    assert mean_of_products(np.array([-2000.0, -2001.0]), 0) == pytest.approx(
        -2000.0 + math.log((1 + math.exp(-1)) / 2)
    )
    assert mean_of_products(np.array([-np.inf, 0.0]), 0) == pytest.approx(math.log(0.5))
    assert mean_of_products(np.array([-np.inf, -np.inf]), 0) == -np.inf
    assert mean_of_logarithms(np.log([0.1, 0.3]), 0) == pytest.approx(math.log(0.03) / 2)
    frame, sittings, instrument = scene
    voices = voices_of(CELLS, ASKED, (3, 1, 1, 2), reporting=REPORT)
    each = [
        log_likelihood(frame, Sittings(sittings.seats[[m]], sittings.talk[[m]]), instrument, voices)
        for m in range(3)
    ]
    whole = log_likelihood(frame, sittings, instrument, voices)
    assert whole == pytest.approx(float(mean_of_products(np.array(each), 0)))
    wrong = log_likelihood(frame, sittings, instrument, voices, geometric=True)
    assert wrong == pytest.approx(np.mean(each))
    assert wrong < whole - 1e-3


# ---- speaking


@pytest.mark.parametrize("reporting", [REPORT, LISTED, Reporting()])
def test_made_up_tables_come_as_often_as_the_likelihood_says(scene, reporting):
    """Two services, one theme of both; levels that themes share are drawn anew each time."""
    frame, sittings, instrument = scene
    voices = voices_of(
        CELLS, ASKED, (1, 0, 0, 1), (1, 1, 0, 1), asked=frozenset("A"), reporting=reporting
    )
    layout = layout_of(instrument, voices, made=True)
    first = Sittings(sittings.seats[[1]], sittings.talk[[1]])
    terms = terms_of(frame, first, instrument, voices, made=True)[0]
    counts = np.zeros((3, len(layout.patterns)))
    times = 1500
    for seed in range(times):
        said = speak(frame, sittings, instrument, voices, chosen=1, seed=seed)
        assert (said.answers[3:, [0, 2]] == -1).all()
        assert (said.answers[:3, [1, 3]] == -1).all()
        for theme, pattern in enumerate(pattern_of(said.states, layout)):
            counts[theme, pattern] += 1
    levels = np.exp(layout.log_weights).reshape(layout.shared, 3, 3)
    for theme in range(3):
        weights = levels.sum(axis=1 if layout.asked[theme] else 2).ravel()
        expected = np.exp(terms[theme]) @ weights
        if layout.members[theme, 1] < 0:
            expected = np.where(layout.patterns[:, 1] == 0, expected, 0.0)
        assert expected.sum() == pytest.approx(1.0)
        assert counts[theme][expected < 1e-12].sum() == 0
        seen = expected > 1e-12
        found = stats.chisquare(counts[theme][seen], times * expected[seen] / expected.sum())
        assert found.pvalue > FALSE_ALARM


def test_the_same_seed_says_the_same():
    instrument = instrument_for()
    frame = frame_with(instrument, 6, 5)
    sittings = seated(frame, instrument, ASKED)
    voices = voices_of(CELLS, ASKED, (0, 0, 0, 0))
    said = [speak(frame, sittings, instrument, voices, seed=s).answers for s in (1, 1, 2, 3, 4)]
    assert (said[0] == said[1]).all()
    assert len({one.tobytes() for one in said}) > 2


def test_unknown_answers_lie_between_the_counts():
    answers = np.array([[1, -1], [0, -1], [-1, 1], [1, 0]], np.int8)
    low, high = counts_of(answers)
    assert low.tolist() == [2, 1]
    assert high.tolist() == [3, 3]


def test_nodes_have_mean_and_spread_of_what_they_stand_for():
    """Percentiles 10, 50 and 90 of a normal: mean 0 and spread 1, to one part in a hundred."""
    nodes = stats.norm.ppf([0.1, 0.5, 0.9])
    assert NODE_WEIGHTS @ nodes == pytest.approx(0.0, abs=1e-12)
    assert math.sqrt(NODE_WEIGHTS @ nodes**2) == pytest.approx(1.0, abs=0.01)
    # A wrong version: the weights of a range's ends would be a quarter too narrow.
    assert math.sqrt(np.array([1, 4, 1]) / 6 @ nodes**2) < 0.76
