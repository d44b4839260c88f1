"""Pages made of many lives: the box beside matched worlds, and the reference model."""

import importlib
from pathlib import Path

import numpy as np
import pytest

import colsim
from colsim.core.parameters import PARAMETERS, draw_world
from colsim.experiments.banks import RENEW, Chosen
from colsim.experiments.worlds import CalibratedWorlds
from colsim.scenario import load_comparison

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture
def script(monkeypatch):
    monkeypatch.syspath_prepend(str(SCRIPTS))
    return importlib.import_module


def test_box_and_matched_worlds_stand_side_by_side(script):
    matched = script("matched")
    bank = CalibratedWorlds("bank", (), np.zeros((0, 0)), tuple(range(900, 930)), kind="matched")
    them = load_comparison(
        "desktop", ["co_location", "shadowing", "boundary_spanners"],
        overrides={"run.weeks": 26, "run.burn_in": 26},
    )  # fmt: skip
    box, like = (
        colsim.compare(them[0], them[1:], replications=24, worlds=source, half_strength=False)
        for source in ("ranges", bank)
    )
    assert (box.drawn_from, like.drawn_from) == ("ranges", "matched")
    assert sorted(matched.ranks(box)) == [1, 2, 3]
    order = np.argsort(-np.nanmean(matched.gains(like), axis=1))
    assert [matched.ranks(like)[k] for k in order] == [1, 2, 3]
    said = " ".join(matched.in_words(box, like))
    assert "rank correlation" in said
    assert "Which policy leads by median, by form: in the box " in said
    assert "Pairs of which one is ahead in 80% of worlds under one value of a form" in said
    rows = matched.by_form(box, like).splitlines()
    forms = {p.name for p in PARAMETERS.values() if p.kind == "form"}
    assert len(rows) == 2 + 3
    assert all(form.replace("_", " ") in rows[0] for form in forms)


def test_without_worlds_of_this_model_there_is_no_page(script, monkeypatch):
    matched = script("matched")
    monkeypatch.setattr(matched, "matched_worlds", lambda authority: Chosen(None, "stale"))
    with pytest.raises(SystemExit, match=f"found none of this model; run {RENEW}"):
        matched.page(matched.LEAST_WORLDS)
    with pytest.raises(SystemExit, match="--worlds: found 1; allowed: at least 40"):
        matched.page(1)


def test_a_leader_that_changes_with_a_form_is_said(script):
    """Gains of 2 points and of 1, the other way round where a site is sought."""
    page = script("gains")
    lives = np.zeros((3, 3, len(page.MEASURED)))
    lives[1, :, page.JOINT], lives[2, :, page.JOINT] = 0.02, 0.01
    other = lives[[0, 2, 1]]
    found = {("encounter", "by_chance"): lives, ("encounter", "sought"): other}
    found |= {("encounter", "both"): other, ("compliance", "fades"): lives}
    said = page.who_leads(found, ["spanners", "service"])
    assert said == (
        "Which policy gains most, by median, is another one with "
        "`encounter` (`spanners` under by chance; `service` under sought and both)."
    )
    del found["encounter", "sought"], found["encounter", "both"]
    assert page.who_leads(found, ["spanners", "service"]) == (
        "Under every form `spanners` gains most by median."
    )


def gains(*means):
    """Return gains of policies in 8 worlds, shape (worlds, policies, 1), spread by 0.1."""
    spread = np.linspace(-0.1, 0.1, 8)[:, None]
    return (np.array(means)[None, :] + spread * np.arange(1, len(means) + 1))[:, :, None]


@pytest.mark.parametrize(
    "other, same",
    [
        ((4.0, 2.0), True),
        ((4.9, 2.9), True),  # within a point
        ((5.1, 2.0), False),  # beyond a point, which is more than a quarter of 4
        ((1.9, 2.0), False),  # beyond, and turned
        ((2.9, 3.0), False),  # turned
    ],
)
def test_answers_are_the_same_within_a_point_and_in_one_order(script, other, same):
    reference = script("reference_model")
    assert reference.same(gains(4.0, 2.0), gains(*other)) is same


def test_a_quarter_of_a_large_gain_may_go_and_orders_nobody_tells_may_turn(script):
    reference = script("reference_model")
    assert reference.same(gains(20.0, 2.0), gains(16.0, 2.0))
    assert not reference.same(gains(20.0, 2.0), gains(14.0, 2.0))
    noisy = gains(2.0, 2.0)
    noisy[:, 0, 0] += np.array([3.0, -3.0] * 4)
    other = noisy.copy()
    other[:, 0, 0] -= 0.5
    assert reference.same(noisy, other)


def test_elimination_keeps_what_answers_hang_on(script, monkeypatch):
    """Two parts that move nothing, one that moves much, and two that may go one by one only."""
    reference = script("reference_model")
    moves = {"a": 0.0, "b": 0.1, "c": 0.6, "d": 0.7, "e": 3.0}
    parts = tuple(reference.Part(name, "how", off={"x": 0.0}) for name in moves)
    monkeypatch.setattr(reference, "PARTS", parts)
    whole = gains(4.0, 2.0)

    class Made:
        def __init__(self):
            self.whole = whole

        def gains(self, out):
            return whole + sum(moves[one.name] for one in out)

    steps = reference.eliminate(Made())
    assert [one.part.name for one in steps] == ["a", "b", "c", "d", "e"]
    assert {one.part.name: one.out for one in steps} == {
        "a": True, "b": True, "c": True, "d": False, "e": False,
    }  # fmt: skip
    assert [round(one.alone, 9) for one in steps] == [0.0, 0.1, 0.6, 0.7, 3.0]
    assert steps[3].together == pytest.approx(1.4)
    assert steps[3].together_doubt == pytest.approx(0.0, abs=1e-9)


def test_a_movement_has_the_standard_error_of_its_worlds(script):
    reference = script("reference_model")
    whole = gains(4.0, 2.0)
    other = whole + 0.5
    other[:, 0, 0] += np.array([0.4, -0.4] * 4)
    other[:, 0, 0] += 0.1
    # Tolerated: a point. The spread of the difference is 0.4, times the root of 8 over 7.
    assert reference.excess(whole, other) == pytest.approx(0.6)
    assert reference.doubt(whole, other) == pytest.approx(0.4 / np.sqrt(7))


def test_mechanisms_are_taken_out_and_the_numbers_come_back(script, monkeypatch):
    reference, lives = script("reference_model"), script("lives")
    off = {n for one in reference.PARTS for n in one.off or {}}
    assert off <= set(PARAMETERS)
    assert len({one.name for one in reference.PARTS}) == len(reference.PARTS) >= 12
    settings = {"run.weeks": 4, "run.burn_in": 8}
    monkeypatch.setattr(
        reference, "load_comparison",
        lambda authority, names: load_comparison("desktop", names[:1], overrides=settings),
    )  # fmt: skip
    monkeypatch.setattr(reference, "world_of", lambda number: (draw_world(number), number))
    trial = reference.Trial(2)
    trunk, means = trial.worlds[0]
    before = trunk.parameters.copy()
    live = lives.lived(trunk, trial.compiled[0], reference.without(reference.PARTS, means))
    assert trunk.parameters == before == live.parameters
    csw = live.posts["service"] == 0
    assert trial.gains(()).shape == (2, 1, 2)
    assert csw.any()
    with pytest.raises(SystemExit, match="--worlds: found 1; allowed: at least 8"):
        reference.page(1)
