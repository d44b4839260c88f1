"""The dashboard without a browser: runs, pictures, drafts, links, limits, guard, jobs."""

import asyncio
import re
import shlex
import socket
import tomllib
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from typer.testing import CliRunner

from colsim import CollaborationModel
from colsim.answers.two_lives import TwoLives
from colsim.cli import app
from colsim.core.measures import MEASURES, TOTAL_INDEX
from colsim.dashboard import (
    assumptions,
    controls,
    drafts,
    jobs,
    links,
    picture,
    server,
    story_view,
    twice,
)
from colsim.dashboard.guard import Guard
from colsim.dashboard.limits import check_comparison, check_live
from colsim.dashboard.live import CARDS, LiveRun, events
from colsim.dashboard.lives import CHAIN, narrowest
from colsim.errors import UserError
from colsim.reporting.words import level, signed
from colsim.scenario import LEVERS, ScenarioError, load_scenario
from colsim.scenario.schema import LeverSetting
from colsim.scenario.shipped import AUTHORITY, kind_of
from colsim.story import KINDS
from colsim.story.census import STEPS, Census

SHORT = {"run.burn_in": 30, "run.weeks": 40}


def short(name="desktop", **overrides):
    return load_scenario(name, overrides=SHORT | overrides)


# The live run


def test_a_live_run_is_the_run_of_its_scenario_and_seed():
    run = LiveRun(short(), 3).advanced_to(20)
    model = CollaborationModel(short(), seed=3)
    model.run_for(50)
    assert run.model.world.totals.tobytes() == model.world.totals.tobytes()
    assert run.series["information_flow"][-1] == pytest.approx(model.measure("information_flow"))
    assert [len(values) for values in run.series.values()] == [21] * len(CARDS)


def test_going_back_is_living_again():
    run = LiveRun(short(), 3).advanced_to(12)
    there = {name: list(values) for name, values in run.series.items()}
    assert run.advanced_to(30).advanced_to(12).series == there


def test_a_lever_switched_on_now_leaves_the_past_as_it_was():
    run = LiveRun(short(), 1).advanced_to(10)
    other = run.changed(drafts.lever_set(run.scenario, "co_location", {}, week=10))
    assert other.week == 10
    assert other.series == run.series
    assert not other.acts  # it begins in the next week
    later, bare = other.advanced_to(40), run.advanced_to(40)
    assert later.acts
    assert later.series["contacts"][-1] > bare.series["contacts"][-1]
    # Without the policy, the same life as the bare run.
    flow = later.without.measures["information_flow"]
    assert flow == pytest.approx(bare.series["information_flow"], nan_ok=True)


def test_a_run_that_is_over_stays():
    run = LiveRun(short(), 1).advanced_to(999)
    assert (run.week, run.over) == (40, True)
    assert run.advanced_to(41).week == 40
    assert len(run.table()) == 40


def test_cards_say_with_and_without_and_whether_it_is_better():
    run = LiveRun(short("robinscar+co_location"), 1).advanced_to(40)
    cards = {card["name"]: card for card in run.cards()}
    assert list(cards) == list(CARDS)
    for name in ("information_flow", "joint_plan_rate"):
        now, without = run.series[name][-1], run.without.measures[name][40]
        assert cards[name]["change"] == signed(now - without, MEASURES[name]) + " points"
        assert cards[name]["without"] == level(without, MEASURES[name])
    assert cards["contacts"]["tone"] == "even"  # more of them is neither good nor bad
    assert "against the same life without the policy" in run.about()


def test_without_a_policy_nothing_is_coloured():
    run = LiveRun(short(), 1).advanced_to(30)
    assert {(c["tone"], c["change"], c["without"]) for c in run.cards()} == {
        ("even", "no policy yet", "")
    }
    assert run.about().endswith("No policy has acted yet.")
    # One that begins later has not acted either.
    later = run.changed(drafts.lever_set(run.scenario, "co_location", {"start": 35}))
    assert not later.acts
    assert later.advanced_to(36).acts


def test_a_change_within_what_chance_moves_is_grey():
    run = LiveRun(short("robinscar+co_location"), 1).advanced_to(40)
    course, without = (one.measures["joint_plan_rate"] for one in (run.life, run.without))
    without[:] = np.linspace(0.0, 0.2, 41)
    course[40] = without[40] + 0.05
    tones = [run.cards()[0]["tone"]]  # the course moves by 0.058
    course[40] += 0.02
    tones.append(run.cards()[0]["tone"])
    course[40] -= 0.14
    tones.append(run.cards()[0]["tone"])
    assert tones == ["even", "better", "worse"]


def test_the_chain_is_that_of_the_last_year():
    run = LiveRun(load_scenario("desktop+co_location"), 3)
    steps = run.chain()
    rows = run.advanced_to(999).model.world.totals[-52:].sum(axis=0)
    assert [one["name"] for one in steps] == list(CHAIN)
    for one in steps:
        share = rows[TOTAL_INDEX[one["name"]]] / rows[TOTAL_INDEX["plans"]]
        assert one["with_"] == round(100 * share, 1)
    assert [one["with_"] for one in steps] == sorted((one["with_"] for one in steps), reverse=True)
    assert [one["narrowest"] for one in steps].count(True) == 1
    assert narrowest(steps).endswith(
        next(one["title"].lower() for one in steps if one["narrowest"]) + "."
    )
    fresh = LiveRun(short(), 1)
    assert len(fresh.chain()) == len(CHAIN)


def test_authorities_too_large_for_a_page_say_so():
    choices = {one["name"]: one["too_large"] for one in controls.preset_choices()}
    assert "allowed: up to 600 practitioners" in choices["england"]
    assert choices["robinscar"] == choices["co_location"] == ""


def test_what_is_offered_is_never_refused_and_england_is_not_offered():
    choices = controls.preset_choices()
    barred = {one["name"] for one in choices if one["too_large"]}
    assert "england" in barred
    for name in (one["name"] for one in choices if one["name"] not in barred):
        alone = kind_of(name) == AUTHORITY
        loaded = load_scenario(name if alone else f"robinscar+{name}").scenario
        check_live(loaded)
        check_comparison([loaded, loaded], 10)
    # Both lists of authorities leave what is barred to be read, and not to be chosen.
    for widget in ("intro", "slot"):
        text = (Path(controls.__file__).parent / "widgets" / f"{widget}.vue").read_text()
        assert text.count('v-for="p in presets"') == 1
        assert ':disabled="!!p.too_large"' in text


def test_what_happened_this_week_is_counted_from_its_totals():
    run = LiveRun(short(), 1).advanced_to(5)
    row = run.model.world.totals[run.model.week - 1]
    assert f"{row[TOTAL_INDEX['plans']]:.0f} plan" in run.happened()


def test_a_portrait_tells_who_someone_is():
    run = LiveRun(short("robinscar+boundary_spanners"), 1).advanced_to(40)
    portrait = run.person(0) or run.person(1)
    assert portrait["title"] == "Children's social worker, team 0, locality 0"
    assert run.person(-1) is None
    assert run.person(10_000) is None


def test_events_are_told_in_words():
    (event,) = events(load_scenario("robinscar+funding_ends").scenario)
    assert event["words"].endswith("in full after 13 weeks, until week 104")


# The picture


def test_a_frame_holds_what_the_arrays_hold():
    run = LiveRun(short(), 1).advanced_to(30)
    world = run.model.world
    scene = picture.scene(world)
    assert (len(scene["posts"]), len(scene["teams"]), scene["places"]) == (64, 10, 2)
    data = picture.frame(world)
    week, nodes, teams, ties, _ = picture.HEADER.unpack_from(data)
    assert (week, nodes, teams) == (30, 64, 10)
    at = picture.HEADER.size
    people = np.frombuffer(data, picture.NODE, nodes, at)
    assert people["filled"].tolist() == world.practitioners["filled"].tolist()
    assert people["story"] == pytest.approx(100 * world.practitioners["narrative"], abs=0.51)
    at += nodes * picture.NODE.itemsize + teams * picture.TEAM.itemsize
    drawn = np.frombuffer(data, picture.TIE, ties, at)
    assert len(data) == at + drawn.nbytes
    for tie in drawn:
        k = int(tie["one"]) * 16 + int(tie["other"]) - 48
        assert tie["familiarity"] == pytest.approx(100 * world.tie_familiarity[k], abs=0.51)
        assert tie["now"] == (world.tie_last[k] == run.model.week - 1)


# Stories


def test_a_story_is_told_with_its_curves_and_marks():
    run = LiveRun(short("robinscar+co_location"), 1).advanced_to(40)
    found = twice.families(run)
    lines = found.offered()
    assert all(line.first >= 0 and line.shared for line in lines)
    names = [found.called[line.family] for line in found.lines]
    assert len(set(names)) == len(names)
    assert story_view.choices(lines, found.called)[0]["title"].startswith(f"{names[0]}: weeks ")
    story = run.model.story(lines[0].family)
    told = story_view.plain_story(story, names[0])
    assert sum(len(week["lines"]) for week in told["weeks"]) == len(story.events)
    kinds = [mark["kind"] for mark in told["marks"]]
    assert kinds.count("joint") == lines[0].joint
    assert kinds.count("contact") >= lines[0].contacts
    family = run.model.world.families[run.model.family_names.index(lines[0].family)]
    known = told["known"]["csw"][-1][1] if told["known"]["csw"] else 0
    assert known == int(family["known"][0]).bit_count()


@pytest.mark.parametrize("name", ["robinscar+co_location", "desktop"])
def test_families_lost_on_each_condition_are_those_that_the_run_counts(name):
    run = LiveRun(short(name, **{"run.weeks": 80}), 2).advanced_to(80)
    model = CollaborationModel(run.scenario, seed=2)
    census = Census(model.world, model.family_names)
    model.watch(census.take)
    model.leap(model.horizon)
    totals = model.world.totals.sum(axis=0)
    left = [totals[TOTAL_INDEX[name]] for name in ("plans", *STEPS)]
    counted = [step for _, _, step in census.lost]
    assert [counted.count(step) for step in STEPS] == [a - b for a, b in pairwise(left)]
    found = twice.families(run)
    for step in STEPS:
        names = [line.family for line in found.offered(step)]
        assert set(names) <= set(found.lost[step])
        assert len(names) == len(set(names))


def test_one_family_has_two_lives_that_part():
    run = LiveRun(short("robinscar+co_location", **{"run.weeks": 80}), 1).advanced_to(80)
    found = twice.families(run)
    family = found.lines[0].family
    one, other = run.model.story(family), twice.story_without(run, family)
    # It is one that got more joint plans than it would have got.
    assert one.counts()["joint"] > other.counts()["joint"]
    two = twice.twice(one, other, "Family Oak")
    week = two["parts"]
    assert week == TwoLives(family, 1, other, one).parting()
    told = {life["kind"]: life["weeks"] for life in two["lives"]}
    before = {
        kind: [
            (w["week"], [line["text"] for line in w["lines"]]) for w in weeks if w["week"] < week
        ]
        for kind, weeks in told.items()
    }
    assert before["with"] == before["without"]
    assert all(not line["own"] for w in told["with"] if w["week"] < week for line in w["lines"])
    assert any(
        line["own"] for w in told["with"] if w["week"] == week for line in w["lines"]
    ) or any(line["own"] for w in told["without"] if w["week"] == week for line in w["lines"])
    assert f"until week {week}." in two["words"]
    assert twice.twice(one, one, "Family Oak")["words"] == (
        "For Family Oak the policy changed nothing that was noted. The family that it changed most "
        "stands first in the list."
    )


def test_what_is_the_same_before_lives_part_takes_one_line():
    one, other = (
        SimpleNamespace(sentences=lambda end=end: [(1, "met"), (2, "talked"), (5, end)])
        for end in ("planned", "left")
    )
    assert twice._weeks(one, other, 5) == [
        {
            "week": 2,
            "lines": [{"text": "Until week 5 both lives are the same.", "own": False, "about": ""}],
        },
        {"week": 5, "lines": [{"text": "planned", "own": True, "about": "planned"}]},
    ]
    assert [week["week"] for week in twice._weeks(one, one, None)] == [1, 2, 5]


def test_a_link_of_one_scenario_is_what_is_compared_first():
    pytest.importorskip("solara")
    from colsim.dashboard.pages.compare_page import _first

    def names(text):
        linked = None if text is None else load_scenario(*text.split("+")[:1], text.split("+")[1:])
        return [one.name for one in _first(linked)]

    assert names(None)[0] == "robinscar"
    assert names("desktop") == ["desktop", "co_location", "boundary_spanners"]
    assert names("desktop+joint_training")[0] == "desktop"
    assert len(names("desktop+joint_training")) == 2


def test_every_kind_of_event_is_shown_in_one_group():
    assert sorted(kind for kinds in story_view.GROUPS.values() for kind in kinds) == sorted(KINDS)


# Drafts


def test_a_lever_ends_when_it_is_switched_off_and_goes_if_it_never_acted():
    loaded = short("robinscar+co_location")
    off = drafts.lever_off(loaded, "co_location", week=20)
    assert off.scenario.levers["co_location"].end == 20
    assert not drafts.on_now(off.scenario.levers["co_location"], 20)
    again = drafts.lever_set(off, "co_location", {"start": 20, "end": None}, week=20)
    assert again.scenario.levers["co_location"].end is None
    assert drafts.lever_off(loaded, "co_location", week=0).scenario.levers == {}
    assert drafts.EDITED in off.chain


def test_a_setting_out_of_range_is_refused_in_words():
    with pytest.raises(ScenarioError) as error:
        drafts.lever_set(short("robinscar+co_location"), "co_location", {"strength": 9.0})
    assert "levers.co_location.strength: found 9.0; allowed: a number from 0 to 5" in str(
        error.value
    )
    with pytest.raises(ScenarioError, match="end in week 3"):
        drafts.lever_set(short("robinscar+co_location"), "co_location", {"start": 5, "end": 3})


def test_a_draft_is_written_as_a_file_that_reads_back():
    loaded = drafts.with_lever(
        load_scenario("robinscar+boundary_spanners"),
        "co_location",
        LeverSetting(strength=2.0, localities=(0, 2), without=("encounters",), end=50),
    )
    text = drafts.to_toml(loaded)
    assert drafts.uploaded("ours.toml", text.encode()).scenario == loaded.scenario
    assert tomllib.loads(text)["levers"]["co_location"]["localities"] == [0, 2]


@pytest.mark.parametrize("title", ['"quotes" and \\slashes\\', "Grüße, £5 = 1+1", "'''", "\u2028"])
def test_titles_survive_the_file(title):
    loaded = drafts.edited(short(), {"title": title})
    assert drafts.uploaded("x.toml", drafts.to_toml(loaded).encode()).scenario.title == title


def test_uploads_are_named_after_their_file_and_say_where_a_fault_is():
    with pytest.raises(ScenarioError) as error:
        drafts.uploaded(
            r"C:\Users\me\ours.toml", b'extends = "desktop"\n[levers.co_locaton]\nstrength = 1\n'
        )
    assert str(error.value).startswith("ours.toml: levers.co_locaton: found")
    assert "nearest known name: co_location" in str(error.value)
    loaded = drafts.uploaded("../../ours.toml", b'extends = "desktop"\n')
    assert (loaded.name, loaded.chain[-1]) == ("ours", "ours.toml")


@pytest.mark.parametrize("path", ["/etc/passwd", "other.toml", "..\\x.toml", "~/x.toml"])
def test_uploads_extend_presets_alone(path):
    with pytest.raises(ScenarioError) as error:
        drafts.uploaded("ours.toml", f"extends = '{path}'\n".encode())
    assert str(error.value).startswith(f"ours.toml: extends: found {path!r}; allowed: a preset")


def test_uploads_are_bounded():
    with pytest.raises(UserError, match="found 100,001 bytes; allowed: a scenario of up to"):
        drafts.uploaded("ours.toml", b"#" * 100_001)


# Links


def test_links_restore_what_they_were_made_of():
    changed = drafts.lever_set(
        load_scenario("robinscar+funding_ends"), "co_location", {"strength": 1.5}, week=8
    )
    for shared in (
        links.Shared((load_scenario("robinscar+co_location"),), seed=9, week=12),
        links.Shared((changed,), seed=2, week=30),
        links.Shared(
            (load_scenario("desktop"), short("robinscar+co_location"), changed), worlds=25
        ),
    ):
        back = links.from_query("?" + links.to_query(shared))
        assert [one.scenario for one in back.scenarios] == [
            one.scenario for one in shared.scenarios
        ]
        assert (back.seed, back.week, back.worlds) == (shared.seed, shared.week, shared.worlds)
        assert not back.stale


def test_a_link_of_a_preset_is_short():
    query = links.to_query(links.Shared((load_scenario("robinscar+co_location"),)))
    assert query.endswith("&seed=1&week=0&preset=robinscar%2Bco_location")
    old = links.from_query("seed=1&week=0&preset=co_location")
    assert old.scenarios[0].scenario == load_scenario("robinscar+co_location").scenario
    assert old.scenarios[0].name == "co_location"


@pytest.mark.parametrize(
    "query, said",
    [
        ("preset=nowhere", "link: preset: found 'nowhere'; allowed: "),
        ("preset=desktop&seed=x&week=y", "link: week: found 'y'; allowed: a whole number"),
        ("preset=desktop&seed=-1", "link: seed: found -1; allowed: a whole number from 0"),
        ("preset=desktop&levers.co_locaton.strength=1", "nearest known name: co_location"),
        ("preset=desktop&run.weeks=[", "link: run.weeks: found '['; allowed: a number or a text"),
        ("preset=desktop&run=1&run.weeks=2", "link: run.weeks: found a value within a value"),
        ("0.preset=desktop&1.preset=desktop&worlds=999", "allowed: a number from 1 to 200"),
        ("preset=" + "x" * 9000, "found 9,007 characters; allowed: up to 8,000 characters"),
    ],
)
def test_faulty_links_are_refused_in_words(query, said):
    with pytest.raises(UserError) as error:
        links.from_query(query)
    assert said in str(error.value)


def test_other_queries_are_no_links():
    assert links.from_query("") is None
    assert links.from_query("?utm_source=x") is None


# Limits


def test_large_scenarios_are_refused_with_every_fault():
    big = load_scenario("desktop", overrides={"organisation.csw": 5000, "run.weeks": 3000})
    with pytest.raises(UserError) as error:
        check_live(big.scenario)
    assert "organisation: found 5,016; allowed: up to 600 practitioners" in str(error.value)
    assert "run.weeks: found 3,000; allowed: up to 1,040 weeks" in str(error.value)


def test_comparisons_are_bounded():
    one = load_scenario("robinscar").scenario
    check_comparison([one] * 4, 200)
    with pytest.raises(UserError, match="scenarios: found 1; allowed: 2 to 4"):
        check_comparison([one], 50)
    with pytest.raises(UserError, match="worlds: found 0; allowed: a whole number from 1 to 200"):
        check_comparison([one] * 2, 0)
    long = load_scenario("robinscar", overrides={"run.weeks": 5000}).scenario
    with pytest.raises(UserError, match="family weeks; allowed: up to 400,000,000"):
        check_comparison([long] * 4, 200)


# Jobs


def test_a_job_is_the_comparison_of_the_command_line():
    from colsim import compare

    scenarios = [short(), short("desktop", **{"levers.co_location.strength": 3.0})]
    seen = []
    result = jobs.Job(tuple(scenarios), 3, 1).run(lambda done, total: seen.append((done, total)))
    assert result.names == ("desktop", "desktop_2")
    assert seen == [(k, 6) for k in range(1, 7)]
    first, *others = jobs.with_own_names(scenarios)
    theirs = compare(first, others, replications=6, seed=1)
    assert repr(result.differences) == repr(theirs.differences)  # NaN equals itself here
    assert len(result.account.texts("answer")) == 2
    assert [chart.weeks for chart in jobs.curves(result)] == [40, 40]
    told = [one for name in result.names[1:] for one in result.besides(name)]
    (others,) = jobs.others(result)
    assert [one["kind"] for one in others["kinds"]] == list(dict.fromkeys(o.kind for o in told))
    assert sum(len(one["rows"]) for one in others["kinds"]) == len(told)
    assert any("rough" in note for note in result.account.texts("notes"))
    assert len(jobs.courses(result)) == 2 * 2 * 41


def test_a_job_stops_when_it_is_cancelled():
    job = jobs.Job((short(), short("desktop", **{"levers.co_location.strength": 1.0})), 20, 1)

    def stop(done, total):
        job.cancel()

    with pytest.raises(jobs.Cancelled):
        job.run(stop)
    assert job.done == 1
    # The turn was given back: another one runs.
    assert jobs.Job(job.scenarios, 1, 1).run().worlds == 1


def test_edited_scenarios_bear_another_name():
    loaded = drafts.lever_set(short(), "co_location", {})
    names = [one.name for one in jobs.with_own_names([short(), loaded, loaded])]
    assert names == ["desktop", "desktop_changed", "desktop_changed_2"]


# What the pages list


def test_every_lever_has_a_group_and_shows_its_setting():
    groups = controls.lever_groups(short("robinscar+co_location"), 0)
    shown = {lever["name"]: lever for group in groups for lever in group["levers"]}
    assert shown.keys() == LEVERS.keys()
    assert "Other" not in [group["title"] for group in groups]
    assert shown["co_location"]["on"]
    assert not shown["joint_training"]["on"]
    assert "a year" in shown["co_location"]["cost"]


def test_assumptions_list_every_number_with_its_evidence():
    rows = assumptions.rows()
    assert all(row["unit"] and row["source"] and row["mark"] in "SsCJ" for row in rows)
    assert sum(mark["count"] for mark in assumptions.marks()) == len(rows)
    assert len(assumptions.lever_rows()) == len(LEVERS)


# The guard


def asked(guard, *, kind="http", method="GET", path="/", body=b"", **headers):
    """Ask a guard; return status, or 'passed' when the application behind was reached."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": body}

    async def send(message):
        sent.append(message)

    scope = {
        "type": kind,
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()],
    }
    asyncio.run(guard(scope, receive, send))
    return sent


async def behind(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})


def status(sent):
    return sent[0].get("status", sent[0].get("code"))


HERE = "127.0.0.1:8765"


@pytest.mark.parametrize(
    "kind, headers, expected",
    [
        ("http", {"host": HERE}, 200),
        ("http", {"host": "localhost:8765"}, 200),
        ("http", {"host": "[::1]:8765"}, 200),
        ("http", {"host": "evil.example"}, 421),
        ("http", {}, 421),
        ("websocket", {"host": HERE, "origin": f"http://{HERE}"}, 200),
        ("websocket", {"host": HERE, "origin": "http://evil.example"}, 4403),
        ("websocket", {"host": HERE, "origin": "http://127.0.0.1:9999"}, 4403),
        ("websocket", {"host": HERE, "origin": "null"}, 4403),
        ("websocket", {"host": HERE}, 4403),
    ],
)
def test_only_pages_of_this_machine_are_answered(kind, headers, expected):
    assert status(asked(Guard(behind), kind=kind, **headers)) == expected


def test_other_sites_cannot_post():
    sent = asked(Guard(behind), method="POST", host=HERE, origin="http://evil.example")
    assert status(sent) == 403


def test_an_exposed_one_takes_any_host_and_its_own_origin_only():
    guard = Guard(behind, exposed=True)
    own = {"host": "box.council:80", "origin": "https://box.council:80"}
    assert status(asked(guard, kind="websocket", **own)) == 200
    foreign = {"host": "box.council:80", "origin": "https://evil.example"}
    assert status(asked(guard, kind="websocket", **foreign)) == 4403


def test_answers_carry_security_headers():
    headers = dict(asked(Guard(behind), host=HERE)[0]["headers"])
    assert b"frame-ancestors 'none'" in headers[b"content-security-policy"]
    assert headers[b"x-content-type-options"] == b"nosniff"


def test_the_password_is_asked_for_and_opens():
    guard = Guard(behind, password="open sesame", exposed=True)
    first = asked(guard, host="box")
    assert status(first) == 401
    assert b"Password" in first[1]["body"]
    own = {"host": "box", "origin": "http://box"}
    assert status(asked(guard, kind="websocket", **own)) == 4403
    wrong = asked(guard, method="POST", body=b"password=wrong", **own)
    assert status(wrong) == 401
    soon = asked(guard, method="POST", body=b"password=open+sesame", **own)
    assert status(soon) == 429  # guessing is slow
    guard._next_try.clear()
    right = asked(guard, method="POST", body=b"password=open+sesame", path="/compare", **own)
    headers = dict(right[0]["headers"])
    assert (status(right), headers[b"location"]) == (303, b"/compare")
    cookie = headers[b"set-cookie"].decode()
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    token = cookie.split(";")[0]
    assert status(asked(guard, host="box", cookie=f"a=b; {token}")) == 200
    assert status(asked(guard, kind="websocket", cookie=token, **own)) == 200
    assert status(asked(guard, host="box", cookie="colsim-pass=guess")) == 401


def test_a_path_that_looks_like_a_host_is_not_gone_to():
    guard = Guard(behind, password="p")
    sent = asked(guard, method="POST", body=b"password=p", path="//evil.example", host=HERE)
    assert dict(sent[0]["headers"])[b"location"] == b"/evil.example"


# The command


def test_ports_and_hosts_are_checked():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UserError, match=f"--port: found {port} at 127.0.0.1, which cannot"):
            server.listening("127.0.0.1", port)
    with pytest.raises(UserError, match="--port: found 70000; allowed: a whole number from 0"):
        server.listening("127.0.0.1", 70_000)
    with pytest.raises(UserError, match=r"--port: found 0 at 192\.0\.2\.1, which cannot"):
        server.listening("192.0.2.1", 0)


@pytest.mark.parametrize(
    "host, alone",
    [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("box", False)],
)
def test_loopback_is_told_from_the_network(host, alone):
    assert server.is_loopback(host) is alone


def test_missing_packages_are_named(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UserError, match=r"constraints.txt.*\[dashboard,offline\]"):
        server.require_packages()


def test_an_empty_password_is_refused():
    result = CliRunner().invoke(app, ["dashboard", "--password", " ", "--no-browser"])
    assert isinstance(result.exception, UserError)
    assert str(result.exception).startswith("--password: found an empty one")


def test_exposing_says_what_it_means(monkeypatch):
    monkeypatch.setattr(server, "application", lambda **_: None)
    monkeypatch.setattr(server, "warm_up", lambda: None)
    monkeypatch.setattr(server, "serve", lambda listener, _: listener.close())
    runner = CliRunner()
    command = ["dashboard", "--port", "0", "--no-browser"]
    local = runner.invoke(app, command)
    assert local.stderr.startswith("dashboard at http://127.0.0.1:")
    exposed = runner.invoke(app, [*command, "--host", "0.0.0.0"])
    assert "everybody who can reach this machine over the network" in exposed.stderr
    assert "no password is asked for" in exposed.stderr
    guarded = runner.invoke(app, [*command, "--host", "0.0.0.0", "--password", "x y"])
    assert "no password is asked for" not in guarded.stderr


PAGES = [Path(__file__).parents[2] / "docs/dashboard.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_shown_start_the_dashboard(page, monkeypatch):
    monkeypatch.setattr(server, "application", lambda **_: None)
    monkeypatch.setattr(server, "warm_up", lambda: None)
    monkeypatch.setattr(server, "serve", lambda listener, _: listener.close())
    monkeypatch.setattr(server, "listening", lambda host, port: socket.socket())
    monkeypatch.setattr("webbrowser.open", lambda url: None)
    monkeypatch.setattr("colsim.dashboard.served_folder.open_folder", lambda folder: folder)
    shown = re.findall(r"^```shell\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)
    lines = [line for block in shown for line in block.splitlines() if "colsim dash" in line]
    assert lines
    for line in lines:
        monkeypatch.setattr(socket.socket, "getsockname", lambda self: ("127.0.0.1", 8765))
        result = CliRunner().invoke(app, shlex.split(line)[1:])
        assert "dashboard at http://127.0.0.1:8765/" in result.stderr


@pytest.mark.slow
def test_mesas_own_pages_run_on_the_model():
    import solara
    from mesa.visualization import SolaraViz

    model = CollaborationModel(short(), seed=1)
    box, handle = solara.render(SolaraViz(model, components=[]), handle_error=False)
    assert box.children
    handle.close()
