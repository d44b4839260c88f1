"""What is typed stays, whatever is drawn anew meanwhile: every field of every page."""

import pytest

from tests.browser.pages import (
    FIELDS,
    at_week,
    lever,
    open_files,
    pause,
    seek,
    typed_while_drawn_anew,
    wait,
)
from tests.lists import SMALL as LIST


def test_no_field_of_the_live_page_loses_what_is_typed(tabs):
    page = tabs.open("/?preset=desktop&run.weeks=40&run.burn_in=20&week=5")
    open_files(page, ("ours.csv", LIST))
    page.wait_for_selector(".authority h2:has-text('ours.csv')")
    pause(page)
    lever(page, "co_location").locator("[role=switch]").click()
    lever(page, "co_location").locator(".name").click()
    page.wait_for_selector(".whens input")
    assert page.locator(FIELDS).count() == 5  # families, seed, and a lever's three weeks
    assert typed_while_drawn_anew(page) == []


@pytest.mark.parametrize("path, count", [("/compare", 10), ("/assumptions", 1), ("/money", 1)])
def test_no_field_of_other_pages_loses_what_is_typed(tabs, path, count):
    page = tabs.open(path)
    page.wait_for_selector("h1")
    if path == "/compare":
        page.click("[data-slot='1'] button:has-text('Change levers')")
        page.click(".slots .lever.on .name")
        for card in (".what-if", ".choosing"):
            page.click(f"{card} summary")
    assert page.locator(FIELDS).count() == count
    assert typed_while_drawn_anew(page) == []


def test_what_was_handed_over_gives_way_to_its_answer(tabs):
    """A field shows again what holds: what the server made of it, or what undo brings back."""
    page = tabs.open("/money?preset=desktop&run.weeks=26&run.burn_in=26")
    budget = page.locator(".runbar input")
    budget.fill("100,000")
    page.keyboard.press("Tab")
    wait(page, "() => document.querySelector('.runbar input').value === '100000'")
    budget.fill("50000")
    page.keyboard.press("Tab")
    page.click(".runbar .undo:enabled")
    wait(page, "() => document.querySelector('.runbar input').value === '100000'")
    page.click(".runbar .undo:enabled")
    wait(page, "() => document.querySelector('.runbar input').value === ''")
    page.click(".runbar .redo:enabled")
    wait(page, "() => document.querySelector('.runbar input').value === '100000'")


def test_a_slider_stays_where_the_hand_is(tabs):
    """Weeks that go by, and answers to earlier places, do not move it."""
    page = tabs.open("/?preset=desktop&week=10&levers.co_location.strength=1")
    lever(page, "co_location").locator(".name").click()
    strength = lever(page, "co_location").locator("input[type=range]").first
    strength.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.wait_for_selector(".events .what:has-text('3 days')")
    assert strength.input_value() == "3"
    page.click(".player .main")
    page.evaluate(
        "r => { r.value = 100; r.dispatchEvent(new Event('input')) }",
        page.locator("#week").element_handle(),
    )
    wait(page, "() => window.colsim.clock.week > 12")
    assert page.input_value("#week") == "100"
    page.evaluate("document.querySelector('#week').dispatchEvent(new Event('change'))")
    wait(page, "() => window.colsim.clock.week >= 100")
    page.click(".player .main")
    seek(page, 20)
    at_week(page, 20)
