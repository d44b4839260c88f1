"""A workshop: a facilitator's screen, a team's phone, and the way between them."""

import pytest

from tests.browser.conftest import PATIENCE, opening, served
from tests.browser.pages import drawn, pause, switched, typed_while_drawn_anew

PASSWORD = "a long one"
FITS = "document.documentElement.scrollWidth"


@pytest.fixture(scope="module")
def room(_browser_or_skip, browser):
    with (
        served("--host", "0.0.0.0", "--password", PASSWORD) as address,
        opening(browser, address) as found,
    ):
        yield found


def phone(room):
    """Return a phone in front of the sign-in page."""
    context = room.browser.new_context(viewport={"width": 400, "height": 800})
    context.set_default_timeout(PATIENCE)
    room.contexts.append(context)
    page = context.new_page()
    page.add_init_script("localStorage.setItem('colsim-tour', '1')")
    page.goto(f"{room.address}/?preset=desktop&run.weeks=26&run.burn_in=20&week=5")
    return page


def test_a_phone_signs_in_sends_and_the_room_compares(room, picture):
    page = phone(room)
    # The way in: what is typed stays, a wrong password is said, the right one opens the same page.
    field = page.locator("input[type=password]")
    field.press_sequentially("a wro", delay=20)
    assert field.input_value() == "a wro"
    assert page.evaluate(FITS) <= 400
    picture(page, "sign-in-400")
    field.fill("a wrong one")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]:not(:empty)")
    assert page.locator("nav a").count() == 0
    page.wait_for_timeout(1200)  # a wrong one costs its address a second
    page.fill("input[type=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".app h1")
    assert "run.weeks=26" in page.url
    # The facilitator's screen: address, code, and where to send from.
    screen = room.open("/workshop", password=PASSWORD)
    assert screen.inner_text(".join .where").startswith("http://")
    assert "0.0.0.0" not in screen.inner_text(".join .where")
    code = screen.locator(".join img").bounding_box()
    assert code["width"] >= 200
    said = screen.inner_text(".workshop .empty")
    for where in ("Live", "below the three numbers", "Send this policy to the room"):
        assert where in said
    assert screen.is_disabled(".workshop .main")
    # A team's phone.
    pause(page)
    switched(page, "co_location", True)
    assert typed_while_drawn_anew(page, ".send input") == []
    page.fill(".send input", "Reading first")
    page.click(".send button")
    page.wait_for_selector(".send:has-text('Sent')")
    assert page.input_value(".send input") == "Reading first"
    screen.wait_for_selector(".teams li:has-text('Reading first')")
    assert "Co-location" in screen.inner_text(".teams")
    screen.click(".workshop .main")
    screen.wait_for_selector(".workshop [role=status] tbody tr", timeout=2 * PATIENCE)
    assert screen.inner_text(".workshop tbody th") == "Reading first"
    # On a phone too.
    page.click("nav a:has-text('Workshop')")
    page.wait_for_selector(".teams li:has-text('Reading first')")
    assert page.evaluate(FITS) <= 400
    screen.click(".workshop button:has-text('Clear the board')")
    screen.wait_for_selector(".workshop .empty")


@pytest.mark.parametrize("width, height", [(1024, 768), (1280, 720), (1920, 1080)])
def test_large_type_is_large_and_still_fits(room, picture, width, height):
    page = room.open("/workshop", width=width, height=height, password=PASSWORD)
    size = "parseFloat(getComputedStyle(document.querySelector('.workshop .where')).fontSize) * " \
           "(document.querySelector('.app').currentCSSZoom || 1)"  # fmt: skip
    before = page.evaluate(size)
    page.click(".workshop .large")
    assert page.get_attribute(".workshop .large", "aria-pressed") == "true"
    assert page.evaluate(size) >= 1.25 * before
    for path in ("Workshop", "Live", "Story", "Compare", "Money"):
        page.click(f"nav a:has-text('{path}')")
        page.wait_for_timeout(300)
        if path == "Live":
            drawn(page)
            number = page.locator("[data-number=facts] .value").bounding_box()
            assert height < 1080 or number["y"] + number["height"] <= height
        picture(page, f"large-{path}-{width}")
        assert page.evaluate(FITS) <= width
        cut = page.evaluate("""() => [...document.querySelectorAll('.app .card')].filter(
            e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.className)""")
        assert cut == []
    page.click("nav a:has-text('Workshop')")
    page.click(".workshop .large")
    assert page.evaluate(size) == pytest.approx(before)
