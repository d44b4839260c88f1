"""Value for money, in a browser."""

from tests.browser.pages import typed_while_drawn_anew, wait

OVER = """() => {
    const of = s => [...document.querySelectorAll('.money svg ' + s)].map(
        e => [e.textContent || e.getAttribute('class') || e.tagName, e.getBoundingClientRect()])
    const labels = of('[data-label]'), ticks = of('text:not([data-label])'), points = of('circle')
    const stroke = ([name, r]) => [name, new DOMRect(r.x - 1, r.y - 1, r.width + 2, r.height + 2)]
    const lines = [...of('.whisker'), ...of('.without'), ...of('.event')].map(stroke)
    const over = (some, others) => some.flatMap(([a, one]) => others.filter(([b, other]) =>
        one !== other && one.left < other.right && other.left < one.right
        && one.top < other.bottom && other.top < one.bottom).map(([b]) => [a, b]))
    return [...over(labels, [...labels, ...ticks, ...points, ...lines]), ...over(ticks, points)]}"""
"""Returns labels that lie over each other, a point, a range, the line of no gain, or a tick."""


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
    assert page.locator("[data-label]").count() >= 4
    page.set_viewport_size({"width": 400, "height": 800})
    page.wait_for_timeout(400)
    picture(page, "money-400-light", full=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert page.evaluate(OVER) == []
