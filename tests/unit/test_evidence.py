"""Scripts of evidence: what is held stays, slopes are found, too few worlds are refused."""

import importlib
import re
from pathlib import Path

import numpy as np
import pytest

from colsim.core.measures import MEASURES
from colsim.core.parameters import PARAMETERS
from colsim.scenario import LEVERS, load_scenario
from colsim.scenario.compiling import compile_scenario

ROOT = Path(__file__).parents[2]


@pytest.fixture
def script(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    return importlib.import_module


@pytest.mark.parametrize("name", ["gains", "mechanisms", "screening", "bridging"])
def test_too_few_worlds_are_refused(script, name):
    module = script(name)
    fewest = module.LEAST_WORLDS
    with pytest.raises(SystemExit, match=f"--worlds: found 1; allowed: at least {fewest}"):
        module.page(1)


def test_what_a_bridging_team_does_is_told_in_short(script):
    team = {
        "consultations given, per family": 10.4, "three-way meetings, per family": 1.63,
        "lost, of those asked for": 0.15, "… of all joint plans": 0.11,
        "visits on which a challenge was heard": 166.0, "visits on which one backfired": 82.0,
    }  # fmt: skip
    said = script("bridging").in_short(team, {"": 4.4, "facilitation": 1.3, "consultation": 0.4})
    assert "has 10 consultations a year and 1.6 three-way meetings; 15 in 100" in said
    assert "gains +4.4 points of joint plans: +1.3 without three-way meetings, and +0.4" in said
    assert "11 in 100 are made in the week of such a meeting" in said


@pytest.mark.parametrize("k", range(7))
def test_a_mechanism_is_held_at_its_mean(script, k):
    """Each mean is near the same after the contacts of every week; without holding it moves."""
    mechanisms, lives = script("mechanisms"), script("lives")
    one = mechanisms.MECHANISMS[k]
    compiled = compile_scenario(
        load_scenario("desktop", overrides={"run.weeks": 8, "run.burn_in": 26}).scenario
    )
    values, seed = lives.world_of(3)
    trunk = lives.burnt_in(compiled, values, seed)
    before, held = [], []
    lives.lived(trunk, compiled, mechanisms.logging(one.means, before))
    at = mechanisms.mean_of(before)
    parameters = trunk.parameters.copy()
    lives.lived(trunk, compiled, mechanisms.holding(one, at, held))
    assert (trunk.parameters == parameters).all()
    near = 0.15 if one.name == "consent" else 0.02  # the week's own contacts move some
    for name, mean in at.items():
        moved = [week[name] for week in before]
        assert max(moved) > min(moved), name
        if name == mechanisms.KEPT:
            continue
        assert [week[name] for week in held] == pytest.approx([mean] * 8, abs=near), name


def test_holding_leaves_the_trunk_as_it_was(script):
    mechanisms, lives = script("mechanisms"), script("lives")
    compiled = compile_scenario(
        load_scenario("desktop", overrides={"run.weeks": 4, "run.burn_in": 10}).scenario
    )
    trunk = lives.burnt_in(compiled, {}, 5)
    plain = lives.sums(lives.lived(trunk, compiled), 4)
    one = mechanisms.MECHANISMS[0]
    lives.lived(
        trunk, compiled, mechanisms.holding(one, {"narrative CSW": -1, "narrative MHSW": 1})
    )
    assert lives.sums(lives.lived(trunk, compiled), 4) == plain


def test_slopes_are_found_and_dummies_move_nothing(script):
    screening = script("screening")
    rng = np.random.default_rng(5)
    places = rng.random((400, 6))
    y = 0.3 * places[:, 0] - 0.02 * places[:, 1] + 0.02 * rng.standard_normal(400)
    y[7] = np.nan
    slope, clear = screening.Fit(places).slopes(y)
    assert slope[:2] == pytest.approx([0.3, -0.02], abs=0.012)
    assert clear[0] > 50
    assert clear[2:].max() < 4
    # The wrong version: places of others in the columns' stead.
    slope, _ = screening.Fit(rng.random((400, 6))).slopes(y)
    assert abs(slope[0]) < 0.1


def test_every_lever_is_in_a_package_and_every_harm_is_looked_at(script):
    screening, lives = script("screening"), script("lives")
    named = {name for names in screening.packages().values() for name in names}
    assert named | set(screening.LEFT_OUT) >= set(lives.single_policies())
    assert set(screening.MEASURED) >= {n for n, m in MEASURES.items() if m.harm}
    columns = screening.columns(3)
    assert sum(name.startswith("dummy") for name in columns) == 20
    assert {name.partition(":")[0] for name in columns if not name.startswith("dummy")} == {
        name for name, p in PARAMETERS.items() if p.uncertain
    }
    assert columns["trust_rate"] == pytest.approx(
        (screening.draw_world(3)["trust_rate"] - 0.15) / 0.2, abs=1e-9
    )


def test_each_world_of_a_page_is_another(script):
    """Two replications of a comparison share a world: pages take every second."""
    lives = script("lives")
    drawn = [lives.world_of(k)[0]["trust_rate"] for k in range(20)]
    assert len(set(drawn)) == 20


@pytest.mark.parametrize(
    "channel, event",
    [("visits", "visit_hours"), ("consultation", "consult_hours"), ("workshops", "visit_hours"),
     ("facilitation", "visit_hours"), ("challenge", "consult_hours")],
)  # fmt: skip
def test_what_a_spanner_can_save_up_is_enough_for_an_event_in_every_world(channel, event):
    """Else a world that draws a long event would never see one."""
    hours = next(c.amount for c in LEVERS["boundary_spanners"].channels if c.name == channel)
    assert PARAMETERS["spanner_carry"].low * hours >= PARAMETERS[event].high


def test_numbers_that_went_are_gone_and_what_stands_in_their_place_is_there(script):
    screening = script("screening")
    told = screening.tomllib.loads(screening.GONE.read_text(encoding="utf-8"))
    listed, stay = told["gone"], told["kept"]
    assert {one["name"] for one in stay} <= set(PARAMETERS)
    names = [name for one in listed for name in one["names"]]
    assert len(set(names)) == len(names)
    assert not set(names) & set(PARAMETERS)
    for one in listed:
        for name in re.findall(r"`(\w+)`", one["became"]):
            assert name in PARAMETERS, one
    for heading in (screening.KEPT, screening.WENT):
        text = screening.renewed(f"# Page\n\nFigures.\n\n{heading}\n\nOld.\n")
        assert text == f"# Page\n\nFigures.\n\n{screening.text_alone()}"
    assert text.count("\n| `") == len(listed) + len(stay)
