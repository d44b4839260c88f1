"""Names equal to the eye are one name; names that a reader can tell apart are not."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from colsim.scenario.names import key_of, mixed_scripts, spelt_otherwise, tidy, usual_spellings

EQUAL = [
    ("Tŷ Glas", "Ty\u0302 Glas"),
    ("Team 1", "Team\u00a01"),
    ("Team 1", "Team\u20091"),
    ("Team 1", "Team \u202f1"),
    ("Northside", "North\u200bside"),
    ("Northside", "North\u00adside"),
    ("Northside", "\ufeffNorthside\u2060"),
    ("Team 1", "Ｔｅａｍ　１"),
    ("Adults", "\u0410dults"),
    ("Cove", "\u0421ove"),
    ("Adults", "\u0391dults"),
    ("СЕВЕР", "Север"),
    ("Children's", "Children’s"),
    ("Children's", "Children`s"),
    ("North - East", "North – East"),
    ("North-East", "North \u2011 East"),
    ("St Ann", "ST ANN."),
    ("St. Ann", "St. Ann.."),
    ("Office", "O\ufb03ce"),
    ("Straße", "STRASSE"),
    ("Hill\ufe0f", "Hill"),
    ("Hill\u3164 1", "Hill 1"),
]
APART = [("Team 1", "Team 2"), ("Team²", "Team 2"), ("Ty Glas", "Tŷ Glas"), ("Hill", "Mill"),
         ("N.E.", "NE"), ("A/B", "AB"), ("Team 1", "Team I"), ("O1", "01")]  # fmt: skip


@pytest.mark.parametrize("one, other", EQUAL)
def test_names_equal_to_the_eye_have_one_key(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)
    assert len(set(usual_spellings([one, other, one]).values())) == 1
    assert usual_spellings([one, other, one])[other] == one


@pytest.mark.parametrize("one, other", APART)
def test_names_that_a_reader_tells_apart_stay_apart(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)


@given(st.text(max_size=20))
def test_a_key_of_a_key_is_the_key_and_forms_make_no_difference(text: str) -> None:
    assert key_of(key_of(text)) == key_of(text)
    assert tidy(tidy(text)) == tidy(text)
    for form in ("NFC", "NFD"):
        assert tidy(unicodedata.normalize(form, text)) == tidy(text)
        assert key_of(unicodedata.normalize(form, text)) == key_of(text)
    assert key_of(tidy(text)) == key_of(text)


HIDDEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u061c\ufe0f\u034f"


@given(st.text("abcXYZ19-'é", min_size=1, max_size=12), st.data())
def test_marks_that_nobody_sees_make_no_difference(name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(name)))
    mark = data.draw(st.sampled_from(HIDDEN))
    assert tidy(name[:place] + mark + name[place:]) == tidy(name)


def test_letters_of_another_script_are_named() -> None:
    assert mixed_scripts("\u0410dults") == "CYRILLIC CAPITAL LETTER A"
    assert mixed_scripts("T\u03bfwn") == "GREEK SMALL LETTER OMICRON"
    assert mixed_scripts("Adults") is None
    assert mixed_scripts("Север 1") is None
    assert mixed_scripts("Team Б") is None
    assert spelt_otherwise("T\u03bfwn", "Town") == " (with GREEK SMALL LETTER OMICRON for 'o')"
    assert spelt_otherwise("TOWN", "Town") == ""
    assert spelt_otherwise("North – East", "North - East") == " (with EN DASH for '-')"
