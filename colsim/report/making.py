"""Write a report beside a result, whole or not at all."""

from pathlib import Path

from colsim.errors import UserError
from colsim.report.documents import document_of
from colsim.report.html import html_of
from colsim.reporting.files import write_files


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
        from colsim.report.word import docx_of

        written[page.with_suffix(".docx")] = docx_of(document, Path(folder))
    write_files(written, force=force)
    return list(written)
