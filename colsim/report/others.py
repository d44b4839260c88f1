"""Documents of a sweep, a calibration and of what to find out, from the account of each."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from colsim.intended_use import PURPOSE
from colsim.report.document import Document, limits, quality, read
from colsim.reporting.account import Account, Picture, Section, Words
from colsim.reporting.drawing import drawn


def document_of_sweep(folder: Path) -> Document:
    """Return what a report on a sweep says; every point against the base."""
    from colsim.answers.sweep_table import SHOWN, sweep_table

    found = sweep_table(folder)
    manifest = found.results.manifest
    title = f"Which of {len(found.rows):,} points of {manifest.name} changes most?"
    base = manifest.design.points[0].scenario
    where = "" if base is None else f"In: {base.title}"
    picture: tuple[Picture, ...] = ()
    if len(found.rows) <= SHOWN:
        picture = (Picture("chart", found.paired.caption, drawn(found.paired.plot, "png")),)
    return _document(title, where, found.account, manifest.made, picture)


def document_of_calibration(folder: Path) -> Document:
    """Return what a report on a calibration says: themes met and missed, and what moved."""
    from colsim.calibration.results.posterior import open_calibration

    found = open_calibration(folder)
    title = f"What do the interviews say of the model? {found.manifest['calibration']['title']}"
    where = f"In: {found.manifest['scenario']['title']}"
    says = "Themes, observed and predicted, and parameters before and after the interviews."
    picture = (Picture("chart", says, drawn(found.plot, "png")),)
    return _document(title, where, found.account, found.manifest["made"], picture)


def document_of_evidence(folder: Path) -> Document:
    """Return what a report on what to find out says."""
    manifest = read(folder, "manifest.json")
    account = Account.from_dict(read(folder, "evidence.json")["account"])
    (asked,) = account.all_of("asked")
    return _document(asked.title, " ".join(asked.texts()), account, manifest)


def _document(
    title: str,
    subtitle: str,
    account: Account,
    made: Mapping[str, Any],
    picture: tuple[Picture, ...] = (),
) -> Document:
    return Document(title, subtitle, tuple(_sections(account, made, picture)), made)


def _sections(
    account: Account, made: Mapping[str, Any], picture: tuple[Picture, ...]
) -> Iterator[Section]:
    """Yield the account, the chart under the answer; then what it is for, and how it was made."""
    yield Section("The answer", (*account.parts("answer"), *picture))
    told = [one for one in account.sections if one.key not in ("asked", "answer")]
    yield from (one for one in told if not one.appendix)
    yield limits()
    yield Section("Scope and purpose", (Words(PURPOSE),), appendix=True)
    yield from (one for one in told if one.appendix)
    yield quality(made)
