"""Points as spreadsheets, R and people write them: read right, or named."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from colsim.experiments.points import read_points
from tests.unit.test_cli_runs import colsim


@pytest.fixture
def read(tmp_path):
    def reading(raw):
        path = tmp_path / "points.csv"
        path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
        rows, faults, notes = read_points(path, keys=())
        return rows, [str(fault).removeprefix(f"{path}: ") for fault in faults], notes

    return reading


@pytest.mark.parametrize(
    "text, row",
    [
        ('label,k\na,1\n"b,2\nc,3\nd,4\n', 3),
        ('label,k\na,1\n\n\n"b,2\nc,"3\nd,4\n', 5),
        ('label;k\n"a;1\n"b";2\n', 2),
        ('label\tk\na\t"1\nb\t2\n', 2),
        ('"label,k\na,1\n', 1),
        ('label,k\r\na,1\r\n"b\r\nmore",2\r\n', 3),
        ('sep=,\nlabel,k\n"a,1\nb,2\n', 3),
        ('label,k\n"a"x,1\n', 2),
    ],
)
def test_a_quote_that_is_not_closed_is_named_by_its_row(read, text, row):
    _, faults, _ = read(text)
    assert faults[0].startswith(f"row {row}: found a quote that is not closed: ")
    assert (
        'allowed: a quote at both ends of a cell or at none; within a cell, two of them ("")'
        in (faults[0])
    )


def test_a_sweep_of_such_a_file_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "points.csv").write_text(
        'label,levers.co_location.strength\na,1\n"b,2\nc,3\nd,"4\n', encoding="utf-8"
    )
    (tmp_path / "e.toml").write_text(
        'title = "p"\nbase = "desktop"\nreplications = 2\n[design]\nkind = "points"\n'
        'file = "points.csv"\n',
        encoding="utf-8",
    )
    code, out, err = colsim("sweep", "e.toml")
    assert (code, out) == (2, "")
    assert "row 3: found a quote that is not closed" in err
    assert "row 5: found a quote that is not closed" in err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "text, value",
    [
        ("20", 20), ("20.0", 20), ("2e1", 20), ("2.0E+01", 20), ("+20", 20), ("20.", 20),
        ("-3.0", -3), ("\N{MINUS SIGN}3", -3), ("0.25", 0.25), (".5", 0.5), ("1e-3", 0.001),
        (" 7 ", 7), ("'7", 7), ("true", True), ("FALSE", False), ("[0, 1]", [0, 1]),
        ("text", "text"), ("1.500", 1.5), ("2013/14", "2013/14"),
    ],
)  # fmt: skip
def test_numbers_are_what_they_mean(read, text, value):
    rows, faults, _ = read(f'k\n"{text}"\n')
    assert faults == []
    found = rows[0][1]["k"]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize("text", ["NA", "N/A", "NaN", "nan", "null", "NULL", "None", "-", ".", ""])
def test_a_cell_without_a_value_leaves_the_bases(read, text):
    rows, faults, notes = read(f"label,k\na,{text}\nNA,2\n")
    assert (rows, faults) == ([("a", {}), ("NA", {"k": 2})], [])
    assert bool(text) == any("leave the base's value (rows 2)" in note for note in notes)


@pytest.mark.parametrize(
    "text, allowed",
    [
        ("1,5", "no thousands separators; a decimal comma only in a file with semicolons"),
        ("1,000", "no thousands separators"), ("1 000", "no thousands separators"),
        ("1'000", "no thousands separators"), ("1_000", "no thousands separators"),
        ("1\N{NARROW NO-BREAK SPACE}000", "no thousands separators"),
        ("1.000,5", "digits and a decimal point"), ("20%", "digits and a decimal point"),
        ("£600", "digits and a decimal point"), ("1.2.3", "digits and a decimal point"),
        ("inf", "a finite number"), ("-Infinity", "a finite number"), ("1e400", "a finite number"),
        ("#N/A", "a formula of a spreadsheet that failed"), ("#DIV/0!", "a formula"),
    ],
)  # fmt: skip
def test_what_can_be_read_in_two_ways_is_named(read, text, allowed):
    _, faults, _ = read(f'label,k\nfirst,1\nsecond,"{text}"\n')
    (fault,) = faults
    assert fault.startswith(f"row 3, k: found {text!r}; allowed: ")
    assert allowed in fault


@pytest.mark.parametrize("separator", [";", "\t"])
def test_decimal_commas(read, separator):
    """A comma before three digits is a decimal comma where others are sure to be."""
    rows, faults, _ = read(f"a{separator}b\n0,5{separator}1,500\n")
    assert (rows, faults) == ([("point 1", {"a": 0.5, "b": 1.5})], [])
    for other in ("1", "0.5"):
        _, faults, _ = read(f"a{separator}b\n{other}{separator}1,500\n")
        assert faults[0].startswith("row 2, b: found '1,500'; allowed: digits")
    _, faults, _ = read(f"a{separator}b\n0,5{separator}1.500\n")
    assert faults[0].startswith("row 2, b: found '1.500'; allowed: digits")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-16-le-bom"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_ends_of_lines(read, encoding, end):
    text = f"label;k{end}Zoë;1,5{end}"
    raw = b"\xff\xfe" + text.encode("utf-16-le") if "bom" in encoding else text.encode(encoding)
    rows, faults, _ = read(raw)
    assert (rows, faults) == ([("Zoë", {"k": 1.5})], [])


def test_no_text_is_named(read):
    assert read(b"PK\x03\x04\0\0")[1] == [
        "found a file that is no text; allowed: text with columns, saved as CSV"
    ]


WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=12
).filter(lambda word: word == word.strip() and word.strip("'"))


@settings(max_examples=60, deadline=None)
@given(
    labels=st.lists(WORDS, min_size=1, max_size=5, unique=True),
    numbers=st.lists(
        st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**60), 2**60),
        min_size=5,
        max_size=5,
    ),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_what_was_written_is_read(tmp_path_factory, labels, numbers, quoting):
    out = io.StringIO()
    writer = csv.writer(out, quoting=quoting, lineterminator="\n")
    writer.writerow(["label", "k"])
    writer.writerows(zip(labels, numbers, strict=False))
    path = tmp_path_factory.mktemp("written") / "points.csv"
    path.write_text(out.getvalue(), encoding="utf-8")
    rows, faults, _ = read_points(path, keys=())
    assert faults == []
    assert rows == [(label, {"k": k}) for label, k in zip(labels, numbers, strict=False)]
