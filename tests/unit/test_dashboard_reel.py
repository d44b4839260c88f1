"""Weeks sent ahead are those that the run lives, and changes of a page can be taken back."""

from dataclasses import dataclass, field

import pytest

from colsim.dashboard import drafts, links, picture, reel
from colsim.dashboard.history import MOST_STEPS, Remembering
from colsim.dashboard.live import CARDS, LiveRun, events
from colsim.scenario import load_scenario

SHORT = {"run.burn_in": 10, "run.weeks": 60}


@pytest.fixture(scope="module")
def run():
    levers = {"levers.co_location.strength": 3.0, "levers.co_location.start": 20}
    return LiveRun(load_scenario("desktop", overrides=SHORT | levers), 3)


def pictures(ahead):
    """Return the pictures of some weeks, by week."""
    found, at = {}, 0
    while at < len(ahead.frames):
        week, posts, teams, ties, number = picture.HEADER.unpack_from(ahead.frames, at)
        assert number == ahead.number
        size = picture.HEADER.size + posts * picture.NODE.itemsize
        size += teams * picture.TEAM.itemsize + ties * picture.TIE.itemsize
        found[week] = ahead.frames[at : at + size]
        at += size
    return found


def test_weeks_sent_ahead_are_those_that_the_run_lives(run):
    films = reel.Reel(run, 7)
    sent = [films.weeks(first) for first in (1, 27, 53)]
    assert [one.first for one in sent] == [1, 27, 53]
    assert [len(one.rows) for one in sent] == [26, 26, 8]
    assert run.week == 0  # the run itself stays where it is
    for one in sent:
        shown = pictures(one)
        assert list(shown) == list(range(one.first, one.first + len(one.rows)))
        for week in (one.first, one.first + len(one.rows) - 1):
            there = LiveRun(run.scenario, 3, week)
            assert shown[week] == picture.frame(there.model.world, 7)
            row = one.rows[week - one.first]
            assert row["happened"] == there.happened()
            assert row["about"] == there.about()
            assert len(row["cards"]) == len(CARDS)
            for card, values in zip(there.cards(), row["cards"], strict=True):
                assert card == card | values


def test_weeks_are_sent_again_and_from_a_later_week(run):
    films = reel.Reel(run, 1)
    first = films.weeks(1)
    later = films.weeks(40)
    assert (later.first, len(later.rows)) == (40, 21)
    assert films.weeks(1) == first  # such as for a page that was opened anew
    assert films.weeks(-5) == first
    assert films.weeks(61).rows == []
    there = LiveRun(run.scenario, 3, 30)
    assert reel.Reel(there, 1).weeks(2).first == 31  # what is over is not asked for


@pytest.mark.parametrize("week", [0, 1, 26, 59])
def test_a_policy_begins_in_the_week_in_which_it_was_switched_on(week):
    """In words, in the link, in a file, in what a week's cards say: the same week everywhere."""
    today = LiveRun(load_scenario("desktop", overrides=SHORT), 1, week)
    on = today.changed(drafts.lever_on(today.scenario, "co_location", week=week))
    (event,) = events(on.scenario.scenario)
    assert event["start"] == week
    assert f" from week {week}, in full after 13 weeks" in event["words"]
    shared = links.from_query(links.to_query(links.Shared((on.scenario,), 1, week)))
    assert shared.scenarios[0].scenario.levers["co_location"].start == week
    assert f"start = {week}\n" in drafts.to_toml(on.scenario)
    assert on.row(week)["about"] == "Over the last 26 weeks. No policy has acted yet."
    assert {card["change"] for card in on.row(week)["cards"]} == {"no policy yet"}
    assert "against the same life without the policy" in on.row(week + 1)["about"]
    assert not any("week 0" in text for text in (on.about(), on.row(week + 1)["about"]))


@dataclass(frozen=True, slots=True)
class Page(Remembering):
    KEPT = ("one", "other")
    one: int = 0
    other: tuple[int, ...] = ()
    passing: str = ""
    more: dict = field(default_factory=dict)


def test_changes_are_taken_back_and_made_again():
    page = Page().changed(one=1).changed(other=(2,), passing="x").changed(one=3)
    back = page.taken_back().taken_back()
    assert (back.one, back.other, back.passing) == (1, (), "x")
    assert (back.made_again().one, back.made_again().other) == (1, (2,))
    again = back.made_again().made_again()
    assert (again.one, again.other) == (3, (2,))
    assert again.made_again() == again
    assert Page().taken_back() == Page()
    # Another change lets go what was taken back.
    assert back.changed(one=9).future == ()
    # What is no change of the visitor's is none, nor what changes nothing.
    assert page.changed(passing="y", more={"a": 1}).past == page.past
    assert page.changed(one=3).past == page.past
    many = Page()
    for k in range(2 * MOST_STEPS):
        many = many.changed(one=k + 1)
    assert len(many.past) == MOST_STEPS
