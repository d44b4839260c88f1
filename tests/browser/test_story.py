"""The Story page, in a browser."""

from tests.browser.pages import download, link, pause, wait


def test_a_family_of_the_live_run_is_followed(tabs):
    page = tabs.open("/?preset=desktop&seed=2&week=40&levers.co_location.strength=4.0")
    pause(page)
    page.click("nav a:has-text('Story')")
    page.wait_for_selector(".told li")
    first = page.inner_text(".tale h2")
    assert first.startswith("family-0-")
    assert "up to week 40" in page.inner_text(".picker")
    lines = page.locator(".told ul li").count()
    page.uncheck("input[value=Knowledge]")
    wait(page, "n => document.querySelectorAll('.told ul li').length < n", lines)
    page.click(".picker button:has-text('Next')")
    wait(page, "f => document.querySelector('.tale h2').textContent !== f", first)
    second = page.inner_text(".tale h2")
    name, content = download(page, "text")
    assert name == f"{second}.txt"
    assert b"Week " in content
    name, content = download(page, "events")
    assert content.startswith(b"week,phase,kind,who,text")
    other = tabs.open(link(page).removeprefix(tabs.address))
    other.wait_for_selector(".told li")
    assert other.inner_text(".tale h2") == second
    assert other.inner_text(".tale .card p") == page.inner_text(".tale .card p")


def test_without_families_it_says_so_and_lives_a_year(tabs, picture):
    page = tabs.open("/story?preset=desktop&week=0")
    page.wait_for_selector("text=No family has become known to both services yet")
    assert page.locator(".told li").count() == 0
    page.click("text=Live one year")
    page.wait_for_selector(".told li")
    assert "up to week 52" in page.inner_text(".picker")
    picture(page, "story-found-1400-light", full=True)
    page.set_viewport_size({"width": 400, "height": 800})
    page.wait_for_timeout(400)
    picture(page, "story-found-400-light", full=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    page.click("nav a:has-text('Live')")
    page.wait_for_selector(".player")
    assert page.inner_text(".player output b") == "52"
