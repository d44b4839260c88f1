"""The Live page, in a browser."""

import csv
import io
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

import networkx as nx
import pytest

from tests.browser.pages import (
    at_week,
    cards,
    download,
    drawn,
    lever,
    link,
    open_files,
    pause,
    seek,
    switched,
    upload,
    wait,
    week,
)
from tests.lists import SMALL as LIST

HERE = Path(__file__).parent
FAINT = (HERE / "contrast.js").read_text(encoding="utf-8")
"""Returns texts that are too faint."""
AXE = (HERE / "axe.min.js").read_text(encoding="utf-8")
"""axe-core 4.10.3 of Deque Systems, under the Mozilla Public License 2.0, as it was published."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
BROKEN = """rules => axe.run(document, { runOnly: rules }).then(found => found.violations.map(
    v => [v.id, v.nodes.slice(0, 3).map(n => n.html.slice(0, 160))]))"""
SMALL = """() => [...document.querySelectorAll(
    '.app button, .app summary, .app select, .app nav a')].filter(
    e => e.offsetParent && !e.matches('.link') && e.getBoundingClientRect().height < 43.5).map(
    e => e.innerText + ' ' + e.getBoundingClientRect().height)"""
"""Returns what a finger misses."""
TINY = """() => [...document.querySelectorAll('.app *')].filter(
    e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) && e.offsetParent
    && parseFloat(getComputedStyle(e).fontSize) < 12).map(e => e.outerHTML.slice(0, 120))"""
"""Returns texts that are too small."""


def test_it_opens_on_an_authority_that_lives(tabs, picture):
    page = tabs.open()
    scene = drawn(page)
    assert len(scene["spots"]) == 172
    wait(page, "() => +document.querySelector('.player output b').textContent >= 3")
    assert len(cards(page)) == 6
    assert "1.1 %" in cards(page)[0] or "%" in cards(page)[0]
    assert page.title() == "colsim"
    picture(page, "live-1400-light")
    # Levers and what they do are in view together, unscrolled; on a phone two numbers stay.
    for width, height in ((1400, 900), (1280, 720), (1024, 768), (400, 800)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(300)
        number = page.locator("[data-number=facts] .value").bounding_box()
        assert number["y"] + number["height"] <= height
        below = ".player .brief" if width == 400 else "[data-lever=co_location] [role=switch]"
        box = page.locator(below).bounding_box()
        assert box["y"] + box["height"] <= height
        # What is cut off says so.
        assert page.locator(".levers .below").count() == (0 if width == 400 else 1)
    assert page.inner_text(".player .brief").startswith("Joint plans a year ")
    # On a phone time takes a seventh of the screen, and the picture comes before who is in it.
    assert page.locator(".player").bounding_box()["height"] <= 115
    tops = [page.locator(one).bounding_box()["y"] for one in (".chain", ".network", ".person")]
    assert tops == sorted(tops)


def test_each_control_of_time_does_what_it_says(tabs):
    page = tabs.open("/?preset=desktop")
    begun = pause(page)
    page.click("text=Step")
    at_week(page, begun + 1)
    seek(page, 40)
    seek(page, 12)
    twelve = cards(page)
    page.click("text=To the end")
    at_week(page, 156)
    assert page.is_disabled(".player .main")
    page.fill(".player .again input", "7")
    page.click("text=Restart")
    at_week(page, 0)
    seek(page, 12)
    assert cards(page) != twelve
    page.click("text=Another chance")
    at_week(page, 0)
    assert page.input_value(".player .again input") == "8"
    page.select_option(".player .pace select", "30")
    page.click(".player .main")
    wait(page, "() => +document.querySelector('.player output b').textContent >= 20")
    pause(page)
    page.fill(".player .again input", "-3")
    page.click("text=Restart")
    page.wait_for_selector(".message")
    assert page.inner_text(".message pre").startswith("seed: found")


def test_a_lever_begins_now_changes_and_ends(tabs, picture):
    page = tabs.open("/?preset=desktop&week=30")
    pause(page)
    before = cards(page)
    switched(page, "co_location", True)
    page.wait_for_selector(".events .what")
    assert page.inner_text(".events .what") == (
        "Co-location 3 days a week from week 30, in full after 13 weeks"
    )
    assert [text.split("\n")[:2] for text in cards(page)] == [
        text.split("\n")[:2] for text in before
    ]
    assert "no policy yet" in before[0]
    # What it does by the end stands there before anything is played.
    assert week(page) == 30
    assert "without" in page.inner_text("[data-number=plans]")
    assert page.inner_text("[data-number=money] .value") != "£0"
    page.click(".luck .main")
    page.wait_for_selector(".luck li:has-text('of 20 worlds')")
    assert page.locator(".timeline .band").count() == 2
    assert "of 20 worlds" in page.inner_text("[data-number=facts]")
    page.locator(".timeline svg").first.hover(position={"x": 120, "y": 60})
    wait(page, "() => !document.querySelector('.timeline figcaption').innerText.endsWith('30')")
    seek(page, 90)
    wait(page, "b => !document.querySelector('.measure').innerText.includes(b)", before[0][:20])
    assert "against the same life without the policy" in page.inner_text(".cards .about")
    lever(page, "co_location").locator(".name").click()
    strength = lever(page, "co_location").locator("input[type=range]").first
    strength.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".events .what:has-text('3.5 days')")
    assert week(page) == 90
    picture(page, "live-lever-1400-light", full=True)
    switched(page, "co_location", False)
    page.wait_for_selector(".events .what:has-text('until week 90')")


def test_what_cannot_be_is_said_and_nothing_changes(tabs):
    page = tabs.open("/?preset=desktop&week=10")
    pause(page)
    switched(page, "co_location", True)
    page.evaluate("scrollTo(0, 500)")
    lever(page, "integrated_service").locator("[role=switch]").click()
    page.wait_for_selector(".message")
    assert "integrated_service" in page.inner_text(".message pre")
    box = page.locator(".message").bounding_box()  # where it is seen, however far one has scrolled
    assert 0 <= box["y"] <= 900 - box["height"]
    assert page.locator(".events li").count() == 1
    page.click(".message button")
    page.wait_for_selector(".message", state="detached")


def test_people_are_told_by_pointer_list_and_keyboard(tabs):
    page = tabs.open("/?preset=desktop&week=20")
    pause(page)
    canvas = page.locator(".network canvas")
    canvas.scroll_into_view_if_needed()
    spot, box = drawn(page)["spots"][50], canvas.bounding_box()
    page.mouse.move(box["x"] + spot["x"], box["y"] + spot["y"])
    page.wait_for_selector(".tip:has-text('ental health social worker')")
    page.mouse.click(box["x"] + spot["x"], box["y"] + spot["y"])
    page.wait_for_selector(".person h3:has-text('Mental health social worker')")
    page.select_option(".person select", "0")
    page.wait_for_selector('.person h3:has-text("Children\'s social worker, team 0, locality 0")')
    canvas.focus()
    page.keyboard.press("Escape")
    page.wait_for_selector(".person h3", state="detached")
    assert page.input_value(".person select") in ("", "-1")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".tip:has-text('team 1')")
    page.keyboard.press("Enter")
    page.wait_for_selector(".person h3:has-text('team 1'), .person p:has-text('vacant')")
    assert "locality 0" in page.inner_text(".person") or "vacant" in page.inner_text(".person")


def test_all_is_reached_by_keyboard(tabs):
    page = tabs.open("/?preset=desktop")
    pause(page)
    reached = []
    page.locator(".skip").focus()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "(e => e.getAttribute('aria-label') || e.id || e.innerText.trim().split('\\n')[0])"
                "(document.activeElement)"
            )
        )
    for name in ("Live", "Compare", "Share", "Play", "Step", "week", "Co-location"):
        assert name in reached
    page.locator("[data-lever=joint_training] [role=switch]").focus()
    page.keyboard.press("Space")
    page.wait_for_selector("[data-lever=joint_training] [role=switch][aria-checked=true]")


def test_a_link_restores_the_state(tabs):
    page = tabs.open("/?preset=desktop&seed=5&week=25")
    pause(page)
    switched(page, "joint_protocol", True)
    seek(page, 60)
    address = link(page)
    assert "seed=5" in address
    other = tabs.open(address.removeprefix(tabs.address))
    at_week(other, 60)
    assert cards(other) == cards(page)
    assert other.inner_text(".events .what") == page.inner_text(".events .what")
    assert other.input_value(".player .again input") == "5"


def test_a_faulty_link_is_said(tabs):
    page = tabs.open("/?preset=desktop&levers.co_location.strength=99")
    page.wait_for_selector(".message")
    assert page.inner_text(".message pre") == (
        "link: levers.co_location.strength: found 99; allowed: a number from 0 to 5 (days a week)"
    )
    assert len(drawn(page)["spots"]) == 172


def test_downloads_parse(tabs):
    page = tabs.open("/?preset=desktop&seed=2&week=30")
    pause(page)
    name, content = download(page, "scenario")
    assert name == "desktop.toml"
    assert tomllib.loads(content.decode())["organisation"]["csw"] == 48
    name, content = download(page, "series")
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert name == "desktop-seed-2.csv"
    assert [row["policy_week"] for row in rows] == [str(k) for k in range(30)]
    assert 0 <= float(rows[-1]["information_flow"]) <= 1
    name, content = download(page, "chart")
    assert ET.fromstring(content).tag.endswith("svg")
    name, content = download(page, "graph")
    assert name == "desktop-seed-2-week-30.graphml"
    graph = nx.read_graphml(io.BytesIO(content))
    kinds = {data["kind"] for _, data in graph.nodes(data=True)}
    assert {"csw", "mhsw", "family"} <= kinds


GOOD = b"""extends = "desktop"
title = "<img src=x onerror=alert(1)> {{ 6 * 7 }} =1+1"
[levers.joint_training]
strength = 2
"""
BAD = {
    "no TOML": (b"title = ", "no TOML"),
    "unknown lever": (
        b'extends = "desktop"\n[levers.co_locaton]\nstrength = 2\n',
        "nearest known name: co_location",
    ),
    "out of range": (
        b'extends = "desktop"\n[levers.co_location]\nstrength = 9.0\n',
        "allowed: a number from 0 to 5 (days a week)",
    ),
    "files of this machine": (b'extends = "/etc/passwd"\n', "allowed: a preset's name"),
    "too large to show": (
        b'extends = "desktop"\n[organisation]\ncsw = 5000\n',
        "allowed: up to 600 practitioners",
    ),
    "too many bytes": (b"#" * 100_001, "allowed: a scenario of up to 100,000"),
}


def test_a_file_is_opened_and_its_text_stays_text(tabs):
    page = tabs.open("/?preset=desktop")
    pause(page)
    upload(page, "ours.toml", GOOD)
    page.wait_for_selector(".events .what:has-text('Joint training')")
    title = "<img src=x onerror=alert(1)> {{ 6 * 7 }} =1+1"
    wait(page, "t => document.querySelector('.intro h1').innerText === t", title)
    assert page.locator(".app img").count() == 0


def test_bad_files_are_refused_with_their_faults(tabs):
    page = tabs.open("/?preset=desktop&week=5")
    pause(page)
    for name, (content, said) in BAD.items():
        upload(page, "ours.toml", content)
        where = ".tools [role=alert]" if name == "too many bytes" else ".message pre"
        wait(
            page,
            "([w, s]) => document.querySelector(w)?.textContent.includes(s)",
            [where, said],
        )
        page.keyboard.press("Escape")
    assert week(page) == 5


@pytest.mark.parametrize(
    "path",
    ["/", "/compare", *(pytest.param(one, marks=pytest.mark.long)
                        for one in ("/story", "/money", "/assumptions"))],
)  # fmt: skip
def test_pages_fit_and_can_be_read(tabs, picture, path):
    page = tabs.open(f"{path}?preset=desktop&week=60", width=400, height=800, scheme="dark")
    if path == "/":
        pause(page)
    name = path.strip("/") or "live"
    for scheme in ("dark", "light"):
        if scheme == "light":
            page.click("[aria-label='Light colours']")
        for width, height in ((400, 800), (1400, 900)):
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(400)
            picture(page, f"{name}-{width}-{scheme}", full=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(FAINT) == []
            assert page.evaluate(TINY) == []
            if width == 400:
                assert page.evaluate(SMALL) == []
    page.evaluate(AXE)
    assert page.evaluate(BROKEN, RULES) == []


def test_nothing_that_is_done_on_the_page_is_lost(tabs):
    """Off and on, undo, the end of the run, a seed typed while it plays, another page, a reload."""
    page = tabs.open("/?preset=desktop&week=30")
    pause(page)
    switched(page, "co_location", True)
    seek(page, 60)
    wait(page, "() => document.querySelector('.cards .about').innerText.includes('against')")
    with_policy = cards(page)
    switched(page, "co_location", False)
    page.wait_for_selector(".events .what:has-text('until week 60')")
    switched(page, "co_location", True)
    wait(page, "() => !document.querySelector('.events .what').innerText.includes('until')")
    wait(page, "b => document.querySelector('.measure').innerText === b", with_policy[0])
    page.click(".player .undo")
    page.wait_for_selector(".events .what:has-text('until week 60')")
    page.click(".player .redo")
    wait(page, "() => !document.querySelector('.events .what').innerText.includes('until')")
    assert cards(page) == with_policy
    # Off, and on again later: the past stays, and a new period begins.
    switched(page, "co_location", False)
    seek(page, 80)
    switched(page, "co_location", True)
    wait(page, "() => document.querySelectorAll('.events .what').length === 2")
    seek(page, 60)
    wait(page, "b => document.querySelector('.measure').innerText === b", with_policy[0])
    address = page.url
    assert "levers.co_location.earlier" in address
    page.reload()
    drawn(page)
    wait(page, "b => document.querySelector('.measure').innerText === b", with_policy[0])
    assert week(page) == 60
    assert [
        text.split(" from ")[1] for text in page.locator(".events .what").all_inner_texts()
    ] == [
        "week 30, in full after 13 weeks, until week 60",
        "week 80, in full after 13 weeks",
    ]
    lever(page, "co_location").locator(".name").click()
    page.click(".earlier button")
    wait(page, "() => document.querySelectorAll('.events .what').length === 1")
    # A staff list is taken back as a lever is.
    open_files(page, ("ours.csv", LIST))
    page.wait_for_selector(".authority h2:has-text('ours.csv')")
    page.click(".player .undo")
    page.wait_for_selector(".authority", state="detached")
    wait(page, "() => document.querySelectorAll('.events .what').length === 1")
    seek(page, 156)
    switched(page, "joint_training", True)
    page.wait_for_selector(".message pre:has-text('is in force from week 0 to its end')")
    assert week(page) == 156
    page.select_option(".player .pace select", "1")
    page.click("text=Another chance")
    at_week(page, 0)
    page.click(".player .main")
    page.locator(".player .again input").press_sequentially("4217", delay=300)
    assert page.input_value(".player .again input").endswith("4217")


def test_what_unfolds_stays_in_view_and_a_first_visitor_is_shown_round(tabs):
    page = tabs.open("/?preset=desktop&week=1", tour=True)
    for title in ("Switch on a lever", "Read what it changes", "See why"):
        page.wait_for_selector(f".tour:has-text('{title}')")
        assert page.locator(".pointed").count() == 1
        page.click(".tour .main")
    page.wait_for_selector(".tour", state="detached")
    for width in (360, 400, 1024, 1400):
        page.set_viewport_size({"width": width, "height": 800})
        for name in ("Share", "Download", "Open a file"):
            page.click(f".tools summary:has-text('{name}')")
            box = page.locator(".tools details[open] > div").bounding_box()
            assert box["x"] >= 0, name
            assert box["x"] + box["width"] <= width, name
            page.keyboard.press("Escape")
    # A connection that breaks is said, and no more when it is back.
    page.evaluate("solara.debug.connectionStatus = 'disconnected'")
    page.wait_for_selector(".lost-connection:has-text('The connection is lost')")
    for _ in range(2):
        page.evaluate("solara.debug.connectionStatus = 'connected'")
        page.wait_for_selector(".lost-connection:has-text('The connection is back.')")
        page.evaluate("solara.debug.connectionStatus = 'disconnected'")
        page.wait_for_selector(".lost-connection:has-text('The connection is lost')")
    page.evaluate("solara.debug.connectionStatus = 'connected'")


def test_after_a_seek_week_and_numbers_agree(tabs):
    """At no moment does the page show the week that is gone to beside numbers of another."""
    page = tabs.open("/?preset=desktop&week=10&levers.co_location.strength=3")
    pause(page)
    page.evaluate("""() => {
        window.seen = {}
        const look = () => {
            const label = document.querySelector('.player output').innerText
            const card = document.querySelector('.measure .value').innerText
            if (label.startsWith('Week'))
                (window.seen[label] = window.seen[label] || new Set()).add(card)
            requestAnimationFrame(look)
        }
        look()
    }""")
    for number in (90, 20, 140, 45):
        page.evaluate("n => { const r = document.querySelector('#week'); r.value = n; "
                      "r.dispatchEvent(new Event('input')) }", number)  # fmt: skip
        wait(page, "() => document.querySelector('.player output').innerText.startsWith('Go to')")
        seek(page, number)
        # A frame in which it was looked at has to come first: beside load they are few.
        wait(page, "n => `Week ${n} of 156` in window.seen", number)
    seen = page.evaluate("Object.entries(window.seen).map(([k, v]) => [k, [...v]])")
    assert {label for label, _ in seen} == {f"Week {n} of 156" for n in (10, 90, 20, 140, 45)}
    assert [values for _, values in seen if len(values) > 1] == []
    assert len({values[0] for _, values in seen}) > 1
