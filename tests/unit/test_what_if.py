"""What if: changes laid over all that is compared, and the table of gains now and under each."""

import json

import pandas as pd
import pytest

import colsim as package
from colsim.answers.what_if import compare_under, gains_under, what_ifs
from colsim.errors import UserError
from colsim.experiments import sharing
from colsim.scenario import load_comparison, load_scenario
from colsim.scenario.costs import cost_of
from tests.unit.test_cli_runs import colsim

POLICIES = ["boundary_spanners", "caseload_cap", "co_location"]
TINY = ["--replications", 4, "--weeks", 60]


@pytest.fixture(scope="module")
def loaded():
    return load_comparison("desktop", POLICIES)


def only(loaded, **change):
    (found,) = what_ifs(loaded, **change)
    return found


def levers(found):
    return [
        next(iter(one.scenario.levers.values()), None) and dict(
            next(iter(one.scenario.levers.values()))
        )
        for one in found.scenarios
    ]  # fmt: skip


def test_the_money_of_every_policy_ends(loaded):
    found = only(loaded, ends=104)
    assert [one and one["end"] for one in levers(found)] == [None, 104, 104, 104]
    assert found.option == "--ends 104"
    spent = [cost_of(one.scenario).spent for one in found.scenarios[1:]]
    before = [cost_of(one.scenario).spent for one in loaded[1:]]
    assert all(less < more for less, more in zip(spent, before, strict=True))


def test_half_of_it_is_delivered(loaded):
    """Two of four posts, one and a half days of three; a cap is reached in half of the teams."""
    _, spanners, cap, office = levers(only(loaded, delivered=0.5))
    assert (spanners["strength"], office["strength"]) == (2.0, 1.5)
    assert (cap["strength"], cap["coverage"]) == (14.0, 0.5)


def test_fewer_posts_can_be_filled_where_there_are_posts(loaded):
    _, spanners, _, office = levers(only(loaded, recruitment=0.5))
    assert spanners["recruitment"] == 0.5
    assert office["recruitment"] == 1.0


def test_a_number_is_set_in_all_and_a_lever_where_it_is(loaded):
    found = only(loaded, settings=["parameters.leave_csw=0.32"])
    assert [one.scenario.parameters for one in found.scenarios] == [{"leave_csw": 0.32}] * 4
    found = only(loaded, settings={"levers.co_location.coverage": 0.5})
    assert [one and one["coverage"] for one in levers(found)] == [None, 1.0, 1.0, 0.5]
    found = only(loaded, settings=["parameters.encounter=sought"])
    assert found.scenarios[0].scenario.parameters["encounter"] == 1.0


def test_one_number_can_be_asked_at_several_values(loaded):
    found = what_ifs(loaded, settings=["parameters.leave_csw=0.1", "parameters.leave_csw=0.3"])
    leave = "share of CSWs who leave in a year at middling wellbeing is"
    assert [one.label for one in found] == [f"{leave} 0.1", f"{leave} 0.3"]
    values = [one.scenarios[0].scenario.parameters["leave_csw"] for one in found]
    assert values == [0.1, 0.3]


def test_circumstances_are_laid_under_all(loaded):
    with pytest.raises(UserError, match="posts_frozen: found together with caseload_cap"):
        only(loaded, under="austerity")
    loaded = load_comparison("desktop", ["boundary_spanners", "co_location"])
    found = only(loaded, under="austerity")
    assert all("posts_frozen" in one.scenario.levers for one in found.scenarios)
    assert [one.name for one in found.scenarios] == [one.name for one in loaded]


def test_what_is_left_alone_stays_to_the_bit(loaded):
    base, spanners, *_ = only(loaded, ends=104).scenarios
    assert base == loaded[0]
    assert spanners.scenario.organisation == loaded[1].scenario.organisation
    own = load_scenario("robinscar_as_interviewed")
    both = load_comparison(own, ["co_location"])
    before, after = only(both, ends=52).scenarios
    assert before.scenario.levers["boundary_spanners"].end is None  # the authority's own
    assert after.scenario.levers["boundary_spanners"].end is None
    assert after.scenario.levers["co_location"].end == 52


BAD = {
    ("--ends", "0"): "--ends: found 0; allowed: a policy week from 1",
    ("--delivered", "1.5"): "--delivered: found 1.5; allowed: a share above 0 up to 1",
    ("--delivered", "0"): "--delivered: found 0; allowed: a share above 0 up to 1",
    ("--delivered", "nan"): "--delivered: found nan; allowed: a share above 0 up to 1",
    ("--recruitment", "-1"): "--recruitment: found -1; allowed: a share above 0 up to 1",
    ("--set", "leave_csw"): "--set: found 'leave_csw'; allowed: a key and a value, such as",
    ("--set", "parameters.leave_cws=0.3"): "nearest known name: leave_csw",
    ("--set", "parameters.leave_csw=x"): "parameters.leave_csw: found 'x'",
    ("--set", "parameters.leave_csw=-1"): "parameters.leave_csw: found -1",
    ("--set", "levers.shadowing.strength=1"): "allowed: a lever in use, and shadowing is none",
    ("--set", "levers.co_location.strength=99"): "levers.co_location.strength: found 99",
    ("--at-least", "0"): "--at-least: found 0; allowed: above 0 up to 100 percentage points",
}


@pytest.mark.parametrize("arguments", BAD, ids=" ".join)
def test_a_change_out_of_range_is_refused(arguments, tmp_path):
    given = ["compare", "desktop", "co_location", *TINY]
    code, out, err = colsim(*given, *arguments, "--out", tmp_path / "x")
    assert (code, out) == (2, "")
    assert BAD[arguments] in " ".join(err.split())
    assert list(tmp_path.iterdir()) == []


def test_all_faults_come_at_once(loaded):
    with pytest.raises(UserError) as caught:
        what_ifs(loaded, ends=0, delivered=2.0, recruitment=0.0)
    assert len(str(caught.value).splitlines()) == 3
    with pytest.raises(UserError, match="allowed: ends, settings, under, delivered or recr"):
        package.what_if("desktop", "co_location")


def test_one_change_is_laid_over_the_comparison_and_said():
    arguments = ["compare", "desktop", "co_location", *TINY]
    code, out, err = colsim(*arguments, "--delivered", 0.5, "--json")
    assert code == 0, err
    half = json.loads(out)
    assert half["what_if"] == []
    assert half["notes"][0]["text"] == "What if 50% of it is delivered."
    assert half["scenarios"][1]["cost"]["a_year"] == (600 + 420) * 1.5 * 16


@pytest.mark.slow
def test_several_changes_are_told_beside_the_gain_now(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    arguments = ["compare", "desktop", "boundary_spanners", "co_location", *TINY]
    changes = ["--ends", 30, "--delivered", 0.5, "--under", "austerity"]
    code, out, err = colsim(*arguments, *changes, "--out", tmp_path / "w")
    assert code == 0, err
    assert "What if: joint plans gained" in out
    told = out.partition("What if: joint plans gained")[2].partition("Pounds:")[0]
    for head in ("Now", "the money ends in week 30", "50% of it is delivered"):
        assert told.count(head) == 2, told  # a line for each policy, whole
    for policy in ("A team of four people links the two services", "AMH teams sit in"):
        assert policy in " ".join(told.split())
    document = json.loads((tmp_path / "w" / "comparison.json").read_text("utf-8"))
    rows = document["what_if"]
    assert len(rows) == 2 * 3
    now = json.loads(colsim(*arguments, "--json")[1])["differences"]
    plain = {d["scenario"]: d["difference"] for d in now if d["measure"] == "joint_plan_rate"}
    assert all(row["joint_plan_rate"]["now"] == plain[row["scenario"]] for row in rows)
    # The same as that change alone, laid over all.
    alone = json.loads(colsim(*arguments, "--ends", 30, "--json")[1])["differences"]
    ended = {d["scenario"]: d["difference"] for d in alone if d["measure"] == "joint_plan_rate"}
    for row in rows:
        if row["option"] == "--ends 30":
            assert row["joint_plan_rate"]["under"] == ended[row["scenario"]]
            assert row["spent"] < row["spent_now"]
    people = pd.read_csv(tmp_path / "w" / "what_if.csv")
    assert len(people) == 2 * 3 * 2


def test_parameters_are_found_by_a_word():
    code, out, err = colsim("parameters", "leave")
    assert code == 0, err
    assert "leave_csw" in out
    assert "--set parameters." in out
    code, out, _ = colsim("parameters", "leave", "CSW", "--json")
    found = json.loads(out)["parameters"]
    assert "leave_csw" in [one["name"] for one in found]
    assert all({"default", "low", "high", "unit", "source"} <= set(one) for one in found)
    code, out, err = colsim("parameters", "leave_cws")
    assert (code, out) == (2, "")
    assert "nearest known name: leave_csw" in err


def test_all_sets_are_lived_at_once_and_each_has_the_figures_of_its_own(monkeypatch):
    """What is alike is lived once: the baseline, the burn-in, and policies until the money ends."""
    short = {"run.weeks": 12, "run.burn_in": 20}
    pair = [load_scenario("desktop", names, overrides=short) for names in ([], ["co_location"])]
    asked = what_ifs(
        tuple(pair), ends=8, delivered=0.5, settings=["parameters.leave_csw=0.5", "run.weeks=9"]
    )
    assert len(asked) == 4
    weeks, whole = [], sharing.advance

    def advance(world, count):
        weeks.append(count)
        whole(world, count)

    monkeypatch.setattr(sharing, "advance", advance)
    options = {"replications": 2, "worlds": "ranges", "half_strength": False, "seed": 3}
    done = []
    found = compare_under(tuple(pair), asked, progress=done.append, **options)
    # As it is, 8 and 4 and 4 weeks, and half of it; another parameter; another length.
    assert sum(weeks) == 2 * ((20 + 12 + 8 + 4 + 4 + 12) + (20 + 12 + 12) + (20 + 9 + 9))
    assert done == [4, 8, 9, 10]
    alone = [package.compare(one[0], one[1:], **options)
             for one in (pair, *(one.scenarios for one in asked))]  # fmt: skip
    assert found.what_if == gains_under(alone[0], asked, alone[1:])
    told = found.to_dict()
    told["account"] = [one for one in told["account"] if one["key"] != "what_if"]
    assert told | {"what_if": []} == alone[0].to_dict() | {"what_if": []}
