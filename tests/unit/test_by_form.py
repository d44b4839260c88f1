"""The change by form: margins, who leads, and when the ranking is said to flip."""

import csv
from io import StringIO

import numpy as np
import pytest
from rich.console import Console

import colsim
from colsim.comparison.forms import FEWEST, block, by_form, first_sentence, forms_in
from colsim.core.parameters import PARAMETERS
from colsim.reporting.screen import print_result

ENCOUNTER = [choice.name for choice in PARAMETERS["encounter"].choices]
LABELS = {"a": "Policy A", "b": "Policy B", "today": "today's practice"}


def found(a, b, values, **more):
    return by_form("joint_plan_rate", ("a", "b"), np.array([a, b]), {"encounter": values}, **more)


def test_margins_are_those_of_the_worlds_that_hold_the_value():
    values = [ENCOUNTER[0]] * 20 + [ENCOUNTER[1]] * 10 + [ENCOUNTER[2]] * 5
    a = np.concatenate([np.full(20, 0.02), np.full(10, 0.05), np.full(5, 0.9)])
    one = found(a, np.full(35, 0.03), values)
    first, second, third = one.of("a")
    assert (first.worlds, first.difference, first.share) == (20, 0.02, pytest.approx(20 / 35))
    assert (second.difference, second.better) == (0.05, 1.0)
    # Five worlds are too few to say anything.
    assert np.isnan(third.difference)
    assert third.worlds == 5 < FEWEST
    assert one.leaders["encounter"] == {ENCOUNTER[0]: "b", ENCOUNTER[1]: "a"}
    assert one.leads["encounter"] == pytest.approx({"a": 1 / 3, "b": 2 / 3})
    said = " ".join(block(one, LABELS))
    assert "Policy A +2.0" in said
    assert "Too few worlds (under 10) to say" in said
    assert ENCOUNTER[2].replace("_", " ") in said
    assert one.to_dict()["margins"][4]["difference"] is None


@pytest.mark.parametrize(
    "ahead, behind, flips",
    [(0.8, 0.2, True), (0.75, 0.2, False), (0.8, 0.25, False), (1.0, 0.0, True), (0.5, 0.5, False)],
)
def test_the_ranking_flips_at_eight_in_ten_against_two_in_ten_and_nowhere_short(
    ahead, behind, flips
):
    values = [ENCOUNTER[0]] * 20 + [ENCOUNTER[1]] * 20
    signs = np.concatenate([np.where(np.arange(20) < 20 * share, 1.0, -1.0) for share in (ahead, behind)])  # noqa: E501 # fmt: skip
    one = found(0.05 + 0.01 * signs, np.full(40, 0.05), values)
    assert bool(one.flips) is flips
    text = first_sentence(one, LABELS)
    assert (text is not None) is flips
    if text:
        assert f"Policy A is ahead of Policy B in {ahead:.0%} of worlds" in text
        assert f"in {behind:.0%} if {ENCOUNTER[1].replace('_', ' ')}" in text


def test_a_policy_may_fall_behind_today():
    values = [ENCOUNTER[0]] * 20 + [ENCOUNTER[1]] * 20
    a = np.concatenate([np.full(20, 0.02), np.full(20, -0.02)])
    assert not found(a, a + 0.01, values).flips
    (flip,) = found(a, np.full(40, 0.1), values, baseline="today").flips
    assert (flip.one, flip.other) == ("a", "today")


def test_forms_that_all_worlds_share_are_left_out():
    worlds = [{"encounter": 0.0, "joint_plan": float(k % 2)} for k in range(6)]
    assert set(forms_in(worlds)) == {"joint_plan"}
    assert forms_in([]) == {}


def test_a_comparison_tells_by_form_in_text_chart_json_and_csv(tmp_path):
    result = colsim.compare(
        "desktop", ["co_location", "shadowing"], replications=60, worlds="ranges"
    )
    found = result.by_form("joint_plan_rate")
    forms = {one.form for one in found.margins}
    assert forms == {name for name, p in PARAMETERS.items() if p.kind == "form"}
    for form in forms:
        mine = [one for one in found.of("co_location") if one.form == form]
        assert sum(one.worlds for one in mine) == 30
    screen = Console(file=StringIO(), width=200)
    print_result(result, screen)
    text = screen.file.getvalue()
    assert "By form (change in joint plans, in percentage points)" in text
    assert "joint plan: " in text
    document = result.to_dict()
    assert [one["measure"] for one in document["by_form"]] == [
        "information_flow",
        "joint_plan_rate",
    ]
    result.save(tmp_path / "out")
    with (tmp_path / "out" / "forms.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2 * len(found.margins)
    axes = result.plot().axes[3]
    strokes = [line for line in axes.lines if line.get_marker() == "|"]
    assert len(strokes) == 2
    assert len(strokes[0].get_xdata()) == sum(np.isfinite(m.difference) for m in found.of("co_location"))  # noqa: E501 # fmt: skip
