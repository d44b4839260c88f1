"""The ODD has a place for everything that runs, and answers every heading of ODD+D."""

import importlib
import importlib.util
import re
from pathlib import Path

import pytest

from colsim.core.parameters import PARAMETERS
from colsim.core.quantities import QUANTITIES
from colsim.core.rng import Purpose

ROOT = Path(__file__).parents[2]
ODD = (ROOT / "docs" / "odd.md").read_text(encoding="utf-8")
MECHANISMS = {
    path.stem: path.read_text(encoding="utf-8")
    for path in (ROOT / "colsim" / "core" / "mechanisms").glob("*.py")
    if path.stem != "__init__"
}
HEADINGS = (
    "theoretical and empirical background", "individual decision-making", "learning",
    "individual sensing", "individual prediction", "interaction", "collectives", "heterogeneity",
    "stochasticity", "observation", "implementation details", "initialisation", "input data",
    "submodels",
)  # fmt: skip


@pytest.fixture(scope="module")
def reference():
    spec = importlib.util.spec_from_file_location("reference", ROOT / "scripts" / "reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def without_section(mechanisms, odd):
    """Return the mechanisms that name no section of the ODD, or one that is not theirs."""
    titles = dict(re.findall(r"^### (7\.\d+) (.*)$", odd, re.M))
    lost = []
    for name, text in mechanisms.items():
        section = re.search(r"\(ODD (7\.\d+)\)", text[: text.index('"""', 3)])
        if section is None or name not in titles.get(section.group(1), "").lower():
            lost.append(name)
    return lost


def test_every_mechanism_has_its_section():
    assert len(MECHANISMS) >= 14
    assert without_section(MECHANISMS, ODD) == []


def test_a_mechanism_without_a_section_is_found():
    new = {
        "gossip": '"""Gossip (ODD 7.11)."""',
        "rest": '"""Rest (ODD 7.99)."""',
        "play": '"""Play."""',
    }
    assert without_section(MECHANISMS | new, ODD) == ["gossip", "rest", "play"]


def test_every_heading_of_odd_d_is_answered():
    answered = re.findall(r"^#{2,3} \d+(?:\.\d+)? (.*)\n\n([^#])", ODD, re.M)
    titles = " ".join(title.lower() for title, _ in answered) + " submodels"
    for heading in HEADINGS:
        assert heading in titles, heading
    # Each heading of the list at the top leads to a section that exists.
    sections = set(re.findall(r"^#{2,3} (\d+(?:\.\d+)?) ", ODD, re.M))
    listed = re.findall(r"^\| I{1,3}\.[ivx]+ [^|]+\| ([\d.]+) \|$", ODD, re.M)
    assert len(listed) == 17
    assert set(listed) <= sections


@pytest.mark.slow
def test_parameters_quantities_and_purposes_stand_in_a_submodel(reference):
    for name in PARAMETERS:
        assert reference.where(rf"\bp\.{name}\b"), name
    for name in QUANTITIES:
        assert reference.reads(name), name
    for purpose in Purpose:
        assert reference.where(rf"\b[UB]\((?:[a-z]+, )?{purpose.name}\b"), purpose
    assert not reference.where(r"\bp\.no_such_parameter\b")
    assert not reference.reads("no_such_quantity")


def test_a_table_without_a_place_is_refused(reference, monkeypatch):
    monkeypatch.setitem(reference.BLOCKS, "weather", lambda: "")
    with pytest.raises(ValueError, match="weather"):
        reference.odd_page()


@pytest.mark.slow
def test_a_changed_number_makes_the_odd_stale(reference, tmp_path, monkeypatch, capsys):
    page = tmp_path / "odd.md"
    page.write_text(ODD.replace("| 0 to 16 | facts |", "| 0 to 17 | facts |"), encoding="utf-8")
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    pages = importlib.import_module("pages")
    monkeypatch.setattr(reference, "ODD", page)
    monkeypatch.setattr(pages, "pages", reference.pages)
    monkeypatch.setattr("sys.argv", ["pages.py", "--check"])
    assert pages.main() == 1
    assert capsys.readouterr().err == "odd.md is stale: run python scripts/pages.py\n"
    monkeypatch.setattr("sys.argv", ["pages.py"])
    assert pages.main() == 0
    assert capsys.readouterr().out == "odd.md is written anew\n"
    assert page.read_text(encoding="utf-8") == ODD


@pytest.mark.parametrize("name", ["trace.md", "odd.md", "benchmarks.md"])
def test_what_a_page_points_to_exists(name):
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    paths = re.findall(r"`((?:tests|scripts|benchmarks|colsim|docs)/[\w./-]+)`", text)
    assert paths
    for path in paths:
        assert (ROOT / path).exists(), path
