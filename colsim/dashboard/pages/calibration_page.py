"""The Calibration page: what interviews taught the model, and what they did not."""

import solara

from colsim.dashboard import calibration_view, served_folder
from colsim.dashboard.pages import components as ui


@solara.component
def CalibrationPage() -> None:
    """What was voiced and what is expected; what was learned of the numbers."""
    found = served_folder.calibration()
    assert found is not None
    with solara.Div(classes=["head"]), solara.Div(classes=["said"]):
        solara.HTML(tag="h1", unsafe_innerHTML="What the interviews taught")
        with solara.Div(classes=["quiet"]):
            solara.Text(str(found.manifest["calibration"]["title"]))
    ui.CalibrationResults(
        description=str(found.manifest["calibration"]["description"]),
        facts=ui.Plain(calibration_view.asked(found)),
        warnings=ui.Plain(calibration_view.told(found, strong=True)),
        words=ui.Plain(calibration_view.told(found, strong=False)),
        themes=ui.Plain(calibration_view.themes(found)),
        numbers=ui.Plain(calibration_view.numbers(found)),
        missing=ui.Plain(calibration_view.missing(found)),
    )
