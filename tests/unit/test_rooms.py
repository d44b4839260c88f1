"""The picture of the rooms is drawn from the code, and a new import makes it stale."""

import doctest
import sys
from pathlib import Path

import networkx as nx
import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture
def rooms(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(SCRIPTS), *sys.path])
    import rooms

    return rooms


def test_the_picture_is_that_of_the_code(rooms):
    page = rooms.PAGE.read_text(encoding="utf-8")
    assert rooms.renewed(page) == page, "stale: python scripts/pages.py"
    assert page.count("```mermaid") == 1


def test_it_says_every_room_of_the_table_and_loses_no_way(rooms):
    whole = rooms.imports()
    page = rooms.PAGE.read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in row.split("`")[1::2]}
    assert set(whole) <= named
    shown = nx.DiGraph(
        line.split(" --> ") for line in rooms.drawing().splitlines() if " --> " in line
    )
    shown = nx.relabel_nodes(shown, str.strip)
    assert nx.transitive_closure(shown).edges == nx.transitive_closure(whole).edges
    assert nx.is_directed_acyclic_graph(whole)


def test_a_new_import_makes_it_stale(rooms, tmp_path, monkeypatch):
    (tmp_path / "colsim" / "core").mkdir(parents=True)
    (tmp_path / "colsim" / "core" / "x.py").write_text("from colsim.data import rows\n")
    monkeypatch.setattr(rooms, "ROOT", tmp_path)
    monkeypatch.setattr(rooms, "PACKAGE", tmp_path / "colsim")
    before = rooms.drawing()
    assert "    core --> data" in before
    (tmp_path / "colsim" / "data.py").write_text("from colsim.scenario import names\n")
    assert "    data --> scenario" in rooms.drawing() != before


def test_examples(rooms, monkeypatch):
    import marks

    for module in (rooms, marks):
        assert doctest.testmod(module).failed == 0
