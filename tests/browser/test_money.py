"""Value for money, in a browser."""

from tests.browser.pages import typed_while_drawn_anew, wait

OVER = """() => {
    const boxes = [...document.querySelectorAll('[data-label]')].map(
        e => [e.textContent, e.getBoundingClientRect()])
    return boxes.flatMap(([a, one], k) => boxes.slice(k + 1).filter(([b, other]) =>
        one.left < other.right && other.left < one.right && one.top < other.bottom
        && other.top < one.bottom).map(([b]) => [a, b]))}"""
"""Returns labels that lie over each other."""


def test_policies_are_points_that_make_packages_within_a_budget(tabs, picture):
    page = tabs.open("/money?preset=desktop&run.weeks=26&run.burn_in=26")
    page.click(".runbar .main")
    page.wait_for_selector(".runbar progress")
    # What is typed while it is under way stays.
    page.locator(".runbar input").press_sequentially("123,456", delay=60)
    assert page.input_value(".runbar input") == "123,456"
    page.wait_for_selector(".money svg")
    page.fill(".runbar input", "")
    assert page.locator(".money .spot").count() == page.locator("[data-choose]").count() > 15
    for name in ("boundary_spanners", "joint_training"):
        page.check(f"[data-choose={name}]")
        page.wait_for_selector(f".spot.on[data-point={name}]")
    page.wait_for_selector(".runbar .package")
    cost = "[data-point=boundary_spanners] title"
    before = page.text_content(cost)
    page.locator("[data-price^=boundary_spanners]").first.fill("90,000")
    page.keyboard.press("Tab")
    wait(page, "([s, b]) => document.querySelector(s).textContent !== b", [cost, before])
    page.locator("[data-price^=boundary_spanners]").first.fill("plenty")
    page.keyboard.press("Tab")
    page.wait_for_selector(".message pre:has-text(\"price: found 'plenty'\")")
    page.fill(".runbar input", "100,000")
    page.keyboard.press("Tab")
    page.wait_for_selector(".spot.dear[data-point=boundary_spanners]")
    page.click(".runbar .package")
    page.wait_for_selector(".spot.on[data-point*='+']")
    # Every change is taken back, one by one, and made again.
    page.fill(".runbar input", "50,000")
    page.keyboard.press("Tab")
    wait(page, "() => document.querySelector('.runbar input').value === '50000'")
    page.click(".runbar .undo")
    wait(page, "() => document.querySelector('.runbar input').value === '100000'")
    assert typed_while_drawn_anew(page, "[data-price]") == []
    picture(page, "money-1400-light", full=True)
    assert page.evaluate(OVER) == []
    page.set_viewport_size({"width": 400, "height": 800})
    page.wait_for_timeout(400)
    picture(page, "money-400-light", full=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert page.evaluate(OVER) == []
