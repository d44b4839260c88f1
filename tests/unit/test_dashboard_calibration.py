"""A calibration as its page shows it, from a made-up one."""

import json

import pytest

from colsim.core.parameters import PARAMETERS
from colsim.dashboard import calibration_view, served_folder
from colsim.errors import UserError
from tests.calibrated import Made


def test_what_was_asked_is_told():
    facts = {one["name"]: one["value"] for one in calibration_view.asked(Made())}
    assert facts["Interviewed"] == "4 children's social workers, 4 mental health social workers"
    assert facts["Themes compared"] == "1, each by service"
    assert facts["Made"] == "with colsim 0.1.0 on 2026-11-23"


def test_themes_say_what_was_voiced_and_what_is_expected():
    first, second = calibration_view.themes(Made())
    assert (first["title"], first["voiced"]) == ("Part of all social work", "4 of 4")
    assert first["before"] == {"low": 0.0, "mean": 2.0, "high": 4.0}
    assert first["after"] == {"low": 2.0, "mean": 2.8, "high": 3.0}
    assert (first["fits"], first["odd"]) == ("under 1 in 10", True)
    assert (second["voiced"], second["compared"], second["odd"]) == ("1 to 4 of 4", False, False)
    assert second["after"] == {"low": 0.0, "mean": 0.0, "high": 0.0}


def test_numbers_that_moved_come_first_on_one_scale():
    moved, still = calibration_view.numbers(Made())
    assert (moved["name"], moved["moved"]) == ("confidence start", True)
    # 9 in 10 of what is spread evenly from 0.4 to 0.6 lie between 0.41 and 0.59.
    assert moved["prior"] == [0.25, 0.625, 1.0]
    assert moved["posterior"] == [0.0, 0.25, 0.625]
    assert (moved["before"], moved["after"]) == ("0.41 to 0.59", "0.35 to 0.5")
    assert moved["about"] == PARAMETERS["confidence_start"].description
    assert (still["name"], still["moved"]) == ("knowledge start", False)


def test_what_speaks_against_it_is_said_in_the_words_of_its_account():
    assert calibration_view.told(Made(), strong=True) == []
    made = Made(misfit=True)
    assert calibration_view.told(made, strong=True) == made.against
    for one in (Made(), made):
        assert calibration_view.told(one, strong=False) == ["Confidence was lower than assumed."]


def test_themes_left_out_say_why():
    assert calibration_view.missing(Made()) == [
        {"title": "Starts with the person", "side": "MHSW", "why": "hours are not followed"}
    ]


def test_the_folder_says_what_is_shown(tmp_path, monkeypatch):
    (tmp_path / "calibration.json").write_text(json.dumps({}), encoding="utf-8")
    with pytest.raises(UserError, match="found a calibration that is not finished"):
        served_folder.open_folder(tmp_path)
    made = Made()
    served_folder.show(made)
    assert (served_folder.calibration(), served_folder.results()) == (made, None)
    served_folder.show(None)
    assert (served_folder.calibration(), served_folder.results()) == (None, None)
