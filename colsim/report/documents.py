"""From the files of a result to the sections of a document: the question, the answer, what else.

Everything that is said was worked out when the result was made and stands in its JSON: a report
adds no number of its own.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from colsim.core.measures import MEASURES
from colsim.errors import UserError
from colsim.intended_use import MAY_NOT, PURPOSE
from colsim.reporting.account import Account, Grid, Part, Picture, Points, Section, Words
from colsim.reporting.drawing import drawn
from colsim.reporting.kinds import held
from colsim.reporting.words import exact, signed

_QUALITY = (
    "Every state of the model is checked to the last bit against a second one written from its "
    "description; what it should show and does not is listed in docs/patterns.md, every number "
    "with its evidence in docs/assumptions.md. The same scenarios, seed and version give the "
    "same figures."
)
_MADE = {
    "colsim": "colsim",
    "written": "Made",
    "seed": "Seed",
    "replications": "Replications",
    "python": "Python",
    "packages": "Packages",
    "platform": "Machine",
}
"""What a manifest says of how a result was made, and how that is called."""


@dataclass(frozen=True, slots=True)
class Document:
    """A result in sections, from what its folder holds."""

    title: str
    subtitle: str
    sections: tuple[Section, ...]
    made: Mapping[str, Any]
    """Versions and time, from the folder's manifest."""


def chart_of(picture: Picture, folder: Path) -> bytes:
    """Return the chart, PNG; empty where it was not drawn."""
    path = folder / f"{picture.stem}.png"
    return picture.drawn or (path.read_bytes() if path.is_file() else b"")


def limits() -> Section:
    """Return what no result may be used for."""
    said = Points(tuple(f"{title}: {why}." for title, why in MAY_NOT))
    return Section("What it may not be used for", (said,))


def quality(made: Mapping[str, Any]) -> Section:
    """Return how far a result can be relied on, and how it was made."""
    told = {key: made[key] for key in _MADE if key in made}
    if "packages" in told:
        told["packages"] = ", ".join(map(" ".join, told["packages"].items()))
    facts = tuple((_MADE[key], str(value)) for key, value in told.items())
    parts = (Words(_QUALITY), Grid(("What", "Which"), facts))
    return Section("Quality, and how it was made", parts, appendix=True)


def read(folder: Path, name: str) -> dict[str, Any]:
    """Return a JSON file of a folder.

    Raises:
        UserError: it is missing or torn.
    """
    try:
        found = json.loads((folder / name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{folder}: found no {name}; allowed: a whole result, as written") from None
    except (OSError, ValueError) as error:
        raise UserError(
            f"{folder / name}: found a file that cannot be read ({error}); allowed: a whole "
            "result, as written"
        ) from None
    if not isinstance(found, dict):
        raise UserError(f"{folder / name}: found no table; allowed: a whole result, as written")
    return found


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


HEADLINES = ("joint_plan_rate", "information_flow")
_FORMS = (
    "Where the literature leaves open how something works, several forms stand side by side, and "
    "each world draws one. The change among the worlds of each:"
)
_ASKED_NEXT = (
    ("What it costs", "costs"),
    ("Harms", "harms"),
    ("What else changes", "besides"),
    ("How long it takes", "how_long"),
    ("Against each other", "against"),
    ("What if", "what_if"),
)
"""What a board asks after the answer: heading, and the sections of the account."""
_MOST_ITEMS = 6
"""Of a list on the first pages."""


def document_of(folder: str | Path) -> Document:
    """Return what a report on a folder says.

    Raises:
        UserError: the folder is none of a comparison, a choice, a sweep, a calibration or what
            to find out, or lacks a file.
    """
    path = Path(folder)
    found = held(path) if path.is_dir() else None
    if found is None or found.kind not in KINDS:
        what = "no folder" if not path.is_dir() else "no result of colsim"
        if found is not None:
            what = str(found)
        raise UserError(
            f"{path}: found {what}; allowed: a folder that colsim compare, choose, evidence, sweep "
            "or calibrate wrote with --out"
        )
    try:
        return KINDS[found.kind](path)
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise UserError(
            f"{path}: found a result that another version of colsim wrote, or a torn one "
            f"({type(error).__name__}: {error}); allowed: one made anew with this version"
        ) from error


def _of_comparison(folder: Path) -> Document:
    compared, manifest = (read(folder, f"{name}.json") for name in ("comparison", "manifest"))
    policies = "; ".join(one["title"] for one in compared["scenarios"][1:])
    sections = _compared(compared, manifest, first=True)
    return Document(f"What would change: {policies}", _where(compared), tuple(sections), manifest)


def _of_choice(folder: Path) -> Document:
    files = ("choice", "comparison", "manifest")
    choice, compared, manifest = (read(folder, f"{name}.json") for name in files)
    chosen = Account.from_dict(choice["account"])
    titles = {one["policies"]: one["title"] for one in choice["ranked"]}
    best = {titles[choice[key]] for key in ("by_mean", "by_worst_form", "by_regret")}
    told = _compared(
        compared, manifest, first=False, rests=chosen.parts("rests_on"), of=frozenset(best)
    )
    sets = Section("The best sets", chosen.parts("ranked", "left_out", "reading"))
    sections = (Section("The answer", chosen.parts("answer")), sets, *told)
    question = (
        f"Which policies, at most {choice['pick']} together, within {exact(choice['budget'])} a "
        "year?"
    )
    return Document(question, _where(compared), sections, manifest)


def _where(compared: Mapping[str, Any]) -> str:
    (asked,) = Account.from_dict(compared["account"]).all_of("asked")
    return asked.title


KINDS: Mapping[str, Callable[[Path], Document]] = {
    "comparison": _of_comparison,
    "choice": _of_choice,
    "evidence": document_of_evidence,
    "sweep": document_of_sweep,
    "calibration": document_of_calibration,
}
"""Kinds of result that a report is made of."""


def _compared(
    compared: Mapping[str, Any],
    manifest: Mapping[str, Any],
    *,
    first: bool,
    rests: tuple[Part, ...] = (),
    of: frozenset[str] = frozenset(),
) -> Iterator[Section]:
    """Yield the account of a comparison in the order in which a board asks.

    Args:
        compared: the document of the comparison.
        manifest: of its folder.
        first: the answer is that of the comparison.
        rests: what it rests on, where that is not said of each policy.
        of: titles of the policies that the first pages are about; all unless given.
    """
    told = Account.from_dict(compared["account"])
    if first:
        yield Section("The answer", told.parts("first", "lead", "asked"))
    tables, others = _headlines(told, of)
    yield Section("What changes", (_picture(), *tables, *told.parts("reading")))
    later = [Section("What changes: the rest", others), Section("In words", told.parts("answer"))]
    for title, key in _ASKED_NEXT:
        now, behind = _shared_out(key, told.parts(key), of)
        if now:
            yield Section(title, now)
        if behind:
            later.append(Section(f"{title}: the rest" if now else title, behind))
    asked = () if first else told.parts("asked")
    notes = (*told.parts("notes"), *(rests or told.parts("rests_on")))
    yield Section("What this rests on", (*asked, *notes))
    later.append(Section("Which forms it hangs on", told.parts("by_form")))
    yield limits()
    yield from _appendix(compared, manifest, [one for one in later if one.parts])


def _shared_out(
    key: str, parts: tuple[Part, ...], of: frozenset[str] = frozenset()
) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Return what stands on the first pages, which are four at most, and what behind them.

    What else changes stands behind, each harm in full there; of many policies, all pairs and weeks
    stand behind, and so do harms and costs of sets that are not `of` those that a choice names.
    """
    items = [item for part in parts if isinstance(part, Points) for item in part.items]
    if key == "besides":
        return (), parts
    if key in ("against", "how_long"):
        return ((), parts) if len(items) > _MOST_ITEMS else (parts, ())
    now = [item for item in items if _is_of(item, of)]
    others = tuple(item for item in items if item not in now)
    if key not in ("harms", "costs") or not others:
        return parts, ()
    beside = tuple(part for part in parts if not isinstance(part, Points))
    return (Points(tuple(now)), *beside), (Points(others),)


def _is_of(item: str, titles: frozenset[str]) -> bool:
    """Return whether an item is of one of some policies, by whose title it begins."""
    return not titles or any(item.startswith(f"{title}: ") for title in titles)


def _headlines(told: Account, of: frozenset[str]) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Return the headline tables, what each is of above it; those of other policies apart."""
    now: list[Part] = []
    behind: list[Part] = []
    for section in told.all_of("headline"):
        for part in section.parts:
            if not isinstance(part, Grid):
                now.append(part)
                continue
            of_these = tuple(row for row in part.rows if not of or row[0] in of)
            now.append(replace(part, caption=section.title, rows=of_these))
            if rest := tuple(row for row in part.rows if row not in of_these):
                behind.append(replace(part, caption=section.title, rows=rest))
    return tuple(now), tuple(behind)


def _points(value: float | None, measure: str) -> str:
    """Return a change in the unit of its measure: points for shares."""
    if value is None:
        return "not known"
    about = MEASURES.get(measure)
    if about is None:
        return f"{value:+.2g}"
    text = signed(value, about)
    return f"{text} points" if about.unit == "share" else text


def _picture() -> Picture:
    return Picture(
        "chart",
        "Course over the weeks with and without each policy, and the change at the end with the "
        "range that holds 9 in 10 plausible worlds; the tables below give the same figures.",
    )


def _appendix(
    compared: Mapping[str, Any], manifest: Mapping[str, Any], later: Sequence[Section]
) -> Iterator[Section]:
    """Yield the assurance, in the order of the AQuA Book: scope, design, analysis, quality.

    `later` is what the first pages had no room for.
    """
    labels = {one["name"]: one["title"] for one in compared["scenarios"]}
    yield Section("Scope and purpose", (Words(PURPOSE),), appendix=True)
    scenarios = [
        Grid(
            ("Key", "Value"),
            tuple((key, value) for key, value in _flat(one)),
            caption=f"{labels.get(one['name'], one['name'])}, in full",
        )
        for one in manifest["scenarios"]
    ]
    yield Section("Inputs: the scenarios in full", tuple(scenarios), appendix=True)
    yield from (replace(one, appendix=True) for one in later)
    asides = [
        (labels[one["scenario"]], one["title"], one["text"])
        for one in compared["what_else_changes"]
    ]
    if asides:
        table = Grid(("Policy", "Measure", "Change"), tuple(asides))
        yield Section("Every other clear change", (table,), appendix=True)
    if forms := _by_form(compared, labels):
        yield Section("By form", (Words(_FORMS), forms), appendix=True)
    yield quality(manifest)


def _by_form(compared: Mapping[str, Any], labels: Mapping[str, str]) -> Grid | None:
    """Return the change under each value of each form; None where worlds are too few for it."""
    rows = tuple(
        (
            f"{m['form']}: {m['value']}",
            labels[m["scenario"]],
            MEASURES[one["measure"]].title,
            _points(m["difference"], one["measure"]),
            f"{_points(m['low'], one['measure'])} to {_points(m['high'], one['measure'])}",
            str(m["worlds"]),
        )
        for one in compared.get("by_form", ())
        if one["measure"] in HEADLINES
        for m in one["margins"]
        if m["difference"] is not None
    )
    head = ("Form", "Policy", "Measure", "Change", "9 in 10 worlds", "Worlds")
    return Grid(head, rows) if rows else None


def _flat(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield dotted keys and values; lists of tables are counted, empty ones left out."""
    for key, value in data.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            yield f"{prefix}{key}", f"{len(value)} entries"
        elif isinstance(value, list) and value:
            yield f"{prefix}{key}", ", ".join(map(str, value))
        elif value not in (None, "", []):
            yield f"{prefix}{key}", str(value)
