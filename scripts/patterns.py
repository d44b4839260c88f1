"""Write the table of docs/patterns.md from a report of `colsim patterns --out`.

Run: colsim patterns --out out/patterns && python scripts/patterns.py out/patterns/patterns.json
"""

import json
import sys
from pathlib import Path
from typing import Any

from lives import stamp, table

from colsim.patterns import PATTERNS

PAGE = Path(__file__).parents[1] / "docs" / "patterns.md"
ONE_WORLD = {name for name, pattern in PATTERNS.items() if pattern.default_world}
START, END = "<!-- results -->", "<!-- end of results -->"


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.2g}"


def results(report: dict[str, Any]) -> str:
    """Return the results as Markdown."""
    patterns = report["patterns"]
    shown = sum(p["verdict"] == "shown" for p in patterns)
    lines = [
        f"Of {len(patterns)} patterns {shown} are shown, "
        f"{sum(p['verdict'] == 'unclear' for p in patterns)} unclear, "
        f"{sum(p['verdict'] == 'not shown' for p in patterns)} not shown.",
        "",
        "| pattern | part | median | 9 in 10 worlds | holds in | without | verdict |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for pattern in patterns:
        held = ", held out" if pattern["held_out"] else ""
        name = f"**{pattern['number']} {pattern['name']}** ({pattern['label']}{held})"
        for part in pattern["parts"]:
            verdict = "contradicted" if part["contradicted"] else part["verdict"]
            if part.get("disappears") is False:
                verdict += ", stays without"
            share = f"{part['share']:.0%} ({part['share_low']:.0%} to {part['share_high']:.0%})"
            lines.append(
                f"| {name} | {part['part']} ({part['unit']}) | {_number(part['median'])} "
                f"| {_number(part['low'])} to {_number(part['high'])} "
                f"| {share if part['worlds'] > 1 else 'one world'} "
                f"| {_number(part['knocked_out_median']) if 'disappears' in part else ''} "
                f"| {verdict} |"
            )
            name = ""
    figures = [
        [
            f"**{pattern['number']}** {one['part']} ({one['unit']})",
            _number(one["median"]),
            ""
            if pattern["name"] in ONE_WORLD
            else f"{_number(one['low'])} to {_number(one['high'])}",
        ]
        for pattern in patterns
        for one in pattern["figures"]
    ]
    seconds = sum(p["seconds"] for p in patterns)
    lines += [
        "",
        "Figures beside the parts, without a verdict:",
        "",
        table(("figure", "median", "9 in 10 worlds"), figures),
        "",
        f"Seed {report['seed']}; {seconds / 60:.0f} minutes of computing. {stamp()}",
    ]
    return "\n".join(lines)


def main() -> int:
    """Put the results between the page's marks."""
    report = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    PAGE.write_text(
        f"{before}{START}\n{results(report)}\n{END}{after}", encoding="utf-8", newline="\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
