"""Experiment files and points files: every fault, all of them in one go."""

import pytest

from colsim.experiments.experiment import LEAST_BATCH, LEAST_FLOOR
from colsim.experiments.experiment_faults import load_experiment
from colsim.experiments.manifest import plan
from colsim.scenario import ScenarioError

HEAD = 'title = "t"\nbase = "desktop"\n'
A_MEASURE = (
    "measures of the model, such as information_flow; `colsim run SCENARIO --json` lists them"
)
A_RANGE = "a list of values, or a range such as { low = 0.1, high = 0.4 }"
KINDS = (
    "scenarios or factorial or one_at_a_time or latin_hypercube or sobol or morris or saltelli or "
    "points"
)
VARY = "[vary]\nlevers.co_location.strength = [1.0]\n"
FACTORIAL = '[design]\nkind = "factorial"\n'


def faults(tmp_path, text, files=()):
    path = tmp_path / "e.toml"
    path.write_text(text, encoding="utf-8")
    for name, content in dict(files).items():
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ScenarioError) as refused:
        plan(load_experiment(path))
    return [str(one).replace(f"{tmp_path}/", "") for one in refused.value.faults]


@pytest.mark.parametrize(
    "text, expected",
    [
        ('title = "t"\n', [
            "e.toml: base: found nothing; allowed: a text in quotes",
            "e.toml: design: found nothing; allowed: a table with keys kind, points, scenarios, "
            "different_authorities, file",
        ]),
        (HEAD + FACTORIAL + VARY.replace("[vary]", "[vry]"), [
            "e.toml: vry: found unknown key 'vry'; nearest known name: vary; allowed:"
            " title, description, base, seed, weeks, replications, precision, "
            "fixed_parameters, worlds, measures, series, design, vary",
            "e.toml: vary: found nothing; allowed: at least one key to vary",
        ]),
        ('title = ""\nbase = 3\nseed = -1\nweeks = 0\nreplications = 0\nfixed_parameters = "no"\n'
         + FACTORIAL + VARY, [
            "e.toml: title: found ''; allowed: one line of 1 to 100 characters",
            "e.toml: base: found 3; allowed: a text in quotes",
            "e.toml: seed: found -1; allowed: a whole number from 0 to 2**63 - 1",
            "e.toml: weeks: found 0; allowed: a whole number from 1 to 5200",
            "e.toml: replications: found 0; allowed: a whole number from 2 to 1e+06",
            "e.toml: fixed_parameters: found 'no'; allowed: true or false",
        ]),
        (HEAD + "replications = 5\n" + FACTORIAL + VARY, [
            "e.toml: replications: found 5; allowed: an even number, 2 to each world",
        ]),
        (HEAD + 'replications = 4\nmeasures = ["joint_plan", "contacts", "contacts"]\n'
         'series = ["first_joint_plan"]\n' + FACTORIAL + VARY
         + f'[precision]\nmeasure = "flow"\nwidth = 0\nfloor = {LEAST_FLOOR - 2}\n'
         f"batch = {LEAST_BATCH - 2}\ncap = 41\n", [
            "e.toml: precision.width: found 0; allowed: a number above 0",
            f"e.toml: measures: found unknown measure 'joint_plan'; nearest known name: "
            f"joint_plan_rate; allowed: {A_MEASURE}",
            "e.toml: measures: found 'contacts' twice; allowed: each measure once",
            f"e.toml: series: found unknown measure 'first_joint_plan'; nearest known "
            f"name: wishes_in_plans; allowed: {A_MEASURE}",
            f"e.toml: precision.measure: found unknown measure 'flow'; allowed: {A_MEASURE}",
            "e.toml: replications: found replications together with precision; allowed: one of "
            "the two: a number of replications, or the precision that is wanted",
            "e.toml: precision.cap: found 41; allowed: an even number, 2 to each world",
            "e.toml: precision.floor: found 158; allowed: at least 160: with fewer, the interval "
            "would promise too much",
            "e.toml: precision.batch: found 78; allowed: at least 80: with fewer, the interval "
            "would promise too much",
            "e.toml: precision.cap: found 41; allowed: at least the floor of 158",
        ]),
        (HEAD + "measures = []\n" + FACTORIAL + VARY, [
            "e.toml: measures: found an empty list; allowed: at least one measure, or no key for "
            "all",
        ]),
        (HEAD + 'measures = ["contacts"]\n' + FACTORIAL + VARY
         + '[precision]\nmeasure = "fit"\nwidth = 1\n', [
            "e.toml: precision.measure: found 'fit', which is not kept; allowed: one of the "
            "measures kept",
        ]),
        (HEAD + VARY + '[design]\nkind = "factoral"\n', [
            "e.toml: design.kind: found 'factoral'; nearest known name: factorial; allowed: "
            f"{KINDS}",
        ]),
        (HEAD + VARY + FACTORIAL + 'points = 4\nscenarios = ["a"]\nfile = "b"\n', [
            "e.toml: design.scenarios: found scenarios in a factorial design; allowed: only in "
            "scenarios",
            "e.toml: design.points: found points in a factorial design; allowed: only in "
            "latin_hypercube and sobol and morris and saltelli",
            "e.toml: design.file: found file in a factorial design; allowed: only in points",
        ]),
        (HEAD + VARY + '[design]\nkind = "sobol"\npoints = 12\n', [
            "e.toml: design.points: found 12; allowed: a power of 2, such as 16: other numbers of "
            "Sobol points are out of balance",
        ]),
        (HEAD + VARY + '[design]\nkind = "latin_hypercube"\n', [
            "e.toml: design.points: found nothing; allowed: a whole number from 2 to 100000: "
            "latin_hypercube needs it",
        ]),
        (HEAD + VARY + '[design]\nkind = "scenarios"\nscenarios = []\n', [
            "e.toml: design.scenarios: found an empty list; allowed: at least one scenario",
            "e.toml: vary: found a table; allowed: no vary in a scenarios design: each file says "
            "what differs",
        ]),
        (HEAD + '[design]\nkind = "scenarios"\nscenarios = ["co_location", "co_location"]\n', [
            "e.toml: design.scenarios: found 'co_location' twice; allowed: each scenario once",
        ]),
        (HEAD + FACTORIAL + '[vary]\nlevers.co_location.strength = []\n'
         "levers.co_location.ramp = [1, 1, 2]\nparameters.trust_rate = 0.2\n"
         "parameters.half_life = {}\n"
         "parameters.tie_retention = { low = 3, high = 2, steps = 2 }\n"
         "parameters.arrival_rate = { low = 0.0, high = 0.1, log = true, step = 3 }\n", [
            f"e.toml: vary.parameters.trust_rate: found 0.2; allowed: {A_RANGE}",
            "e.toml: vary.parameters.arrival_rate.step: found unknown key 'step'; "
            "nearest known name: steps; allowed: low, high, log, steps",
            "e.toml: vary.levers.co_location.strength: found an empty list; allowed: at least one "
            "value",
            "e.toml: vary.levers.co_location.ramp: found 1 twice; allowed: each value once",
            "e.toml: vary.parameters.half_life.low: found nothing; allowed: a number: a "
            "range has two ends",
            "e.toml: vary.parameters.half_life.high: found nothing; allowed: a number: a "
            "range has two ends",
            "e.toml: vary.parameters.half_life.steps: found nothing; allowed: a whole number "
            "from 2: factorial goes through values",
            "e.toml: vary.parameters.tie_retention: found a range from 3 to 2; allowed: low "
            "below high",
            "e.toml: vary.parameters.arrival_rate.low: found 0; allowed: above 0, as the range is "
            "logarithmic",
            "e.toml: vary.parameters.arrival_rate.steps: found nothing; allowed: a whole number "
            "from 2: factorial goes through values",
        ]),
        (HEAD + '[design]\nkind = "sobol"\npoints = 4\n[vary]\n'
         'levers.co_location.strength = { low = 0, high = 5, steps = 3 }\n', [
            "e.toml: vary.levers.co_location.strength.steps: found steps; allowed: no steps: sobol "
            "draws from the range",
        ]),
        (HEAD + FACTORIAL + '[vary]\n"levers.co_location.strength" = [1.0]\n'
         "levers.co_location.strength = [2.0]\n", [
            "e.toml: vary.levers.co_location.strength: found the key twice; allowed: each key once",
        ]),
    ],
)  # fmt: skip
def test_faults_of_the_file(tmp_path, text, expected):
    assert faults(tmp_path, text) == expected


def test_faults_of_keys_and_values(tmp_path):
    text = (
        HEAD.replace("desktop", "desktop")
        + FACTORIAL
        + """[vary]
levers.co_locaton.strength = [1.0]
levers.co_location.stength = [1.0]
levers.co_location.strength = [1.0, 9.0, "much"]
parameters.trust_rat = [0.1]
parameters.trust_rate = { low = 0.1, high = 7.0, steps = 3 }
organisation.cws = [40]
organisation.csw = [40, 0]
run.weeks = [52]
title = ["x"]
"""
    )
    found = faults(tmp_path, text)
    assert [line.split(": ")[1] for line in found] == [
        "vary.levers.co_locaton.strength",
        "vary.levers.co_location.stength",
        "vary.parameters.trust_rat",
        "vary.organisation.cws",
        "vary.run.weeks",
        "vary.title",
        "vary.levers.co_location.strength",
        "vary.levers.co_location.strength",
        "vary.parameters.trust_rate",
        "vary.organisation.csw",
    ]
    ends = [line.split("; ")[1] for line in found]
    assert ends[:4] == [
        "nearest known name: levers.co_location.strength",
        "nearest known name: levers.co_location.strength",
        "nearest known name: parameters.trust_rate",
        "nearest known name: organisation.csw",
    ]
    assert ends[4] == "allowed: all points run equally long: set weeks instead"
    assert ends[5] == "allowed: keys that begin with levers., parameters. or organisation."
    assert "found 9.0; allowed: a number from 0 to 5 (days a week)" in found[6]
    assert "found 'much'; allowed: a number from 0 to 5 (days a week)" in found[7]
    assert "found 7.0; allowed: a number from" in found[8]
    assert found[9].endswith("found 0; allowed: a whole number from 1 to 10000")


def test_faults_of_scenarios_are_those_of_their_files(tmp_path):
    text = 'title = "t"\nbase = "desktp"\n[design]\nkind = "scenarios"\nscenarios = ["a.toml"]\n'
    found = faults(tmp_path, text, {"a.toml": 'title = "a"\nextends = "desktop"\nlevars = 3\n'})
    assert [line.split(";")[0] for line in found] == [
        "desktp: found no preset 'desktp'",
        "a.toml: levars: found unknown key 'levars'",
    ]


def test_scenarios_of_one_name_and_of_other_length(tmp_path):
    text = HEAD + '[design]\nkind = "scenarios"\nscenarios = ["a/x.toml", "b/x.toml"]\n'
    for folder in "ab":
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.toml").write_text(
            f'title = "{folder}"\n[levers.shadowing]\n', encoding="utf-8"
        )
    assert faults(tmp_path, text) == [
        "e.toml: design.scenarios: found two policies named x; allowed: names that differ"
    ]
    from colsim.errors import UserError

    (tmp_path / "a" / "x.toml").write_text(
        'title = "a"\nextends = "desktop"\n[run]\nburn_in = 20\n', encoding="utf-8"
    )
    text = text.replace(', "b/x.toml"', "")
    (said,) = faults(tmp_path, text)
    assert "another authority (x) than that of the baseline (desktop): run differ" in said
    path = tmp_path / "e.toml"
    path.write_text(text + "different_authorities = true\n", encoding="utf-8")
    with pytest.raises(UserError, match="scenarios that are compared must run equally long"):
        plan(load_experiment(path))


def test_a_design_without_any_point_that_can_be_built(tmp_path):
    text = HEAD + FACTORIAL + "[vary]\norganisation.mhsw_teams = [17, 18]\n"
    assert faults(tmp_path, text) == [
        "e.toml: design: found no point that can be built (mhsw_teams=17: organisation.mhsw_teams: "
        "found 17 teams for 16 mental health social workers: 1 would be empty; allowed: no more "
        "AMH teams than mental health social workers); allowed: at least one"
    ]


def test_too_many_points(tmp_path):
    text = HEAD + FACTORIAL + "[vary]\n"
    text += "levers.co_location.strength = { low = 0, high = 5, steps = 10000 }\n"
    text += "levers.joint_training.strength = { low = 0, high = 2, steps = 11 }\n"
    (found,) = faults(tmp_path, text)
    assert found == "e.toml: vary: found 110,000 points; allowed: at most 100,000"


def test_the_named_point_of_a_precision(tmp_path):
    text = HEAD + FACTORIAL + VARY + '[precision]\nmeasure = "fit"\nwidth = 1\npoint = "co_loc=1"\n'
    assert faults(tmp_path, text) == [
        "e.toml: precision.point: found no point labelled 'co_loc=1'; nearest known "
        "name: co_location=1; allowed: labels of points: co_location=1"
    ]


POINTS = HEAD + '[design]\nkind = "points"\nfile = "p.csv"\n'
TWO = (
    "[vary]\nlevers.co_location.strength = { low = 0, high = 5 }\n"
    "parameters.trust_rate = { low = 0.01, high = 0.5 }\n"
)


@pytest.mark.parametrize(
    "content, expected",
    [
        ("levers.co_location.strength\n1\n", [
            "p.csv: column parameters.trust_rate: found no such column; allowed: a column for each "
            "key that varies",
        ]),
        ("levers.co_location.strength,parameters.trust_rte\n1,0.2\n", [
            "p.csv: column parameters.trust_rate: found no such column; nearest known"
            " name: parameters.trust_rte; allowed: a column for each key that varies",
            "p.csv: column parameters.trust_rte: found a column that vary does not "
            "name; nearest known name: parameters.trust_rate; allowed: label, "
            "levers.co_location.strength, parameters.trust_rate",
        ]),
        ("levers.co_location.strength,parameters.trust_rate\n", [
            "p.csv: found a header alone; allowed: at least one point below it",
        ]),
        ("", ["p.csv: found an empty file; allowed: a header and at least one point"]),
        ("label,levers.co_location.strength,parameters.trust_rate\na,1,0.2\na,2,0.2\nb,1,2,3,4\n", [
            "p.csv: row 4: found 5 cells; allowed: at most 3",
            "p.csv: label: found 'a' twice; allowed: each label once",
        ]),
        ("levers.co_location.strength,parameters.trust_rate\n9,0.2\nten,0.2\n9,0.2\n", [
            "p.csv: column levers.co_location.strength: found 9; allowed: a number from 0 to 5 "
            "(days a week)",
            "p.csv: column levers.co_location.strength: found 'ten'; allowed: a number from 0 to 5 "
            "(days a week)",
        ]),
    ],
)  # fmt: skip
def test_faults_of_points(tmp_path, content, expected):
    assert faults(tmp_path, POINTS + TWO, {"p.csv": content}) == expected


def test_faults_of_points_without_vary(tmp_path):
    assert faults(tmp_path, POINTS) == [
        "p.csv: found a file that cannot be read (No such file or directory); allowed: a readable "
        "CSV file"
    ]
    assert faults(tmp_path, POINTS, {"p.csv": "label\na\n"}) == [
        "p.csv: found no column of values; allowed: a column for each key"
    ]
    found = faults(tmp_path, POINTS, {"p.csv": "levers.colocation.strength,x,x\n1,2,3\n"})
    assert [line.split(";")[0] for line in found] == [
        "p.csv: column x: found the column twice",
        "p.csv: column levers.colocation.strength: found unknown key 'levers.colocation.strength'",
        "p.csv: column x: found unknown key 'x'",
    ]


def test_a_missing_or_torn_file(tmp_path):
    with pytest.raises(ScenarioError, match=r"found no file .*; allowed: a file that exists"):
        load_experiment(tmp_path / "none.toml")
    (tmp_path / "torn.toml").write_text("title = ", encoding="utf-8")
    with pytest.raises(ScenarioError, match="found no TOML"):
        load_experiment(tmp_path / "torn.toml")
