"""The Assumptions page: every number with unit, range, evidence and source."""

import solara

from colsim.dashboard import assumptions
from colsim.dashboard.pages import components as ui


@solara.component
def AssumptionsPage() -> None:
    """What the model rests on, and what it may not be used for."""
    with solara.Div(classes=["head"]), solara.Div(classes=["said"]):
        solara.HTML(tag="h1", unsafe_innerHTML="What the model assumes")
    ui.Assumptions(
        purposes=ui.Plain(assumptions.PURPOSES),
        limits=ui.Plain(assumptions.LIMITS),
        marks=ui.Plain(assumptions.marks()),
        rows=ui.Plain(assumptions.rows()),
        levers=ui.Plain(assumptions.lever_rows()),
    )
