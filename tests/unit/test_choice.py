"""`colsim choose`: what can be chosen, what is refused, and one small real choice."""

import io
import json
import math
import re
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

import colsim as package
from colsim.answers import choose as choosing
from colsim.answers import options as option_sets
from colsim.answers import search as searching
from colsim.answers.choice_account import in_short_words, rests_on_lines
from colsim.answers.options import options_of, single_policies
from colsim.answers.question import asked, limits_named, strengths_named
from colsim.answers.search import Lived
from colsim.comparison.besides import Aside
from colsim.comparison.rests_on import in_lines
from colsim.errors import UserError
from colsim.experiments.observed import COMPARED
from colsim.reporting.screen import print_result
from colsim.reporting.words import amount, signed
from colsim.scenario import load_scenario
from colsim.scenario.costs import cost_of
from colsim.scenario.levers import LEVERS
from colsim.scenario.prices import INDEX
from tests.unit.test_cli_runs import colsim

TINY = ["--replications", 12, "--years", 1]


@pytest.fixture(scope="module")
def small():
    """Two of four policies in a small authority, as a person would ask."""
    return package.choose(
        "desktop",
        budget=60_000,
        policies=["co_location", "authority_ownership", "lead_worker", "joint_protocol"],
        years=1,
        replications=20,
        screening=6,
    )


def options(policies, *, pick=2, budget=1e9, strengths=None, base="desktop"):
    return options_of(
        load_scenario(base), policies, pick=pick, budget=budget, strengths=strengths or {}
    )


def test_every_shipped_policy_of_one_lever_is_there_to_choose_from():
    names = single_policies()
    assert set(names) == {name for name, one in LEVERS.items() if not one.circumstance}
    assert len(names) == 25


def test_all_singles_and_pairs_that_go_together():
    """25 singles and 300 pairs, less three that exclude each other."""
    found = options(single_policies())
    assert len(found.affordable) == 25 + 300 - 3
    assert [pair for pair, _ in found.excluded] == [
        "authority_ownership + integrated_service",
        "co_location + integrated_service",
        "integrated_service + management_priority",
    ]
    assert "one management" in dict(found.excluded)["integrated_service + management_priority"]
    three = options(["co_location", "integrated_service", "shadowing"], pick=3)
    assert len(three.affordable) == 3 + 2  # no three: they hold a pair that is excluded


def test_two_policies_that_set_one_lever_exclude_each_other():
    found = options(["boundary_spanners", "funding_ends", "co_location"])
    assert found.excluded == (("boundary_spanners + funding_ends", "both set boundary_spanners"),)


def test_a_budget_is_kept_to_the_pound_in_every_year():
    """Integrated service: 250,000 and 37,888 once, 48,000 and 14,400 a year on desktop, all in
    year one."""
    cost = cost_of(load_scenario("desktop", "integrated_service").scenario)
    dearest = max(cost.spending)
    assert dearest == 350_288
    policies = ["integrated_service", "co_location"]
    assert len(options(policies, budget=dearest).affordable) == 2
    tight = options(policies, budget=dearest - 0.01)
    assert [one.name for one in tight.affordable] == ["co_location"]
    assert [one.name for one in tight.too_dear] == ["integrated_service"]


def test_costs_are_those_beyond_what_the_authority_pays_already():
    found = options(["boundary_spanners"], base="robinscar_as_interviewed", pick=1)
    assert max(found.affordable[0].spending) < 2 * 66_680 + 1  # two of four posts are there


def test_strengths_are_shares_of_all_or_numbers_of_one():
    names = strengths_named(["0.5,1", "boundary_spanners:1,2"])
    assert names == {"": (0.5, 1.0), "boundary_spanners": (1.0, 2.0)}
    found = options(["co_location", "boundary_spanners", "caseload_cap"], pick=1, strengths=names)
    assert [one.name for one in found.affordable] == [
        "co_location x 0.5", "co_location", "boundary_spanners=1", "boundary_spanners=2",
        "caseload_cap",
    ]  # fmt: skip
    strengths = [
        next(iter(one.loaded.scenario.levers.values())).strength for one in found.affordable
    ]
    assert strengths == [1.5, 3.0, 1.0, 2.0, 14.0]
    assert found.affordable[0].cost.a_year * 2 == found.affordable[1].cost.a_year
    both = options(["co_location", "shadowing"], strengths={"": (0.5, 1.0)})
    assert len(both.affordable) == 4 + 4


def test_limits_are_floors_or_ceilings_by_their_sign():
    floor, ceiling = limits_named(["assessed_in_time:-2", "nominal_plan_rate:5"])
    change = np.array([-0.03, 0.0, 0.07])
    np.testing.assert_allclose(floor.beyond(change), [1.0, -2.0, -9.0])
    np.testing.assert_allclose(ceiling.beyond(change), [-8.0, -5.0, 2.0])
    zero = limits_named({"assessed_in_time": 0, "contacts_in_vain": 0})
    assert [one.downwards for one in zero] == [True, False]


BAD = {
    ("--budget", "5"): "--budget: found 5; allowed: at least 31,128 (prices of 2013/14), which",
    ("--budget", "-1"): "--budget: found -1; allowed: pounds a year, from 0 to 1,000,000,000,000",
    ("--budget", "nan"): "--budget: found nan; allowed: pounds a year, from 0 to 1,000,000,000,000",
    ("--budget", "9e9", "--pick", "3"): "--pick: found 3; allowed: 1 to 2, the number of policies",
    ("--budget", "9e9", "--pick", "0"): "--pick: found 0; allowed: 1 to 2, the number of policies",
    ("--budget", "9e9", "--goal", "joint_plan"): "nearest known name: joint_plans; allowed:",
    ("--budget", "9e9", "--goal", "contacts"): "of which neither more nor less is better",
    ("--budget", "9e9", "--no-harm", "asessed_in_time:-2"): "nearest known name: assessed_in_time",
    (
        "--budget",
        "9e9",
        "--no-harm",
        "assessed_in_time",
    ): "assessed_in_time: found 'assessed_in_time'; allowed: the",
    ("--budget", "9e9", "--no-harm", "assessed_in_time:2"): "allowed: 0 or below: of this measure",
    (
        "--budget",
        "9e9",
        "--no-harm",
        "nominal_plan_rate:-2",
    ): "allowed: 0 or above: of this measure",
    (
        "--budget",
        "9e9",
        "--strengths",
        "0.5,x",
    ): "--strengths: found '0.5,x'; allowed: shares above",
    ("--budget", "9e9", "--strengths", "0,1"): "--strengths: found '0,1'; allowed: shares above 0",
    ("--budget", "9e9", "--strengths", "co_loc:1"): "nearest known name: co_location; allowed:",
    ("--budget", "9e9", "--strengths", "co_location:9"): "found 9; allowed: a number from 0 to 5",
    ("--budget", "9e9", "--years", "0"): "--years: found 0; allowed: 1 to 20",
    ("--budget", "9e9", "--years", "21"): "--years: found 21; allowed: 1 to 20",
    ("--budget", "9e9", "--price-year", "1990"): "found 1990; allowed: a year from 2000 to 2030",
    ("--budget", "9e9", "--replications", "3"): "replications: found 3; allowed: an even number",
    ("--budget", "9e9", "--under", "austerty"): "austerty",
    ("--budget", "9e9", "--policies", ""): "--policies: found an empty name; allowed: one or more",
    ("--budget", "9e9", "--policies", "shadowing,,"): "--policies: found an empty name; allowed:",
    ("--budget", "9e9", "--policies", "shadwing"): "nearest known name: shadowing",
    ("--budget", "9e9", "--policies", "co_location"): "found co_location twice",
    ("--budget", "9e9", "--policies", "austerity"): "a circumstance, in the place of a policy",
    ("--budget", "9e9", "--policies", "robinscar"): "robinscar",
}


@pytest.mark.slow
@pytest.mark.parametrize("arguments", BAD, ids=" ".join)
def test_a_bad_question_is_refused_and_nothing_is_written(arguments, tmp_path):
    given = ["choose", "desktop", "--policies", "lead_worker,co_location", "--pick", "1"]
    code, out, err = colsim(*given, *arguments, "--out", tmp_path / "x")
    assert (code, out) == (2, ""), err
    assert BAD[arguments] in " ".join(err.split())
    assert list(tmp_path.iterdir()) == []


def test_all_faults_of_a_question_come_at_once():
    code, _, err = colsim(
        "choose", "desktop", "--budget", -5, "--pick", 99, "--goal", "nothing", "--years", 0,
        "--no-harm", "x:1", "--strengths", "y", "--replications", 1, "--workers", 0,
    )  # fmt: skip
    assert code == 2
    for key in ("--budget", "--pick", "--goal", "--years", "--no-harm", "--strengths",
                "replications", "workers"):  # fmt: skip
        assert key in err, key


def test_a_pick_larger_than_the_list_is_refused_at_once():
    with pytest.raises(UserError, match="--pick: found 99; allowed: 1 to 25"):
        asked("desktop", budget=1e6, pick=99)


def test_a_limit_that_excludes_all_says_which_binds():
    code, out, err = colsim(
        "choose", "desktop", "--budget", 60000, "--policies", "co_location", "--pick", 1, *TINY,
        "--no-harm", "nominal_plan_rate:0", "--no-harm", "contacts_in_vain:99",
    )  # fmt: skip
    assert (code, out) == (2, "")
    assert re.search(
        r"--no-harm: found nominal_plan_rate:0, which excludes 1 of the 1 sets that are left; "
        r"allowed: nominal_plan_rate:[0-9.]+, which co_location keeps, or no limit", err,
    )  # fmt: skip
    assert "contacts_in_vain" not in err


@pytest.mark.slow
def test_a_small_choice_says_what_it_found(small):
    assert {one.name for one in small.finalists} <= {one.name for one in small.options.affordable}
    table = small.table()
    assert list(table["rank"]) == list(range(1, len(table) + 1))
    assert list(table["mean"]) == sorted(table["mean"], reverse=True)
    assert (table["low"] <= table["median"]).all()
    assert table["best_in"].sum() == pytest.approx(1.0)
    assert (table["dearest_year"] <= 60_000).all()
    # Gains are those of the fresh worlds, which have another seed.
    best = small.ranked[0]
    d = small.final.of(best.name, "joint_plan_rate")
    assert table["median"][0] == pytest.approx(d.difference)
    assert small.final.seed != small.seed
    assert small.lines[0].startswith(("No winner", "Best: ", "None of them"))
    # The first answer names the worst harm of the first, and that worlds are few.
    first = small.option(small.verdict.by_mean)
    harms = small.harms(first)
    assert small.lines[1] == (
        f"Worst harm of {first.name}: {harms[0]}." if harms
        else f"{first.name} does no harm on which 8 in 10 worlds agree and that is no trifle."
    )  # fmt: skip
    assert small.lines[2].startswith("For trying out only: with fewer than 40 worlds")
    assert len(small.screening()) == len(small.options.affordable)
    document = json.loads(json.dumps(small.to_dict(), allow_nan=False))
    assert document["budget"] == 60_000
    assert [row["policies"] for row in document["ranked"]] == list(table["policies"])
    named = {document[k] for k in ("by_mean", "by_worst_form", "by_regret")}
    assert {one["scenario"] for one in document["rests_on"]} == named
    assert document["rests_on_lines"] == in_lines(
        [small.final.rests_on(one["scenario"]) for one in document["rests_on"]], small.final.labels
    )
    assert document["rests_on_lines"][0].startswith("Size of the effects: ")


@pytest.mark.slow
@pytest.mark.parametrize("width", [80, 100, 240])
def test_a_choice_breaks_no_word_whatever_the_width(small, width, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    written = io.StringIO()
    print_result(small, Console(file=written, width=width))
    text = written.getvalue()
    assert max(map(len, text.splitlines())) <= width
    words = set(text.replace(",", " ").replace(".", " ").replace(":", " ").split())
    harmed = {
        aside.about.title
        for place, one in enumerate(small.ranked)
        for aside in small.harms(one)[: 3 if place else None]
    }
    names = {name for one in small.ranked for name in one.name.split("+")}
    assert names | {word for title in harmed for word in title.replace(",", "").split()} <= words
    plain = " ".join(text.split())
    assert "What this rests on - Size of the effects: " in plain
    assert all(" ".join(line.split()) in plain for line in rests_on_lines(small))
    # Each set says what it harms, or that nothing is told.
    for one in small.ranked:
        if not small.harms(one):
            assert "harms: none told." in plain
            assert f"{one.name}: harms: none told." in small.account.texts("harms")


@pytest.mark.slow
def test_the_table_names_the_worst_harms_and_the_first_set_has_all(small, monkeypatch):
    """Twelve harms of each of ten sets are no answer; files hold them."""
    harms = [
        Aside("x", "nominal_plan_rate", "harm", 0.4, 0.4 + k / 100, k / 100, 0.0, 0.5, 0.9)
        for k in range(9, 4, -1)
    ]
    monkeypatch.setattr(type(small), "harms", lambda *_: harms)
    told = small.account.texts("harms")
    first, *rest = (one.name for one in small.ranked)
    assert sum(line.startswith(f"{first}: Nominal plans up") for line in told) == 5
    short = "Nominal plans +9.0; Nominal plans +8.0; Nominal plans +7.0; 2 more."
    for name in rest:
        assert [line for line in told if line.startswith(f"{name}: harms: ")] == [
            f"{name}: harms: {short}"
        ]


@pytest.mark.slow
@pytest.mark.parametrize("goal, way", [("joint_plan_rate", 1), ("contacts_in_vain", -1)])
def test_gains_are_told_as_changes_of_their_measure(small, goal, way):
    """A gain in what should be low is a fall; the table has the means by which it is ranked."""
    about = COMPARED[goal]
    choice = replace(small, goal=about)
    (grid,) = choice.account.parts("ranked")
    assert grid.head[1] == about.title
    for row, k in zip(grid.rows, choice.verdict.ranking, strict=True):
        one = choice.verdict.standings[k]
        low, high = sorted((way * one.low, way * one.high))
        told = f"{signed(way * one.mean, about)} ({signed(low, about)} to {signed(high, about)})"
        assert row[1] == told
        assert row[3].startswith(amount(one.regret, about).split()[0])


@pytest.mark.slow
def test_a_choice_is_drawn_and_saved(small, tmp_path):
    figure = small.plot()
    figure.draw_without_rendering()
    texts = [t.get_text() for axes in figure.axes for t in axes.texts]
    assert "1" in texts
    assert any("lead worker" in text or "co location" in text for text in texts)
    plt.close("all")
    small.save(tmp_path / "choice")
    names = sorted(path.name for path in (tmp_path / "choice").iterdir())
    assert names == [
        "chart.png", "chart.svg", "choice.csv", "choice.json", "comparison.json", "manifest.json",
        "options.csv",
    ]  # fmt: skip
    people = pd.read_csv(tmp_path / "choice" / "choice.csv")
    assert "Joint-plan rate: mean change (percentage points)" in people.columns
    assert people["First year (£, prices of 2013/14)"].max() <= 60_000
    with pytest.raises(UserError, match="--force"):
        small.save(tmp_path / "choice")


@pytest.mark.slow
def test_a_choice_from_the_command_line(tmp_path):
    arguments = [
        "choose", "desktop", "--budget", 60000, "--policies", "co_location,lead_worker", *TINY,
        "--no-harm", "assessed_in_time:-30", "--price-year", 2026,
    ]  # fmt: skip
    code, out, err = colsim(*arguments, "--out", tmp_path / "c")
    assert code == 0, err
    words = " ".join(out.split())
    best = json.loads((tmp_path / "c" / "choice.json").read_text("utf-8"))
    close = [one["policies"] for one in best["cannot_be_told_apart"]]
    named = [best[key] for key in ("by_mean", "by_worst_form", "by_regret")]
    sets = dict.fromkeys([*named, *close[:2]])
    told = f"colsim compare desktop {' '.join(sets)} --price-year 2026 --weeks 104 --ends 52"
    assert f"how long it takes, and what if the money ends: {told}" in " ".join(err.split())
    assert "prices of 2026/27" in words
    assert "judged in 6 fresh worlds, which did not choose them" in words
    kept = json.loads((tmp_path / "c" / "choice.json").read_text("utf-8"))
    assert kept["pick"] == 2
    assert words.count("hours a year from cases (") == min(3, len(kept["ranked"]))
    hour = f"£{40 * INDEX[2026] / INDEX[2013]:.2f}"
    assert f"Hours from cases, at {hour} an hour of a CSW" in words
    for row in kept["ranked"]:
        taken = row["hours_from_cases"]
        assert taken["pounds_a_year"]["median"] == pytest.approx(
            taken["price"]["csw"] * taken["hours_a_year"]["median"]
        )
    code, again, _ = colsim(*arguments, "--json")
    assert json.loads(again)["answer"] == json.loads(
        (tmp_path / "c" / "choice.json").read_text("utf-8")
    )["answer"]  # fmt: skip


def test_the_worst_harm_of_the_first_is_named_first(small, monkeypatch):
    """Planted: two harms, the worse one first; of another set a worse one still."""

    def aside(option, measure, difference):
        return Aside(option.name, measure, "harm", 0.1, 0.1 + difference, difference, 0.0, 0.1, 0.9)

    first, *others = small.ranked
    planted = {first.name: (aside(first, "nominal_plan_rate", 0.05), aside(first, "breaches", 0.1))}
    planted |= {one.name: (aside(one, "over_caution", 3.0),) for one in others}
    monkeypatch.setattr(type(small), "harms", lambda _, option: planted[option.name])
    assert small.lines[1] == f"Worst harm of {first.name}: {planted[first.name][0]}."
    planted[first.name] = ()
    assert small.lines[1].startswith(f"{first.name} does no harm on which 8 in 10 worlds agree")


def made_up(monkeypatch, question, means):
    """Let options gain what is planted, with chance, in screening and in the fresh worlds."""
    mean_of = means if callable(means) else lambda name: means.get(name, 0.0)

    class Lives:
        def __init__(self, question, *_, **__):
            self.names = [one.name for one in question.options.affordable]

        def __call__(self, options, first, last):
            return Lived(
                gains(self.names, range(first, last))[list(options)],
                np.zeros((0, len(options), 0)),
            )

        def judging(self, replications):
            return lambda done: None

    def gains(them, worlds, salt=0):
        rows = []
        for world in worlds:
            rng = np.random.default_rng([salt, world])
            common = rng.normal(0, 0.002)
            noise = [np.random.default_rng([salt, world, *name.encode()]) for name in them]
            rows.append(
                [
                    mean_of(name) + common + one.normal(0, 0.01)
                    for name, one in zip(them, noise, strict=True)
                ]
            )
        return np.array(rows).T

    def compared(base, policies, *, replications, seed, **_):
        them = [one.name for one in policies]
        fresh = gains(them, range(replications // 2), salt=1)
        both = np.concatenate([np.zeros((1, fresh.shape[1])), fresh])
        values = {name: np.repeat(both[:, :, None], 2, axis=2) for name in COMPARED}
        from types import SimpleNamespace

        return SimpleNamespace(
            names=("today", *them), values=values, seed=seed, worlds=replications // 2,
            scenarios=({"parameters": {}},), replications=replications, remarks=(), drawn=(),
            of=lambda name, measure: SimpleNamespace(difference=0.0),
        )  # fmt: skip

    monkeypatch.setattr(choosing, "_Lives", Lives)
    monkeypatch.setattr(choosing, "compare", compared)
    return choosing.choose(question, replications=80)


def test_the_planted_best_set_is_found_among_all_pairs(monkeypatch):
    question = asked("desktop", budget=1e9, years=1)
    planted = {"lead_worker+shadowing": 0.12, "co_location": 0.09, "joint_training": 0.05}
    found = made_up(monkeypatch, question, planted)
    assert found.winner is not None
    assert found.winner.name == max(planted, key=planted.__getitem__)
    standing = found.verdict.standings[found.verdict.by_mean]
    assert standing.mean == pytest.approx(0.12, abs=4 * 0.01 / np.sqrt(40))
    assert standing.best_in > 0.9
    assert standing.chance > 0.99


def test_the_planted_best_is_not_chosen_where_it_is_too_dear(monkeypatch):
    question = asked("desktop", budget=60_000, years=1)
    planted = {"boundary_spanners": 0.5, "co_location": 0.09}
    assert made_up(monkeypatch, question, planted).winner.name == "co_location"


def test_with_all_policies_made_equal_no_winner_is_shown(monkeypatch):
    question = asked("desktop", budget=60_000, years=1)
    means = {one.name: 0.05 for one in question.options.affordable}
    found = made_up(monkeypatch, question, means)
    assert found.winner is None
    assert found.lines[0].startswith("No winner: ")
    assert "cannot be told apart" in found.lines[0]


@pytest.mark.parametrize("budget", [300_000, 1e9, math.inf])
def test_a_large_pick_is_neither_enumerated_nor_refused(budget, monkeypatch):
    """33 million sets of at most 20 of 25: few are built, and what is not looked at is known."""
    together, built = option_sets._together, []
    monkeypatch.setattr(
        option_sets, "_together", lambda *given: built.append(1) or together(*given)
    )
    found = options(single_policies(), pick=20, budget=budget, base="robinscar")
    assert found.formed == 33_539_155
    assert not found.whole
    assert len(built) == 25 + 300 - 3
    assert max(len(one.members) for one in found.affordable) == found.start == 2


@given(data=st.data())
@settings(max_examples=10, deadline=None)
def test_sets_found_by_sums_are_those_found_by_building(data):
    """Also where today's practice has a lever that a policy makes smaller, and so saves money."""
    names = data.draw(st.permutations([*single_policies(), "funding_ends"]))[:5]
    pick = data.draw(st.integers(2, 5))
    base = data.draw(st.sampled_from(["desktop", "robinscar_as_interviewed"]))
    strengths = data.draw(st.sampled_from([{}, {"": (0.5, 1.0)}]))
    budget = data.draw(st.sampled_from([40_000.0, 130_000.0, 400_000.0]))

    def sets(most):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(option_sets, "MOST_SETS", most)
            try:
                return options(names, pick=pick, budget=budget, strengths=strengths, base=base)
            except UserError as error:
                return str(error)

    whole, summed = sets(100_000), sets(10 * 5)
    if isinstance(whole, str):
        return
    if summed.whole:
        assert [one.name for one in summed.affordable] == [one.name for one in whole.affordable]
    else:
        assert len(whole.affordable) > 50
    assert summed.formed == whole.formed


def test_more_strengths_than_can_be_lived_are_refused():
    shares = tuple(np.linspace(0.001, 1.0, 400))
    with pytest.raises(
        UserError, match=r"--strengths: found \d,\d+ strengths of 25 policies; allo"
    ):
        options(single_policies(), pick=2, strengths={"": shares})


def test_a_planted_set_of_five_is_built_step_by_step(monkeypatch):
    """Each of five does good alone; one more does harm, and the answer says what was not seen."""
    monkeypatch.setattr(option_sets, "MOST_SETS", 400)
    question = asked("desktop", budget=1e9, years=1, pick=8)
    five = ["shadowing", "lead_worker", "joint_training", "co_location", "known_pairs"]

    def mean(name):
        return sum(0.03 if one in five else -0.02 for one in name.split("+"))

    found = made_up(monkeypatch, question, mean)
    assert set(found.option(found.verdict.by_mean).members) == set(five)
    assert 200 < found.options.grown < 400
    (said,) = [line for line in found.lines if line.startswith("Not all sets were looked at")]
    assert f"there are {found.options.formed:,} of at most 8 policies" in said
    assert "All sets of at most 2 were" in said
    assert found.options.formed == sum(math.comb(25, size) for size in range(1, 9))


def test_larger_sets_keep_the_budget_and_go_together(monkeypatch):
    monkeypatch.setattr(option_sets, "MOST_SETS", 400)
    question = asked("desktop", budget=400_000, years=1, pick=9)
    found = made_up(monkeypatch, question, lambda name: 0.01 * len(name.split("+")))
    assert max(len(one.members) for one in found.options.affordable) > 3
    assert all(one.dearest <= 400_000 for one in found.options.affordable)
    excluded = [set(pair.split(" + ")) for pair, _ in found.options.excluded]
    assert not any(pair <= set(one.members) for pair in excluded for one in found.finalists)


def test_growing_tells_its_progress_as_part_of_the_whole(monkeypatch):
    told = []
    onwards = choosing.Onwards(lambda done, whole: told.append((done, whole)))
    onwards(3, 10), onwards(10, 10), onwards.stage(), onwards(0, 5), onwards(5, 5)
    assert told == [(3, 10), (10, 10), (10, 15), (15, 15)]


def test_names_of_many_policies_can_be_broken_between_them():
    long = "+".join(single_policies()[:5])
    assert max(map(len, in_short_words(f"Best: {long}; +3.1.").split())) < 40
    assert in_short_words("co_location+shadowing, +3.1") == "co_location+shadowing, +3.1"


def test_larger_sets_are_built_from_what_does_no_harm(monkeypatch):
    """Two that gain most do too much harm: no larger set is built from them."""
    monkeypatch.setattr(option_sets, "MOST_SETS", 400)
    question = asked("desktop", budget=1e9, years=1, pick=4)
    options = question.options

    def lives(sets):
        count = [len({"shadowing", "coordinator"} & set(one.members)) for one in sets]
        size = [len(one.members) for one in sets]
        harm = np.repeat(np.array(count, float)[:, None], 5, axis=1)
        gain = np.array(size, float)[:, None] + 9.0 * harm
        return Lived(gain, harm[None])

    every = searching.grown(options, lives, pick=4, budget=1e9).affordable
    found = every[len(options.affordable) :]
    assert {len(one.members) for one in found} == {3, 4}
    assert all(not {"shadowing", "coordinator"} & set(one.members) for one in found)
