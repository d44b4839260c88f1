"""Tables as data: rows become objects of typed classes, and what is wrong is told in full."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import ClassVar, Literal

import pytest

from colsim import data
from colsim.core.measures import MEASURES
from colsim.core.parameter import Parameter
from colsim.core.parameters import PARAMETERS
from colsim.core.quantities import QUANTITIES, Quantity
from colsim.data.rows import Flaw, RowError, TableError, load, read_rows
from colsim.scenario.lever import Lever
from colsim.scenario.levers import LEVERS, excluded_unknown


class Who(IntEnum):
    CSW = 0
    MHSW = 1


class Unit(StrEnum):
    ONCE = "£ once"
    YEAR = "£ per year"


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    amount: float
    mode: Literal["scale", "on"] = "scale"


@dataclass(frozen=True, slots=True)
class Line:
    item: str
    unit: Unit


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    low: float
    high: float
    parts: tuple[Part, ...] = ()
    lines: tuple[Line, ...] = ()
    who: tuple[Who, ...] = (Who.CSW, Who.MHSW)
    scale: float = 1.0
    posts: bool = False
    weeks: int = 1
    atom: tuple[float, float] | None = None

    PAIRS: ClassVar[Mapping[str, tuple[str, str]]] = {"range": ("low", "high")}
    WORDS: ClassVar[Mapping[str, Mapping[str, float]]] = {"scale": {"month": 52 / 12}}

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("range is out of order")
        if any(part.amount == 0.0 for part in self.parts):
            raise RowError([Flaw("parts", "an amount of 0", "an amount above 0")])


GOOD = {
    "range": [0, 1.5],
    "parts": {"a": {"amount": 2}, "b": {"amount": 0.5, "mode": "on"}},
    "lines": [{"item": "desk", "unit": "£ per year"}],
    "who": ["MHSW"],
    "scale": "month",
    "atom": [0, 0.2],
}


def test_a_row_becomes_an_object():
    rows, flaws = read_rows(Row, {"x": GOOD, "y": {"range": [0, 1]}})
    assert flaws == []
    assert rows["x"] == Row(
        name="x",
        low=0.0,
        high=1.5,
        parts=(Part("a", 2.0, "scale"), Part("b", 0.5, "on")),
        lines=(Line("desk", Unit.YEAR),),
        who=(Who.MHSW,),
        scale=52 / 12,
        atom=(0.0, 0.2),
    )
    assert rows["y"] == Row("y", 0.0, 1.0)
    assert type(rows["x"].low) is float


@pytest.mark.parametrize(
    "change, message",
    [
        ({"rnge": [0, 1]}, "x.rnge: found unknown key 'rnge'; nearest known name: range; allow"),
        ({"low": 0.0}, "x.low: found unknown key 'low'"),
        ({"name": 3}, "x.name: found 3; allowed: a text in quotes"),
        ({"range": 1.0}, "x.range: found 1.0; allowed: a list: lowest, highest"),
        ({"range": [1.0]}, "x.range: found a list; allowed: a list: lowest, highest"),
        ({"range": [0.0, "1"]}, "x.range[1]: found '1'; allowed: a number"),
        ({"range": [0.0, True]}, "x.range[1]: found true; allowed: a number"),
        ({"range": [2, 1]}, "x: range is out of order"),
        ({"parts": [{"amount": 1}]}, "x.parts: found a list; allowed: a table of tables"),
        ({"parts": {"a": 3}}, "x.parts.a: found 3; allowed: a table with keys amount, mode"),
        ({"parts": {"a": {}}}, "x.parts.a.amount: found nothing; allowed: a number"),
        ({"parts": {"a": {"amount": 0}}}, "x.parts: found an amount of 0; allowed: an amount abov"),
        (
            {"parts": {"a": {"amount": 1, "mode": "scal"}}},
            "x.parts.a.mode: found 'scal'; nearest known name: scale; allowed: 'scale' or 'on'",
        ),
        ({"lines": {}}, "x.lines: found a table; allowed: a list in square brackets"),
        (
            {"lines": [{"item": "desk", "unit": "£ a year"}]},
            "x.lines[0].unit: found '£ a year'; nearest known name: £ per year; allowed: '£ once",
        ),
        ({"who": ["csw"]}, "x.who[0]: found 'csw'; nearest known name: CSW; allowed: 'CSW' or"),
        ({"who": "CSW"}, "x.who: found 'CSW'; allowed: a list in square brackets"),
        ({"scale": "week"}, "x.scale: found 'week'; allowed: a number or \"month\""),
        ({"posts": 1}, "x.posts: found 1; allowed: true or false"),
        ({"weeks": 1.0}, "x.weeks: found 1.0; allowed: a whole number"),
        ({"atom": [1, 2, 3]}, "x.atom: found a list; allowed: a list of 2"),
    ],
)  # fmt: skip
def test_what_is_wrong_says_where_and_what_is_right(change, message):
    rows, flaws = read_rows(Row, {"x": GOOD | change, "y": GOOD})
    assert list(rows) == ["y"]
    (flaw,) = flaws
    assert str(flaw).startswith(message)


def test_all_flaws_of_a_table_are_told_at_once(monkeypatch):
    rows = {"x": {}, "y": 3, "z": GOOD | {"posts": "no", "weeks": "1"}}
    monkeypatch.setattr("colsim.data.rows.read", lambda table: rows)
    with pytest.raises(TableError) as raised:
        load(Row, "levers")
    assert str(raised.value).splitlines() == [
        "levers.toml: x.range: found nothing; allowed: a list: lowest, highest",
        "levers.toml: y: found 3; allowed: a table with keys parts, lines, who, scale, posts, "
        "weeks, atom, range",
        "levers.toml: z.posts: found 'no'; allowed: true or false",
        "levers.toml: z.weeks: found '1'; allowed: a whole number",
    ]


def test_a_parameter_that_breaks_a_rule_is_named_with_its_table(monkeypatch):
    row = dict(next(iter(data.read("parameters").values()))) | {"mark": "?"}
    monkeypatch.setattr("colsim.data.rows.read", lambda table: {"trust": row})
    with pytest.raises(TableError, match=r"parameters.toml: trust: .* mark '\?', not one of"):
        load(Parameter, "parameters")


def test_a_table_is_read_once_and_again_when_it_changes(tmp_path, monkeypatch):
    """Whatever lies in the place of what was kept, the table says what is right."""
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    monkeypatch.setattr("sys.pycache_prefix", None)
    table = tmp_path / "some.toml"
    table.write_text("[a]\nx = 1\n[b]\ny = inf\n", "utf-8")
    first = data.read("some")
    assert list(first.items()) == [("a", {"x": 1}), ("b", {"y": float("inf")})]
    (kept,) = (tmp_path / "__pycache__").iterdir()
    with monkeypatch.context() as changed:
        changed.setattr("tomllib.loads", None)  # it is not read again
        assert data.read("some") == first
    whole = kept.read_bytes()
    for torn in (b"", whole[:10], whole[:-5], whole[:16] + b"rubbish"):
        kept.write_bytes(torn)
        assert data.read("some") == first
    table.write_text("[a]\nx = 2\n", "utf-8")
    assert data.read("some") == {"a": {"x": 2}}


def test_nothing_is_kept_where_python_keeps_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    (tmp_path / "some.toml").write_text("[a]\nx = 1\n", "utf-8")
    assert data.read("some") == {"a": {"x": 1}}
    assert [path.name for path in tmp_path.iterdir()] == ["some.toml"]


LEVER = {
    "title": "Peer support", "help": "What it is", "unit": "hours", "range": [0.0, 4.0],
    "default": 1.0, "mark": "J", "source": "Judgement",
    "channels": {"support": {"quantity": "support", "amount": 0.5, "description": "support"}},
    "costs": [
        {"item": "time", "amount": 5, "unit": "£ per authority, once", "price_year": "2013/14",
         "mark": "J", "source": "Judgement"},
    ],
}  # fmt: skip


def lever(**change):
    """Return the flaws of a lever in which something is changed, and those of its one cost."""
    cost = LEVER["costs"][0] | change.pop("cost", {})
    row = LEVER | {"costs": [cost, *change.pop("further", [])]} | change
    rows, flaws = read_rows(Lever, {"peers": row})
    return [str(flaw) for flaw in flaws or excluded_unknown(rows)]


def channel(**change):
    return {"channels": {"support": LEVER["channels"]["support"] | change}}


def test_a_sound_lever_loads():
    assert lever() == lever(excludes={"peers": {"reason": "made up"}}) == []


@pytest.mark.parametrize(
    "change, message",
    [
        ({"source": ""}, "peers.source: found nothing; allowed: a text"),
        ({"mark": "X"}, "peers.mark: found 'X'; allowed: S (seen in a primary source) or s ("),
        ({"default": 5.0}, "peers.range: found [0, 4] with default 5; allowed: 0 or more, and a"),
        ({"range": [4, 0]}, "peers.range: found [4, 0] with default 1; allowed: 0 or more, and a"),
        ({"range": [-1, 4]}, "peers.range: found [-1, 4] with default 1; allowed: 0 or more"),
        ({"range": [0, float("inf")]}, "peers.range: found [0, inf] with default 1; allowed: 0 or"),
        ({"channels": {}}, "peers.channels: found nothing; allowed: at least one"),
        (
            channel(quantity="suport"),
            "peers.channels.support.quantity: found 'suport'; nearest known name: support; all",
        ),
        (channel(mode="add"), "peers.channels.support.mode: found 'add'; allowed: 'scale' or 'on'"),
        (channel(amount=float("nan")), "peers.channels.support.amount: found nan; allowed: a fin"),
        (
            {"caveat": {"channel": "suport", "text": "x"}},
            "peers.caveat.channel: found 'suport'; nearest known name: support; allowed: support",
        ),
        ({"cost": {"unit": "£"}}, "peers.costs[0].unit: found '£'; allowed: '£ per authority, on"),
        ({"cost": {"amount": -1}}, "peers.costs[0].amount: found -1; allowed: pounds, 0 or more"),
        ({"cost": {"price_year": "2013"}}, "peers.costs[0].price_year: found '2013'; allowed: suc"),
        ({"cost": {"price_year": "1066/67"}}, "peers.costs[0].price_year: found '1066/67'; allow"),
        ({"further": LEVER["costs"]}, "peers.costs: found 2 items that begin 'time'; allow"),
        (
            {"excludes": {"peer": {"reason": "made up"}}},
            "peers.excludes: found 'peer'; nearest known name: peers; allowed: peers",
        ),
        ({"addresses": ["CSC"]}, "peers.addresses[0]: found 'CSC'; nearest known name: CSW; all"),
        ({"chanels": {}}, "peers.chanels: found unknown key 'chanels'; nearest known name: channe"),
    ],
)  # fmt: skip
def test_a_lever_that_lacks_something_says_what(change, message):
    (said,) = lever(**change)
    assert said.startswith(message)


@pytest.mark.parametrize(
    "change, message",
    [
        ({"range": [2, 1]}, "base 0 lies outside of its range"),
        ({"base": 2.0}, "base 2 lies outside of its range"),
        ({"unit": " "}, "no unit or no description"),
    ],
)
def test_a_quantity_that_lacks_something_does_not_load(change, message):
    row = {"base": 0, "range": [0, 1], "unit": "share", "description": "what it is"}
    assert read_rows(Quantity, {"q": row})[1] == []
    (flaw,) = read_rows(Quantity, {"q": row | change})[1]
    assert str(flaw) == f"q: {message}"


@pytest.mark.parametrize(
    "table, made",
    [
        ("levers", LEVERS), ("measures", MEASURES),
        ("parameters", PARAMETERS), ("quantities", QUANTITIES),
    ],
)  # fmt: skip
def test_every_row_of_the_tables_is_there_in_its_order(table, made):
    assert list(made) == list(data.read(table))
