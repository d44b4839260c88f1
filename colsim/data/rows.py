"""Rows of a table as objects of a typed class: each flaw is told, with what would be right.

The keys of a row are the fields of its class, and their types are its types. The name of a row is
its heading; objects that have a name stand in a table of tables, others in a list. A class may say
more:

- `PAIRS`: a key that sets two fields, such as `allowed = [0.0, 1.0]` for `minimum` and `maximum`;
- `WORDS`: words that stand for a number, such as "month" for 52 / 12;
- `check`: what finds flaws among values, some of which may be missing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import Enum, IntEnum
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from colsim.data import path_of, read
from colsim.errors import nearest, refusal


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong in a row."""

    key: str
    """Dotted, from the row's heading on."""
    found: str
    allowed: str = ""
    """What would be right, unless `found` says that too."""
    near: str | None = None
    """Nearest known name, if a name was wrong."""

    def __str__(self) -> str:
        """Return the flaw on one line."""
        said = refusal(self.found, self.allowed, self.near) if self.allowed else self.found
        return f"{self.key}: {said}"


class TableError(ValueError):
    """A table of the package is wrong; the message has a line for each flaw."""


class RowError(ValueError):
    """Values of a row do not go together; raised by the classes of rows."""

    def __init__(self, flaws: Iterable[Flaw]) -> None:
        """Take flaws whose keys begin below the row."""
        self.flaws = tuple(flaws)
        super().__init__("\n".join(map(str, self.flaws)))


_Convert = Callable[[Any, str, list[Flaw]], Any]
_MAKERS: dict[Any, _Convert] = {}
_NOTHING = object()
"""Stands for a value that could not be read; what is wrong with it has been noted."""


def load[Row](
    kind: type[Row], table: str, rules: Callable[[dict[str, Row]], Iterable[Flaw]] | None = None
) -> dict[str, Row]:
    """Return the rows of a table of the package by name, in their order.

    Args:
        kind: a dataclass with a field `name`.
        table: name of the table.
        rules: what finds flaws of rows that are sound by themselves.

    Raises:
        TableError: something in it is wrong; it tells every flaw.
    """
    made, flaws = read_rows(kind, read(table))
    if rules is not None and not flaws:
        flaws = list(rules(made))
    if flaws:
        raise TableError("\n".join(f"{path_of(table).name}: {flaw}" for flaw in flaws))
    return made


def read_rows[Row](kind: type[Row], data: Mapping[str, Any]) -> tuple[dict[str, Row], list[Flaw]]:
    """Return the rows that are sound, by name, and the flaws of the others.

    Args:
        kind: a dataclass with a field `name`.
        data: rows by name, as TOML gives them.
    """
    flaws: list[Flaw] = []
    convert = _object(kind)
    rows = {name: convert(_with_name(row, name), name, flaws) for name, row in data.items()}
    return {name: row for name, row in rows.items() if row is not _NOTHING}, flaws


def _with_name(row: Any, name: str) -> Any:
    return {"name": name, **row} if isinstance(row, dict) else row


def _object(kind: Any) -> _Convert:
    """Return what makes an object of a dataclass from a table."""
    if kind not in _MAKERS:
        _MAKERS[kind] = _maker(kind)
    return _MAKERS[kind]


def _maker(kind: Any) -> _Convert:
    hints = get_type_hints(kind)
    pairs: Mapping[str, tuple[str, str]] = getattr(kind, "PAIRS", {})
    words: Mapping[str, Mapping[str, float]] = getattr(kind, "WORDS", {})
    paired = {name for pair in pairs.values() for name in pair}
    own = [field for field in fields(kind) if field.name not in paired]
    convert = {field.name: _converter(hints[field.name], words.get(field.name)) for field in own}
    numbers = {key: [_plain(float, words.get(key, {}))] * 2 for key in pairs}
    convert |= {key: _each(two, "a list: lowest, highest") for key, two in numbers.items()}
    keys = [key for key in convert if key != "name"]
    needed = [
        key
        for key in convert
        if all(f.default is MISSING for f in fields(kind) if f.name in pairs.get(key, (key,)))
    ]

    def make(row: Any, where: str, flaws: list[Flaw]) -> Any:
        if not isinstance(row, dict):
            return _refuse(row, f"a table with keys {', '.join(keys)}", where, flaws)
        before, values = len(flaws), {}
        for key, value in row.items():
            if key not in convert:
                near = nearest(key, keys)
                flaws.append(Flaw(f"{where}.{key}", f"unknown key {key!r}", ", ".join(keys), near))
                continue
            values[key] = convert[key](value, f"{where}.{key}", flaws)
        for key in needed:
            if key not in row:
                convert[key](None, f"{where}.{key}", flaws)
        for key, pair in pairs.items():
            if key in values and values[key] is not _NOTHING:
                values |= zip(pair, values.pop(key), strict=True)
        if len(flaws) > before:
            # What could be read is held to the rules all the same.
            sound = {name: one for name, one in values.items() if _is_sound(one)}
            told = kind.check(sound) if hasattr(kind, "check") else ()
            flaws += [Flaw(f"{where}.{f.key}", f.found, f.allowed, f.near) for f in told]
            return _NOTHING
        try:
            return kind(**values)
        except RowError as error:
            flaws += [Flaw(f"{where}.{f.key}", f.found, f.allowed, f.near) for f in error.flaws]
        except ValueError as error:
            flaws.append(Flaw(where, str(error)))
        return _NOTHING

    return make


def _is_sound(value: Any) -> bool:
    """Tell whether a value was read, and all that it holds."""
    return value is not _NOTHING and not (isinstance(value, tuple) and _NOTHING in value)


def _converter(hint: Any, words: Mapping[str, float] | None = None) -> _Convert:
    """Return what turns a value of a TOML file into one of a type, or notes why it cannot."""
    inner = [one for one in get_args(hint) if one is not NoneType]
    if hint in _WORDS_FOR:
        return _plain(hint, words or {})
    if get_origin(hint) is Literal:
        return _one_of({word: word for word in inner})
    if get_origin(hint) is tuple:
        return _several(inner, words)
    if is_dataclass(hint):
        return _object(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _one_of({m.name if issubclass(hint, IntEnum) else m.value: m for m in hint})
    if len(inner) == 1:  # a value that may be missing
        return _converter(inner[0], words)
    raise TypeError(f"no table holds values of the type {hint}")


_WORDS_FOR = {
    float: "a number",
    int: "a whole number",
    bool: "true or false",
    str: "a text in quotes",
}


def _plain(kind: type, words: Mapping[str, float]) -> _Convert:
    allowed = " or ".join([_WORDS_FOR[kind], *(f'"{word}"' for word in words)])

    def convert(value: Any, where: str, flaws: list[Flaw]) -> Any:
        if type(value) is kind:
            return value
        if kind is float and type(value) is int:
            return float(value)
        if isinstance(value, str) and value in words:
            return words[value]
        return _refuse(value, allowed, where, flaws)

    return convert


def _several(inner: Sequence[Any], words: Mapping[str, float] | None = None) -> _Convert:
    """Return what reads a list: as many of one type as there are, or one of each type."""
    if inner[-1] is not Ellipsis:
        return _each([_converter(one, words) for one in inner], f"a list of {len(inner)}")
    one = inner[0]
    convert = _converter(one)
    if is_dataclass(one) and any(field.name == "name" for field in fields(one)):
        return _by_name(convert)

    def convert_all(value: Any, where: str, flaws: list[Flaw]) -> Any:
        if not isinstance(value, list):
            return _refuse(value, "a list in square brackets", where, flaws)
        return tuple(convert(item, f"{where}[{k}]", flaws) for k, item in enumerate(value))

    return convert_all


def _each(converters: Sequence[_Convert], allowed: str) -> _Convert:
    def convert(value: Any, where: str, flaws: list[Flaw]) -> Any:
        if not isinstance(value, list) or len(value) != len(converters):
            return _refuse(value, allowed, where, flaws)
        both = zip(converters, value, strict=True)
        return tuple(one(item, f"{where}[{k}]", flaws) for k, (one, item) in enumerate(both))

    return convert


def _by_name(convert: _Convert) -> _Convert:
    def convert_all(value: Any, where: str, flaws: list[Flaw]) -> Any:
        if not isinstance(value, dict):
            return _refuse(value, "a table of tables, each under its name", where, flaws)
        rows = {name: _with_name(row, name) for name, row in value.items()}
        return tuple(convert(row, f"{where}.{name}", flaws) for name, row in rows.items())

    return convert_all


def _one_of(known: Mapping[Any, Any]) -> _Convert:
    def convert(value: Any, where: str, flaws: list[Flaw]) -> Any:
        if isinstance(value, str) and value in known:
            return known[value]
        near = nearest(value, known) if isinstance(value, str) else None
        return _refuse(value, " or ".join(map(repr, known)), where, flaws, near)

    return convert


def _refuse(
    value: Any, allowed: str, where: str, flaws: list[Flaw], near: str | None = None
) -> object:
    """Note what a value is and what it may be."""
    match value:
        case None:
            found = "nothing"
        case bool():
            found = str(value).lower()
        case dict():
            found = "a table"
        case list():
            found = "a list"
        case _:
            found = repr(value)
    flaws.append(Flaw(where, found, allowed, near))
    return _NOTHING
