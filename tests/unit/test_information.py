"""What knowing more is worth: against closed forms, nested sampling and chance; and the command."""

import csv
import io
import json
import math
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from colsim.analysis.information import (
    Worth,
    basis,
    envelope,
    evpi,
    evpi_without_chance,
    evppi,
    regret,
    worths,
)
from colsim.answers.evidence import information
from colsim.answers.information import FEWEST
from colsim.commands.choice import print_evidence
from colsim.comparison.compare import compare
from colsim.core.parameters import PARAMETERS
from colsim.errors import UserError
from colsim.reporting.account import Account
from colsim.scenario import load_comparison
from colsim.scenario.known import OWNERS
from tests.unit.test_cli_runs import colsim
from tests.unit.test_report import Seen, missing, page_of


def expected_above(mean, spread):
    """Return E max(0, N(mean, spread²))."""
    z = mean / spread
    return mean * 0.5 * math.erfc(-z / math.sqrt(2)) + spread * math.exp(-z * z / 2) / math.sqrt(
        2 * math.pi
    )


@pytest.mark.parametrize("mean", [0.3, -0.5, 0.0])
def test_two_policies_that_differ_by_a_normal_number_have_the_closed_form(mean):
    """Utility 0 against mean + 1.0 x + 0.6 z: EVPI and EVPPI follow from the normal's tail.

    With 4,000 worlds the standard error of an EVPPI is below 0.01.
    """
    chance = np.random.default_rng(5)
    x, z = chance.normal(size=(2, 4_000))
    x, z = (x - x.mean()) / x.std(), (z - z.mean()) / z.std()
    utilities = np.stack([np.zeros(4_000), mean + 1.0 * x + 0.6 * z])
    best = max(0.0, mean)
    whole, only_x, only_z = (expected_above(mean, s) - best for s in (math.hypot(1, 0.6), 1.0, 0.6))
    assert evpi(utilities) == pytest.approx(whole, abs=0.02)
    assert evppi(utilities, basis(x)) == pytest.approx(only_x, abs=0.02)
    assert evppi(utilities, basis(z)) == pytest.approx(only_z, abs=0.02)
    both = np.column_stack([basis(x), basis(z)])
    assert evppi(utilities, both) == pytest.approx(whole, abs=0.02)
    # Neither wins more by regret than the other by its mean.
    assert np.diff(regret(utilities))[0] == pytest.approx(-mean, abs=1e-9)


def test_partial_values_are_those_of_nested_sampling():
    """Three options, two inputs, bent and together: 300 outer by 300 inner draws against one set of
    2,000 worlds; both have a standard error of about 0.01."""

    def utility(x, z):
        return np.stack([0.2 + 0.0 * x * z, x**2 - 0.3 + 0.5 * z, 0.8 * z - 0.4 * x * z])

    chance = np.random.default_rng(8)
    x, z = chance.uniform(-1, 1, size=(2, 2_000))
    utilities = utility(x, z) + 0.3 * chance.normal(size=(3, 2_000))
    inner = chance.uniform(-1, 1, 300)
    outer = np.linspace(-1, 1, 301)
    best = utility(*chance.uniform(-1, 1, size=(2, 200_000))).mean(axis=1).max()
    nested_x = np.mean([utility(one, inner).mean(axis=1).max() for one in outer]) - best
    nested_z = np.mean([utility(inner, one).mean(axis=1).max() for one in outer]) - best
    assert evppi(utilities, basis(x)) == pytest.approx(nested_x, abs=0.03)
    assert evppi(utilities, basis(z)) == pytest.approx(nested_z, abs=0.03)
    assert nested_z > 0.1 > nested_x > 0.02


def test_what_is_unknown_to_all_is_worth_nothing_and_the_floor_says_so():
    """60 inputs without effect, 100 worlds: in 40 trials a value passes the floor in 1 of 20."""
    chance = np.random.default_rng(2)
    alarms = 0
    for trial in range(40):
        utilities = np.stack([np.zeros(100), chance.normal(size=100)])
        inputs = {str(k): basis(chance.uniform(size=100)) for k in range(60)}
        alarms += any(one.clear for one in worths(utilities, inputs, seed=trial))
    assert alarms <= 7  # 95 % of binomials of 1 in 20 lie below 5; the floor is itself estimated


def test_an_input_that_decides_is_found_among_many_and_comes_first():
    chance = np.random.default_rng(4)
    x = chance.uniform(-1, 1, 100)
    utilities = np.stack([np.zeros(100), 2.0 * x + 0.5 * chance.normal(size=100)])
    inputs = {str(k): basis(chance.uniform(size=100)) for k in range(60)} | {"it": basis(x)}
    found = worths(utilities, inputs)
    assert found[0].name == "it"
    assert found[0].clear
    expected = float(np.maximum(0.0, 2.0 * x).mean() - max(0.0, 2.0 * x.mean()))
    assert found[0].value == pytest.approx(expected, abs=0.08)
    assert sum(one.clear for one in found) == 1


def test_the_chance_of_single_lives_is_not_taken_for_what_can_be_known():
    """Options that differ by chance alone: a mean over lives looks worth knowing, and is not."""
    lives = np.random.default_rng(6).normal(size=(3, 2_000, 2))
    assert evpi(lives.mean(axis=2)) > 0.5
    assert evpi_without_chance(lives) < 0.05
    # Where lives of a world agree both are the same.
    world = np.repeat(np.random.default_rng(7).normal(size=(3, 2_000, 1)), 2, axis=2)
    assert evpi_without_chance(world) == pytest.approx(evpi(world[:, :, 0]))


def test_more_columns_than_worlds_and_constant_inputs_are_worth_nothing():
    chance = np.random.default_rng(1)
    utilities = chance.normal(size=(2, 20))
    many = chance.normal(size=(20, 50))
    assert evppi(utilities, many) == pytest.approx(0.0, abs=0.3)
    assert basis(np.full(20, 3.0)).shape == (20, 0)
    assert worths(utilities, {"constant": basis(np.full(20, 3.0))}) == []
    # A form is a column for each of its values but the first.
    assert basis(np.array([0.0, 1.0, 2.0, 1.0])).tolist() == [[0, 0], [1, 0], [0, 1], [1, 0]]


def test_which_is_best_by_what_a_unit_is_worth():
    assert envelope([0.0, 5.0, 4.0], [0.0, 10.0, 50.0]) == [(0.0, 0), (2.0, 1)]
    assert envelope([0.0, -1.0], [0.0, 100.0]) == [(0.0, 0)]
    # What saves money and gains is best at any worth.
    assert envelope([0.0, 1.0], [0.0, -100.0]) == [(0.0, 1)]


def test_every_group_has_an_owner():
    assert set(OWNERS) == {p.group for p in PARAMETERS.values()}


@pytest.fixture(scope="module")
def few():
    them = load_comparison(
        "desktop", ["co_location", "shadowing"], overrides={"run.weeks": 8, "run.burn_in": 26}
    )
    return compare(them[0], them[1:], replications=4, worlds="ranges", half_strength=False)


def test_utility_is_what_is_gained_less_what_is_spent(few):
    found = information(few, worth=5_000.0)
    today, first, _ = found.standings
    assert (today.scenario, today.gain, today.pounds, today.utility) == ("desktop", 0.0, 0.0, 0.0)
    plans = few.joint_plans.mean(axis=2)
    assert first.gain == pytest.approx(float((plans[1] - plans[0]).mean()))
    assert first.utility == pytest.approx(first.gain - first.pounds / 5_000.0)
    assert sum(one.best_in for one in found.standings) == pytest.approx(1.0)
    assert min(one.regret for one in found.standings) == pytest.approx(found.evpi)
    assert 0.0 <= found.evpi_least <= found.evpi
    flow = information(few, goal="flow")
    course = few.series["information_flow"][:, :, 1:]
    expected = 100 * float((course[1] - course[0]).mean()) * 8 / 52
    assert flow.standings[1].gain == pytest.approx(expected)
    assert flow.worth == 10_000.0


def test_too_few_worlds_name_no_figure(few):
    found = information(few)
    assert not found.enough
    assert (found.numbers, found.groups, found.forms) == ((), (), ())
    said = found.account.texts("words")[-1]
    assert f"Too few worlds to say which figure is worth knowing: 2; {FEWEST} are needed" in said
    assert "(--replications 80)" in said
    assert len(found.table()) == 0


def with_worths(few, **changed):
    """Return what is found in two worlds as if figures had been told from chance in 50."""
    found = information(few)
    many = replace(few, replications=100)
    return replace(found, comparison=many, **changed)


def figures(*worths):
    return tuple(Worth(name, value, floor) for name, value, floor in worths)


def screen_of(found, *, full=False):
    console = Console(width=80, file=io.StringIO())
    print_evidence(found, console, full=full)
    return console.file.getvalue()


def test_the_first_sentence_is_the_answer_and_few_lines_follow(few):
    found = with_worths(
        few,
        numbers=figures(("trust_rate", 0.5, 0.1), ("carry", 0.3, 0.1), ("belief_rate", 0.2, 0.3)),
        forms=figures(("occasion", 0.4, 0.1)),
        groups=figures(("contact", 0.9, 0.1)),
        steps=((0.0, "desktop"), (30_000.0, "shadowing")),
    )
    first, *lines = found.account.texts("answer")
    about_it = PARAMETERS["trust_rate"].description
    assert first == (
        f"Find out first: {about_it[0].lower()}{about_it[1:]} (trust_rate); worth £10,000 before "
        "you choose."
    )
    assert len(lines) == 5
    assert lines[0] == f"Ask: {OWNERS[PARAMETERS['trust_rate'].group]}."
    assert lines[1].startswith("Best on average now: today's practice; best in ")
    assert lines[2] == f"Were a joint plan worth £30,000 or more: {few.labels['shadowing']}."
    assert lines[3].startswith("To know everything first would be worth £")
    assert lines[4].startswith("Then: ")
    assert "(carry)" in lines[4]
    assert "belief_rate" not in " ".join(lines)  # no more than chance
    # Everything is still said where it is asked for.
    assert len(found.account.texts("words")) > 5
    assert Account.from_dict(found.to_dict()["account"]) == found.account


def test_no_figure_and_too_few_worlds_are_answers_too(few):
    none = with_worths(few, numbers=figures(("trust_rate", 0.1, 0.5)))
    first, *others = none.account.texts("answer")
    assert first == "No single figure is worth finding out before you choose."
    assert not any(line.startswith(("Ask", "Then")) for line in others)
    short = information(few).account.texts("answer")
    assert short[0] == (
        "Too few worlds to say which figure is worth finding out: 2, and 40 are needed "
        "(--replications 80)."
    )
    only_group = with_worths(few, groups=figures(("contact", 0.9, 0.1)))
    first = only_group.account.texts("answer")[0]
    assert first.startswith("Find out first: all about contact; worth £18,000")


@pytest.mark.parametrize("full", [False, True])
def test_eighty_columns_hold_the_answer_and_details_are_asked_for(few, full, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    found = with_worths(few, numbers=figures(("trust_rate", 0.5, 0.1)))
    told = screen_of(found, full=full)
    assert max(map(len, told.splitlines())) <= 80
    assert " ".join(found.account.texts("answer")[0].split()) in " ".join(told.split())
    assert ("Who would know" in told) is full
    assert ("In words" in told) is full
    assert ("--full has the figures behind it" in told) is not full
    if not full:
        assert len(told.splitlines()) <= 24


def test_screen_json_and_report_say_every_sentence_and_figure(few, tmp_path):
    found = with_worths(
        few, numbers=figures(("trust_rate", 0.5, 0.1)), forms=figures(("occasion", 0.4, 0.1))
    )
    assert [one.key for one in found.account.sections] == [
        "asked", "answer", "reading", "options", "words", "worths",
    ]  # fmt: skip
    console = Console(width=5000, file=io.StringIO())
    print_evidence(found, console, full=True)
    assert missing(found.account, console.file.getvalue()) == []
    found.save(tmp_path / "e")
    kept = json.loads((tmp_path / "e" / "evidence.json").read_text(encoding="utf-8"))
    assert Account.from_dict(kept["account"]) == found.account
    told = Seen(page_of(tmp_path / "e", tmp_path))
    text = "".join(told.text).replace("\xa0", " ")
    assert missing(found.account, text) == []
    assert [tag for tag, _ in told.tags].count("img") == 1
    altered = text.replace("£10,000", "£10,001")
    assert missing(found.account, altered)
    del kept["account"]
    (tmp_path / "e" / "evidence.json").write_text(json.dumps(kept), encoding="utf-8")
    with pytest.raises(UserError, match="that another version of colsim wrote, or a torn one"):
        page_of(tmp_path / "e", tmp_path)


def test_the_command_tells_and_writes(tmp_path):
    code, out, err = colsim(
        "evidence", "desktop", "co_location", "boundary_spanners", "--replications", 80,
        "--weeks", 8, "--worlds", "ranges", "--json", "--out", tmp_path / "e",
    )  # fmt: skip
    assert code == 0, err
    document = json.loads(out)
    assert document == json.loads((tmp_path / "e" / "evidence.json").read_text(encoding="utf-8"))
    assert (document["goal"], document["worth"], document["worth_given"]) == (
        "joint_plans", 20_000.0, False,
    )  # fmt: skip
    assert [one["scenario"] for one in document["options"]] == [
        "desktop", "co_location", "boundary_spanners",
    ]  # fmt: skip
    kinds = [one["kind"] for one in document["evppi"]]
    drawn = [p for p in PARAMETERS.values() if p.uncertain]
    assert kinds.count("form") == sum(p.kind == "form" for p in drawn)
    assert kinds.count("number") == sum(p.kind != "form" for p in drawn)
    assert all(one["owner"] and one["floor"] >= 0.0 for one in document["evppi"])
    assert document["best_by_worth"][0]["scenario"] == "desktop"
    with (tmp_path / "e" / "evidence.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == len(kinds)
    assert (tmp_path / "e" / "evidence.png").stat().st_size > 10_000


def test_every_fault_is_named_at_once_and_nothing_written(tmp_path):
    code, out, err = colsim(
        "evidence", "desktop", "co_locatoin", "--goal", "flo", "--worth", "-3", "--replications",
        "3", "--out", tmp_path / "e",
    )  # fmt: skip
    assert (code, out) == (2, "")
    assert "--goal: found 'flo'; nearest known name: flow; allowed: joint_plans, flow" in err
    assert "--worth: found -3; allowed: pounds a unit of the goal, above 0" in err
    assert "replications: found 3" in err
    assert "nearest known name: co_location" in err
    assert not (tmp_path / "e").exists()
    code, _, err = colsim("evidence", "desktop", "shadowing", "--worth", "nan", "--worlds", "rnges")
    assert code == 2
    assert "--worth: found nan; allowed: pounds a joint plan, above 0" in err
    assert "--worlds: found rnges" in err


@pytest.mark.parametrize("worth", [0.0, -1.0, math.inf, math.nan])
def test_a_worth_that_is_no_amount_is_refused(few, worth):
    with pytest.raises(UserError, match="--worth: found"):
        information(few, worth=worth)
