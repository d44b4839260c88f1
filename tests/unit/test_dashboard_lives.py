"""Two lives at once: what the Live page says before anything is played, and whether it is luck."""

import base64
import html
from dataclasses import replace

import numpy as np
import pytest

from colsim.core.measures import MEASURES, TOTAL_INDEX
from colsim.dashboard import drafts, jobs, luck
from colsim.dashboard.live import LiveRun
from colsim.dashboard.lives import HARMS, KEPT, bare, numbers
from colsim.errors import UserError
from colsim.model import CollaborationModel
from colsim.reporting.words import level, pounds
from colsim.scenario import load_scenario
from colsim.scenario.costs import cost_of

SHORT = {"run.weeks": 40, "run.burn_in": 30}


def short(name="desktop", **overrides):
    return load_scenario(name, overrides=SHORT | overrides)


@pytest.fixture(scope="module")
def trained():
    return LiveRun(short("desktop+joint_training"), 3)


def test_a_leap_gives_the_bits_of_steps():
    stepped, leapt = (CollaborationModel(short("desktop+co_location"), seed=5) for _ in range(2))
    stepped.run_for(45)
    leapt.leap(30)
    leapt.leap(0)
    leapt.leap(15)
    assert leapt.week == 45
    assert leapt.world.totals.tobytes() == stepped.world.totals.tobytes()
    assert leapt.world.families.tobytes() == stepped.world.families.tobytes()
    assert sorted(map(str, leapt.families)) == sorted(map(str, stepped.families))
    leapt.step()
    stepped.step()
    assert leapt.world.families.tobytes() == stepped.world.families.tobytes()


def test_a_leap_passes_nothing_by():
    model = CollaborationModel(short(), seed=5)
    with pytest.raises(RuntimeError, match="leap: found 71 weeks; allowed: 0 to 70"):
        model.leap(71)
    with pytest.raises(RuntimeError, match="leap: found -1 weeks"):
        model.leap(-1)
    model.after("plan", lambda model: None)
    with pytest.raises(RuntimeError, match="functions between phases"):
        model.leap(1)
    assert model.week == 0


@pytest.mark.parametrize("start", [0, 25])
def test_what_is_said_at_once_is_what_is_played(start):
    run = LiveRun(short(), 3).advanced_to(start)
    changed = run.changed(drafts.lever_set(run.scenario, "joint_training", {"start": start}))
    said = {one["name"]: one for one in changed.numbers()}
    played = changed.advanced_to(999)
    assert played.life.totals.tobytes() == played.model.world.totals.tobytes()
    for name in KEPT:
        assert played.series[name][-1] == pytest.approx(played.model.measure(name), nan_ok=True)
    joint = MEASURES["joint_plans_a_year"]
    assert said["plans"]["with_"] == f"{played.life.in_last_year(joint.name):,.0f}"
    # The life without is that of the bare run, and is not lived again.
    assert changed.without is run.life
    assert said["plans"]["without"] == f"{run.life.in_last_year(joint.name):,.0f}"


def test_pounds_are_those_of_the_command_line(trained):
    money = next(one for one in trained.numbers() if one["name"] == "money")
    cost = cost_of(trained.scenario.scenario)
    assert money["with_"] == pounds(cost.a_year)
    assert money["words"].startswith(f"and {pounds(cost.once)} once" if cost.once else "for all")


def test_numbers_are_grey_while_chance_makes_such_a_difference(trained):
    without = trained.without
    plans = 10.0

    def said(more):
        totals = without.totals.copy()
        lives = []
        for count in (plans + more, plans):
            totals = totals.copy()
            joint, weeks = (MEASURES["joint_plans_a_year"].numerator[0], "weeks")
            totals[:, TOTAL_INDEX[joint]] = count / 52
            totals[:, TOTAL_INDEX[weeks]] = 1.0
            lives.append(type(without)(without.measures, totals))
        found = numbers(*lives, trained.scenario.scenario)[0]
        return found["tone"], found["change"], found["luck"]

    assert said(9.0) == ("even", "+9", "may be luck")  # twice the spread of 29 is 10.8
    assert said(14.0) == ("better", "+14", "")  # of 34: 11.7
    assert said(-9.5) == ("worse", "-9", "")
    assert said(0.0) == ("even", "same", "")


def test_what_can_get_worse_is_told_with_and_without(trained):
    told = {one["name"]: one for one in trained.harms()}
    assert list(told) == list(HARMS)
    for name, one in told.items():
        value = trained.life.in_last_year(name)
        assert one["with_"] == ("none" if value != value else level(value, MEASURES[name]))
        assert MEASURES[name].harm or name == "nominal_plan_rate"


def test_without_a_lever_both_lives_are_one():
    run = LiveRun(short(), 3)
    assert run.without is run.life
    assert {one["change"] for one in run.numbers()} <= {"same", "", "none was due"}


def test_an_authority_of_another_size_has_another_life_without():
    run = LiveRun(short(), 3)
    larger = LiveRun(short(**{"organisation.csw": 60}), 3)
    assert run.changed(larger.scenario).without.totals.tobytes() == larger.life.totals.tobytes()


# Is it luck?


def test_luck_is_told_by_matched_worlds(trained):
    asked = luck.question(trained)
    assert asked.fits(trained)
    assert asked.job.total == 2 * luck.WORLDS
    result = asked.job.run()
    done = luck.Luck(asked.run, None, result)
    lines = luck.told(done)
    share = result.of(result.names[1], "joint_plan_rate").better
    assert lines[0].endswith(f"Better in {round(20 * share)} of 20 worlds.")
    bands = luck.bands(done, trained)
    for measure, band in bands.items():
        change = result.series[measure][1] - result.series[measure][0]
        low = np.nanquantile(change, 0.05, axis=0) + trained.without.measures[measure]
        assert band["low"][-1] == pytest.approx(100 * max(0.0, low[-1]), abs=1e-3)
        assert len(band["high"]) == trained.weeks + 1
    said = luck.judged(trained.numbers(), done)
    assert said[0]["luck"] == f"better in {round(20 * share)} of 20 worlds"
    assert said[2] == trained.numbers()[2]
    # Another policy, or another chance, is another question.
    assert not done.fits(trained.changed(short("desktop+co_location")))
    assert not done.fits(LiveRun(trained.scenario, 4))


def test_luck_of_what_is_too_large_is_refused():
    run = LiveRun(short("desktop+joint_training"), 3)
    large = load_scenario("england+joint_training")
    run.scenario = large
    with pytest.raises(UserError, match="allowed: up to"):
        luck.question(run)


# To take away


def content_of(file):
    return base64.b64decode(file["content"])


def live_file(run, kind):
    pytest.importorskip("solara")
    from colsim.dashboard.pages.files import live_file

    return live_file(run, kind)


def test_a_chart_is_taken_away_as_a_picture(trained):
    picture = live_file(trained, "picture")
    assert picture["name"].endswith("-seed-3.png")
    assert content_of(picture).startswith(b"\x89PNG")
    assert b"<svg" in content_of(live_file(trained, "chart"))


def test_a_table_for_people_has_titles_and_units(trained):
    run = LiveRun(trained.scenario, 3).advanced_to(12)
    head, *rows = content_of(live_file(run, "titled")).decode("utf-8-sig").splitlines()
    assert head.startswith("Week,")
    assert "Information flow (share)" in head
    plain = content_of(live_file(run, "series")).decode().splitlines()
    assert rows == plain[1:]
    assert len(rows) == 12


def test_the_report_of_a_comparison_is_that_of_the_command_line(trained):
    plain = replace(trained.scenario, name="plain", scenario=bare(trained.scenario.scenario))
    result = jobs.Job((plain, trained.scenario), 3, 1).run()
    page = jobs.report(result, ".html").decode()
    assert page.startswith("<!doctype html>") or page.startswith("<!DOCTYPE html>")
    assert trained.scenario.scenario.title in html.unescape(page)
    assert jobs.report(result, ".docx").startswith(b"PK")


# What cannot be is said


@pytest.mark.parametrize("start", [40, 41, 999, 10**9])
def test_a_lever_cannot_start_after_the_run(start):
    with pytest.raises(UserError, match=f"From week: found {start}; allowed: .* up to 39"):
        drafts.lever_set(short(), "co_location", {"start": start})
    assert drafts.lever_set(short(), "co_location", {"start": 39}).scenario.levers


# A page that fails


def test_a_page_that_fails_when_it_is_first_drawn_says_so(capsys):
    solara = pytest.importorskip("solara")
    from colsim.dashboard import pages

    @solara.component
    def broken():
        with solara.Div(classes=["a"]), solara.Div(classes=["b"]):
            solara.Text("x")
        solara.use_memo(lambda: 1 / 0, [])

    @solara.component
    def around():
        solara.routing.router_context.provide(
            solara.routing.Router("/", routes=[solara.Route("/")], set_path=lambda path: None)
        )
        pages.Safe(broken)

    box, _ = solara.render(around(), handle_error=False)

    def texts(widget):
        for child in getattr(widget, "children", None) or []:
            yield from [child] if isinstance(child, str) else texts(child)

    assert any("colsim did not expect" in text for text in texts(box))
    assert "ZeroDivisionError" in capsys.readouterr().err
