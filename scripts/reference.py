"""Write what the code says into docs/reference.md, intended_use.md, and marked tables of odd.md.

Run: python scripts/reference.py   (`python scripts/pages.py` writes these and all others)
"""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from colsim.core import state
from colsim.core.layout import AUTHORITY_DTYPE, LOCALITY_DTYPE, POST_DTYPE, TEAM_DTYPE
from colsim.core.measures import MEASURES
from colsim.core.parameter import KINDS, Parameter
from colsim.core.parameters import MARKS, PARAMETERS
from colsim.core.quantities import QUANTITIES
from colsim.core.rng import Purpose
from colsim.core.state_table import ENTITIES, MEMORY_MEANINGS
from colsim.core.week import order_of_the_week
from colsim.intended_use import as_markdown
from colsim.scenario.levers import EXCLUSIONS, LEVERS

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference.md"
ODD = ROOT / "docs" / "odd.md"
INTENDED_USE = ROOT / "docs" / "intended_use.md"
MARK = "<!-- made by scripts/reference.py: {} -->\n"
END = "<!-- end -->"
DTYPES = {
    "practitioner": state.PRACTITIONER_DTYPE,
    "family": state.FAMILY_DTYPE,
    "post": POST_DTYPE,
    "team": TEAM_DTYPE,
    "locality": LOCALITY_DTYPE,
    "authority": AUTHORITY_DTYPE,
}


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [" | ".join(head), " | ".join("---" for _ in head)]
    lines += [" | ".join(str(cell).replace("|", "\\|") for cell in row) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)


def plausible(p: Parameter) -> str:
    """Return what worlds draw a parameter from, in words."""
    if p.choices:
        return ", ".join(
            f"{c.value:g} ({c.name.replace('_', ' ')}) {c.weight:.0%}" for c in p.choices
        )
    text = f"{p.low:g} to {p.high:g}" if p.uncertain else "–"
    if p.logarithmic:
        text += ", logarithmic"
    return f"{text}; {p.atom[0]:g} in {p.atom[1]:.0%} of worlds" if p.atom else text


def bound(value: float) -> str:
    """Return a permitted bound in words."""
    return f"{value:g}" if abs(value) != float("inf") else "open"


@cache
def _split(text: str) -> dict[str, str]:
    text = text[text.index("\n## 7 ") : text.index("\n## 8 ")]
    parts = re.split(r"^### (7\.\d+) .*$", text, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def sections() -> dict[str, str]:
    """Return the text of each section of the ODD's submodels, by number such as 7.4."""
    return _split(ODD.read_text(encoding="utf-8"))


def where(pattern: str) -> str:
    """Return the sections of the ODD in which a pattern stands."""
    return ", ".join(number for number, text in sections().items() if re.search(pattern, text))


def reads(quantity: str) -> str:
    """Return the sections that read a policy quantity."""
    # The five kinds of spanners' hours are named once, as "`spanner_visits`, …".
    named = "spanner_visits" if quantity.startswith("spanner_") else quantity
    return where(rf"(?:\bq\.|\bq_\w\.|`){quantity}\b") or where(rf"`{named}`, …")


def states(entity: str) -> str:
    """Return the table of an entity's states."""
    rows = []
    for row in ENTITIES[entity]:
        shape: tuple[int, ...] = ()
        if entity in DTYPES:
            shape = np.dtype(DTYPES[entity][row.name]).shape
        kind = f"{shape[0]} × {row.kind}" if shape else row.kind
        span = "any" if row.kind == "key" else f"{bound(row.low)} to {bound(row.high)}"
        if row.kind in ("yes/no", "set of facts"):
            span = "yes, no" if row.kind == "yes/no" else "facts 0 to 15"
        unit = "" if row.unit == "none" else row.unit
        rows.append((f"`{row.name}`", kind, span, unit, row.meaning))
    return table(("state", "type", "range", "unit", "meaning"), rows)


def memory() -> str:
    """Return the table of kinds of memory."""
    rows = [(k, f"`{name}`", text) for k, (name, text) in enumerate(MEMORY_MEANINGS.items())]
    return table(("place", "kind", "what happened"), rows)


def schedule() -> str:
    """Return the table of the week."""
    rows = [
        (step.name, step.text, step.section, f"`mechanisms/{step.name}.py`")
        for step in order_of_the_week()
    ]
    return table(("phase", "what happens", "section", "file in `colsim/core`"), rows)


def purposes() -> str:
    """Return the table of what draws decide."""
    rows = [(p.name, int(p), where(rf"\b[UB]\((?:[a-z]+, )?{p.name}\b")) for p in Purpose]
    return (
        "The number is part of a draw's name and is never used again for another purpose.\n\n"
        + table(("purpose", "number", "drawn in"), rows)
    )


def parameter_groups() -> str:
    """Return an overview of the parameters."""
    groups = dict.fromkeys(p.group for p in PARAMETERS.values())
    rows = []
    for group in groups:
        own = [p for p in PARAMETERS.values() if p.group == group]
        judged = sum(p.mark == "J" for p in own)
        rows.append((group, len(own), judged, ", ".join(f"`{p.name}`" for p in own)))
    marks = [p.mark for p in PARAMETERS.values()]
    counts = "; ".join(f"{marks.count(mark)} {text} ({mark})" for mark, text in MARKS.items())
    return (
        f"{len(PARAMETERS)} parameters, by evidence: {counts}. Unit, plausible range, permitted "
        "bounds, and the source of each are in [reference.md](reference.md).\n\n"
        + table(("group", "parameters", "judgement", "names"), rows)
    )


def lever_overview() -> str:
    """Return one line a lever."""
    rows = [
        (
            lever.title,
            f"`{lever.name}`",
            ", ".join(f"`{q}`" for q in dict.fromkeys(c.quantity for c in lever.channels)),
            f"{lever.low:g} to {lever.high:g} {lever.unit}",
            lever.mark,
        )
        for lever in LEVERS.values()
    ]
    return table(("lever", "name", "moves", "strength", "evidence"), rows)


BLOCKS: dict[str, Callable[[], str]] = {
    **{entity: lambda entity=entity: states(entity) for entity in ENTITIES},
    "memory": memory,
    "levers": lever_overview,
    "schedule": schedule,
    "parameters": parameter_groups,
    "purposes": purposes,
}


def odd_page() -> str:
    """Return the ODD with its marked tables as the code has them.

    Raises:
        ValueError: a table has no place, or a place no table.
    """
    text = ODD.read_text(encoding="utf-8")
    places = re.findall(re.escape(MARK).replace(r"\{\}", "(.+)"), text)
    if sorted(places) != sorted(BLOCKS):
        raise ValueError(f"{ODD.name}: places {sorted(places)} are not tables {sorted(BLOCKS)}")
    for name, make in BLOCKS.items():
        start = text.index(MARK.format(name)) + len(MARK.format(name))
        text = text[:start] + make() + "\n" + text[text.index(END, start) :]
    return text


def reference_page() -> str:
    """Return the page of parameters, levers, quantities and measures."""
    judged = sum(parameter.mark == "J" for parameter in PARAMETERS.values())
    parts = [
        "# Reference",
        "Made from the code by `scripts/reference.py`; a test fails when it is stale. States, "
        "the week's schedule and the purposes of draws are in [odd.md](odd.md).",
        "## Parameters",
        f"{len(PARAMETERS)} parameters, of which {judged} are judgement (J): assumptions, not "
        "evidence. Marks: " + "; ".join(f"{mark} {text}" for mark, text in MARKS.items()) + ". "
        "The plausible range is what worlds are drawn from, half of them on either side of the "
        "default; a scenario may set any value between the permitted bounds. Kinds: "
        + "; ".join(f"*{kind}*, {text}" for kind, text in KINDS.items())
        + ".",
    ]
    for group in dict.fromkeys(parameter.group for parameter in PARAMETERS.values()):
        parts.append(f"### {group}")
        parts.append(
            table(
                (
                    "name",
                    "meaning",
                    "kind",
                    "default",
                    "plausible",
                    "permitted",
                    "unit",
                    "mark",
                    "source",
                    "used in",
                ),
                [
                    (
                        f"`{p.name}`",
                        p.description,
                        p.kind,
                        f"{p.default:g}",
                        plausible(p),
                        f"{bound(p.minimum)} to {bound(p.maximum)}",
                        p.unit,
                        p.mark,
                        p.source,
                        where(rf"\bp\.{p.name}\b"),
                    )
                    for p in PARAMETERS.values()
                    if p.group == group
                ],
            )
        )
    parts += [
        "## Levers",
        "A lever moves the quantities of its channels, and nothing else. The last ones are no "
        "policies but things that happen to an authority, under which policies can be tried. "
        "Levers that exclude each other in a place at a time: "
        + "; ".join(f"`{e.one}` and `{e.other}` ({e.reason})" for e in EXCLUSIONS)
        + ".",
    ]
    for lever in LEVERS.values():
        parts += [
            f"### {lever.title} (`{lever.name}`)",
            f"{lever.help} Strength: {lever.low:g} to {lever.high:g} {lever.unit}, "
            f"{lever.default:g} unless set. Evidence of its effect: {lever.mark}. {lever.source}",
            table(
                ("channel", "quantity", "amount", "mode", "meaning"),
                [
                    (c.name, f"`{c.quantity}`", f"{c.amount:g}", c.mode, c.description)
                    for c in lever.channels
                ],
            ),
            *([] if lever.costs else ["No price is counted."]),
            *[
                table(
                    ("cost", "amount", "unit", "prices of", "mark", "source"),
                    [
                        (c.item, f"{c.amount:g}", str(c.unit), c.price_year, c.mark, c.source)
                        for c in lever.costs
                    ],
                )
            ]
            * bool(lever.costs),
        ]
    parts += [
        "## Policy quantities",
        table(
            ("quantity", "without policy", "range", "unit", "meaning", "read in"),
            [
                (
                    f"`{q.name}`",
                    f"{q.base:g}",
                    f"{q.low:g} to {q.high:g}",
                    q.unit,
                    q.description,
                    reads(q.name),
                )
                for q in QUANTITIES.values()
            ],
        ),
        "## Measures",
        "Each is a ratio of two totals summed over a window of weeks. A harm is what a policy can "
        "do to people while it does good elsewhere: it is to be looked at beside every gain.",
        table(
            ("measure", "title", "unit", "range", "better", "harm", "definition"),
            [
                (
                    f"`{m.name}`",
                    m.title,
                    m.unit,
                    f"{m.low:g} to {'open' if m.high == math.inf else f'{m.high:g}'}",
                    m.better,
                    "yes" if m.harm else "",
                    m.definition,
                )
                for m in MEASURES.values()
            ],
        ),
    ]
    return "\n\n".join(parts) + "\n"


def pages() -> dict[Path, str]:
    """Return each page as the code says it should be."""
    # The first reads the ODD's own text, which the second leaves alone.
    return {REFERENCE: reference_page(), ODD: odd_page(), INTENDED_USE: as_markdown()}


if __name__ == "__main__":
    for page, text in pages().items():
        page.write_text(text, encoding="utf-8")
