"""How charts and sheets become files: drawn once, cells that hold what they can."""

import datetime as dt
import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from colsim.commands.crew import read_ahead
from colsim.errors import IncompleteError
from colsim.reporting.drawing import draw
from colsim.reporting.folders import writing
from colsim.reporting.sheets import workbook_bytes
from tests.later import Later

openpyxl = Later("openpyxl")
PICTURES = ("chart.png", "chart.svg", "other.png")


def result(folder: Path) -> Path:
    with writing(folder, kind="comparison", about={}, pictures=PICTURES) as staging:
        (staging / "comparison.csv").write_text("a")
    return folder


def test_a_chart_of_two_files_is_laid_out_once(tmp_path):
    from matplotlib.figure import Figure

    laid_out = []

    def chart():
        laid_out.append("chart")
        figure = Figure(figsize=(1, 1))
        figure.text(0.1, 0.1, "so it is")
        return figure

    def other():
        laid_out.append("other")
        return Figure(figsize=(2, 1))

    draw(result(tmp_path / "out"), dict(zip(PICTURES, (chart, chart, other), strict=True)))
    assert laid_out == ["chart", "other"]
    for name in PICTURES:
        head = (tmp_path / "out" / name).read_bytes()[:5]
        assert head == (b"<?xml" if name.endswith("svg") else b"\x89PNG\r")


def test_a_chart_that_fails_is_named_for_each_of_its_files_and_others_are_drawn(tmp_path):
    from matplotlib.figure import Figure

    def fails():
        raise ValueError("no room")

    charts = (fails, fails, lambda: Figure(figsize=(1, 1)))
    folder = result(tmp_path / "out")
    with pytest.raises(IncompleteError) as wrong:
        draw(folder, dict(zip(PICTURES, charts, strict=True)))
    assert str(wrong.value).count("(ValueError: no room)") == 2
    assert (tmp_path / "out" / "other.png").is_file()
    assert not (tmp_path / "out" / "chart.svg").exists()


def test_cells_hold_numbers_texts_days_and_nothing():
    frame = pd.DataFrame(
        {
            "whole": [3, 4],
            "part": [0.5, np.nan],
            "endless": [np.inf, -np.inf],
            "yes": [True, False],
            "text": ["co_location", None],
            "day": [dt.datetime(2026, 3, 31), pd.NaT],
            "mixed": [np.float64(1.5), np.int64(7)],
            "other": [("a", 1), "b"],
        }
    )
    book = openpyxl.load_workbook(
        io.BytesIO(workbook_bytes({"One": frame, "None": frame.iloc[:0], "Bare": pd.DataFrame()}))
    )
    assert book.sheetnames == ["One", "None", "Bare"]
    rows = [[cell.value for cell in row] for row in book["One"].iter_rows()]
    assert rows == [
        list(frame.columns),
        [3, 0.5, "inf", True, "co_location", dt.datetime(2026, 3, 31), 1.5, "('a', 1)"],
        [4, None, "-inf", False, None, None, 7, "b"],
    ]
    assert (book["One"].auto_filter.ref, book["None"].auto_filter.ref) == ("A1:H3", "A1:H1")
    assert book["One"].column_dimensions["E"].width == 13  # eleven letters and a margin
    assert book["One"]["A1"].font.bold
    assert not book["One"]["A2"].font.bold


def test_libraries_are_read_beside_the_lives_and_none_that_is_missing_matters():
    reading = read_ahead(("no_such_library_here", "colsim.reporting.sheets"))
    reading.join(30)
    assert not reading.is_alive()
