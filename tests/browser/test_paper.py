"""Pages on paper: what a control says stays, what it is for does not."""

from tests.browser.pages import drawn, switched
from tests.browser.test_compare import TWO, compared


def test_the_way_to_a_joint_plan_keeps_the_names_of_its_steps(tabs):
    page = tabs.open("/?preset=desktop")
    drawn(page)
    switched(page, "co_location", on=True)
    steps = page.locator(".chain tbody th button")
    assert steps.count() == 5
    names = steps.all_inner_texts()
    page.emulate_media(media="print")
    assert [one.is_visible() for one in steps.all()] == [True] * 5
    assert all(names)
    assert not page.locator("text=Choose a step to see").is_visible()
    assert not page.locator("text=lives it in").is_visible()
    assert not page.locator(".luck button").is_visible()


def test_tables_of_a_comparison_stand_on_paper_whole(tabs):
    page = tabs.open(TWO)
    compared(page)
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1000})  # A4 between its margins
    page.evaluate("document.querySelectorAll('.results details').forEach(one => one.open = true)")
    wide = page.evaluate("""() => [...document.querySelectorAll('.results .scroll')].map(
        one => [one.scrollWidth - one.clientWidth, one.querySelectorAll('thead th').length])""")
    assert [columns for _, columns in wide if columns > 5] == [7, 7]
    assert max(beyond for beyond, _ in wide) <= 0
