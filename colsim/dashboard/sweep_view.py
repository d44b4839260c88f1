"""A sweep's folder as the Results page shows it: what was asked, what came out, what failed."""

import base64
import io
import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from colsim.analysis.paired import Paired, paired
from colsim.comparison.besides import sentence
from colsim.comparison.compared import HEADLINES
from colsim.core.measures import Measure
from colsim.dashboard.naming import point_names
from colsim.errors import UserError
from colsim.experiments.difference import Difference
from colsim.experiments.observed import COMPARED
from colsim.experiments.remarks import FEW_WORLDS
from colsim.experiments.results import Results
from colsim.experiments.runner import SEEDS_PER_WORLD
from colsim.experiments.version import model_version
from colsim.reporting.words import finer, level, pounds, signed, tenths, worlds
from colsim.scenario.naming import key_in_words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

MOST_ROWS = 40
"""Points that a table lists."""
MOST_SENTENCES = 6
"""Points up to which the headline measures are told in sentences."""
MOST_FAULTS = 20
_KINDS = {
    "scenarios": "a list of scenarios",
    "factorial": "every combination of the values",
    "one_at_a_time": "one value changed at a time",
    "latin_hypercube": "points spread over the ranges (Latin hypercube)",
    "sobol": "points spread over the ranges (Sobol)",
    "morris": "trajectories through the ranges, one key at a time (Morris)",
    "saltelli": "groups of points for variance-based sensitivity (Saltelli)",
    "points": "points listed in a file",
}


class Finding(Protocol):
    """What an analysis returns."""

    @property
    def caption(self) -> str:
        """What to read from it, in plain words."""

    def table(self) -> "pd.DataFrame":
        """Return the figures."""

    def plot(self) -> "Figure":
        """Return the chart."""


Analysis = Callable[[Results, str], Finding | None]
"""From results and the name of a measure to what is found; None where the design does not bear it.

What a user's experiment does not allow may also be said as a `UserError`.
"""
MOST_KEYS = 4
"""Keys whose doses, and pairs of keys whose interactions, are drawn."""


def bearing(results: Results) -> dict[str, Analysis]:
    """Return the analyses that a design bears: title of a section to what is behind it."""
    from colsim.analysis.response import dose_response, interaction
    from colsim.analysis.sensitivity import sensitivity

    experiment = results.manifest.experiment
    design = results.design()
    built = design[(design["row"] > 0) & design["error"].isna()]
    keys = [
        key for key in experiment.vary if built[key].dtype.kind in "if" and built[key].nunique() > 1
    ]
    found: dict[str, Analysis] = {}
    for key in keys[:MOST_KEYS]:
        title = f"How much of it does how much: {key_in_words(key)}"
        found[title] = lambda r, m, key=key: dose_response(r, key, m)  # type: ignore[misc]
    if experiment.design.kind == "factorial":
        for one, other in list(itertools.combinations(keys, 2))[:MOST_KEYS]:
            title = f"Together: {key_in_words(one)} and {key_in_words(other)}"
            found[title] = lambda r, m, one=one, other=other: interaction(  # type: ignore[misc]
                r, one, other, m
            )
    found["What drives it"] = lambda r, m: sensitivity(r, m)
    return found


def measures(results: Results) -> list[dict[str, str]]:
    """Return the measures that the sweep kept, the headlines first."""
    kept = results.manifest.experiment.kept
    first = [name for name in HEADLINES if name in kept]
    return [
        {"name": name, "title": COMPARED[name].title}
        for name in (*first, *(name for name in kept if name not in first))
    ]


def asked(results: Results) -> list[dict[str, str]]:
    """Return what the sweep was: names and values, in the order of the page."""
    manifest = results.manifest
    experiment, design = manifest.experiment, manifest.design
    points = [one for one in design.points if one.scenario is not None]
    rounds = experiment.rounds
    runs = results.sql("SELECT count(*) AS n, max(replication) AS most FROM runs").iloc[0]
    lived = 0 if runs["n"] == 0 else (int(runs["most"]) + 1) // SEEDS_PER_WORLD
    asked_for = len(design.scenarios) * rounds[-1]
    done = f"{int(runs['n']):,} of {asked_for:,} runs are there"
    if experiment.precision is not None:
        done = f"{int(runs['n']):,} runs are there, of at most {asked_for:,}"
    written = str(manifest.made.get("written", ""))[:10]
    lost = len(design.points) - len(points)
    missing = f" ({lost:,} more cannot be built)" if lost else ""
    facts = [
        ("Compared with", design.points[0].scenario.title if design.points[0].scenario else "-"),
        ("Points", f"{len(points):,}, the base among them{missing}: "
         f"{_KINDS[experiment.design.kind]}"),
        *((key_in_words(key), _values(one)) for key, one in experiment.vary.items()),
        ("Lived in", worlds(lived, fixed_parameters=experiment.fixed_parameters)),
        ("Finished", done),
        ("Seed", str(experiment.seed)),
        *(("Note", note) for note in manifest.notes),
        ("Made", f"with colsim {manifest.made.get('colsim', '?')} on {written}"),
    ]  # fmt: skip
    return [{"name": name, "value": value} for name, value in facts]


def _values(one: Any) -> str:
    if one.values is not None:
        shown = ", ".join(map(str, one.values[:12]))
        return shown if len(one.values) <= 12 else f"{shown} and {len(one.values) - 12} more"
    steps = f" in {one.steps} steps" if one.steps else ""
    return f"{one.low:g} to {one.high:g}{steps}{', on a logarithmic scale' if one.log else ''}"


def _gain(one: Difference, about: Measure) -> float:
    """Return a difference such that more is better; what is not known comes last."""
    if not np.isfinite(one.difference):
        return -np.inf
    return -one.difference if about.better == "lower" else one.difference


def listed(results: Results, found: Paired) -> dict[str, Any]:
    """Return the table of a measure: all points, or those that gain most."""
    about, rows = found.measure, list(zip(found.rows, found.differences, strict=True))
    note = ""
    if len(rows) > MOST_ROWS:
        rows.sort(key=lambda pair: -_gain(pair[1], about))
        note = (
            f"The {MOST_ROWS} points with the greatest gain, of {len(found.differences):,}; the "
            "download has all. The best of many look better than they are: live them again with "
            "another seed before you decide."
        )
        rows = rows[:MOST_ROWS]
    names = point_names(results)
    costs = results.sql('SELECT "row", cost_a_year FROM design').set_index("row")["cost_a_year"]
    base = next((one.baseline for _, one in rows if np.isfinite(one.baseline)), float("nan"))
    unit = "points" if about.unit in {"share", "share per year"} else about.unit
    more = max((finer(base, d.value, d.difference, about) or 0 for _, d in rows), default=0)
    return {
        "title": about.title,
        "definition": about.definition,
        "unit": unit,
        "base": level(base, about, more),
        "note": note,
        "rows": [
            {
                "name": names[row],
                "cost": pounds(float(costs[row])) if costs[row] == costs[row] else "-",
                "value": level(one.value, about, more),
                "change": signed(one.difference, about),
                "range": f"{signed(one.low, about)} to {signed(one.high, about)}",
                "better": tenths(one.better),
                "clear": one.clear,
            }
            for row, one in rows
        ],
        "few": found.worlds < FEW_WORLDS and not results.manifest.experiment.fixed_parameters,
    }


def told(results: Results) -> list[str]:
    """Return what each point changes in the headline measures, where there are few points."""
    experiment = results.manifest.experiment
    lines: list[str] = []
    built = sum(one.scenario is not None for one in results.manifest.design.points)
    if not 1 < built <= MOST_SENTENCES + 1:
        return lines
    names = point_names(results)
    for name, noun in HEADLINES.items():
        if name not in experiment.kept:
            continue
        found = paired(results, name)
        fixed = experiment.fixed_parameters
        lines += [
            sentence(names[row], one, found.measure, noun, fixed_parameters=fixed)
            for row, one in zip(found.rows, found.differences, strict=True)
        ]
    return lines


def failures(results: Results) -> list[dict[str, str]]:
    """Return what failed, once for each reason: points that cannot be, and runs that broke."""
    names = point_names(results)
    runs = results.sql(
        'SELECT runs.error AS error, count(*) AS n, list(DISTINCT d."row")[1:3] AS places '
        "FROM runs JOIN design d USING (point) WHERE runs.error IS NOT NULL "
        "GROUP BY 1 ORDER BY n DESC"
        if _has_errors(results)
        else "SELECT NULL AS error, 0 AS n, [] AS places WHERE false"
    )
    lines = [
        {
            "what": f"{int(row['n']):,} {'run' if row['n'] == 1 else 'runs'}",
            "where": "; ".join(names[int(place)] for place in row["places"]),
            "why": str(row["error"]),
        }
        for _, row in runs.iterrows()
    ]
    by_reason: dict[str, list[str]] = {}
    for row, one in enumerate(results.manifest.design.points):
        if one.error is not None:
            reason = one.error.removeprefix(f"{one.label}: ")
            by_reason.setdefault(reason, []).append(names[row])
    lines += [
        {
            "what": f"{len(labels):,} {'point' if len(labels) == 1 else 'points'} not built",
            "where": "; ".join(labels[:3]) + (" and others" if len(labels) > 3 else ""),
            "why": why,
        }
        for why, labels in by_reason.items()
    ]
    return lines[:MOST_FAULTS]


def _has_errors(results: Results) -> bool:
    return bool(results.sql("SELECT count(error) AS n FROM runs")["n"].iloc[0])


def notes(results: Results) -> list[str]:
    """Return what a reader should know of how the figures came about."""
    manifest = results.manifest
    lines = list(manifest.design.notes)
    if manifest.model != model_version():
        lines.append(
            "These results were made with another version of the model than the one that runs on "
            "the other pages: figures of both are not compared."
        )
    return lines


def analyses(results: Results, measure: str) -> list[dict[str, Any]]:
    """Return each analysis that the design bears, as picture, caption and table."""
    found = []
    for title, analysis in bearing(results).items():
        try:
            finding = analysis(results, measure)
        except UserError as error:
            # Where it lies on the server is nobody's business on a page.
            words = str(error).removeprefix(f"{results.folder}: ")
            found.append({"title": title, "refused": words})
            continue
        if finding is not None:
            found.append({"title": title, "refused": "", **shown(finding)})
    return found


def shown(finding: Finding) -> dict[str, Any]:
    """Return a finding as plain data: chart as an address of an image, table as texts."""
    out = io.BytesIO()
    figure = finding.plot()
    figure.savefig(out, format="svg")
    frame = finding.table()
    return {
        "caption": finding.caption,
        "picture": "data:image/svg+xml;base64," + base64.b64encode(out.getvalue()).decode(),
        "head": [str(name).replace("_", " ") for name in frame.columns],
        "rows": [
            [_cell(value) for value in row] for row in frame.head(200).itertuples(index=False)
        ],
        "more": max(0, len(frame) - 200),
    }


def _cell(value: Any) -> str:
    if isinstance(value, float | np.floating):
        return "-" if not np.isfinite(value) else f"{float(value):.3g}"
    return "-" if value is None else str(value)


DOWNLOADS = (
    ("differences", "Differences in the measure shown", "CSV"),
    ("summary", "Every measure of every point", "CSV"),
    ("design", "The points", "CSV"),
)


def file(results: Results, measure: str, what: str) -> tuple[str, bytes]:
    """Return one download: the file's name and content; no text in it is taken for a formula.

    Raises:
        UserError: nothing is finished yet.
        KeyError: there is no such download.
    """
    from colsim.reporting.sheets import neutral

    if what == "differences":
        return f"differences-{measure}.csv", _csv(neutral(paired(results, measure).table()))
    frame = {"summary": results.summary, "design": results.design}[what]()
    return f"{what}.csv", _csv(neutral(frame))


def _csv(frame: "pd.DataFrame") -> bytes:
    return bytes(frame.to_csv(index=False).encode())
