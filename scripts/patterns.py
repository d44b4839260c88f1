"""Write docs/patterns.md's table and the verdicts beside results from reports of `colsim patterns`.

Run: colsim patterns --out out/patterns
     colsim patterns --worlds matched --out out/patterns_matched
     colsim patterns --sizes --out out/sizes
     python scripts/patterns.py out/{patterns,patterns_matched}/patterns.json out/sizes/sizes.json

A report on patterns in worlds from the ranges must be among them; verdicts on matched worlds stand
beside. Published sizes stay as they are on the page if their report is not given.
"""

import json
import sys
from pathlib import Path
from typing import Any

from lives import table
from marks import between

import colsim
from colsim.data import path_of
from colsim.patterns import PATTERNS
from colsim.patterns.sizes import in_lines

PAGE = Path(__file__).parents[1] / "docs" / "patterns.md"
ONE_WORLD = {name for name, pattern in PATTERNS.items() if pattern.default_world}
START, END = "<!-- results -->", "<!-- end of results -->"
SIZES = ("<!-- sizes -->", "<!-- end of sizes -->")
HEAD = """\
# What came out of each pattern in worlds from the ranges, and in worlds that look like the
# authority today, and on which version of the model. Written by scripts/patterns.py, not by hand.
"""
NOT_RUN = "not run"
Report = dict[str, Any]


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.2g}"


def _verdict(part: dict[str, Any]) -> str:
    verdict = "contradicted" if part["contradicted"] else part["verdict"]
    return f"{verdict}, stays without" if part.get("disappears") is False else verdict


def _share(part: dict[str, Any]) -> str:
    if part["worlds"] <= 1:
        return "one world"
    return f"{part['share']:.0%} ({part['share_low']:.0%} to {part['share_high']:.0%})"


def _span(one: dict[str, Any]) -> str:
    return f"{_number(one['low'])} to {_number(one['high'])}"


def _counted(report: Report) -> str:
    verdicts = [p["verdict"] for p in report["patterns"]]
    return (
        f"{verdicts.count('shown')} are shown, {verdicts.count('unclear')} unclear, "
        f"{verdicts.count('not shown')} not shown"
    )


def by_name(report: Report | None) -> dict[str, dict[str, Any]]:
    """Return a report's patterns by name; none if there is no report."""
    return {} if report is None else {one["name"]: one for one in report["patterns"]}


def results(report: Report, matched: Report | None = None) -> str:
    """Return the results as Markdown, those on matched worlds beside those from the ranges."""
    beside, rows = by_name(matched), []
    for pattern in report["patterns"]:
        held = ", held out" if pattern["held_out"] else ""
        name = f"**{pattern['number']} {pattern['name']}** ({pattern['label']}{held})"
        again = beside.get(pattern["name"], {"parts": []})["parts"]
        for k, part in enumerate(pattern["parts"]):
            off = _number(part["knocked_out_median"]) if "disappears" in part else ""
            other = ["", "", NOT_RUN]
            if again:
                other = [_number(again[k]["median"]), _share(again[k]), _verdict(again[k])]
            rows.append(
                [name, f"{part['part']} ({part['unit']})", _number(part["median"]), _span(part),
                 _share(part), off, _verdict(part), *other]
            )  # fmt: skip
            name = ""
    figures = [
        [f"**{pattern['number']}** {one['part']} ({one['unit']})", _number(one["median"]),
         "" if pattern["name"] in ONE_WORLD else _span(one)]
        for pattern in report["patterns"]
        for one in pattern["figures"]
    ]  # fmt: skip
    said = f"Of {len(report['patterns'])} patterns {_counted(report)}."
    if matched is not None:
        said += (
            f" In worlds that look like the authority today, of {len(beside)}, {_counted(matched)}."
        )
        changes = [
            f"{one['number']} ({one['verdict']}, there {beside[one['name']]['verdict']})"
            for one in report["patterns"]
            if one["name"] in beside and beside[one["name"]]["verdict"] != one["verdict"]
        ]
        said += f" Verdicts that differ: {', '.join(changes) or 'none'}."
    head = ("pattern", "part", "median", "9 in 10 worlds", "holds in", "without", "verdict",
            "matched: median", "matched: holds in", "matched: verdict")  # fmt: skip
    return "\n".join(
        [
            said,
            "",
            table(head, rows),
            "",
            "Figures beside the parts, without a verdict:",
            "",
            table(("figure", "median", "9 in 10 worlds"), figures),
            "",
            *_made("From the ranges", report),
            *([] if matched is None else _made("On matched worlds", matched)),
            f"colsim {colsim.__version__}.",
        ]
    )


def _made(what: str, report: Report) -> list[str]:
    minutes = sum(p["seconds"] for p in report["patterns"]) / 60
    return [
        f"{what}: seed {report['seed']}, {minutes:.0f} minutes of computing, model version "
        f"`{report['model']}`."
    ]


def verdicts(report: Report, matched: Report | None = None) -> str:
    """Return the table of verdicts that stands beside results."""
    beside = by_name(matched)
    models = {"ranges": report["model"], "matched": "" if matched is None else matched["model"]}
    tables = [("[model]", models)]
    for one in report["patterns"]:
        row = {
            "number": one["number"],
            "name": one["name"],
            "levers": list(PATTERNS[one["name"]].levers),
            "ranges": one["verdict"],
            "matched": beside.get(one["name"], {"verdict": ""})["verdict"],
        }
        tables.append(("[[pattern]]", row))
    # Names, whole numbers and lists of names: JSON writes them as TOML does.
    texts = [
        "\n".join([head, *(f"{key} = {json.dumps(value)}" for key, value in row.items())])
        for head, row in tables
    ]
    return HEAD + "\n" + "\n\n".join(texts) + "\n"


def sizes(report: Report) -> str:
    """Return the table of published sizes as Markdown."""
    rows = [
        [one["name"], f"{one['published']:.3g} ± {one['uncertainty']:.2g} ({one['unit']}, "
         f"{one['mark']})", _number(one["median"]), _span(one),
         "none" if one["off"] is None else f"{one['off']:+.1f}",
         "met" if one["met"] else "**not met**", one["answer"], one["source"]]
        for one in report["sizes"]
    ]  # fmt: skip
    head = ("size", "published", "median", "9 in 10 worlds", "off by", "verdict",
            "what of the model answers", "source")  # fmt: skip
    where = "that look like the authority today" if report["worlds_from"] == "matched" else (
        "from the ranges"
    )  # fmt: skip
    return "\n".join([
        *in_lines(report), "", table(head, rows), "",
        f"{report['worlds']} worlds {where}, seed {report['seed']}. Model version "
        f"`{report['model']}`, colsim {colsim.__version__}.",
    ])  # fmt: skip


def read(names: list[str]) -> tuple[Report, Report | None, Report | None]:
    """Return the reports on patterns from the ranges, in matched worlds, and on sizes.

    Raises:
        SystemExit: there is none from the ranges, or two of a kind.
    """
    reports = [json.loads(Path(name).read_text(encoding="utf-8")) for name in names]
    found = {"sizes" if "sizes" in one else one["worlds_from"]: one for one in reports}
    if "ranges" not in found or len(found) < len(reports):
        kinds = ", ".join("sizes" if "sizes" in one else one["worlds_from"] for one in reports)
        raise SystemExit(
            f"reports: found {kinds or 'none'}; allowed: one of ranges, and one each of matched "
            "and sizes"
        )
    return found["ranges"], found.get("matched"), found.get("sizes")


def main() -> int:
    """Put the results between the page's marks, and write the verdicts."""
    report, matched, asked = read(sys.argv[1:])
    page = between(PAGE.read_text(encoding="utf-8"), START, END, results(report, matched))
    if asked is not None:
        page = between(page, *SIZES, sizes(asked))
    PAGE.write_text(page, encoding="utf-8", newline="\n")
    path_of("verdicts").write_text(verdicts(report, matched), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
