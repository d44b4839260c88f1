"""The Story page, in a browser."""

from tests.browser.pages import download, link, pause, wait


def test_a_family_of_the_live_run_is_followed(tabs):
    page = tabs.open("/?preset=desktop&seed=2&week=40&levers.co_location.strength=4.0")
    pause(page)
    page.click("nav a:has-text('Story')")
    page.wait_for_selector(".told li")
    first = page.inner_text(".story h2")
    assert first.startswith("Family ")
    assert "up to week 40" in page.inner_text(".picker")
    # The same family without the policy stands beside it.
    assert page.inner_text(".twice h2") == f"{first.split(' family-')[0]}: two lives"
    lives = [page.locator(f".twice .{kind} .told > li") for kind in ("without", "with")]
    assert all(life.count() for life in lives)
    lines = page.locator(".story .told ul li").count()
    page.uncheck("input[value=Knowledge]")
    wait(page, "n => document.querySelectorAll('.story .told ul li').length < n", lines)
    page.click(".picker button:has-text('Next')")
    wait(page, "f => document.querySelector('.story h2').textContent !== f", first)
    second = page.inner_text(".story h2")
    name, content = download(page, "text")
    assert name == f"{second.split()[-1]}.txt"
    assert b"Week " in content
    name, content = download(page, "events")
    assert content.startswith(b"week,phase,kind,who,text")
    other = tabs.open(link(page).removeprefix(tabs.address))
    other.wait_for_selector(".told li")
    assert other.inner_text(".story h2") == second
    assert other.inner_text(".story .card p") == page.inner_text(".story .card p")


def test_it_opens_on_a_family_by_itself_and_a_step_of_why_leads_to_those_lost_there(tabs, picture):
    page = tabs.open("/story?preset=desktop&week=0")
    page.wait_for_selector(".told li")
    assert page.inner_text(".story h2").startswith("Family ")
    assert "No policy is on" in page.inner_text(".twice")
    picture(page, "story-found-1400-light", full=True)
    page.set_viewport_size({"width": 400, "height": 800})
    page.wait_for_timeout(400)
    picture(page, "story-found-400-light", full=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    page.click("nav a:has-text('Live')")
    page.wait_for_selector(".chain .narrow button")
    assert int(page.inner_text(".player output b")) >= 52
    lost = page.locator(".chain .narrow").get_attribute("data-step")
    page.click(".chain .narrow button")
    page.wait_for_selector(".told li")
    assert page.locator(".picker select").nth(1).input_value() == lost
    page.select_option(".picker select >> nth=1", "")
    page.click(".twice .offers button >> nth=0")
    page.wait_for_selector(".twice .with .parts")
    assert "levers.boundary_spanners" in page.url
