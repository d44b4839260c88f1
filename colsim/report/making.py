"""Write a report beside a result, whole or not at all: as HTML, and to be edited as Word."""

import io
from pathlib import Path
from typing import Any

from colsim.errors import UserError, missing
from colsim.report.documents import Document, chart_of, document_of
from colsim.report.html import html_of
from colsim.reporting.account import Grid, Points, Words
from colsim.reporting.files import write_files
from colsim.reporting.words import held_together


def docx_of(told: Document, folder: Path) -> bytes:
    """Return the document.

    Raises:
        UserError: python-docx is not installed.
    """
    try:
        import docx
        from docx.shared import Cm, Pt
    except ImportError:
        raise missing("report --docx: found no python-docx", "word") from None
    document: Any = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2)
    page.top_margin = page.bottom_margin = Cm(1.8)
    document.styles["Normal"].font.size = Pt(10)
    document.core_properties.title = told.title
    document.core_properties.author = f"colsim {told.made['colsim']}"
    document.add_heading(told.title, 0)
    document.add_paragraph(held_together(told.subtitle))
    document.add_paragraph("colsim: exploring options, forecasting nothing.")
    behind = False
    for section in told.sections:
        if section.appendix and not behind:
            behind = True
            document.add_page_break()
            document.add_heading("Appendix", 1)
        if section.title:
            document.add_heading(section.title, 2 if section.appendix else 1)
        for part in section.parts:
            _add(document, part, folder, Cm(17), Pt(8.5))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


_LEAST, _MOST = 12, 40
"""Letters that a column of a table has room for, in proportion to the others."""


def _add(document: Any, part: Any, folder: Path, width: Any, small: Any) -> None:
    if isinstance(part, Words):
        run = document.add_paragraph().add_run(held_together(part.text))
        run.italic, run.bold = part.weak, part.strong
    elif isinstance(part, Points):
        for head, items in part.under_heads():
            if head:
                above = document.add_paragraph(held_together(f"{head}:"))
                above.paragraph_format.keep_with_next = True
            for item in items:
                document.add_paragraph(held_together(item), style="List Bullet")
    elif isinstance(part, Grid):
        _add_table(document, part, width, small)
    elif chart := chart_of(part, folder):
        document.add_picture(io.BytesIO(chart), width=width)
        # What a screen reader says of it.
        document.inline_shapes[-1]._inline.docPr.set("descr", part.says)


def _add_table(document: Any, grid: Grid, width: Any, small: Any) -> None:
    # As much room as the longest cell wants, within bounds: names of policies took six lines else.
    longest = [max(map(len, column)) for column in zip(grid.head, *grid.rows, strict=True)]
    shares = [min(max(one, _LEAST), _MOST) for one in longest]
    widths = [int(width * share / sum(shares)) for share in shares]
    if grid.caption:
        caption = document.add_paragraph()
        caption.add_run(held_together(grid.caption)).bold = True
        caption.paragraph_format.keep_with_next = True
    table = document.add_table(rows=1, cols=len(grid.head), style="Light Grid Accent 1")
    table.autofit = False
    for column, wide in zip(table.columns, widths, strict=True):
        column.width = wide  # some readers go by columns, some by cells
    for row, cells in ((table.rows[0], grid.head), *((table.add_row(), r) for r in grid.rows)):
        _add_to(row, "w:cantSplit")
        for cell, text, wide in zip(row.cells, cells, widths, strict=True):
            cell.width = wide
            cell.text = ""
            cell.paragraphs[0].add_run(held_together(text)).font.size = small
    _add_to(table.rows[0], "w:tblHeader")  # again on each page that the table goes on to
    document.add_paragraph().paragraph_format.space_after = 0


def _add_to(row: Any, name: str) -> None:
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement(name))


def make_report(
    folder: str | Path, *, out: str | Path | None = None, docx: bool = False, force: bool = False
) -> list[Path]:
    """Write the report on a comparison, a choice, a sweep, a calibration or what to find out.

    Args:
        folder: of the result.
        out: file to write; beside the folder, named after it, if None: within it a report would
            outlive the result that it is of. With `docx` a Word file is written next to it.
        docx: write a Word file, too.
        force: replace what is there.

    Returns:
        The files written.

    Raises:
        UserError: the folder holds no such result, or a file is there already or cannot be
            written; nothing is written then.

    Example:
        >>> make_report("out/demo")  # doctest: +SKIP
    """
    document = document_of(folder)
    whole = Path(folder).resolve()
    page = whole.with_name(f"{whole.name}_report.html") if out is None else Path(out)
    if page.suffix.lower() != ".html":
        raise UserError(f"--out: found {page}; allowed: a file whose name ends in .html")
    written = {page: html_of(document, Path(folder)).encode("utf-8", "xmlcharrefreplace")}
    if docx:
        written[page.with_suffix(".docx")] = docx_of(document, Path(folder))
    write_files(written, force=force)
    return list(written)
