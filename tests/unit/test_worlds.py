"""Worlds that look like today: what is ruled out, what is left, and what is refused."""

import json
import os
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from typer.testing import CliRunner

import colsim
from colsim.cli import app
from colsim.core.parameters import PARAMETERS, draw_world
from colsim.errors import TakenError, UserError
from colsim.experiments import banks
from colsim.experiments.banks import chosen_worlds, matched_worlds, place_key
from colsim.experiments.difference import mean_of_present
from colsim.experiments.runner import turn_of
from colsim.experiments.worlds import CalibratedWorlds, world_version, worlds_from
from colsim.scenario import ScenarioError, load_scenario
from colsim.scenario.known import national
from colsim.scenario.levels import Level, levels_of
from colsim.worlds import matching, waves
from colsim.worlds.lives import BEYOND, LIVES, TargetLevels, misfit_of
from colsim.worlds.match import balanced, match
from colsim.worlds.matching import UNCERTAIN, Drawn

SMALL = {
    "organisation.csw": 16, "organisation.csw_team_size": 8, "organisation.mhsw": 4,
    "organisation.mhsw_teams": 2, "organisation.localities": 1, "organisation.shared_families": 16,
}  # fmt: skip


@pytest.fixture(scope="module")
def small():
    return load_scenario("desktop", overrides=SMALL)


@pytest.fixture(scope="module")
def found(small, tmp_path_factory):
    folder = tmp_path_factory.mktemp("matched")
    result = match(small, wanted=20, most=250, folder=folder, waves=False)
    result.save(folder, "colsim worlds small.toml")
    return result, folder


def test_worlds_take_the_place_of_nothing_else(found, tmp_path):
    result, folder = found
    with pytest.raises(TakenError, match="force=True in Python"):
        result.save(folder)
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UserError, match=r"holds other files \(mine.txt\)"):
        result.save(tmp_path)
    with pytest.raises(UserError, match="which is a file"):
        result.save(tmp_path / "mine.txt", force=True)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    other = tmp_path / "run"
    other.mkdir()
    (other / "manifest.json").write_text('{"kind": "run", "files": []}')
    with pytest.raises(UserError, match="another kind is never replaced"):
        result.save(other, force=True)
    result.save(tmp_path / "new")
    result.save(str(tmp_path / "new"), force=True)
    assert (tmp_path / "new" / "matched.json").is_file()


def level(name="a", value=0.5, tolerance=0.1, own=False):
    return Level(name, name, value, tolerance, 0.0, own, "made up")


def test_an_authoritys_own_figures_take_the_place_of_national_ones():
    scenario = load_scenario(
        "desktop", overrides={"levels.turnover_csw": 0.2, "levels.caseload_csw.value": 19}
    ).scenario
    by_name = {one.measure: one for one in levels_of(scenario)}
    assert set(by_name) == set(national())
    assert (by_name["turnover_csw"].value, by_name["turnover_csw"].own) == (0.2, True)
    assert by_name["caseload_csw"].value == 19.0
    assert (by_name["re_referral_rate"].value, by_name["re_referral_rate"].own) == (0.22, False)
    families = by_name["shared_families"]
    assert families.value == 42.0
    assert families.tolerance == pytest.approx(6 * 42 / 130)
    england = {one.measure: one for one in levels_of(load_scenario("england").scenario)}
    assert england["shared_families"].value == 131.0


@pytest.mark.parametrize(
    "key, value, said",
    [
        ("levels.turnovr_csw", 0.2, "nearest known name: turnover_csw"),
        ("levels.turnover_csw", 15.9, "a number from 0 to 1 (share a year): 15.9 in 100 is 0.159"),
        ("levels.assessed_in_time", -0.1, "levels.assessed_in_time"),
        ("levels.caseload_csw", 0, "a number above 0"),
        ("levels.caseload_csw", "many", "levels.caseload_csw: found 'many'"),
        ("levels.caseload_csw.value", None, "levels.caseload_csw"),
        ("levels.caseload_csw", {"value": 16, "tolerance": 0}, "tolerance: found 0"),
    ],
)
def test_faulty_levels_are_named(key, value, said):
    with pytest.raises(ScenarioError) as error:
        load_scenario("desktop", overrides={key: value})
    assert said in str(error.value)


def test_levels_have_no_place_in_a_policy(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text(
        'title = "x"\n[levers.co_location]\nstrength = 1\n[levels]\nturnover_csw = 0.2\n', "utf-8"
    )
    with pytest.raises(ScenarioError, match="levels: found levels of today in a policy"):
        load_scenario("desktop", path)


def test_implausibility_counts_tolerance_discrepancy_and_chance():
    levels = (
        replace(level(value=1.0, tolerance=0.3), discrepancy=0.4),
        level(value=2.0, own=True),
    )
    targets = TargetLevels(None, levels, np.array([1.2, 0.0]))
    far = targets.implausibility(np.array([2.3, 2.2]), lives=1)
    assert far.tolist() == pytest.approx([1.3 / 1.3, 2.0])  # 0.3² + 0.4² + 1.2² = 1.3²
    # Over four lives chance shrinks; an own figure has the chance of its one year besides.
    four = targets.implausibility(np.array([1.65, 2.2]), lives=4)
    assert four[0] == pytest.approx(0.65 / np.sqrt(0.25 + 0.36))
    own = TargetLevels(None, (replace(levels[0], own=True),), np.array([1.2]))
    assert own.implausibility(np.array([1.65]), 4)[0] == pytest.approx(
        0.65 / np.sqrt(0.25 + 0.36 + 1.44)
    )
    assert targets.implausibility(np.array([np.nan, 2.0]), 1).tolist() == [0.0, 0.0]


def test_means_leave_out_what_has_no_value():
    found = mean_of_present(np.array([[1.0, np.nan], [3.0, np.nan]]), axis=0)
    assert found.tolist() == pytest.approx([2.0, np.nan], nan_ok=True)


def test_what_is_kept_shows_the_levels_and_says_how_much_is_left(found):
    result, folder = found
    assert len(result.values) >= 20
    assert result.share == pytest.approx(len(result.values) / result.drawn)
    far = TargetLevels(None, result.levels, result.chance).implausibility(result.found, LIVES)
    assert far.max() < BEYOND
    about = json.loads((folder / "matched.json").read_text("utf-8"))
    assert about["worlds"] == len(result.values)
    assert about["weights"].startswith("equal")
    assert {row["level"] for row in about["levels"]} == set(national())
    assert any("does not make it probable" in line for line in about["words"])
    again = worlds_from(folder)
    assert again.kind == "matched"
    assert again.values.tolist() == result.values.tolist()
    # A kept draw of the ranges is that draw, and may be named by its seed alone.
    assert dict(zip(UNCERTAIN, result.values[0], strict=True)) == draw_world(result.seeds[0])


def test_what_is_finished_is_found_and_the_result_is_the_same(small, found, monkeypatch):
    result, folder = found
    lived = []
    monkeypatch.setattr(matching, "_live", lambda *_: lived.append(1))
    again = match(small, wanted=20, most=250, folder=folder, waves=False)
    assert not lived
    assert again.values.tolist() == result.values.tolist()
    assert again.to_dict() == result.to_dict()


def test_a_torn_piece_is_lived_again(small, found):
    result, folder = found
    (piece,) = folder.glob("draws/*/draws-000000.parquet")
    piece.write_bytes(piece.read_bytes()[:200])
    again = match(small, wanted=20, most=250, folder=folder, waves=False)
    assert again.values.tolist() == result.values.tolist()


def test_worlds_of_another_model_are_refused_with_how_to_renew(found, tmp_path):
    _, folder = found
    for name in ("posterior.parquet", "matched.json"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())
    about = json.loads((tmp_path / "matched.json").read_text("utf-8"))
    (tmp_path / "matched.json").write_text(json.dumps(about | {"model": "0123"}), "utf-8")
    with pytest.raises(UserError) as error:
        worlds_from(tmp_path)
    assert "another version of the model" in str(error.value)
    assert "colsim worlds small.toml" in str(error.value)


def test_levels_that_contradict_each_other_are_named_with_the_nearest():
    chance = np.random.default_rng(1)
    a = chance.normal(0.0, 1.0, 2000)
    box = np.stack([a, a + chance.normal(0.0, 0.1, 2000), chance.normal(0, 1, 2000)], axis=1)
    levels = (level("a", -1.0, 0.1), level("b", 1.0, 0.1), level("c", 9.0, 0.1))
    found = misfit_of(TargetLevels(None, levels, np.zeros(3)), box)
    assert found.alone[2] == 0.0
    assert [one.levels for one in found.unmet] == [("c",)]
    assert found.unmet[0].values[0] == box[:, 2].max()
    assert [one.levels for one in found.pairs] == [("a", "b")]
    said = " ".join(found.words())
    assert "No draw meets c = 9" in said
    assert "contradict each other in the model: a = -1 with b = 1" in said
    assert "The nearest shows" in said
    # Levels that do not touch each other are no contradiction, however rare both are together.
    apart = misfit_of(TargetLevels(None, (levels[0], replace(levels[1], measure="c")), np.zeros(2)), box[:, [0, 2]])  # noqa: E501 # fmt: skip
    assert not apart.pairs


FEW = (
    "knowledge_start", "spread", "confidence_start", "orientation_rest_csw", "wellbeing_rest",
    "severity_start", "adverse_base", "consent_base",
)  # fmt: skip


class Toy:
    """Two levels that follow from two parameters, and no simulation."""

    levels = (level("a", 0.9, 0.02), level("b", 0.1, 0.02))
    seed, workers, progress = 1, 1, None

    def __init__(self):
        self.targets = SimpleNamespace(implausibility=self.far, try_world=self.try_world)

    def far(self, found, lives):
        return TargetLevels(None, self.levels, np.zeros(2)).implausibility(found, lives)

    def level(self, values):
        return np.array([self.quantile(values, name) for name in ("knowledge_start", "spread")])

    @staticmethod
    def quantile(values, name):
        p = PARAMETERS[name]
        return (values[name] - p.low) / (p.high - p.low)

    def try_world(self, values, seed, bar):
        found = self.level(values)
        return found, found, 1 if self.far(found, 1).max() >= bar else LIVES

    @staticmethod
    def draw(seed):
        chance = np.random.default_rng(seed)
        return {name: PARAMETERS[name].at(chance.random()) for name in FEW}

    def kept(self, name, make):
        return make()


def test_waves_end_where_rejection_would_and_leave_the_rest_of_the_box_alone(monkeypatch):
    monkeypatch.setattr(waves, "UNCERTAIN", FEW)
    toy = Toy()
    seeds = tuple(range(1500))
    levels = np.array([toy.level(toy.draw(seed)) for seed in seeds])
    drawn = Drawn(seeds, levels, np.ones(len(seeds)), levels)
    population, start = waves.in_waves(toy, drawn, 150)
    far = toy.far(population.found, LIVES).max(axis=1)
    kept = population.values[far < BEYOND]
    assert len(kept) > 120
    # Both levels within 0.06 of a number spread evenly over the box: 0.12² of it.
    assert 0.5 * 0.0144 < population.share(start) < 2.0 * 0.0144
    # What the levels do not touch is as in the box: means in the middle, nothing narrowed.
    for k, name in enumerate(FEW[2:], start=2):
        p = PARAMETERS[name]
        quantile = (kept[:, k] - p.low) / (p.high - p.low)
        assert abs(quantile.mean() - 0.5) < 0.12
        assert quantile.std() > 0.2
    assert len(np.unique(kept, axis=0)) > 60


@pytest.mark.slow
def test_every_stretch_of_worlds_holds_the_forms_in_their_shares():
    worlds = [draw_world(seed) for seed in range(80)]
    rows = np.array([[world[name] for name in UNCERTAIN] for world in worlds])
    order = balanced(rows)
    assert sorted(order) == list(range(80))
    for name, p in PARAMETERS.items():
        if p.kind == "form":
            column = rows[order, UNCERTAIN.index(name)]
            for choice in p.choices:
                whole = (column == choice.value).mean()
                assert abs((column[:40] == choice.value).mean() - whole) < 0.08


def test_matched_worlds_take_turns_and_another_seed_begins_elsewhere():
    worlds = CalibratedWorlds("x", (), np.zeros((0, 0)), tuple(range(10)), kind="matched")
    drawn = [worlds.draw(99, turn_of(1, 2 * world))["spread"] for world in range(10)]
    assert sorted(drawn) == sorted(draw_world(seed)["spread"] for seed in range(10))
    assert turn_of(1, 0) == turn_of(1, 1) != turn_of(2, 0)
    again = CalibratedWorlds.from_dict(json.loads(json.dumps(worlds.to_dict())))
    assert again.draw(99, 3) == worlds.draw(99, 3)
    assert again.digest == worlds.digest
    assert len(worlds) == 10


def other_place(loaded):
    organisation = loaded.scenario.organisation.model_copy(update={"csw": 17})
    return loaded.scenario.model_copy(update={"organisation": organisation})


@pytest.fixture
def bank(found, small, tmp_path, monkeypatch):
    """The small authority's worlds as the only shipped bank."""
    folder = tmp_path / "banks"
    folder.mkdir()
    (folder / "small.csv").write_text(found[0].bank().text(), "utf-8")
    monkeypatch.setattr(banks, "bank_folder", lambda: folder)
    monkeypatch.setattr(banks, "roots", lambda: iter([tmp_path / "cache"]))
    return folder / "small.csv"


def test_a_bank_is_used_where_it_is_of_the_authority(bank, small, found):
    chosen = matched_worlds(small)
    assert chosen.note == ""
    assert chosen.worlds.seeds == found[0].seeds
    # What acts in the authority, and how long it runs, is no matter.
    under = load_scenario("desktop", under="austerity", overrides=SMALL | {"run.weeks": 10})
    assert matched_worlds(under).worlds is not None
    # What if a number were another? The worlds are those of the authority as it is.
    set_beside = load_scenario("desktop", overrides=SMALL | {"parameters.leave_csw": 0.3})
    assert matched_worlds(set_beside).worlds.seeds == found[0].seeds
    other = matched_worlds(load_scenario("desktop", overrides=SMALL | {"organisation.csw": 17}))
    assert other.worlds is None
    assert "renews them" in other.note  # it bears the name of one that is shipped
    ours = matched_worlds(replace(under, name="ours", scenario=other_place(under)))
    assert "none are matched to the authority yet" in ours.note


def test_a_stale_bank_is_not_used_and_the_note_says_how_to_renew_it(bank, small):
    bank.write_text(bank.read_text("utf-8").replace(world_version(), "0" * 16), "utf-8")
    chosen = matched_worlds(small)
    assert chosen.worlds is None
    assert "another version of the model: python scripts/banks.py renews them" in chosen.note


def test_a_bank_that_cannot_be_read_is_named(bank, small):
    bank.write_text("# nothing\n", "utf-8")
    with pytest.raises(UserError, match=r"small\.csv: found a bank of worlds that cannot be read"):
        matched_worlds(small)


def test_comparisons_are_lived_in_matched_worlds_unless_the_ranges_are_asked_for(bank, small):
    short = load_scenario("desktop", overrides=SMALL | {"run.weeks": 4, "run.burn_in": 4})
    policy = load_scenario(
        "desktop", "co_location", overrides=SMALL | {"run.weeks": 4, "run.burn_in": 4}
    )
    matched = colsim.compare(short, policy, replications=4)
    assert matched.drawn_from == "matched"
    assert not any(remark.kind == "worlds" for remark in matched.remarks)
    box = colsim.compare(short, policy, replications=4, worlds="ranges")
    assert (box.drawn_from, box.to_dict()["worlds_from"]) == ("ranges", "ranges")
    assert box.values["shared_families"].tolist() != matched.values["shared_families"].tolist()
    fixed = colsim.compare(short, policy, replications=4, fixed_parameters=True)
    assert fixed.drawn_from == "ranges"


def test_the_choice_of_worlds_is_checked(small, tmp_path):
    with pytest.raises(UserError, match="holds no finished calibration"):
        chosen_worlds(tmp_path, small)
    assert chosen_worlds("ranges", small).worlds is None


STALE = [
    name for name in ("desktop", "robinscar", "county", "example_authority")
    if not (banks.bank_folder() / f"{name}.csv").exists()
    or not banks.read_bank(banks.bank_folder() / f"{name}.csv").fresh
]  # fmt: skip


def test_shipped_banks_are_of_this_version_of_the_model():
    if STALE and not os.environ.get("CI"):
        pytest.skip(f"stale: {', '.join(STALE)}; python scripts/banks.py renews them")
    assert not STALE, "python scripts/banks.py renews them"


@pytest.mark.skipif("desktop" in STALE, reason="stale: python scripts/banks.py renews it")
def test_a_sample_of_a_shipped_bank_shows_what_it_says():
    """Lived again, three of its worlds show the levels that stand in the file, to its figures."""
    bank = banks.read_bank(banks.bank_folder() / "desktop.csv")
    loaded = load_scenario("desktop")
    levels = levels_of(loaded.scenario)
    assert bank.place == place_key(loaded.scenario, levels)
    assert len(bank.seeds) >= 200
    work = matching.Matching(loaded.scenario, levels, 1)
    for k in (0, 17, 101):
        _, mean, lives = work.targets.try_world(draw_world(bank.seeds[k]), bank.seeds[k], BEYOND)
        assert lives == LIVES
        assert mean.tolist() == pytest.approx([bank.levels[one.measure][k] for one in levels], rel=1e-5)  # noqa: E501 # fmt: skip


def run(*arguments):
    return CliRunner().invoke(app, list(map(str, arguments)))


def test_the_command_names_every_fault_and_writes_nothing(tmp_path):
    figures = tmp_path / "figures.toml"
    figures.write_text("[levels]\nturnovr = 0.2\n", "utf-8")
    result = run("worlds", "desktop", "--levels", figures, "--keep", 0, "--draws", 1,
                 "--workers", 0, "--out", tmp_path / "out")  # fmt: skip
    said = str(result.exception)
    assert isinstance(result.exception, UserError)
    for part in ("--keep: found 0", "--draws: found 1", "--workers: found 0",
                 f"{figures}: levels.turnovr", "turnover_csw"):  # fmt: skip
        assert part in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "text, said",
    [
        ("turnover_csw = 0.2\n", "found the keys turnover_csw"),
        ("[levels]\n", "no table [levels] with a figure"),
        ("[levels\n", "found no TOML"),
        (None, "which cannot be read"),
    ],
)
def test_a_file_of_figures_that_is_none_is_named(tmp_path, text, said):
    path = tmp_path / "figures.toml"
    if text is not None:
        path.write_text(text, "utf-8")
    result = run("worlds", "desktop", "--levels", path, "--out", tmp_path / "out")
    assert said in str(result.exception)


def test_too_few_worlds_are_said_and_not_used(tmp_path, monkeypatch):
    authority = tmp_path / "ours.toml"
    rows = "\n".join(f"{key.partition('.')[2]} = {value}" for key, value in SMALL.items())
    authority.write_text(
        f'extends = "desktop"\n[organisation]\n{rows}\n[levels]\n'
        "caseload_csw = { value = 90, tolerance = 0.1 }\n",
        "utf-8",
    )
    out = tmp_path / "out"
    result = run("worlds", authority, "--draws", 250, "--out", out)
    assert result.exit_code == 1, result.output
    assert "Too few worlds for a range" in result.output
    assert "caseload_csw = 90: the" in " ".join(result.output.split())
    about = json.loads((out / "matched.json").read_text("utf-8"))
    assert about["enough"] is False
    assert about["misfit"]["unmet"][0]["levels"] == ["caseload_csw"]
    assert "nan" not in result.output
    # They are not drawn from either, and it is said how few there are.
    result = run("compare", authority, "co_location", "--replications", 2, "--worlds", out)
    said = str(result.exception)
    assert f"--worlds: found {out}, where 0 worlds look like ours today; allowed: 20" in said
    assert "--worlds ranges does without" in said
    monkeypatch.setattr(banks, "kept_folder", lambda place: out)
    chosen = chosen_worlds(None, load_scenario(authority))
    assert chosen.worlds is None
    assert "as fewer than 20 look like the authority today" in chosen.note


@pytest.mark.parametrize("text", ["{", "[]", '{"kind": "matched"}'])
def test_a_summary_of_worlds_that_cannot_be_read_is_named(text, tmp_path):
    (tmp_path / "matched.json").write_text(text, "utf-8")
    with pytest.raises(UserError, match=r"--worlds: found .*matched.json, which cannot be"):
        worlds_from(tmp_path)


def test_a_folder_of_something_else_is_refused(tmp_path):
    (tmp_path / "mine.txt").write_text("x", "utf-8")
    result = run("worlds", "desktop", "--out", tmp_path)
    assert "which holds other files (mine.txt)" in str(result.exception)
    assert sorted(path.name for path in Path(tmp_path).iterdir()) == ["mine.txt"]


def test_several_authorities_at_once_are_drawn_from_the_ranges_and_it_is_said():
    chosen = chosen_worlds(None, load_scenario("england"))
    assert chosen.worlds is None
    assert "for several authorities at once none are shipped" in chosen.note
