"""The Compare and Assumptions pages, in a browser; visitors beside each other."""

import csv
import io
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from colsim.answers.what_if import what_if
from colsim.comparison.account import account_of
from colsim.reporting.account import Grid
from colsim.scenario import load_scenario
from tests.browser.conftest import PATIENCE
from tests.browser.pages import download, drawn, link, pause, switched, wait

TWO = (
    "/compare?worlds=10&0.preset=desktop&1.preset=robinscar&1.name=close&1.organisation.csw=48"
    "&1.organisation.mhsw=16&1.organisation.mhsw_teams=4&1.organisation.localities=2"
    "&1.organisation.shared_families=42&1.levers.co_location.strength=3.0"
    "&1.levers.co_location.ramp=13"
)
ANSWER = ".results .words ul:not(.short, .harmed) li"
"""What each policy changes, a sentence a measure; above it stands what matters first."""


def compared(page):
    page.click(".runbar .main")
    page.wait_for_selector(".results .words")
    page.wait_for_selector(".runbar .main")


def test_a_comparison_runs_is_cancelled_and_runs_again(tabs, picture):
    page = tabs.open(TWO)
    compared(page)
    words = page.locator(ANSWER).all_inner_texts()
    assert len(words) == 2
    assert "in 9 of 10 plausible worlds between" in words[0]
    assert "understood facts in every 100" in words[0]
    assert page.locator(".bands figure").count() == 2
    # Pointing at a week shows its values, without a script.
    column = page.locator(".bands .at").nth(20)
    assert not column.locator(".tip").is_visible()
    column.locator("rect").first.hover()
    assert column.locator(".tip").is_visible()
    assert column.locator("text").first.inner_html().startswith("week ")
    # Harms come first, and all is folded.
    kinds = page.locator(".besides details").evaluate_all(
        "all => all.map(d => [d.dataset.kind, d.open])"
    )
    order = ["harm", "worse", "better", "other"]
    assert [k for k, _ in kinds] == sorted((k for k, _ in kinds), key=order.index)
    assert not any(unfolded for _, unfolded in kinds)
    assert page.locator(".measured:has-text('Information flow') tbody tr").count() >= 1
    page.select_option(".runbar select", "200")
    page.click(".runbar .main")
    page.wait_for_selector(".runbar progress")
    page.click("nav a:has-text('Live')")  # it goes on meanwhile
    drawn(page)
    page.click("nav a:has-text('Compare')")
    page.wait_for_selector(".runbar progress")
    page.click(".runbar button:has-text('Cancel')")
    page.wait_for_selector(".runbar [role=status]:has-text('Cancelled')")
    assert page.locator(ANSWER).all_inner_texts() == words
    page.select_option(".runbar select", "10")
    page.click(".runbar .main")
    page.wait_for_selector(".runbar [role=status]:has-text('10 worlds')")
    assert page.locator(ANSWER).all_inner_texts() == words
    picture(page, "compare-found-1400-light", full=True)
    name, content = download(page, "table")
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert name == "comparison.csv"
    assert {row["scenario"] for row in rows} == {"close_changed"}
    _, content = download(page, "series")
    assert {row["policy_week"] for row in csv.DictReader(io.StringIO(content.decode()))} >= {"156"}
    _, content = download(page, "chart")
    assert ET.fromstring(content).tag.endswith("svg")


SHORT = (
    "/compare?worlds=10&0.preset=desktop&0.run.weeks=26&0.run.burn_in=20&1.preset=desktop"
    "&1.name=close&1.run.weeks=26&1.run.burn_in=20&1.levers.co_location.strength=3.0"
)


def ask(page, key, text):
    page.fill(f"[data-ask={key}]", text)
    page.keyboard.press("Tab")


def narrow(page, picture, name):
    """Look at the page on a phone: nothing runs over its side."""
    page.set_viewport_size({"width": 400, "height": 800})
    page.wait_for_timeout(300)
    picture(page, f"{name}-400-light", full=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    page.set_viewport_size({"width": 1400, "height": 900})


def test_what_if_tells_the_gain_now_and_under_each(tabs, picture):
    page = tabs.open(SHORT)
    page.click(".what-if summary")
    page.click(".what-if .main")
    page.wait_for_selector(".message pre:has-text('what if: found nothing')")
    ask(page, "ends", "13")
    ask(page, "delivered", "a half")
    page.click(".what-if .main")
    page.wait_for_selector(".message pre:has-text(\"--delivered: found 'a half'\")")
    ask(page, "delivered", "0.5")
    page.click(".what-if .main")
    page.wait_for_selector(".what-if tbody tr")
    rows = [row.inner_text().split("\t") for row in page.locator(".what-if tbody tr").all()]
    given = {"run.weeks": 26, "run.burn_in": 20}
    desktop = load_scenario("desktop", overrides=given)
    close = load_scenario("desktop", overrides={**given, "levers.co_location.strength": 3.0})
    same = what_if(desktop, replace(close, name="close"), ends=13, delivered=0.5, replications=20)
    (table,) = (one for one in account_of(same).parts("what_if") if isinstance(one, Grid))
    assert rows == [list(row) for row in table.rows]
    assert page.locator(ANSWER).count() == 2  # and the comparison itself
    picture(page, "compare-what-if-1400-light", full=True)
    narrow(page, picture, "compare-what-if")
    # Another policy makes the table out of date, and it goes.
    page.select_option("[data-slot='1'] select", "joint_training")
    page.wait_for_selector(".what-if tbody tr", state="detached")


def test_what_to_choose_within_a_budget_stands_on_the_page(tabs, picture):
    page = tabs.open(SHORT)
    page.click(".choosing summary")
    ask(page, "budget", "5")
    page.select_option("[data-ask=pick]", "1")
    page.click(".choosing .main")
    page.wait_for_selector(".message pre:has-text('--budget: found 5; allowed: at least')")
    ask(page, "budget", "60,000")
    page.click(".choosing .main")
    page.wait_for_selector(".runbar progress")
    page.click(".runbar button:has-text('Cancel')")
    page.wait_for_selector(".runbar [role=status]:has-text('Cancelled')")
    page.click(".choosing .main")
    page.wait_for_selector(".choosing .answers p", timeout=4 * PATIENCE)
    said = page.locator(".choosing .answers p").all_inner_texts()
    assert said[0].startswith(("No winner: ", "Best: ", "None of them"))
    assert any(line.startswith("What this rests on. ") for line in said)
    picture(page, "compare-choose-1400-light", full=True)
    narrow(page, picture, "compare-choose")
    page.click(".choosing .take")
    page.wait_for_selector("[data-slot='3']")
    page.click(".choosing .money-page")
    page.wait_for_selector(".money")


def test_scenarios_are_edited_added_removed_and_shared(tabs):
    page = tabs.open("/compare")
    assert page.locator(".slot").count() == 3
    page.click("text=Add a policy")
    page.wait_for_selector("[data-slot='3']")
    assert page.locator("text=Add a policy").count() == 0
    page.click("[data-slot='1'] button:has-text('Remove')")
    page.wait_for_selector("[data-slot='3']", state="detached")
    page.select_option("[data-slot='1'] select", "joint_training")
    page.wait_for_selector("[data-slot='1'] .uses:has-text('Joint training')")
    page.click("[data-slot='2'] button:has-text('Change levers')")
    page.wait_for_selector(".slots .levers")
    switched(page, "shadowing", True, inside=".slots")
    page.wait_for_selector("[data-slot='2'] .uses:has-text('Shadowing')")
    other = tabs.open(link(page).removeprefix(tabs.address))
    for which in range(3):
        uses = f"[data-slot='{which}'] .uses"
        assert other.inner_text(uses) == page.inner_text(uses)


def test_a_comparison_of_unequal_lengths_is_refused(tabs):
    page = tabs.open("/compare?0.preset=desktop&1.preset=desktop&1.name=long&1.run.weeks=200")
    page.click(".runbar .main")
    page.wait_for_selector(".message pre:has-text('must run equally long')")
    page.wait_for_selector(".runbar .main")
    assert page.locator(".results").count() == 0
    assert page.locator(".slot").count() == 2


def test_visitors_do_not_see_each_other(tabs):
    pages = [tabs.open(TWO), tabs.open(TWO)]
    pages += [tabs.open(f"/?preset=desktop&seed={k}&week={10 * k}") for k in (1, 2, 3)]
    for page in pages[:2]:
        page.click(".runbar .main")
    for k, page in enumerate(pages[2:], start=1):
        assert pause(page) == 10 * k
        assert page.input_value(".player .again input") == str(k)
    switched(pages[2], "co_location", True)
    for page in pages[3:]:
        page.click("text=Step")
        assert page.locator(".events li").count() == 0
    found = []
    for page in pages[:2]:
        page.wait_for_selector(".results .words")
        found.append(page.locator(".results .words li").all_inner_texts())
    assert found[0] == found[1]


def test_assumptions_are_found(tabs):
    page = tabs.open("/assumptions")
    page.wait_for_selector("[role=status]")
    page.fill("input[type=text]", "re-referral")
    wait(page, "() => parseInt(document.querySelector('[role=status]').textContent) < 20")
    row = page.locator(".facts tbody tr").first.inner_text()
    assert len(row.split("\t")) == 7
    assert "Forecasting one authority" in page.inner_text(".uses2")
    assert page.title() == "Assumptions - colsim"


def test_pages_are_left_and_come_back_as_they_were(tabs):
    page = tabs.open("/?preset=desktop&seed=4&week=33")
    pause(page)
    page.click("nav a:has-text('Compare')")
    page.wait_for_selector(".runbar")
    page.select_option("[data-slot='1'] select", "*live")
    page.wait_for_selector("[data-slot='1'] .uses:has-text('no lever')")
    page.click("nav a:has-text('Live')")
    page.wait_for_selector(".player")
    assert page.inner_text(".player output b") == "33"
    assert page.input_value(".player .again input") == "4"


def test_a_foreign_origin_is_refused_on_the_websocket(tabs):
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    address = tabs.address.replace("http://", "ws://") + "/jupyter/api/kernels/a/channels"
    for origin in ("http://evil.example", "null", None):
        with pytest.raises(InvalidStatus) as refused:
            connect(address, origin=origin)
        assert refused.value.response.status_code == 403


def test_remove_makes_no_policy_the_one_that_is_compared_with(tabs):
    page = tabs.open("/compare")
    first = page.input_value("[data-slot='0'] select")
    kept = page.input_value("[data-slot='2'] select")
    assert page.locator("[data-slot='0'] button:has-text('Remove')").count() == 0
    page.click("[data-slot='1'] button:has-text('Remove')")
    page.wait_for_selector("[data-slot='2']", state="detached")
    assert page.input_value("[data-slot='0'] select") == first
    assert page.input_value("[data-slot='1'] select") == kept
    # Of two there is nothing to remove: one alone compares with nothing.
    assert page.locator(".slot button:has-text('Remove')").count() == 0


def test_changes_of_a_comparison_are_taken_back_and_made_again(tabs):
    page = tabs.open(SHORT)
    assert page.is_disabled(".runbar .undo")
    page.select_option("[data-slot='1'] select", "joint_training")
    page.wait_for_selector("[data-slot='1'] .uses:has-text('Joint training')")
    page.select_option(".runbar select", "25")
    page.fill(".runbar input", "7")
    page.keyboard.press("Tab")
    page.click("text=Add a policy")
    page.wait_for_selector("[data-slot='2']")
    page.click(".runbar .undo")
    page.wait_for_selector("[data-slot='2']", state="detached")
    page.click(".runbar .undo")
    wait(page, "() => document.querySelector('.runbar input').value === '1'")
    page.click(".runbar .undo")
    wait(page, "() => document.querySelector('.runbar select').value === '10'")
    page.click(".runbar .undo")
    page.wait_for_selector("[data-slot='1'] .uses:has-text('Co-location')")
    assert page.is_disabled(".runbar .undo")
    for _ in range(4):
        page.click(".runbar .redo:enabled")
    page.wait_for_selector("[data-slot='2']")
    assert page.is_disabled(".runbar .redo")
    assert page.input_value(".runbar input") == "7"
    assert page.input_value(".runbar select") == "25"
    assert "Joint training" in page.inner_text("[data-slot='1'] .uses")


PHONE = 3500
"""Pixels of length of a comparison of three policies on a phone, as it opens."""


def test_on_a_phone_the_answer_and_its_harms_come_first_and_two_numbers_stay(tabs, picture):
    three = SHORT + "&2.preset=desktop%2Bboundary_spanners&3.preset=desktop%2Bjoint_training"
    short = "".join(f"&{k}.run.weeks=26&{k}.run.burn_in=20" for k in (2, 3))
    page = tabs.open(three + short, width=400, height=800)
    assert page.locator(".fold").count() == 0  # nothing to fold before there is an answer
    page.click(".runbar .main")
    page.wait_for_selector(".fold[aria-expanded=false]")
    picture(page, "compare-phone-400-light", full=True)
    assert page.evaluate("document.documentElement.scrollHeight") < PHONE
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    tops = [
        page.locator(one).first.bounding_box()["y"]
        for one in (".fold", ".verdict", ".harmed", ".short", ".asks", ".bands", ".measured")
    ]
    assert tops == sorted(tops)
    assert tops[2] < 800  # harms begin on the first screen
    assert page.locator(".harmed li").count() == 3
    # Two numbers stay in view, wherever one is.
    bar = page.inner_text(".brief-bar")
    assert "Joint" in bar
    assert "Information" in bar
    assert "harm" in bar
    page.evaluate("scrollTo(0, 1200)")
    box = page.locator(".brief-bar").bounding_box()
    assert box["y"] + box["height"] <= 800
    page.click(".brief-bar")
    wait(page, "() => document.querySelector('.results .words').getBoundingClientRect().top < 200")
    # What is folded says what is inside, and opens.
    for summary in page.locator(".results details.card > summary").all():
        assert summary.inner_text() != summary.locator("h2").inner_text()
    page.click(".measured summary >> nth=0")
    cell = page.locator(".measured td").first
    assert cell.is_visible()
    assert cell.evaluate("e => getComputedStyle(e, '::before').content") == '"Level: "'
    # What is compared can be changed from there, and is not folded while it is.
    page.click(".fold")
    page.wait_for_selector(".runbar")
    page.select_option("[data-slot='1'] select", "shadowing")
    page.wait_for_selector(".message:has-text('Policies have changed')")
    assert page.locator(".runbar .main").is_visible()
    assert page.locator(".brief-bar").count() == 0  # it would tell of what is no longer asked
