"""The pages of the dashboard, one file each; Solara finds `routes` here."""

from typing import Any

import solara
from solara.lab import on_kernel_start

from colsim.dashboard import memory, opened
from colsim.dashboard.pages import components as ui
from colsim.dashboard.pages import state
from colsim.dashboard.pages.assumptions_page import AssumptionsPage
from colsim.dashboard.pages.calibration_page import CalibrationPage
from colsim.dashboard.pages.compare_page import ComparePage
from colsim.dashboard.pages.live_page import LivePage
from colsim.dashboard.pages.results_page import ResultsPage
from colsim.dashboard.pages.story_page import StoryPage

__all__ = ["Layout", "routes"]

on_kernel_start(lambda: memory.closed)  # what it returns is called when the tab closes

_PAGES = (
    ("/", "Live"),
    ("/story", "Story"),
    ("/compare", "Compare"),
    *((("/results", "Results"),) if opened.results() is not None else ()),
    *((("/calibration", "Calibration"),) if opened.calibration() is not None else ()),
    ("/assumptions", "Assumptions"),
)


@solara.component
def Layout(children: list[Any] = []) -> None:  # noqa: B006 - Solara's own signature
    """Return name and pages above, and what went wrong in plain words, around a page."""
    router = solara.use_router()
    here = router.path.rstrip("/") or "/"
    with solara.Div(classes=["app"]):
        ui.Header(
            pages=ui.Plain([{"path": path, "label": label} for path, label in _PAGES]),
            here=here,
            event_go=router.push,
        )
        ui.Message(text=state.message.value, event_close=lambda _: state.message.set(""))
        solara.Div(children=children, attributes={"id": "main"})


routes = [
    solara.Route(path="/", component=LivePage, label="colsim", layout=Layout),
    solara.Route(path="story", component=StoryPage, label="A family's story - colsim"),
    solara.Route(path="compare", component=ComparePage, label="Compare - colsim"),
    solara.Route(path="assumptions", component=AssumptionsPage, label="Assumptions - colsim"),
]
if opened.results() is not None:
    routes.append(solara.Route(path="results", component=ResultsPage, label="Results - colsim"))
if opened.calibration() is not None:
    routes.append(
        solara.Route(path="calibration", component=CalibrationPage, label="Calibration - colsim")
    )
