"""The Compare and Assumptions pages, in a browser; visitors beside each other."""

import csv
import io
import xml.etree.ElementTree as ET

import pytest

from tests.browser.pages import download, drawn, link, pause, switched, wait

TWO = (
    "/compare?worlds=10&0.preset=desktop&1.preset=robinscar&1.name=close&1.organisation.csw=48"
    "&1.organisation.mhsw=16&1.organisation.mhsw_teams=4&1.organisation.localities=2"
    "&1.organisation.shared_families=42&1.levers.co_location.strength=3.0"
    "&1.levers.co_location.ramp=13"
)


def compared(page):
    page.click(".runbar .main")
    page.wait_for_selector(".results .words")
    page.wait_for_selector(".runbar .main")


def test_a_comparison_runs_is_cancelled_and_runs_again(tabs, picture):
    page = tabs.open(TWO)
    compared(page)
    words = page.locator(".results .words li").all_inner_texts()
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
    assert page.locator("section:has-text('Information flow') tbody tr").count() >= 1
    page.select_option(".runbar select", "200")
    page.click(".runbar .main")
    page.wait_for_selector(".runbar progress")
    page.click("nav a:has-text('Live')")  # it goes on meanwhile
    drawn(page)
    page.click("nav a:has-text('Compare')")
    page.wait_for_selector(".runbar progress")
    page.click(".runbar button:has-text('Cancel')")
    page.wait_for_selector(".runbar [role=status]:has-text('Cancelled')")
    assert page.locator(".results .words li").all_inner_texts() == words
    page.select_option(".runbar select", "10")
    page.click(".runbar .main")
    page.wait_for_selector(".runbar [role=status]:has-text('10 worlds')")
    assert page.locator(".results .words li").all_inner_texts() == words
    picture(page, "compare-found-1400-light", full=True)
    name, content = download(page, "table")
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert name == "comparison.csv"
    assert {row["scenario"] for row in rows} == {"close_changed"}
    _, content = download(page, "series")
    assert {row["policy_week"] for row in csv.DictReader(io.StringIO(content.decode()))} >= {"156"}
    _, content = download(page, "chart")
    assert ET.fromstring(content).tag.endswith("svg")


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
