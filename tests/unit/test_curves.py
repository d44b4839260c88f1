"""Courses as a page and a report draw them: what they show is what they are given."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colsim.reporting.curves import MONEY_ENDS, STYLE, Curve, Curves, drawn

WEEKS = 8


def curve(name="One", low=0.0, high=2.0, told="+1.0", weeks=WEEKS):
    middle = (low + high) / 2
    values = [[float(v)] * (weeks + 1) for v in (low, middle, high)]
    return Curve(name, *values, told)


def of(*curves, weeks=WEEKS):
    return Curves("Joint plans", "What it is.", curves, weeks)


def panels(text):
    figure = ET.fromstring(text)
    return figure.findall(".//svg")


def shapes(svg, kind):
    return [one for one in svg.iter() if kind in one.get("class", "").split()]


def ys(path):
    return [float(y) for y in re.findall(r" (-?[\d.]+)", path.get("d"))]


def test_a_value_stands_where_the_net_says():
    (svg,) = panels(drawn(of(curve(low=-1.0, high=3.0))))
    net = {
        one.text: float(line.get("y1"))
        for one, line in zip(
            [t for t in svg.findall("text") if t.get("text-anchor") == "end"],
            shapes(svg, "net"),
            strict=True,
        )
    }
    assert list(net) == ["-1", "0", "+1", "+2", "+3"]
    assert set(ys(shapes(svg, "middle")[0])) == {net["+1"]}
    assert set(ys(shapes(svg, "band")[0])) == {net["-1"], net["+3"]}
    assert float(shapes(svg, "none")[0].get("y1")) == net["0"]


def test_bands_that_lie_over_each_other_have_panels_of_their_own_on_one_scale():
    apart = panels(drawn(of(curve("One", 0, 2), curve("Other", 1, 3))))
    assert [len(shapes(svg, "band")) for svg in apart] == [1, 1]
    assert [len(shapes(svg, "pale")) for svg in apart] == [1, 1]
    assert len({svg.get("viewBox") for svg in apart}) == 1
    assert shapes(apart[0], "pale")[0].get("d") == shapes(apart[1], "middle")[0].get("d")
    (together,) = panels(drawn(of(curve("One", 0, 2), curve("Other", 5, 7))))
    assert len(shapes(together, "band")) == 2
    assert not shapes(together, "pale")
    assert {one.get("stroke-dasharray") for one in shapes(together, "middle")} == {"", "9 3"}


def test_pointing_at_a_week_tells_its_values():
    (svg,) = panels(drawn(of(curve(low=0.04, high=2.0))))
    tips = shapes(svg, "tip")
    assert len(tips) == WEEKS + 1
    texts = [text.text for text in tips[3].findall("text")]
    assert texts == ["week 3", "+1.0 (0.0 to +2.0)"]
    (two,) = panels(drawn(of(curve("One", 0, 2), curve("Other", 5, 7))))
    assert [text.text for text in shapes(two, "tip")[0].findall("text")][1:] == [
        "One: +1.0 (0.0 to +2.0)",
        "Other: +6.0 (+5.0 to +7.0)",
    ]
    # Of a long run not every week has a column, but all of the panel is covered.
    (long,) = panels(drawn(of(curve(weeks=520), weeks=520)))
    columns = [one.find("rect") for one in shapes(long, "at")]
    assert 30 <= len(columns) <= 41
    ends = [float(one.get("x")) + float(one.get("width")) for one in columns]
    starts = [float(one.get("x")) for one in columns]
    assert all(abs(a - b) < 0.3 for a, b in zip(ends, starts[1:], strict=False))


def below(svg):
    """Labels of the axis of time with their places, and what it counts."""
    texts = [t for t in svg.findall("text") if t.get("text-anchor") == "middle"]
    return {t.text: float(t.get("x")) for t in texts[:-1]}, texts[-1].text


@pytest.mark.parametrize(
    "weeks, labels, counted",
    [
        (8, "0 2 4 6 8", "weeks"),
        (52, "0 26 52", "weeks"),
        (103, "0 26 52 78", "weeks"),
        (104, "0 1 2", "years"),
        (156, "0 1 2 3", "years"),
        (520, "0 1 2 3 4 5 6 7 8 9 10", "years"),
        (1040, "0 3 6 9 12 15 18", "years"),
    ],
)
def test_long_runs_are_told_in_years_and_short_ones_in_weeks(weeks, labels, counted):
    (svg,) = panels(drawn(of(curve(weeks=weeks), weeks=weeks)))
    shown, said = below(svg)
    assert " ".join(shown) == labels
    assert said == f"{counted} since the policy began"
    if counted == "years":
        at = points(svg)
        assert all(at[52 * int(year)] == x for year, x in shown.items())


def points(svg):
    return [float(x) for x in re.findall(r"[ML](-?[\d.]+) ", shapes(svg, "middle")[0].get("d"))]


@pytest.mark.parametrize("week, side", [(104, "start"), (150, "end"), (156, "end")])
def test_the_week_in_which_money_ends_is_marked_with_words(week, side):
    one = replace(curve(weeks=156), ends=week)
    text = drawn(of(one, weeks=156))
    (svg,) = panels(text)
    line, words = shapes(svg, "ends")
    assert float(line.get("x1")) == points(svg)[week]
    assert (words.text, words.get("text-anchor")) == (MONEY_ENDS, side)
    assert f"money ends in week {week}" in svg.get("aria-label")
    assert "dotted: the week in which a policy's money ends" in text
    assert "dotted" not in drawn(of(curve(weeks=156), weeks=156))


def test_money_of_several_policies_ends_where_each_says():
    one, other = curve("One", 0, 2, weeks=156), curve("Other", 5, 7, weeks=156)
    both = of(replace(one, ends=52), replace(other, ends=60), weeks=156)
    (svg,) = panels(drawn(both))
    marks = [m for m in shapes(svg, "ends") if m.text]
    assert len(marks) == 2
    assert len({m.get("y") for m in marks}) == 2  # words that are near do not lie on each other
    assert len({m.get("style") for m in marks}) == 2
    same = of(replace(one, ends=52), replace(other, ends=52), weeks=156)
    assert len([m for m in shapes(panels(drawn(same))[0], "ends") if m.text]) == 1
    apart = of(replace(one, ends=52), curve("Other", 1, 3, weeks=156), weeks=156)
    assert [len(shapes(svg, "ends")) for svg in panels(drawn(apart))] == [2, 0]


def test_weeks_without_a_value_are_gaps():
    holey = Curve("One", [None, 0.0, None, 0.0], [None, 1.0, None, 1.0], [None, 2.0, None, 2.0], "")
    (svg,) = panels(drawn(of(holey, weeks=3)))
    assert shapes(svg, "middle")[0].get("d").count("M") == 2
    assert "none yet" in "".join(text.text for text in shapes(svg, "tip")[0].findall("text"))
    empty = Curve("One", [None] * 4, [None] * 4, [None] * 4, "")
    (bare,) = panels(drawn(of(empty, weeks=3)))
    assert shapes(bare, "band")[0].get("d") == ""


def test_names_stay_text():
    tricky = '<script>alert(1)</script> & "more" {{ 6 * 7 }}'
    text = drawn(Curves(tricky, tricky, (curve(tricky, told=tricky),), WEEKS))
    assert "<script" not in text
    assert tricky in "".join(ET.fromstring(text).itertext())


def test_colours_follow_the_page_in_light_and_dark_and_have_a_default():
    for name in ("s0", "s1", "s2", "s3", "soft", "rule", "card"):
        assert re.search(rf"var\(--{name},#[0-9a-f]{{3,6}}\)", STYLE)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-90, 90), st.floats(0, 60)),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([1, 3, 30, 104, 400]),
)
def test_whatever_is_drawn_lies_in_its_panel(ends, weeks):
    curves = [curve(f"P{k}", low, low + wide, weeks=weeks) for k, (low, wide) in enumerate(ends)]
    for svg in panels(drawn(of(*curves, weeks=weeks))):
        _, _, width, height = map(float, svg.get("viewBox").split())
        for path in svg.iter("path"):
            assert all(0 <= y <= height for y in ys(path))
        for rect in svg.iter("rect"):
            assert float(rect.get("width")) <= width
