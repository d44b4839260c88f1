"""The pages of the dashboard, one file each; Solara finds `routes` here."""

import sys
import traceback
from typing import Any

import solara
from solara.lab import on_kernel_start

from colsim.dashboard import allocator, served_folder, workshop
from colsim.dashboard.pages import components as ui
from colsim.dashboard.pages import state
from colsim.dashboard.pages.answer import Lucky
from colsim.dashboard.pages.assumptions_page import AssumptionsPage
from colsim.dashboard.pages.calibration_page import CalibrationPage
from colsim.dashboard.pages.compare_page import Background, ComparePage
from colsim.dashboard.pages.live_page import LivePage
from colsim.dashboard.pages.money_page import MoneyPage, Spending
from colsim.dashboard.pages.results_page import ResultsPage
from colsim.dashboard.pages.story_page import StoryPage
from colsim.dashboard.pages.workshop_page import WorkshopPage

__all__ = ["Layout", "routes"]

on_kernel_start(lambda: allocator.closed)  # what it returns is called when the tab closes

_PAGES = (
    ("/", "Live"),
    ("/story", "Story"),
    ("/compare", "Compare"),
    ("/money", "Money"),
    *((("/results", "Results"),) if served_folder.results() is not None else ()),
    *((("/calibration", "Calibration"),) if served_folder.calibration() is not None else ()),
    *((("/workshop", "Workshop"),) if workshop.board() is not None else ()),
    ("/assumptions", "Assumptions"),
)


@solara.component
def Layout(children: list[Any] = []) -> None:  # noqa: B006 - Solara's own signature
    """Return name and pages above, and what went wrong in plain words, around a page."""
    router = solara.use_router()
    here = router.path.rstrip("/") or "/"

    def go(path: str) -> None:
        state.message.value = ""
        router.push(path)

    with solara.Div(classes=["app"]):
        ui.Header(
            pages=ui.Plain([{"path": path, "label": label} for path, label in _PAGES]),
            here=here,
            event_go=go,
        )
        Background()
        Lucky()
        Spending()
        ui.Message(text=state.message.value, event_close=lambda _: state.message.set(""))
        solara.Div(children=children, attributes={"id": "main", "role": "main"})


@solara.component
def Safe(page: Any) -> None:
    """Show a page; where it fails, say so in plain words, and keep all other pages alive."""
    router = solara.use_router()
    error, clear = solara.use_exception()
    said = solara.use_ref(None)
    if error is None:
        page().key("page")
        return
    if said.current is not error:
        said.current = error
        # For whoever runs the server; visitors are not shown its insides.
        traceback.print_exception(error, file=sys.stderr)

    def leave(_: Any) -> None:
        router.push("/" if router.path.rstrip("/") else "/assumptions")
        clear()

    with solara.Div(classes=["card"], attributes={"role": "alert"}).key("failed"):
        solara.HTML(tag="h1", unsafe_innerHTML="This page could not be shown")
        solara.Text(
            "Something went wrong that colsim did not expect. What the other pages hold is still "
            "there. Try again; if it happens again, go on with another page, and tell whoever runs "
            "this dashboard: its terminal says what happened."
        )
        with solara.Div():
            ui.Action(label="Try again", event_act=lambda _: clear())
            ui.Action(label="Another page", event_act=leave)


def _safe(page: Any) -> Any:
    """Return a component for a route: the page, and what is said if it fails."""

    @solara.component
    def Safely() -> None:
        Safe(page)

    return Safely


routes = [
    solara.Route(path="/", component=_safe(LivePage), label="colsim", layout=Layout),
    solara.Route(path="story", component=_safe(StoryPage), label="A family's story - colsim"),
    solara.Route(path="compare", component=_safe(ComparePage), label="Compare - colsim"),
    solara.Route(path="money", component=_safe(MoneyPage), label="Value for money - colsim"),
    solara.Route(
        path="assumptions", component=_safe(AssumptionsPage), label="Assumptions - colsim"
    ),
]
if served_folder.results() is not None:
    routes.append(
        solara.Route(path="results", component=_safe(ResultsPage), label="Results - colsim")
    )
if served_folder.calibration() is not None:
    routes.append(
        solara.Route(
            path="calibration", component=_safe(CalibrationPage), label="Calibration - colsim"
        )
    )
if workshop.board() is not None:
    routes.append(
        solara.Route(path="workshop", component=_safe(WorkshopPage), label="Workshop - colsim")
    )
