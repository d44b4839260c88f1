"""Every assumption is in the log, with an owner; movements are worked out as the page says."""

import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest

from colsim.core.parameters import MARKS, PARAMETERS
from colsim.scenario import load_scenario

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "assumptions.md").read_text(encoding="utf-8")


@pytest.fixture
def assumptions(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    spec = importlib.util.spec_from_file_location(
        "assumptions", ROOT / "scripts" / "assumptions.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_parameter_is_in_the_log_with_range_mark_and_movement():
    cell = r"(?:[+-][\d.]+|≈ 0|–|fixed|not run)"
    for name, p in PARAMETERS.items():
        span = re.escape(f"{p.low:g} to {p.high:g}")
        line = (
            rf"^\| `{name}` \| {re.escape(p.description)} \| {span}"
            rf" \| {p.mark}(?: \| {cell}){{6}} \|$"
        )
        assert re.search(line, PAGE, re.M), f"{name}: run python scripts/assumptions.py"


def test_every_group_has_an_owner_and_every_structural_assumption_is_whole(assumptions):
    assert set(assumptions.OWNERS) == {p.group for p in PARAMETERS.values()}
    assert len(assumptions.STRUCTURE) >= 20
    odd = (ROOT / "docs" / "odd.md").read_text(encoding="utf-8")
    for a in assumptions.STRUCTURE:
        assert a.mark in MARKS, a
        assert set(a.parameters) <= set(PARAMETERS), a
        assert re.search(rf"^#{{2,3}} {re.escape(a.section)} ", odd, re.M), a
        assert f"| {a.text} | {a.section} | {a.owner} | {a.mark} |" in PAGE, a


def test_a_movement_is_shown_if_chance_does_not_explain_it(assumptions):
    chance = np.random.default_rng(3).standard_normal(16)
    assert assumptions.cell(np.zeros(16)) == "–"
    assert assumptions.cell(chance - chance.mean()) == "≈ 0"
    assert assumptions.cell(2.0 + 0.1 * chance).startswith("+2.")
    assert [assumptions.size(text) for text in ("≈ 0", "–", "fixed", "-1.5")] == [0, 0, 0, 1.5]


def test_words_can_be_written_anew_without_a_run(assumptions):
    assert assumptions.page(*assumptions.kept()) == PAGE
    found = {name: ["≈ 0"] * 6 for name in PARAMETERS} | {
        "trust_rate": ["≈ 0", "+1.0", "≈ 0", "-3.0", "≈ 0", "+2.0"]
    }
    most = assumptions.most_of(("telling", "trust_rate"), found)
    assert most == (
        "joint plans, gain of `co_location` -3.0 (`trust_rate`); "
        "joint plans, gain of `boundary_spanners` +2.0 (`trust_rate`)"
    )
    assert assumptions.most_of(("telling",), found) == "≈ 0"


def test_chance_alone_is_seldom_shown(assumptions):
    """Of 4,000 cells without any movement four are expected; more than 16 has a chance of 1e-6."""
    rng = np.random.default_rng(4)
    shown = sum(assumptions.cell(rng.standard_normal(16)) != "≈ 0" for _ in range(4000))
    assert shown <= 16
    # Two standard errors, as often used, would not do.
    assumptions.CLEAR = 2.0
    shown = sum(assumptions.cell(rng.standard_normal(16)) != "≈ 0" for _ in range(4000))
    assert shown > 16


def test_a_parameter_that_has_no_part_moves_nothing(assumptions):
    compiled = assumptions.compile_together([load_scenario("desktop"), load_scenario("desktop")])
    assert not assumptions.move(compiled, "front_door_finds", 0).any()
    moved = sum(assumptions.move(compiled, "understand_base", world) for world in range(8))
    assert moved[0] > 0
    assert not moved[2:].any()
