"""The Results page: the sweep whose folder the dashboard was opened with."""

from typing import Any

import solara

from colsim.analysis.paired import paired
from colsim.dashboard import served_folder, sweep_view
from colsim.dashboard.pages import components as ui
from colsim.dashboard.pages import state
from colsim.dashboard.pages.files import packed
from colsim.dashboard.pages.tools import Tools
from colsim.errors import UserError
from colsim.experiments.results import Results


def _found(results: Results, measure: str) -> dict[str, ui.Plain]:
    """Return all that depends on the measure chosen; what is wrong is said on the page."""
    try:
        table = sweep_view.listed(results, paired(results, measure))
        return {
            "table": ui.Plain(table),
            "analyses": ui.Plain(sweep_view.analyses(results, measure)),
        }
    except UserError as error:
        state.message.value = str(error)
        return {"table": ui.Plain(None), "analyses": ui.Plain([])}


def _always(results: Results) -> dict[str, ui.Plain]:
    """Return all that does not."""
    try:
        return {
            "facts": ui.Plain(sweep_view.asked(results)),
            "told": ui.Plain(sweep_view.told(results)),
            "failures": ui.Plain(sweep_view.failures(results)),
            "notes": ui.Plain(sweep_view.notes(results)),
        }
    except UserError as error:
        state.message.value = str(error)
        return {name: ui.Plain([]) for name in ("facts", "told", "failures", "notes")}


@solara.component
def _Tools(results: Results, measure: str) -> None:
    def make(name: str) -> dict[str, str]:
        return packed(*sweep_view.file(results, measure, name), "text/csv")

    Tools(sweep_view.DOWNLOADS, make)


@solara.component
def ResultsPage() -> None:
    """What was asked, what came out, what failed."""
    results = served_folder.results()
    assert results is not None
    known = sweep_view.measures(results)
    measure, set_measure = solara.use_state(known[0]["name"])
    again, set_again = solara.use_state(0)
    always = solara.use_memo(lambda: _always(results), [again])
    found = solara.use_memo(lambda: _found(results, measure), [measure, again])
    experiment = results.manifest.experiment

    def pick(data: dict[str, Any]) -> None:
        state.message.value = ""
        if any(one["name"] == data["measure"] for one in known):
            set_measure(str(data["measure"]))

    def read(_: Any) -> None:
        state.message.value = ""
        set_again(again + 1)

    with solara.Div(classes=["head"]):
        with solara.Div(classes=["said"]):
            solara.HTML(tag="h1", unsafe_innerHTML="Results of a sweep")
            with solara.Div(classes=["quiet"]):
                solara.Text(experiment.title)
        _Tools(results, measure)
    ui.SweepResults(
        description=experiment.description,
        measures=ui.Plain(known),
        measure=measure,
        event_pick=pick,
        event_again=read,
        **always,
        **found,
    )
