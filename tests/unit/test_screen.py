"""Tables on a screen: whatever the width, no line is longer, nothing is cut, figures stay whole."""

import io

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from colsim.reporting.screen import fits, print_table, table_of

WORDS = st.text("abcdefgh", min_size=1, max_size=14)
PROSE = st.lists(WORDS, min_size=1, max_size=9).map(" ".join)
FIGURES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)


@st.composite
def tables(draw):
    """Heads and rows; a head that begins with > is of figures."""
    figures = draw(st.lists(st.booleans(), min_size=1, max_size=6))
    heads = [("> " if right else "") + draw(WORDS) for right in figures]
    cells = [FIGURES if right else PROSE for right in figures]
    rows = draw(st.lists(st.tuples(*cells), min_size=1, max_size=4))
    return [head.replace("> ", ">") for head in heads], rows


def printed(heads, rows, width):
    written = io.StringIO()
    table = table_of(*heads)
    for row in rows:
        table.add_row(*map(Text, row))
    console = Console(file=written, width=width)
    fitting = fits(console, table)
    print_table(console, table)
    return fitting, written.getvalue()


@pytest.fixture(scope="module", autouse=True)
def bounded():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "80")  # lines have an end
        yield


@settings(max_examples=150, deadline=None)
@given(tables(), st.integers(20, 160))
def test_no_word_is_cut_or_broken_where_all_words_have_room(made, width):
    heads, rows = made
    fitting, text = printed(heads, rows, width)
    assert all(len(line) <= width for line in text.splitlines())
    # Nothing is lost, letter by letter, in any case.
    cells = [*(head.removeprefix(">") for head in heads), *(cell for row in rows for cell in row)]
    assert sorted("".join(cells).replace(" ", "")) == sorted("".join(text.split()))
    assume(fitting)
    figures = [
        cell for row in rows for cell, head in zip(row, heads, strict=True) if head[0] == ">"
    ]
    assert all(figure in text for figure in figures)
    assert {word for cell in cells for word in cell.split()} <= set(text.split())


def test_room_that_is_over_goes_to_those_that_have_use_for_it():
    rows = [("a b " * 10, "c d " * 40, "12 (+3 to +22)")]
    fitting, text = printed(("Few", "Many", ">Figure"), rows, 74)
    assert fitting
    assert len(text.splitlines()[1]) > 70
    assert len(text.splitlines()) < 6
