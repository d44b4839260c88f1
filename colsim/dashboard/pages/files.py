"""Files that a page hands out, and those that a visitor opens."""

import base64
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from colsim.core.measures import MEASURES
from colsim.dashboard import authority, drafts
from colsim.dashboard.live import LiveRun
from colsim.dashboard.pages import state
from colsim.errors import UserError
from colsim.scenario.loading import LoadedScenario

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DOWNLOADS = (
    ("scenario", "Scenario", "TOML, for colsim run and colsim compare"),
    ("series", "Every measure, every week", "CSV"),
    ("titled", "The same, with titles and units", "CSV, for people and spreadsheets"),
    ("picture", "Chart", "PNG, for slides and papers"),
    ("chart", "Chart", "SVG"),
    ("graph", "This week's network", "GraphML, for Gephi, R or networkx"),
    ("list", "Staff list to fill in", "XLSX, to be opened here"),
)
KINDS = {"svg": "image/svg+xml", "png": "image/png"}


def packed(name: str, content: bytes, kind: str) -> dict[str, str]:
    """Return a file as the browser takes it."""
    return {"name": name, "content": base64.b64encode(content).decode(), "type": kind}


def live_file(run: LiveRun, what: str) -> dict[str, str]:
    """Return one download of the Live page.

    Raises:
        KeyError: there is no such download.
    """
    return _MAKERS[what](run)


def _scenario(run: LiveRun) -> dict[str, str]:
    text = drafts.to_toml(run.scenario)
    return packed(f"{_stem(run)}.toml", text.encode(), "application/toml")


def _series(run: LiveRun) -> dict[str, str]:
    text = run.table().to_csv()
    return packed(f"{_stem(run)}-seed-{run.seed}.csv", text.encode(), "text/csv")


def _titled(run: LiveRun) -> dict[str, str]:
    table = run.table()
    table.index.name = "Week"
    table.columns = [f"{MEASURES[n].title} ({MEASURES[n].unit})" for n in table.columns]
    # A byte-order mark tells spreadsheets that this is UTF-8.
    content = table.to_csv().encode("utf-8-sig")
    return packed(f"{_stem(run)}-seed-{run.seed}-titles.csv", content, "text/csv")


def drawn(figure: "Figure", stem: str, kind: str) -> dict[str, str]:
    """Return a chart as a file: svg, or png in a size that paper takes."""
    out = io.BytesIO()
    figure.savefig(out, format=kind, dpi=200)
    return packed(f"{stem}.{kind}", out.getvalue(), KINDS[kind])


def _chart(run: LiveRun, kind: str = "svg") -> dict[str, str]:
    from colsim.dashboard.chart import draw_courses

    return drawn(draw_courses(run), f"{_stem(run)}-seed-{run.seed}", kind)


def _picture(run: LiveRun) -> dict[str, str]:
    return _chart(run, "png")


def _graph(run: LiveRun) -> dict[str, str]:
    import networkx as nx

    out = io.BytesIO()
    nx.write_graphml(run.model.graph, out)
    name = f"{_stem(run)}-seed-{run.seed}-week-{run.week}.graphml"
    return packed(name, out.getvalue(), "application/xml")


def _list(_: LiveRun) -> dict[str, str]:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return packed("authority.xlsx", authority.template(), kind)


_MAKERS: dict[str, Callable[[LiveRun], dict[str, str]]] = {
    "scenario": _scenario,
    "series": _series,
    "titled": _titled,
    "picture": _picture,
    "chart": _chart,
    "graph": _graph,
    "list": _list,
}


def _stem(run: LiveRun) -> str:
    kept = "".join(c if c.isalnum() or c in "-_" else "-" for c in run.scenario.name).strip("-")
    return kept[:60] or "scenario"


def opened_file(data: dict[str, Any], base: LoadedScenario) -> LoadedScenario | None:
    """Return the scenario of an uploaded file; None if it was a staff list, which is moved into.

    Args:
        data: the files.
        base: authority over which a policy is laid.

    Raises:
        UserError: it is neither, or faulty, or too large; nothing has changed then.
    """
    files = [
        (str(one["name"]), base64.b64decode(str(one["content"]))) for one in list(data["files"])[:5]
    ]
    if len(files) == 1 and files[0][0].lower().endswith(".toml"):
        return drafts.uploaded(*files[0], base=base)
    if any(name.lower().endswith(".toml") for name, _ in files):
        raise UserError(
            f"files: found {len(files)}, a scenario among them; allowed: one scenario (TOML), or "
            "the files of one staff list"
        )
    state.message.value = f"Reading {files[0][0][:60] if files else 'the list'} ..."
    state.settle_in(authority.read_authority(files))
    return None
