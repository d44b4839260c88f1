"""The Calibration page, in a browser."""

import pytest

from tests.browser.conftest import opening, served
from tests.browser.test_live import FAINT

MADE = """
from colsim.dashboard import served_folder
from tests.calibrated import Made
served_folder.open_folder = lambda folder: Made(misfit=True)
"""


@pytest.fixture(scope="module")
def calibrated(_browser_or_skip, browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("calibration")
    with served(folder, before=MADE) as address, opening(browser, address) as found:
        yield found


def test_what_was_learned_is_shown(calibrated):
    page = calibrated.open("/")
    page.click("nav a:has-text('Calibration')")
    page.wait_for_selector(".calibration")
    assert page.title() == "Calibration - colsim"
    assert "Eight <b>people</b>" in page.inner_text(".head")
    assert "MISFIT: these people say what the model does not." in page.inner_text(".warned")
    rows = page.locator("section:has-text('Themes: voiced') tbody tr")
    assert "4 of 4" in rows.first.inner_text()
    assert rows.count() == 2
    assert rows.first.locator("svg").get_attribute("aria-label") == (
        "expected before: 2 of 4, after: 2.8"
    )
    moved = page.locator("section:has-text('Numbers that the interviews moved') tbody tr")
    still = page.locator("section:has-text('Numbers that they did not') tbody tr")
    assert "confidence start" in moved.inner_text()
    assert "knowledge start" in still.inner_text()
    page.click("text=1 theme that is not compared")
    assert "hours are not followed" in page.inner_text(".calibration details")
    assert page.locator("nav a:has-text('Results')").count() == 0


def test_it_fits_and_can_be_read(calibrated, picture):
    page = calibrated.open("/calibration", width=400, height=800, scheme="dark")
    page.wait_for_selector(".calibration")
    for scheme in ("dark", "light"):
        if scheme == "light":
            page.click("[aria-label='Light colours']")
        for width, height in ((400, 800), (1400, 900)):
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(400)
            picture(page, f"calibration-{width}-{scheme}", full=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(FAINT) == []
