"""How accounts and tables look on a screen or in a file: alike for all commands, never cut."""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from colsim.reporting.account import Account, Grid, Part, Points, Words

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_UNBOUNDED = 100_000


def print_account(account: Account, console: "Console", *, full: bool = False) -> None:
    """Print what a result says, section by section; pictures are for pages and files.

    Args:
        account: what it says.
        console: where.
        full: the appendix, too.
    """
    shown = [one for one in account.sections if full or not one.appendix]
    for number, section in enumerate(shown):
        if number:
            console.print()
        if section.title:
            console.print(Text(section.title, style="bold"))
        print_parts(console, *section.parts)


def print_result(result: Any, console: "Console", *, full: bool = False) -> None:
    """Print what a result says that has an account of itself."""
    print_account(result.account, console, full=full)


def print_parts(console: "Console", *parts: Part) -> None:
    """Print parts of an account one below the other."""
    for part in parts:
        if isinstance(part, Words):
            style = "bold" if part.strong else "dim" if part.weak else ""
            console.print(Text(printable(part.text), style=style))
        elif isinstance(part, Points):
            for head, items in part.under_heads():
                if head:
                    console.print(Text(printable(f"{head}:")))
                for item in items:
                    console.print(Text(printable(f"- {item}")))
        elif isinstance(part, Grid):
            at_left = (0, *part.worded)
            heads = (head if k in at_left else f">{head}" for k, head in enumerate(part.head))
            table = table_of(*heads, title=part.caption or None)
            for row in part.rows:
                table.add_row(*(Text(printable(cell)) for cell in row))
            print_table(console, table)


def printable(text: str) -> str:
    r"""Return a text in which no character of a user's file steers the terminal.

    >>> printable("a\x1b[2J b\nc") == "a\ufffd[2J b\nc"
    True
    """
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)


def table_of(*heads: str, title: str | None = None) -> Table:
    """Return a table without lines; what does not fit goes on below, and nothing is cut.

    Args:
        heads: of the columns; one that begins with > has its cells at the right.
        title: above the table.
    """
    table = Table(
        box=None, pad_edge=False, padding=(0, 2, 0, 0), title=title and Text(title, style="bold"),
        title_justify="left",
    )  # fmt: skip
    for head in heads:
        right = head.startswith(">")
        table.add_column(
            Text(head.removeprefix(">")), justify="right" if right else "left", overflow="fold"
        )
    return table


def print_table(console: "Console", table: Table) -> None:
    """Print a table; where no width is given, as wide as it is; where it is, text folds first."""
    if not _bounded(console):
        with_width(console, table, max(console.width, _measured(console, table).maximum))
        return
    if fits(console, table):
        _share_width(console, table)
    else:
        _hold_figures(table, whole=False)
    console.print(table)


def fits(console: "Console", table: Table) -> bool:
    """Return whether a table stands with no figure folded and no word broken."""
    _hold_figures(table, whole=True)
    least = sum(least for least, _ in _columns(console, table)) + _gaps(table)
    return not _bounded(console) or least <= console.width


def _share_width(console: "Console", table: Table) -> None:
    """Give each column the room that its longest word wants, and a share of the rest.

    Left to itself a table takes from the widest columns alone, breaks words, and cuts the last.
    """
    columns = _columns(console, table)
    spare = console.width - _gaps(table) - sum(least for least, _ in columns)
    useful = sum(wanted - least for least, wanted in columns)
    if spare >= useful:
        return
    so_far = given = 0
    for column, (least, wanted) in zip(table.columns, columns, strict=True):
        so_far += wanted - least
        more = spare * so_far // useful - given
        given += more
        column.width = least + more


def _columns(console: "Console", table: Table) -> list[tuple[int, int]]:
    """Return the least width of each column, with nothing broken that is whole, and the natural.

    Rich itself takes a figure of two words for something that may be folded.
    """
    options = console.options.update(width=_UNBOUNDED)
    found = []
    for column in table.columns:
        cells = [Measurement.get(console, options, one) for one in (column.header, *column.cells)]
        wanted = max(column.min_width or 0, *(cell.maximum for cell in cells))
        least = max(column.min_width or 0, *(cell.minimum for cell in cells))
        found.append((wanted if column.no_wrap else least, wanted))
    return found


def _gaps(table: Table) -> int:
    """Return the columns that lie between those of a table without edges."""
    return table.padding[1] * (len(table.columns) - 1)


def _hold_figures(table: Table, *, whole: bool) -> None:
    for column in table.columns:
        if column.justify == "right":
            column.no_wrap = whole


def print_rows(console: "Console", columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print data as a table or, where the lines do not hold it, each row as a block of lines."""
    table = table_of()
    for k, name in enumerate(columns):
        right = bool(rows) and all(_is_number(row[k]) for row in rows)
        table.add_column(Text(name), justify="right" if right else "left", no_wrap=True)
    for row in rows:
        table.add_row(*map(Text, row))
    wide = _measured(console, table).maximum
    if not _bounded(console) or wide <= console.width:
        with_width(console, table, max(wide, console.width))
        return
    longest = max(len(name) for name in columns)
    for number, row in enumerate(rows, start=1):
        console.print(Text(f"{number}", style="bold"))
        for name, cell in zip(columns, row, strict=True):
            console.print(Text(f"  {name:<{longest}}  {cell}"), soft_wrap=True)


def with_width(console: "Console", what: "RenderableType", width: int) -> None:
    """Print something so many columns wide, whatever the console's width."""
    before = console.width
    console.width = width
    try:
        console.print(what)
    finally:
        console.width = before


def _bounded(console: "Console") -> bool:
    """Return whether lines have an end: not in a file or a pipe, unless COLUMNS says so."""
    return console.is_terminal or "COLUMNS" in os.environ


def _measured(console: "Console", table: Table) -> Measurement:
    """Return the least width and the natural one, in columns."""
    return Measurement.get(console, console.options.update(width=_UNBOUNDED), table)


def _is_number(cell: str) -> bool:
    try:
        float(cell or 0)
    except ValueError:
        return False
    return True
