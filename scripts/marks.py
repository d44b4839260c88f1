"""Pages that hold a part made by a script, between two marks."""


def between(page: str, start: str, end: str, text: str) -> str:
    r"""Return a page with another text between its marks.

    >>> between("a <b> old <e> c", "<b>", "<e>", "new")
    'a <b>\nnew\n<e> c'
    """
    before, _, rest = page.partition(start)
    _, _, after = rest.partition(end)
    return f"{before}{start}\n{text}\n{end}{after}"
