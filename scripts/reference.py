"""Write docs/reference.md from the code: parameters, quantities, levers, measures, draws.

Run: python scripts/reference.py [--check]   (with --check: exit 1 if the page is stale)
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from colsim.core.measures import MEASURES
from colsim.core.parameters import MARKS, PARAMETERS
from colsim.core.quantities import QUANTITIES
from colsim.core.rng import Purpose
from colsim.core.schedule import PHASES
from colsim.scenarios.levers import EXCLUSIONS, LEVERS

PAGE = Path(__file__).parents[1] / "docs" / "reference.md"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [" | ".join(head), " | ".join("---" for _ in head)]
    lines += [" | ".join(str(cell).replace("|", "\\|") for cell in row) for row in rows]
    return "\n".join(f"| {line} |" for line in lines)


def bound(value: float) -> str:
    """Return a permitted bound in words."""
    return f"{value:g}" if abs(value) != float("inf") else "open"


def page() -> str:
    """Return the page."""
    judged = sum(parameter.mark == "J" for parameter in PARAMETERS.values())
    parts = [
        "# Reference",
        "Made from the code by `scripts/reference.py`; a test fails when it is stale.",
        "## Schedule",
        table(
            ("phase", "what happens"),
            [(phase.__name__, (phase.__doc__ or "").strip().splitlines()[0]) for phase in PHASES],
        ),
        "## Parameters",
        f"{len(PARAMETERS)} parameters, of which {judged} are judgement (J): assumptions, not "
        "evidence. Marks: " + "; ".join(f"{mark} {text}" for mark, text in MARKS.items()) + ". "
        "The plausible range is what worlds are drawn from, half of them on either side of the "
        "default; a scenario may set any value between the permitted bounds.",
    ]
    for group in dict.fromkeys(parameter.group for parameter in PARAMETERS.values()):
        parts.append(f"### {group}")
        parts.append(
            table(
                ("name", "meaning", "default", "plausible", "permitted", "unit", "mark", "source"),
                [
                    (
                        f"`{p.name}`",
                        p.description,
                        f"{p.default:g}",
                        f"{p.low:g} to {p.high:g}",
                        f"{bound(p.minimum)} to {bound(p.maximum)}",
                        p.unit,
                        p.mark,
                        p.source,
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
            ("quantity", "without policy", "range", "unit", "meaning"),
            [
                (f"`{q.name}`", f"{q.base:g}", f"{q.low:g} to {q.high:g}", q.unit, q.description)
                for q in QUANTITIES.values()
            ],
        ),
        "## Measures",
        "Each is a ratio of two totals summed over a window of weeks.",
        table(
            ("measure", "title", "unit", "range", "better", "definition"),
            [
                (
                    f"`{m.name}`",
                    m.title,
                    m.unit,
                    f"{m.low:g} to {'open' if m.high is None else f'{m.high:g}'}",
                    m.better,
                    m.definition,
                )
                for m in MEASURES.values()
            ],
        ),
        "## Purposes of draws",
        "The number is part of a draw's name and is never used again for another purpose.",
        table(("purpose", "number"), [(p.name, int(p)) for p in Purpose]),
    ]
    return "\n\n".join(parts) + "\n"


def main() -> int:
    """Write the page, or check it."""
    text = page()
    if "--check" in sys.argv[1:]:
        if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
            return 0
        print(f"{PAGE.name} is stale: run python scripts/reference.py", file=sys.stderr)
        return 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
