"""Tables that count who voiced a theme."""

from collections.abc import Iterable
from functools import partial

from colsim.calibration.themes.reader import (
    Reader,
    answer_in,
    codes_in,
    count_in,
    reported_in,
    text_in,
)
from colsim.calibration.themes.table import (
    UNKNOWN,
    YES,
    Service,
    Theme,
)
from colsim.scenario.staff.cells import is_empty
from colsim.scenario.staff.rows import Row, Rows
from colsim.scenario.staff.tables import fault


def read_counts(reader: Reader, rows: Rows) -> Iterable[Theme]:
    """Return a row's theme for each row that is sound; check what rows say of each other."""
    index = rows.columns.index
    id_column = "id" if "id" in index else "title"
    if id_column not in index:
        allowed = "a column headed id, theme id, code or title"
        reader.understood.faults.append(
            fault(reader.file, "no column of themes", allowed, sheet=rows.table.sheet)
        )
    elif id_column == "title":
        rows.note("", ["no column of ids: the titles serve as ids"])
    by_service: dict[Service, tuple[int, int]] = {}
    seen: dict[tuple[str, Service], int] = {}
    titles: dict[str, tuple[str, int]] = {}
    asked: dict[str, tuple[bool, int]] = {}
    found = []
    for row in rows.rows:
        theme = reader.theme(row, id_column)
        service = reader.service(row)
        title = row.value("title", text_in) or theme or ""
        interviewed = _interviewed(row, service, by_service)
        read = partial(reported_in, guesses=reader.guessed("reported"))
        reported = row.value("reported", read) or ""
        lowest, highest = _interval(reader, row, interviewed)
        lowest, highest = _as_reported(row, reported, (lowest, highest), interviewed)
        quoted = row.value("quoted", codes_in) or ()
        texts = {name: row.value(name, text_in) or "" for name in ("basis", "source", "note")}
        if highest is not None and len(quoted) > highest:
            listed = f"{len(quoted)} participants ({', '.join(quoted)})"
            row.wrong("quoted", listed, f"no more than voiced it at most: {highest}")
        if theme is None or service is None:
            continue
        first = seen.setdefault((theme, service), row.number)
        if first != row.number:
            again = f"{theme!r} of {service} a second time (first in row {first})"
            row.wrong(id_column, again, "one row for each theme and service")
        known_title, at = titles.setdefault(theme, (title, row.number))
        if title != known_title:
            rows.note("", [f"row {row.number}: not the title that {theme} has in row {at}"])
        prompted = is_asked(reader, row, theme, asked)
        if interviewed is None or lowest is None or highest is None:
            continue
        found.append(
            Theme(
                theme, title, service, lowest, highest, interviewed,
                quoted=quoted, asked=prompted, absent=reported == "absent", **texts,
            )
        )  # fmt: skip
        if found[-1].says_nothing:
            reader.guessed("at most").add(
                f"{theme} of {service}: nobody to all; it says nothing of the model"
            )
    if not reader.understood.faults:
        _nowhere(reader, rows, found)
    return found


def is_asked(reader: Reader, row: Row, theme: str, asked: dict[str, tuple[bool, int]]) -> bool:
    """Return whether a theme was asked about; all its rows must agree, and empty is no answer."""
    read = partial(answer_in, guesses=reader.guessed("asked"))
    if is_empty(row.cells.get("asked")) or "asked" not in row.of.columns.index:
        return asked.get(theme, (False, 0))[0]
    answer = row.value("asked", read)
    if answer is None:
        return False
    if answer == UNKNOWN:
        row.wrong("asked", "unknown", "yes or no; empty is no")
        return False
    first, at = asked.setdefault(theme, (answer == YES, row.number))
    if first != (answer == YES):
        said = "yes" if first else "no"
        row.wrong("asked", "no" if first else "yes",
            f"{said} as in row {at}: a theme was asked about or volunteered",
        )  # fmt: skip
    return first


def _as_reported(
    row: Row,
    reported: str,
    limits: tuple[int | None, int | None],
    interviewed: int | None,
) -> tuple[int | None, int | None]:
    """Hold what is reported of a service against the counts; empty counts follow from it."""
    lowest, highest = limits
    if not reported or lowest is None or highest is None or interviewed is None:
        return limits
    if reported == "all" and is_empty(row.cells.get("at least")) and lowest == 0:
        lowest = interviewed if highest == interviewed else lowest
    if reported == "some" and is_empty(row.cells.get("at least")):
        lowest = max(lowest, 1)
    wrong = {
        "all": lowest < interviewed,
        "some": not 1 <= lowest <= highest or lowest == interviewed,
        "absent": lowest > 0,
    }[reported]
    if wrong:
        wanted = {
            "all": f"at least {interviewed}, all who were interviewed",
            "some": f"at least 1 and fewer than {interviewed}",
            "absent": "at least 0: it is reported of the other service alone",
        }[reported]
        row.wrong("reported", f"{reported!r} with at least {lowest}, at most {highest}",
            f"{wanted}; or another word",
        )  # fmt: skip
        return None, None
    return lowest, highest


def _nowhere(reader: Reader, rows: Rows, found: list[Theme]) -> None:
    """Refuse themes that are absent wherever they stand: somebody must have voiced a theme."""
    for theme in dict.fromkeys(one.id for one in found):
        own = [one for one in found if one.id == theme]
        if any(one.absent for one in own) and all(one.absent or not one.voiced_max for one in own):
            reader.understood.faults.append(
                fault(
                    reader.file,
                    f"{theme!r} reported of no service",
                    "a theme that is reported of one service at least; or no row of it",
                    sheet=rows.table.sheet,
                )
            )


def _interviewed(
    row: Row, service: Service | None, by_service: dict[Service, tuple[int, int]]
) -> int | None:
    read = partial(count_in, lowest=1)
    interviewed = row.value("interviewed", read)
    if interviewed is None or service is None:
        return interviewed
    number, at = by_service.setdefault(service, (interviewed, row.number))
    if number != interviewed:
        allowed = f"{number} as in row {at}: each row says how many {service}s were interviewed"
        row.wrong("interviewed", str(interviewed), allowed)
    return interviewed


def _interval(reader: Reader, row: Row, interviewed: int | None) -> tuple[int | None, int | None]:
    """Return at least and at most; faults where they and the number interviewed disagree."""
    index = row.of.columns.index
    names = ("at least", "at most")
    limits: list[int | None] = []
    for name, open_end in zip(names, (0, interviewed), strict=True):
        column = name if name in index else "voiced"
        cell = row.cells.get(column)
        if column in index and name == column and is_empty(cell):
            said = "nobody" if name == "at least" else "all that were interviewed"
            reader.guessed(name).add(f"empty is read as {said}")
            limits.append(open_end)
            continue
        if column == "voiced" and name == "at most" and "at least" not in index:
            limits.append(limits[0])  # one column for both: one fault is enough
            continue
        read = partial(count_in, lowest=0)
        limits.append(row.value(column, read))
    lowest, highest = limits
    columns = [name if name in index else "voiced" for name in names]
    if interviewed is not None:
        allowed = f"at most the {interviewed} interviewed"
        above = False
        for name, limit in dict(zip(columns, limits, strict=True)).items():
            if limit is not None and limit > interviewed:
                row.wrong(name, str(limit), allowed)
                above = True
        if above:
            return None, None
    if lowest is not None and highest is not None and lowest > highest:
        row.wrong(columns[0], str(lowest), f"no more than at most, here {highest}")
        return None, None
    return lowest, highest
