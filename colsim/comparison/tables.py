"""A comparison as tables for people and files."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from colsim.comparison.against import every_pair
from colsim.comparison.besides import asides
from colsim.comparison.compared import Compared
from colsim.comparison.rests_on import rests_on
from colsim.comparison.taken import Taken
from colsim.data.evidence import MARKS
from colsim.experiments.difference import quantiles_of_present
from colsim.reporting.drawing import draw
from colsim.reporting.files import write_json
from colsim.reporting.folders import writing
from colsim.reporting.sheets import csv_bytes, harmless, workbook_bytes
from colsim.reporting.words import in_unit, shown_unit
from colsim.scenario.known import PatternVerdict

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from colsim.core.measures import Measure

_FILES = {
    "comparison.csv": "Changes",
    "series.csv": "By week",
    "costs.csv": "Costs",
    "what_if.csv": "What if",
    "rests_on.csv": "What this rests on",
}
"""File to the sheet of the workbook that holds the same."""
_MARGIN = ("form", "value", "scenario", "worlds", "share", "difference", "low", "high", "better")


def save_comparison(
    result: Compared,
    folder: str | Path,
    *,
    document: Mapping[str, Any],
    plot: "Callable[[], Figure]",
    force: bool = False,
) -> None:
    """Write comparison.csv, .xlsx, .json, the other tables and manifest.json, then the charts.

    Raises:
        IncompleteError: everything is written but the chart.
        UserError: the folder cannot be written, or holds something.
    """
    import pandas as pd

    about = {
        "scenarios": result.scenarios,
        "seed": result.seed,
        "replications": result.replications,
        "fixed_parameters": result.fixed_parameters,
        "worlds_from": result.drawn_from,
        "calibrated_worlds": result.calibrated,
        "notes": result.notes,
        "seconds": round(result.seconds, 3),
    }
    charts = {"chart.png": plot, "chart.svg": plot}
    with writing(folder, kind="comparison", about=about, pictures=charts, force=force) as staging:
        sheets = {
            "Changes": people_table(result),
            "Against each other": pairs_table(result),
            "By week": weeks_table(result),
            "Costs": costs_table(result),
            "What if": what_if_table(result),
            "What this rests on": rests_on_table(result),
        }
        for name, title in _FILES.items():
            if result.what_if or title != "What if":
                (staging / name).write_bytes(csv_bytes(sheets[title]))
        sheets = {title: frame for title, frame in sheets.items() if len(frame)}
        (staging / "comparison.xlsx").write_bytes(workbook_bytes(sheets))
        forms = pd.DataFrame(
            [
                row | {"measure": one["measure"]}
                for one in document["by_form"]
                for row in one["margins"]
            ],
            columns=["measure", *_MARGIN],
        )
        forms["scenario"] = forms["scenario"].map(harmless)
        (staging / "forms.csv").write_bytes(csv_bytes(forms))
        write_json(staging / "comparison.json", document)
    draw(folder, charts)


def people_table(result: Compared) -> "pd.DataFrame":
    """Return the differences for people: titles, units, numbers as on screen, a row each."""
    import pandas as pd

    labels = result.labels
    told = {
        (one.scenario, one.measure): one.kind for n in result.names[1:] for one in asides(result, n)
    }
    rows = []
    for d in result.differences:
        about = result.about(d.measure)
        rows.append(
            {
                "Policy": harmless(labels[d.scenario]),
                "Measure": about.title,
                "Unit": shown_unit(about),
                "Without": _shown(d.baseline, about),
                "With": _shown(d.value, about),
                "Change": _shown(d.difference, about),
                "Change from (9 in 10 worlds)": _shown(d.low, about),
                "Change to (9 in 10 worlds)": _shown(d.high, about),
                "Better in (% of worlds)": None if d.better is None else round(100 * d.better),
                "Worse in (% of worlds)": None if d.worse is None else round(100 * d.worse),
                "Told as": told.get((d.scenario, d.measure), ""),
                "scenario": harmless(d.scenario),
                "measure": d.measure,
                "notes": result.notes_of(d.scenario),
            }
        )
    return pd.DataFrame(rows)


def pairs_table(result: Compared) -> "pd.DataFrame":
    """Return every two policies against each other in the headline measures, for people."""
    import pandas as pd

    labels = result.labels
    return pd.DataFrame(
        [
            {
                "Policy": harmless(labels[pair.one]),
                "against": harmless(labels[pair.other]),
                "Measure": result.about(name).title,
                "Unit": shown_unit(result.about(name)),
                "Ahead by": _shown(pair.difference, result.about(name)),
                "from (9 in 10 worlds)": _shown(pair.low, result.about(name)),
                "to (9 in 10 worlds)": _shown(pair.high, result.about(name)),
                "Ahead in (% of worlds)": round(100 * pair.leads),
                "Told apart": "yes" if pair.told_apart else "no",
                "More worlds needed": pair.more_worlds,
            }
            for name in result.told
            for pair in every_pair(result, name)
        ]
    )


def costs_table(result: Compared) -> "pd.DataFrame":
    """Return what each policy costs beyond the baseline, by year and for each further plan."""
    import pandas as pd

    unit = f"£, prices of {', '.join(result.price_years) or 'no year'}"
    rows = []
    for name in result.names[1:]:
        a_year, once = result.extra_cost(name)
        spent = result.extra_spending(name)
        each = [
            round(one) if math.isfinite(one) else None for one in result.cost_per_joint_plan(name)
        ]
        rows.append(
            {
                "Policy": harmless(result.labels[name]),
                f"A year at full strength ({unit})": round(a_year),
                f"Once ({unit})": round(once),
                **{f"Year {n} ({unit})": round(one) for n, one in enumerate(spent, start=1)},
                f"In the run ({unit})": round(math.fsum(spent)),
                f"For each further joint plan ({unit})": each[0],
                f"at best, in 9 of 10 worlds ({unit})": each[1],
                f"at worst ({unit})": each[2],
                "Hours a year of staff reached": round(result.extra_hours(name)),
                **_from_cases(result.hours_from_cases(name)),
            }
        )
    return pd.DataFrame(rows)


def _from_cases(taken: Taken) -> dict[str, Any]:
    """Return cells of the hours that cases wait for; none where they were not kept."""
    if not taken.told:
        return {}
    unit = f"£, prices of {', '.join(taken.price.price_years)}; no cash"
    (hours, low, high), worth = map(round, taken.hours), round(taken.pounds[0])
    return {
        "Hours a year from cases": hours,
        "from, in 9 of 10 worlds (hours)": low,
        "to (hours)": high,
        f"Worth ({unit})": worth,
    }


def what_if_table(result: Compared) -> "pd.DataFrame":
    """Return what policies gain now and under each change, for people."""
    import pandas as pd

    years = ", ".join(result.price_years)
    rows = []
    for row in result.what_if:
        for name in result.told:
            about, found = result.about(name), row[name]
            rows.append(
                {
                    "Policy": harmless(result.labels[row["scenario"]]),
                    "What if": harmless(row["what_if"]),
                    "Measure": about.title,
                    "Unit": shown_unit(about),
                    "Change now": _shown(found["now"], about),
                    "Change under it": _shown(found["under"], about),
                    "from (9 in 10 worlds)": _shown(found["low"], about),
                    "to (9 in 10 worlds)": _shown(found["high"], about),
                    "Better in (% of worlds)": round(100 * (found["better"] or 0.0)),
                    f"Spent now (£, prices of {years})": round(row["spent_now"]),
                    f"Spent under it (£, prices of {years})": round(row["spent"]),
                }
            )
    return pd.DataFrame(rows)


def rests_on_table(result: Compared) -> "pd.DataFrame":
    """Return what gains rest on, a row each: levers, patterns, numbers, a form, half strength."""
    import pandas as pd

    rows = []
    for scenario in result.names[1:]:
        one = rests_on(result, scenario)
        label = harmless(result.labels[scenario])
        said: list[tuple[str, str, str, str | float]] = [
            ("evidence", name, MARKS[mark], mark) for name, (_, mark) in one.marks.items()
        ]
        said += [("pattern", f"{p.number} {p.name}", *_verdicts_said(p)) for p in one.patterns]
        movers = [*one.movers.numbers, *([one.movers.form] if one.movers.form else [])]
        said += [
            ("form" if m.form else "number", m.name, str(m), round(100 * m.share, 1))
            for m in movers
        ]
        if one.half is not None:
            text = f"gain in joint plans in {one.half.worlds} worlds, one life each, points"
            said += [
                ("delivered", "in full", text, round(100 * one.half.full, 3)),
                ("delivered", "at half strength", text, round(100 * one.half.half, 3)),
            ]
        if not movers:
            text = "nothing told from chance" if one.movers.enough else "too few worlds to say"
            said.append(("number", "", text, one.movers.worlds))
        rows += [
            {
                "Policy": label,
                "Kind": kind,
                "What": what,
                "In words": words,
                "Value": value,
                "scenario": harmless(scenario),
            }
            for kind, what, words, value in said
        ]
    return pd.DataFrame(rows)


def _verdicts_said(pattern: PatternVerdict) -> tuple[str, str]:
    matched = f"; on matched worlds {pattern.matched}" if pattern.matched else ""
    return f"{pattern.ranges}{matched}", pattern.matched or pattern.ranges


def weeks_table(result: Compared) -> "pd.DataFrame":
    """Return level and paired change week by week, over the window that ends with each week."""
    import pandas as pd

    frames = []
    for measure, courses in result.series.items():
        about = result.about(measure)
        factor = in_unit(1.0, about)
        for name, course in zip(result.names, courses, strict=True):
            level = quantiles_of_present(factor * course)
            change = quantiles_of_present(factor * (course - courses[0]))
            frames.append(
                pd.DataFrame(
                    {
                        "Policy": harmless(result.labels[name]),
                        "Measure": about.title,
                        "Unit": shown_unit(about),
                        "Week": range(course.shape[1]),
                        "Level from (9 in 10 worlds)": level[0].round(3),
                        "Level": level[1].round(3),
                        "Level to (9 in 10 worlds)": level[2].round(3),
                        "Change from (9 in 10 worlds)": change[0].round(3),
                        "Change": change[1].round(3),
                        "Change to (9 in 10 worlds)": change[2].round(3),
                        "scenario": harmless(name),
                        "measure": measure,
                        "notes": result.notes_of(name),
                    }
                )
            )
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _shown(value: float, measure: "Measure") -> float | None:
    """Return a number as on screen, with two more digits; None where there is none."""
    told = in_unit(value, measure)
    return round(told, 3) if math.isfinite(told) else None
