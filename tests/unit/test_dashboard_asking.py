"""What if and which to choose, beside a comparison: the command line's figures, and bad input."""

import json

import pytest

from colsim.answers.choice_account import answer, rests_on_lines
from colsim.answers.choose import choose
from colsim.answers.question import limits_named
from colsim.answers.what_if import what_if
from colsim.dashboard import asking, jobs, money
from colsim.dashboard.asking import ChoiceForm, WhatIfForm
from colsim.errors import UserError
from colsim.scenario import load_scenario
from colsim.scenario.loading import over
from tests.unit.test_cli_runs import colsim

SHORT = {"run.weeks": 26}
FORM = WhatIfForm(ends="13", delivered=" 0.5 ", set="parameters.leave_csw=0.32", under="austerity")


@pytest.fixture(scope="module")
def base():
    return load_scenario("desktop", overrides=SHORT)


@pytest.fixture(scope="module")
def slots(base):
    return (base, over(base, ["co_location"], name="co_location"))


def test_what_if_is_that_of_the_command_line_to_the_digit(slots):
    job = jobs.Job(slots, 3, 5, changes=FORM.read())
    heard = []
    found = job.run(lambda done, total: heard.append((done, total)))
    assert heard[-1] == (6 * 5, job.total) == (30, 30)  # now, and under each of four
    code, out, err = colsim(
        "compare", "desktop", "co_location", "--weeks", 26, "--replications", 6, "--seed", 5,
        "--ends", 13,
        "--delivered", 0.5, "--set", "parameters.leave_csw=0.32", "--under", "austerity", "--json",
    )  # fmt: skip
    assert code == 0, err
    told = json.loads(out)["what_if"]
    assert [(r["option"], r["joint_plan_rate"], r["spent"]) for r in told] == [
        (r["option"], r["joint_plan_rate"], r["spent"]) for r in found.what_if
    ]
    (table,) = jobs.what_if(found)
    code, out, _ = colsim(
        "compare", "desktop", "co_location", "--weeks", 26, "--replications", 6, "--seed", 5,
        "--ends", 13,
        "--delivered", 0.5, "--set", "parameters.leave_csw=0.32", "--under", "austerity",
    )  # fmt: skip
    screen = " ".join(out.split())
    for row in table.rows:
        assert " ".join(" ".join(row).split()) in screen
    assert [row[0] for row in table.rows] == [
        "Now", "the money ends in week 13",
        "share of CSWs who leave in a year at middling wellbeing is 0.32",
        "One in five posts is not filled again", "50% of it is delivered",
    ]  # fmt: skip


def test_without_changes_it_is_the_comparison_that_it_was(slots):
    found = jobs.Job(slots, 2, 1).run()
    assert found.what_if == ()
    assert jobs.what_if(found) == []


def test_the_same_under_changes_is_another_question_to_what_is_kept(slots):
    plain, under, other = (
        jobs.Job(slots, 2, 1, changes=one).asked.key()
        for one in ({}, WhatIfForm(ends="13").read(), WhatIfForm(ends="14").read())
    )
    assert len({plain, under, other}) == 3


def test_python_says_the_same(base, slots):
    found = jobs.Job(slots, 2, 1, changes=WhatIfForm(recruitment="0.5").read()).run()
    same = what_if(base, [slots[1]], recruitment=0.5, replications=4)
    assert found.what_if == same.what_if


@pytest.mark.parametrize(
    "form, said",
    [
        (WhatIfForm(), "what if: found nothing; allowed: a week in which the money ends"),
        (WhatIfForm(ends="soon"), "--ends: found 'soon'; allowed: a policy week from 1"),
        (WhatIfForm(ends="1.5"), "--ends: found 1.5; allowed: a policy week from 1"),
        (WhatIfForm(ends="nan"), "--ends: found 'nan'; allowed: a policy week from 1"),
        (WhatIfForm(ends="1e400"), "--ends: found '1e400'; allowed: a policy week from 1"),
        (WhatIfForm(delivered="half"), "--delivered: found 'half'; allowed: a share above 0"),
        (WhatIfForm(recruitment="--"), "--recruitment: found '--'; allowed: a share above 0"),
        (WhatIfForm(under="austerty"), "nearest known name: austerity; allowed: austerity, "),
        (WhatIfForm(under="/etc/passwd"), "--under: found '/etc/passwd'; allowed: austerity, "),
        (WhatIfForm(set="organisation.csw=900"), "allowed: parameters.NAME=VALUE or levers."),
        (WhatIfForm(set="staff=x.csv"), "--set: found 'staff=x.csv'; allowed: parameters."),
    ],
)
def test_what_cannot_be_read_is_refused(form, said):
    with pytest.raises(UserError) as refused:
        form.read()
    assert said in str(refused.value)


def test_what_can_be_typed_is_offered_by_its_title_and_is_taken():
    numbers = {one["value"]: one["title"] for one in asking.numbers()}
    assert len(numbers) > 100
    for value in numbers:
        assert WhatIfForm(set=value).read() == {"settings": [value]}
    assert numbers["parameters.spread=0.2"].startswith("Half-width of the uniform spread")
    harms = [one["value"] for one in asking.harms()]
    assert {"nominal_plan_rate:2", "assessed_in_time:-2"} <= set(harms)
    assert [str(one) for one in limits_named(harms)] == harms
    assert all("_" not in one["title"] for one in (*asking.numbers(), *asking.harms()))


def test_all_faults_of_a_form_come_at_once():
    form = WhatIfForm(ends="x", delivered="y", recruitment="z", set="a=1", under="b")
    with pytest.raises(UserError) as refused:
        form.read()
    assert [line.partition(":")[0] for line in str(refused.value).splitlines()] == [
        "--ends", "--delivered", "--recruitment", "--set", "--under",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "form, said",
    [
        (WhatIfForm(ends="0"), "--ends: found 0; allowed: a policy week from 1"),
        (WhatIfForm(delivered="1.5"), "--delivered: found 1.5; allowed: a share above 0 up to 1"),
        (WhatIfForm(recruitment="-1"), "--recruitment: found -1; allowed: a share above 0"),
        (WhatIfForm(set="parameters.leave_cws=0.3"), "nearest known name: leave_csw"),
        (WhatIfForm(set="levers.shadowing.strength=1"), "allowed: a lever in use"),
        (WhatIfForm(set="parameters.leave_csw"), "allowed: a key and a value"),
    ],
)
def test_what_the_command_line_refuses_a_job_refuses(slots, form, said):
    with pytest.raises(UserError) as refused:
        jobs.Job(slots, 2, 1, changes=form.read())
    assert said in str(refused.value)


def test_changes_count_towards_what_a_visitor_may_ask():
    large = load_scenario("robinscar")
    two = (large, over(large, ["co_location"], name="co_location"))
    many = [f"parameters.leave_csw=0.{k}" for k in range(11, 21)]
    jobs.Job(two, 200, 1)
    with pytest.raises(UserError, match="family weeks; allowed: up to"):
        jobs.Job(two, 200, 1, changes={"settings": many})


@pytest.mark.slow
def test_a_choice_is_that_of_the_command_line(base):
    form = ChoiceForm(budget="£60,000", pick="1", goal="flow", no_harm="assessed_in_time:-30")
    search = form.search(base, 3, 7)
    heard = []
    found = search.run(lambda done, total: heard.append((done, total)))
    assert heard[-1][0] == heard[-1][1] == search.total
    same = choose(
        base, budget=60_000, pick=1, goal="flow", no_harm=["assessed_in_time:-30"], years=1,
        replications=6, seed=7,
    )  # fmt: skip
    assert money.said(found) == [
        *answer(same), *(f"What this rests on. {line}" for line in rests_on_lines(same)),
    ]  # fmt: skip
    assert [one.name for one in found.ranked] == [one.name for one in same.ranked]


@pytest.mark.parametrize(
    "form, said",
    [
        (ChoiceForm(), "--budget: found ''; allowed: pounds, from 0 to"),
        (ChoiceForm(budget="much"), "--budget: found 'much'; allowed: pounds, from 0 to"),
        (ChoiceForm(budget="1", pick="two"), "--pick: found 'two'; allowed: a whole number from 1"),
        (ChoiceForm(budget="1", pick="1.5"), "--pick: found 1.5; allowed: a whole number from 1"),
    ],
)
def test_a_choice_that_cannot_be_read_is_refused(base, form, said):
    with pytest.raises(UserError) as refused:
        form.search(base, 2, 1)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    "form, said",
    [
        (ChoiceForm(budget="5"), "--budget: found 5; allowed: at least"),
        (ChoiceForm(budget="1e6", pick="99"), "--pick: found 99; allowed: 1 to 25"),
        (ChoiceForm(budget="1e6", goal="joy"), "found 'joy'"),
        (ChoiceForm(budget="1e6", no_harm="asessed_in_time:-2"), "nearest known name: assessed_in"),
    ],
)
def test_what_choose_refuses_is_said(base, form, said):
    with pytest.raises(UserError) as refused:
        form.search(base, 2, 1).run(lambda done, total: None)
    assert said in str(refused.value)


def test_a_choice_can_be_stopped_and_a_large_authority_is_refused(base):
    search = ChoiceForm(budget="60000").search(base, 2, 1)
    assert not search.cancelled
    search.cancel()
    with pytest.raises(jobs.Cancelled):
        search.run(lambda done, total: None)
    assert search.cancelled
    with pytest.raises(UserError, match="allowed: up to"):
        ChoiceForm(budget="60000").search(load_scenario("england"), 200, 1)


def test_circumstances_are_those_that_come_with_it():
    assert [one["name"] for one in asking.circumstances()] == ["austerity", "improvement_journey"]
