"""From the files of a result to the sections of a document: the question, the answer, what else.

Everything that is said was worked out when the result was made and stands in its JSON: a report
adds no number of its own.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from colsim.core.measures import MEASURES
from colsim.errors import UserError
from colsim.intended_use import MAY_NOT, PURPOSE
from colsim.report.first import first_answer
from colsim.report.first import points as _points
from colsim.report.parts import Account, Grid, Picture, Points, Section, Words
from colsim.reporting.kinds import held
from colsim.reporting.words import level, pounds, rounded, tenths

KINDS = ("comparison", "choice", "sweep", "calibration")
"""Kinds of result that a report is made of."""
HEADLINES = ("joint_plan_rate", "information_flow")
_FORMS = (
    "Where the literature leaves open how something works, several forms stand side by side, and "
    "each world draws one. The change among the worlds of each:"
)
_MOST_ELSE = 8
"""Other changes of a policy that the first pages list; the appendix has all."""
_CHOICES = 8
"""Sets of policies that the table of a choice lists."""


def account_of(folder: str | Path) -> Account:
    """Return what a report on a folder says.

    Raises:
        UserError: the folder is none of a comparison, a choice, a sweep or a calibration, or
            lacks a file.
    """
    path = Path(folder)
    found = held(path) if path.is_dir() else None
    if found is None or found.kind not in KINDS:
        what = "no folder" if not path.is_dir() else "no result of colsim"
        if found is not None:
            what = str(found)
        raise UserError(
            f"{path}: found {what}; allowed: a folder that colsim compare, choose, sweep or "
            "calibrate wrote with --out"
        )
    if found.kind in ("sweep", "calibration"):
        from colsim.report import others

        one = others.account_of_sweep if found.kind == "sweep" else others.account_of_calibration
        return one(path)
    files = {name: _read(path, f"{name}.json") for name in ("manifest", "comparison")}
    if found.kind == "choice":
        files["choice"] = _read(path, "choice.json")
    try:
        return _account(files["comparison"], files["manifest"], files.get("choice"))
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise UserError(
            f"{path}: found a result that another version of colsim wrote, or a torn one "
            f"({type(error).__name__}: {error}); allowed: one made anew with this version"
        ) from error


def _account(
    compared: Mapping[str, Any], manifest: Mapping[str, Any], choice: Mapping[str, Any] | None
) -> Account:
    if choice is not None:
        rests = {"rests_on_lines": choice["rests_on_lines"]}
        sections = (*_chosen(choice), *_compared({**compared, **rests}, manifest, first=False))
        question = (
            f"Which policies, at most {choice['pick']} together, within "
            f"{pounds(choice['budget'])} a year?"
        )
    else:
        sections = tuple(_compared(compared, manifest, first=True))
        others = [one["title"] for one in compared["scenarios"][1:]]
        question = "What would change: " + "; ".join(others)
    return Account(question, f"In: {compared['scenarios'][0]['title']}", sections, manifest)


def _read(folder: Path, name: str) -> dict[str, Any]:
    """Return a JSON file of the folder.

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


def _chosen(choice: Mapping[str, Any]) -> Iterator[Section]:
    """Yield what a choice says, before what its finalists do."""
    yield Section("The answer", tuple(Words(text) for text in choice["answer"]))
    head = ("Policies", "Change in the goal", "9 in 10 worlds", "Best in", "Regret", "First year")
    goal = choice["goal"]
    rows = [
        (
            f"{one['rank']}. {one['title']}",
            _points(one["median"], goal),
            f"{_points(one['low'], goal)} to {_points(one['high'], goal)}",
            tenths(one["best_in"]),
            _points(one["regret"], goal, sign=False),
            pounds(one["first_year"]),
        )
        for one in choice["ranked"][:_CHOICES]
    ]
    said = (
        "Judged in worlds that had no part in finding them. Best in: worlds in which the set does "
        "best of those listed. Regret: what is lost, on average, against the best of each world."
    )
    parts: list[Any] = [Grid(head, tuple(rows)), Words(said, weak=True)]
    if choice["excluded"]:
        parts.append(Words("Not possible together:"))
        parts.append(
            Points(tuple(f"{one['policies']}: {one['reason']}" for one in choice["excluded"]))
        )
    yield Section("The best sets", tuple(parts))


def _compared(
    compared: Mapping[str, Any], manifest: Mapping[str, Any], *, first: bool
) -> Iterator[Section]:
    labels = {one["name"]: one["title"] for one in compared["scenarios"]}
    differences = {(one["scenario"], one["measure"]): one for one in compared["differences"]}
    told = [m for m in HEADLINES if any(key[1] == m for key in differences)]
    policies = [one["name"] for one in compared["scenarios"][1:]]
    if first:
        yield Section("The answer", tuple(map(Words, first_answer(compared, told[0]))))
    yield Section("What changes", (_picture(), *_tables(policies, labels, differences, told)))
    yield Section("What it costs", tuple(_costs(compared, labels)))
    yield Section("Harms, and what else changes", tuple(_besides(compared, labels)))
    yield Section("How long it takes", tuple(_how_long(compared, labels)))
    if compared["against_each_other"]:
        yield Section("Against each other", (_against(compared, labels),))
    yield Section("What this rests on", tuple(_rests(compared, manifest)))
    limits = Points(tuple(f"{title}: {why}." for title, why in MAY_NOT))
    yield Section("What it may not be used for", (limits,))
    yield from _appendix(compared, manifest, labels)


def _picture() -> Picture:
    return Picture(
        "chart",
        "Course over the weeks with and without each policy, and the change at the end with the "
        "range that holds 9 in 10 plausible worlds; the tables below give the same figures.",
    )


def _tables(
    policies: Sequence[str],
    labels: Mapping[str, str],
    differences: Mapping[tuple[str, str], Mapping[str, Any]],
    told: Sequence[str],
) -> Iterator[Grid | Words]:
    for measure in told:
        about = MEASURES[measure]
        rows = []
        for name in policies:
            d = differences[name, measure]
            span = f"{_points(d['low'], measure)} to {_points(d['high'], measure)}"
            rows.append(
                (
                    labels[name],
                    level(d["value"], about),
                    _points(d["difference"], measure),
                    span,
                    tenths(d["better"]),
                )
            )
        base = level(differences[policies[0], measure]["baseline"], about)
        head = ("Policy", "At the end", "Change", "9 in 10 worlds", "Better in")
        yield Grid(head, tuple(rows), caption=f"{about.title}; without a policy {base}")
    yield Words(
        "Change: median over plausible worlds of the paired difference, policy against no policy "
        "in the same world with the same chance. The range does not shrink with more runs: it says "
        "how much hangs on what nobody knows.",
        weak=True,
    )


def _costs(compared: Mapping[str, Any], labels: Mapping[str, str]) -> Iterator[Grid | Words]:
    rows, years = [], set()
    for one in compared["scenarios"][1:]:
        cost = one["cost"]
        years |= set(cost["price_years"])
        each = cost.get("per_additional_joint_plan")
        rows.append(
            (
                labels[one["name"]],
                pounds(cost["a_year"]),
                pounds(cost["once"]) if cost["once"] else "none",
                pounds(cost["spending"][0]) if cost["spending"] else "none",
                _each(each),
                f"{rounded(cost['staff_hours'])} h" if cost["staff_hours"] else "none",
            )
        )
    yield Grid(
        ("Policy", "A year", "Once", "First year", "Each further joint plan", "Staff hours a year"),
        tuple(rows),
    )
    if years:
        yield Words(
            f"Prices of {', '.join(sorted(years))}, most of them judgement: orders of magnitude. A "
            "further joint plan: all that is spent in the run over all plans gained in it, with "
            "the range over worlds.",
            weak=True,
        )


def _each(found: Any) -> str:
    if not isinstance(found, list) or any(value is None for value in found):
        return "not gained surely enough"
    middle, low, high = found
    return f"{pounds(middle)} ({pounds(low)} to {pounds(high)})"


def _besides(compared: Mapping[str, Any], labels: Mapping[str, str]) -> Iterator[Words | Points]:
    found = False
    for name in [one["name"] for one in compared["scenarios"][1:]]:
        asides = [one for one in compared["what_else_changes"] if one["scenario"] == name]
        harms = [one for one in asides if one["kind"] == "harm"]
        others = [one for one in asides if one["kind"] != "harm"]
        items = [f"Harm: {one['text']}." for one in harms]
        items += [f"{one['text']}." for one in others[: max(0, _MOST_ELSE - len(items))]]
        if not items:
            continue
        found = True
        yield Words(f"{labels[name]}:")
        yield Points(tuple(items))
    if not found:
        yield Words("Nothing else changes on which 8 in 10 worlds agree.")
    else:
        yield Words(
            "Changes on which at least 8 in 10 worlds agree and that are no trifle, harms first.",
            weak=True,
        )


def _how_long(compared: Mapping[str, Any], labels: Mapping[str, str]) -> Iterator[Points]:
    yield Points(
        tuple(
            f"{labels[one['scenario']]}, {MEASURES[one['measure']].title.lower()}: {one['text']}."
            for one in compared["how_long"]
        )
    )


def _against(compared: Mapping[str, Any], labels: Mapping[str, str]) -> Grid:
    rows = [
        (
            f"{labels[one['one']]} against {labels[one['other']]}",
            MEASURES[one["measure"]].title,
            _points(one["difference"], one["measure"]),
            f"{_points(one['low'], one['measure'])} to {_points(one['high'], one['measure'])}",
            tenths(one["leads"]),
        )
        for one in compared["against_each_other"]
    ]
    head = ("Policies", "Measure", "Difference", "9 in 10 worlds", "Ahead in")
    return Grid(head, tuple(rows))


def _rests(compared: Mapping[str, Any], manifest: Mapping[str, Any]) -> Iterator[Words | Points]:
    lines = list(manifest.get("notes", ()))
    if lines:
        yield Points(tuple(str(line) for line in lines))
    rests = [str(line) for line in compared.get("rests_on_lines", ())]
    if rests:
        yield Points(tuple(rests))
    yield Words(
        f"{compared['worlds']} plausible worlds, {compared['seeds_per_world']} runs of each policy "
        f"in each, {compared['weeks']} weeks of policy; measures are of the last "
        f"{compared['window']} weeks. Most numbers of the model are judgement: a range says how "
        "much hangs on them, and no run can make it smaller. What would: figures of your own "
        "authority, and asking your own people."
    )


def _appendix(
    compared: Mapping[str, Any], manifest: Mapping[str, Any], labels: Mapping[str, str]
) -> Iterator[Section]:
    """Yield the assurance, in the order of the AQuA Book: scope, design, analysis, quality."""
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
    asides = [
        (labels[one["scenario"]], one["title"], one["text"])
        for one in compared["what_else_changes"]
    ]
    if asides:
        table = Grid(("Policy", "Measure", "Change"), tuple(asides))
        yield Section("Every other clear change", (table,), appendix=True)
    if forms := _by_form(compared, labels):
        yield Section("By form", (Words(_FORMS), forms), appendix=True)
    packages = ", ".join(f"{name} {version}" for name, version in manifest["packages"].items())
    facts = (
        ("colsim", manifest["colsim"]),
        ("Made", manifest["written"]),
        ("Seed", str(manifest["seed"])),
        ("Replications", str(manifest["replications"])),
        ("Python", manifest["python"]),
        ("Packages", packages),
        ("Machine", manifest["platform"]),
    )
    quality = Words(
        "Every state of the model is checked to the last bit against a second one written from its "
        "description; what it should show and does not is listed in docs/patterns.md, every number "
        "with its evidence in docs/assumptions.md. The same scenarios, seed and version give the "
        "same figures."
    )
    yield Section("Quality, and how it was made", (quality, Grid(("What", "Which"), facts)),
                  appendix=True)  # fmt: skip


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
