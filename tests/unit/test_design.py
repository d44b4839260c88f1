"""Designs: which points, what they come to, how their work is cut."""

import numpy as np
import pytest

from colsim.experiments.experiment_faults import load_experiment
from colsim.experiments.manifest import plan
from colsim.experiments.work import LEAST, MOST, Chunk, bundles_of, chunk_work, chunks_of, work_of
from colsim.scenario import ScenarioError, load_scenario

HEAD = 'title = "t"\nbase = "desktop"\nweeks = 20\n'


def planned(tmp_path, text, **files):
    path = tmp_path / "e.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    for name, content in files.items():
        raw = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name.replace("_", ".")).write_bytes(raw)
    return plan(load_experiment(path))


def labels(manifest):
    return [point.label for point in manifest.design.points]


def test_factorial(tmp_path):
    manifest = planned(
        tmp_path,
        '[design]\nkind = "factorial"\n[vary]\nlevers.co_location.strength = [1, 3]\n'
        "organisation.csw = { low = 40, high = 45, steps = 3 }\n",
    )
    assert labels(manifest) == [
        "base",
        "co_location=1, csw=40",
        "co_location=1, csw=42",
        "co_location=1, csw=45",
        "co_location=3, csw=40",
        "co_location=3, csw=42",
        "co_location=3, csw=45",
    ]
    scenario = manifest.design.points[5].scenario
    assert scenario.organisation.csw == 42  # a whole number, as it must be
    assert scenario.levers["co_location"].strength == 3.0
    assert scenario.run.weeks == 20
    table = manifest.design.arrow().to_pydict()
    assert table["organisation.csw"] == [48, 40, 42, 45, 40, 42, 45]
    assert table["levers.co_location.strength"] == [None, 1, 1, 1, 3, 3, 3]
    assert table["base"] == [True] + [False] * 6
    assert table["cost_a_year"][0] == 0.0
    assert table["cost_a_year"][1] > 0.0


def test_labels_tell_values_apart(tmp_path):
    manifest = planned(
        tmp_path,
        '[design]\nkind = "factorial"\n[vary]\nparameters.trust_rate = [0.12345, 0.123451]\n',
    )
    assert len(set(labels(manifest))) == 3
    assert labels(manifest)[2].startswith("trust_rate=0.123451")


def test_one_at_a_time(tmp_path):
    manifest = planned(
        tmp_path,
        '[design]\nkind = "one_at_a_time"\n[vary]\nparameters.trust_rate = [0.1, 0.2]\n'
        "levers.co_location.strength = { low = 1, high = 5, steps = 3 }\n"
        "levers.co_location.without = [[], ['encounters']]\n",
    )
    assert labels(manifest) == [
        "base",
        "trust_rate=0.1",
        "trust_rate=0.2",
        "co_location=1",
        "co_location=3",
        "co_location=5",
        "co_location.without=[]",
        'co_location.without=["encounters"]',
    ]
    table = manifest.design.arrow().to_pydict()
    assert table["levers.co_location.without"][-1] == '["encounters"]'
    # A point keeps the base's values of all other keys, and gives its own parameter to all worlds.
    assert manifest.design.points[2].scenario.parameters == {"trust_rate": 0.2}
    assert manifest.design.points[2].scenario.levers == {}


@pytest.mark.parametrize("kind", ["latin_hypercube", "sobol"])
def test_points_that_fill_a_space(tmp_path, kind):
    text = (
        f'[design]\nkind = "{kind}"\npoints = 32\n[vary]\n'
        "levers.co_location.strength = { low = 1, high = 5 }\n"
        "parameters.half_life = { low = 10, high = 100, log = true }\n"
        "levers.joint_training.strength = [0, 1, 2, 3]\n"
    )
    design = planned(tmp_path, text).design
    assert len(design.points) == 33
    table = design.arrow().to_pydict()
    strength = np.array(table["levers.co_location.strength"][1:])
    half_life = np.array(table["parameters.half_life"][1:])
    # One point in each of 32 equal shares of the range: of the logarithm, where asked for.
    assert sorted(((strength - 1) / 4 * 32).astype(int)) == list(range(32))
    assert sorted((np.log10(half_life / 10) * 32).astype(int)) == list(range(32))
    assert (
        sorted(table["levers.joint_training.strength"][1:]) == [0] * 8 + [1] * 8 + [2] * 8 + [3] * 8
    )
    again = planned(tmp_path, text).design
    assert [point.id for point in again.points] == [point.id for point in design.points]
    other = planned(tmp_path, "seed = 2\n" + text).design
    assert {p.id for p in other.points[1:]}.isdisjoint(p.id for p in design.points[1:])


def test_fewer_sobol_points_are_the_first_of_more(tmp_path):
    text = (
        '[design]\nkind = "sobol"\npoints = {}\n[vary]\n'
        "levers.co_location.strength = {{ low = 1, high = 5 }}\n"
        "parameters.trust_rate = {{ low = 0.1, high = 0.2 }}\n"
    )
    few, many = (planned(tmp_path, text.format(count)).design.points for count in (16, 32))
    assert [(p.label, p.id) for p in few] == [(p.label, p.id) for p in many[:17]]


def test_scenarios(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "mine.toml").write_text(
        'title = "Mine"\nextends = "desktop"\n[levers.co_location]\n', encoding="utf-8"
    )
    manifest = planned(
        tmp_path,
        '[design]\nkind = "scenarios"\nscenarios = ["sub/mine.toml", "desktop", '
        '"co_location+shadowing", "county"]\ndifferent_authorities = true\n',
    )
    assert labels(manifest) == ["base", "mine", "desktop", "co_location+shadowing", "county"]
    points = manifest.design.points
    assert points[2].id == points[0].id  # the base again: it is not run twice
    assert len(manifest.design.scenarios) == 4
    assert points[3].scenario.organisation == points[0].scenario.organisation
    assert set(points[3].scenario.levers) == {"co_location", "shadowing"}
    assert points[4].scenario.organisation.csw == 420


def test_scenarios_of_another_authority_are_refused_unless_asked_for(tmp_path):
    with pytest.raises(ScenarioError, match=r"another authority \(county\) than that of the base"):
        planned(tmp_path, '[design]\nkind = "scenarios"\nscenarios = ["county"]\n')
    with pytest.raises(ScenarioError, match="austerity, a circumstance, in the place of a policy"):
        planned(tmp_path, '[design]\nkind = "scenarios"\nscenarios = ["austerity"]\n')


@pytest.mark.parametrize(
    "content, notes",
    [
        ("label,levers.co_location.strength,parameters.trust_rate\ncafé,1,0.25\n,2.5,\n", 0),
        (
            "\ufefflabel;levers.co_location.strength;parameters.trust_rate\ncafé;1;0,25\n;2,5;\n\n",
            0,
        ),
        (
            "label,levers.co_location.strength,parameters.trust_rate\r\n"
            "café,1,0.25\r\n,2.5,\r\n".encode("cp1252"),
            1,
        ),
    ],
)
def test_points_of_the_users_own(tmp_path, content, notes):
    manifest = planned(tmp_path, '[design]\nkind = "points"\nfile = "p.csv"\n', p_csv=content)
    assert labels(manifest) == ["base", "café", "point 2"]
    assert manifest.design.points[1].scenario.levers["co_location"].strength == 1.0
    assert manifest.design.points[1].scenario.parameters == {"trust_rate": 0.25}
    assert manifest.design.points[2].scenario.levers["co_location"].strength == 2.5
    assert manifest.design.points[2].scenario.parameters == {}
    assert len(manifest.design.notes) == notes
    assert all(
        note.endswith("is not UTF-8: read as Windows-1252") for note in manifest.design.notes
    )


def test_values_that_do_not_go_together_are_rows(tmp_path):
    manifest = planned(
        tmp_path,
        '[design]\nkind = "factorial"\n[vary]\norganisation.mhsw = [8, 16]\n'
        "organisation.mhsw_teams = [4, 12]\n",
    )
    errors = [point.error for point in manifest.design.points]
    assert [error is None for error in errors] == [True, True, False, True, True]
    assert errors[2] == (
        "mhsw=8, mhsw_teams=12: organisation.mhsw_teams: found 12 teams for 8 mental health social "
        "workers: 4 would be empty; allowed: no more AMH teams than mental health social workers"
    )
    assert len(manifest.design.scenarios) == 3  # mhsw=16, mhsw_teams=4 is the base
    assert manifest.design.arrow().to_pydict()["error"] == errors


def scenarios_of(count, name="desktop", **more):
    return {
        f"{k}": load_scenario(
            name,
            overrides={
                "run.weeks": 104,
                "levers.co_location.strength": 5 * (k + 1) / count,
                **more,
            },
        ).scenario
        for k in range(count)
    }


def all_cells(chunks):
    cells = [
        (p, r) for chunk in chunks for p in chunk.points for r in range(chunk.first, chunk.last)
    ]
    assert len(cells) == len(set(cells))
    return set(cells)


@pytest.mark.parametrize("count, replications", [(1, 2), (3, 40), (50, 200), (7, 1001), (2000, 2)])
def test_chunks_hold_every_run_once_and_enough_work(count, replications):
    scenarios = scenarios_of(1)
    one = scenarios["0"]
    scenarios = dict.fromkeys(map(str, range(count)), one)
    bundles = bundles_of(scenarios, replications=replications, shortest=replications)
    chunks = list(chunks_of(bundles, (replications,)))
    assert all_cells(chunks) == {(p, r) for p in scenarios for r in range(replications)}
    works = [work_of([one] * len(c.points)) * (c.last - c.first) for c in chunks]
    if sum(works) > LEAST:
        # What remains of the last bundle may be less.
        assert min(works[:-1], default=LEAST) >= LEAST
        assert max(works) < 5 * LEAST


def test_no_chunk_reaches_over_a_round():
    scenarios = scenarios_of(3)
    bundles = bundles_of(scenarios, replications=400, shortest=80)
    chunks = list(chunks_of(bundles, (160, 240, 320, 400)))
    assert all_cells(chunks) == {(p, r) for p in scenarios for r in range(400)}
    for end in (160, 240, 320):
        assert not any(chunk.first < end < chunk.last for chunk in chunks)


def test_points_with_parameters_of_their_own_share_a_chunk():
    scenarios = {
        str(k): load_scenario(
            "desktop", overrides={"parameters.trust_rate": 0.1 + k / 1000}
        ).scenario
        for k in range(100)
    }
    bundles = bundles_of(scenarios, replications=2, shortest=2)
    assert [points for points, _ in bundles] != [(point,) for point in scenarios]
    assert all(work * 2 >= LEAST for _, work in bundles[:-1])


def test_large_sweeps_have_larger_chunks():
    assert chunk_work(LEAST) == LEAST
    assert chunk_work(2_000 * LEAST * 3) == 3 * LEAST
    assert chunk_work(10**15) == MOST


def test_a_chunk_is_named_by_all_that_it_holds():
    chunk = Chunk(("a", "b", "c"), 3, 8)
    assert chunk.name("key") != chunk.name("other")
    assert chunk.name("key") != Chunk(("a", "b", "c"), 3, 9).name("key")
