"""The Assumptions page: every number with unit, range, evidence and source."""

import solara

from colsim.dashboard import assumptions
from colsim.dashboard.pages import components as ui


@solara.component
def AssumptionsPage() -> None:
    """What the model rests on, and what it may not be used for."""
    with solara.Div(classes=["head"]), solara.Div(classes=["said"]):
        solara.HTML(tag="h1", unsafe_innerHTML="What the model assumes")
        solara.HTML(
            tag="p",
            classes=["quiet"],
            unsafe_innerHTML="For whoever has to defend a result, or doubts one: what colsim may "
            "be used for, and every number behind it. Look first at how well the numbers are "
            "known, then find those that your question hangs on: &#8220;What this rests on&#8221; "
            "under a comparison names them. If you are here to try policies, go to Live.",
        )
    ui.Assumptions(
        purposes=ui.Plain(assumptions.PURPOSES),
        limits=ui.Plain(assumptions.LIMITS),
        marks=ui.Plain(assumptions.marks()),
        rows=ui.Plain(assumptions.rows()),
        levers=ui.Plain(assumptions.lever_rows()),
    )
