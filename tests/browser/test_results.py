"""The Results page, in a browser."""

import csv
import io

import pytest

from colsim.experiments.sweep import sweep
from tests.browser.conftest import opening, served
from tests.browser.pages import download, wait

EXPERIMENT = """
title = "<b>How many</b> days? {{ 6 * 7 }}"
description = "The council can afford two things."
base = "desktop"
weeks = 26
replications = 8
measures = ["information_flow", "joint_plan_rate", "turnover_csw"]
[design]
kind = "factorial"
[vary]
levers.co_location.strength = [1.0, 3.0]
organisation.mhsw_teams = [2, 400]
"""


@pytest.fixture(scope="module")
def results(_browser_or_skip, browser, tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    (folder / "days.toml").write_text(EXPERIMENT, encoding="utf-8")
    sweep(folder / "days.toml", out=folder / "out")
    with served(folder / "out") as address, opening(browser, address) as found:
        yield found


def test_a_sweep_is_shown(results, picture):
    page = results.open("/")
    page.click("nav a:has-text('Results')")
    page.wait_for_selector(".result")
    assert page.title() == "Results - colsim"
    assert "<b>How many</b> days? {{ 6 * 7 }}" in page.inner_text(".head")
    assert "24 of 24 runs are there" in page.inner_text(".result dl")
    said = page.locator(".result .words li").all_inner_texts()
    assert len(said) == 4
    assert "in 9 of 10 plausible worlds between" in said[1]
    table = page.locator("section:has-text('What each point changes') tbody tr")
    assert table.count() == 2
    before = table.first.inner_text()
    page.select_option(".result select", "turnover_csw")
    wait(
        page,
        "t => [...document.querySelectorAll('.result tbody tr')][0].innerText !== t",
        before,
    )
    assert "2 points not built" in page.inner_text("section:has-text('What failed')")
    name, content = download(page, "differences")
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert (name, len(rows)) == ("differences-turnover_csw.csv", 2)
    assert {row["measure"] for row in rows} == {"turnover_csw"}
    _, content = download(page, "summary")
    assert len(list(csv.DictReader(io.StringIO(content.decode())))) == 9
    page.click("text=Read the folder again")
    assert table.count() == 2
    assert page.locator(".message").count() == 0


def test_the_page_is_there_only_with_a_folder(tabs):
    page = tabs.open("/")
    pages = page.locator("nav a").all_inner_texts()
    assert pages == ["Live", "Story", "Compare", "Money", "Assumptions"]


def test_it_fits_and_can_be_read(results, picture):
    from tests.browser.test_live import FAINT

    page = results.open("/results", width=400, height=800, scheme="dark")
    page.wait_for_selector(".result")
    for scheme in ("dark", "light"):
        if scheme == "light":
            page.click("[aria-label='Light colours']")
        for width, height in ((400, 800), (1400, 900)):
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(400)
            picture(page, f"results-{width}-{scheme}", full=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(FAINT) == []
