"""The page of patterns, made of reports: both verdicts, sizes, and what is refused."""

import importlib
import json
import tomllib
from pathlib import Path

import pytest

from colsim.patterns import PATTERNS
from colsim.patterns.pattern import SIZES

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture
def script(monkeypatch):
    monkeypatch.syspath_prepend(str(SCRIPTS))
    return importlib.import_module("patterns")


def part(verdict, median=0.5):
    return {"part": "p", "unit": "u", "median": median, "low": 0.1, "high": 0.9, "share": 0.95,
            "share_low": 0.8, "share_high": 1.0, "worlds": 24, "verdict": verdict,
            "contradicted": False, "knocked_out_median": 0.0, "knocked_out_share": 0.0,
            "knocked_out_verdict": "not shown", "disappears": True}  # fmt: skip


def report(source, verdict):
    return {
        "seed": 1, "seeds_per_world": 2, "worlds_from": source, "model": source * 2,
        "patterns": [
            {"number": p.number, "name": name, "label": p.label, "held_out": p.held_out,
             "verdict": verdict, "parts": [part(verdict)], "figures": [], "seconds": 6.0}
            for name, p in PATTERNS.items()
        ],
    }  # fmt: skip


def asked():
    rows = [{"name": s.name, "published": s.value, "uncertainty": s.tolerance, "unit": s.unit,
             "mark": s.mark, "used": False, "median": 0.1, "low": 0.0, "high": None, "off": -2.5,
             "met": k > 0, "answer": s.answer, "source": s.source}
            for k, s in enumerate(SIZES)]  # fmt: skip
    return {"seed": 1, "worlds": 24, "worlds_from": "matched", "model": "m", "sizes": rows}


def test_both_verdicts_stand_beside_each_other(script):
    text = script.results(report("ranges", "shown"), report("matched", "unclear"))
    assert "Of 15 patterns 15 are shown, 0 unclear, 0 not shown." in text
    assert "of 15, 0 are shown, 15 unclear, 0 not shown" in text
    assert "1 (shown, there unclear)" in text
    rows = [line for line in text.splitlines() if line.startswith("| **")]
    assert len(rows) == 15
    assert rows[0].endswith("| shown | 0.5 | 95% (80% to 100%) | unclear |")
    assert "model version `matchedmatched`" in text


def test_what_was_not_run_on_matched_worlds_says_so(script):
    text = script.results(report("ranges", "shown"))
    assert "| not run |" in text
    assert "On matched worlds" not in text


def test_verdicts_are_a_table_that_colsim_reads(script, monkeypatch):
    from colsim.scenario import known as reading

    text = script.verdicts(report("ranges", "shown"), report("matched", "unclear"))
    table = tomllib.loads(text)
    reading.verdicts.cache_clear()
    monkeypatch.setattr(reading, "read", lambda name: table)
    first = reading.verdicts()[0]
    assert (first.ranges, first.matched) == ("shown", "unclear")
    assert first.of("matched") == ("unclear", "matchedmatched")
    assert first.of("ranges") == ("shown", "rangesranges")
    reading.verdicts.cache_clear()
    assert len(table["pattern"]) == 15


def test_sizes_are_a_table_with_what_is_off(script):
    text = script.sizes(asked())
    assert "24 worlds that look like the authority today" in text
    rows = [line for line in text.splitlines() if line.startswith("| ") and "off by" not in line]
    assert len(rows) == 1 + len(SIZES)
    assert "| -2.5 | **not met** |" in rows[1]
    assert "| -2.5 | met |" in rows[2]


@pytest.mark.parametrize("kinds", [[], ["matched"], ["ranges", "ranges"], ["sizes"]])
def test_reports_of_one_kind_twice_or_none_from_the_ranges_are_refused(script, kinds, tmp_path):
    names = []
    for k, kind in enumerate(kinds):
        names.append(tmp_path / f"{k}.json")
        content = asked() if kind == "sizes" else report(kind, "shown")
        names[-1].write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(SystemExit, match=r"reports: found .*; allowed: one of ranges"):
        script.read(list(map(str, names)))
