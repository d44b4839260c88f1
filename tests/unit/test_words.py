"""Numbers in words: a level beside a level, and the change between them, never contradict."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from colsim.comparison.besides import Aside
from colsim.core.measures import MEASURES
from colsim.core.parameters import PARAMETERS
from colsim.experiments.observed import COMPARED
from colsim.reporting.words import by_year, exact, finer, level, pounds, signed
from colsim.scenario.naming import key_in_words, title_of, within
from colsim.story.events import Event
from colsim.story.words import TABLE, tell

NUMBER = r"[+-]?\d+(?:\.\d+)?"
SENTENCE = re.compile(
    rf"(?P<way>up|down) by (?P<change>{NUMBER}).*, from (?P<one>{NUMBER})(?: %)?"
    rf"(?: to (?P<other>{NUMBER})(?: %)?)?; "
)
MEASURED = sorted(COMPARED)


def read(text):
    """Return the change that is told, and the one that the two levels show, with their digits."""
    found = SENTENCE.search(text)
    assert found, text
    told = float(found["change"]) * (1 if found["way"] == "up" else -1)
    if found["other"] is None:
        return told, None, 0.0
    places = [len(found[one].partition(".")[2]) for one in ("one", "other")]
    return told, float(found["other"]) - float(found["one"]), 10.0 ** -min(places)


@given(
    st.sampled_from(MEASURED),
    st.floats(0.0, 1.0),
    st.floats(-1.0, 1.0),
    st.floats(-0.02, 0.02),
)
@example("over_caution", 0.514, -0.0096, 0.0)
@example("over_caution", 0.514, -0.0096, 0.009)
@example("joint_plan_rate", 0.0949, 0.0102, 0.0)
def test_two_levels_never_contradict_the_change_that_is_told(name, before, change, off):
    """Whether the levels differ by what is told, as in one life, or are medians of their own."""
    scale = 1.0 if COMPARED[name].unit == "share" else 40.0
    before, change, off = scale * before, scale * change, scale * off
    if abs(change) < COMPARED[name].trifle:
        return
    one = Aside("p", name, "harm", before, before + change + off, change, change, change, 1.0)
    told, shown, unit = read(str(one))
    if shown is None:
        assert off  # only medians that do not add up leave a level out
    else:
        assert told * shown > 0
        assert abs(told - shown) <= 1.5 * unit + 0.05


def test_what_a_user_saw_is_not_said_again():
    share = MEASURES["nominal_plan_rate"]
    aside = Aside("p", "nominal_plan_rate", "better", 0.5142, 0.5051, -0.01, -0.02, 0.0, 0.9)
    assert "from 51.4 % to 50.5 %" in str(aside)
    assert finer(0.43, 0.516, 0.086, share) == 0
    assert level(0.43, share) == "43 %"


CALMS = next(kind for kind, one in TABLE.items() if one["text"].startswith("That calms"))


@pytest.mark.parametrize(
    "before, after, said",
    [
        (0.512, 0.508, "from 0.512 to 0.508"),
        (0.5121, 0.5119, "from 0.5121 to 0.5119"),
        (0.51, 0.43, "from 0.51 to 0.43"),
    ],
)
def test_a_story_never_moves_from_a_number_to_itself(before, after, said):
    assert said in tell(Event(1, "exchange", CALMS, (), "family", "anxiety", before, after))


@given(st.floats(1.0, 1e7))
def test_money_is_told_exactly_or_to_two_figures_and_years_can_be_either(amount):
    assert int(exact(amount).strip("£").replace(",", "")) == round(amount)
    assert by_year([amount], exact) == f"year 1 {exact(amount)}"
    assert by_year([amount]) == f"year 1 {pounds(amount)}"


def test_a_year_and_the_dearest_year_are_one_amount_where_posts_part_them_by_some_pounds():
    from types import SimpleNamespace

    from colsim.answers.choice_account import _a_year

    def told(a_year, dearest):
        return _a_year(SimpleNamespace(cost=SimpleNamespace(a_year=a_year), dearest=dearest))

    assert exact(told(269_120.0, 269_110.0)) == "£269,110"
    assert exact(told(269_120.0, 260_000.0)) == "£269,120"  # a post that fills late is told
    assert exact(told(0.0, 0.0)) == "£0"


def test_every_number_of_the_model_has_a_title_for_people():
    titles = [title_of(name) for name in PARAMETERS]
    assert not [one for one in titles if not one or "_" in one or len(one) > 200]
    assert key_in_words("parameters.leave_csw") == title_of("leave_csw")
    assert within(title_of("hours_meeting")).startswith("hours of a meeting")
    assert signed(0.01, MEASURES["joint_plan_rate"]) == "+1.0"
