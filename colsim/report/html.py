"""A report as one HTML file that needs nothing else: no network, no script; courses are drawn."""

import base64
import html
import json
from collections.abc import Sequence
from pathlib import Path

from colsim.core.measures import MEASURES
from colsim.report.documents import Document, chart_of
from colsim.reporting.account import Grid, Part, Picture, Points, Section, Words
from colsim.reporting.curves import STYLE as CURVES_STYLE
from colsim.reporting.curves import Curve, Curves
from colsim.reporting.curves import drawn as curves_drawn
from colsim.reporting.sheets import harmless
from colsim.reporting.words import held_together, level, signed

MOST = 8
"""Policies whose courses a report draws."""
_ENDS = ("Change from (9 in 10 worlds)", "Change", "Change to (9 in 10 worlds)")


def curves_in(folder: Path) -> tuple[Curves, ...]:
    """Return the courses of a comparison; none if the folder holds none, or those of too many."""
    table, whole = folder / "series.csv", folder / "comparison.json"
    if not table.is_file() or not whole.is_file():
        return ()
    compared = json.loads(whole.read_text(encoding="utf-8"))
    baseline, *policies = compared["scenarios"]
    if not 1 <= len(policies) <= MOST:
        return ()
    import pandas as pd

    rows = pd.read_csv(table, dtype={"scenario": str, "Policy": str})
    differences = {(one["scenario"], one["measure"]): one for one in compared["differences"]}
    found = []
    for name, of_measure in rows.groupby("measure", sort=False):
        about = MEASURES[str(name)]
        lines = []
        for one in policies:
            mine = of_measure[of_measure["scenario"] == harmless(one["name"])]
            low, middle, high = ([_or_none(v) for v in mine[end]] for end in _ENDS)
            told = signed(differences[one["name"], name]["difference"], about)
            ends = one.get("money_ends")
            lines.append(Curve(one["title"], low, middle, high, told, ends))
        base = level(differences[policies[0]["name"], name]["baseline"], about)
        said = f"{about.definition}. Compared with {baseline['title']}: {base}."
        found.append(Curves(about.title, said, tuple(lines), compared["weeks"]))
    return tuple(found)


def _or_none(value: float) -> float | None:
    return None if value != value else float(value)


_STYLE = """
:root{color-scheme:light}
body{font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:#17222b;
background:#fff;max-width:60rem;margin:0 auto;padding:1.5rem 1.25rem 3rem}
h1{font-size:1.7rem;line-height:1.25;margin:.2rem 0}h2{font-size:1.2rem;margin:1.8rem 0 .4rem;
border-top:1px solid #dfe4e6;padding-top:.8rem}
p,ul{margin:.45rem 0}.weak,.by{color:#4b5963;font-size:.9rem}
li{margin:.2rem 0}figure{margin:.6rem 0}img{width:100%;height:auto}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.92rem;margin:.6rem 0}
caption{text-align:left;font-weight:600;padding:.2rem 0}
th,td{text-align:left;vertical-align:top;padding:.3rem .7rem .3rem 0;
border-bottom:1px solid #dfe4e6}
thead th{color:#4b5963;font-weight:500}tbody th{font-weight:500}
td{font-variant-numeric:tabular-nums;overflow-wrap:break-word}
header .kind{color:#0b5563;font-weight:600}
@media print{@page{size:A4;margin:14mm}body{font-size:9.6pt;line-height:1.35;max-width:none;
padding:0}h1{font-size:15pt}h2{font-size:11.5pt;margin:.7rem 0 .2rem;padding-top:.35rem;
break-after:avoid}table{font-size:8.6pt;margin:.3rem 0}th,td{padding:.12rem .5rem .12rem 0}
tr,figure{break-inside:avoid}figure img{max-height:105mm;width:auto;max-width:100%}
.curves .panels{grid-template-columns:repeat(3,1fr)!important;gap:2px 10px}
.curves .panels:has(>:only-child){grid-template-columns:1fr!important}
.curves .panel .head{margin:2px 0 0;font-size:8pt}.curves p{margin:.15rem 0;font-size:8pt}
.curves svg{max-height:38mm}.weak,.by{font-size:8.4pt;line-height:1.25}p,ul{margin:.25rem 0}
li{margin:.08rem 0}.appendix{break-before:page}.wide{overflow:visible}}
"""


def html_of(document: Document, folder: Path) -> str:
    """Return the document, with its chart inside."""
    body = [_section(one, folder) for one in document.sections if not one.appendix]
    behind = [_section(one, folder) for one in document.sections if one.appendix]
    made = f"Made with colsim {document.made['colsim']}, {document.made['written'][:10]}"
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_text(document.title)}</title><style>{_STYLE}{CURVES_STYLE}</style></head><body>
<header><p class="kind">colsim: exploring options, forecasting nothing</p>
<h1>{_text(document.title)}</h1><p>{_text(document.subtitle)}</p>
<p class="by">{_text(made)}</p></header>
<main>
{"".join(body)}
<div class="appendix"><h2>Appendix</h2>
{"".join(behind)}</div>
</main></body></html>
"""


def _text(text: str) -> str:
    return html.escape(held_together(str(text)))


def _section(section: Section, folder: Path) -> str:
    level = "h3" if section.appendix else "h2"
    parts = "\n".join(_part(part, folder) for part in section.parts)
    head = f"<{level}>{_text(section.title)}</{level}>\n" if section.title else ""
    return f"<section>{head}{parts}</section>\n"


def _part(part: Part, folder: Path) -> str:
    if isinstance(part, Words):
        text = f"<strong>{_text(part.text)}</strong>" if part.strong else _text(part.text)
        return f"<p{' class=weak' if part.weak else ''}>{text}</p>"
    if isinstance(part, Points):
        return "<ul>" + "".join(_items(*one) for one in part.under_heads()) + "</ul>"
    if isinstance(part, Grid):
        return _table(part)
    return _figure(part, folder)


def _items(head: str, items: Sequence[str]) -> str:
    listed = "".join(f"<li>{_text(item)}</li>" for item in items)
    return f"<li>{_text(head)}:<ul>{listed}</ul></li>" if head else listed


def _table(grid: Grid) -> str:
    caption = f"<caption>{_text(grid.caption)}</caption>" if grid.caption else ""
    head = "".join(f'<th scope="col">{_text(cell)}</th>' for cell in grid.head)
    rows = "".join(
        f'<tr><th scope="row">{_text(row[0])}</th>'
        + "".join(f"<td>{_text(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in grid.rows
    )
    label = _text(grid.caption or "Table")
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{label}">'
        f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _figure(picture: Picture, folder: Path) -> str:
    """Return the chart as a part of the page; nothing where it was not drawn.

    Courses of a few policies are drawn as the dashboard draws them; else the picture is shown.
    """
    if picture.stem == "chart" and (curves := curves_in(folder)):
        return "".join(map(curves_drawn, curves))
    drawn = chart_of(picture, folder)
    if not drawn:
        return ""
    data = base64.b64encode(drawn).decode()
    return f'<figure><img alt="{_text(picture.says)}" src="data:image/png;base64,{data}"></figure>'
