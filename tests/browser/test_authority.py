"""A visitor's own staff list, in a browser."""

import io

import pytest

from tests.browser.pages import download, drawn, link, open_files, pause, seek, wait, week
from tests.later import Later
from tests.lists import HEAD, LISTS, SMALL, packed

openpyxl = Later("openpyxl")


def large():
    rows = "".join(f"c{k};CSW;Team {k // 8};Town Hall;North;37\n" for k in range(700))
    return (HEAD + rows + "m1;MHSW;Clinic;Clinic;North;37\n").encode()


BAD = {
    "several faults": (
        "ours.csv",
        (HEAD + "a;CSW;North;Hall;North;37\na;Clerk;North;Hall;North;99\n").encode(),
        (
            "ours.csv: 3 faults; nothing was changed.",
            "row 3, column Role: found 'Clerk'; allowed: CSW (children's social worker)",
            "row 3, column Hours: found '99'; allowed: hours a week, a number from 1 to 60",
            "row 3, column Staff code: found 'a', which row 2 has; allowed: each id once",
        ),
    ),
    "a workbook of another kind": ("ours.xlsx", b"PK\x03\x04 torn", ("ours.xlsx: 1 fault",)),
    "no table": ("notes.csv", b"Dear all,\nplease find attached\n", ("notes.csv: ",)),
    "larger than the page shows": ("ours.csv", large(), ("up to 600 practitioners",)),
    "a bomb": ("ours.xlsx", packed(50_000_000), ("unpacks to 50,000,000 bytes",)),
    "too many bytes": ("ours.csv", b"#" * 2_000_001, ("allowed: a staff list of up to 2,000,000",)),
}


def test_the_authority_of_a_staff_list_is_lived_and_compared(tabs, picture):
    page = tabs.open("/?preset=desktop")
    pause(page)
    open_files(page, *LISTS)
    page.wait_for_selector(".authority h2:has-text('Your staff list')")
    wait(page, "() => document.querySelector('.network')?.drawn?.()?.spots?.length === 60")
    page.wait_for_selector(".intro h1:has-text('Your staff list: today')")
    assert "46 children's social workers (CSW)" in page.inner_text(".authority .own")
    assert page.input_value(".authority input") == "31"
    assert "An estimate" in page.inner_text(".authority .size")
    pause(page)
    seek(page, 30)
    page.fill(".authority input", "60")
    page.keyboard.press("Tab")
    page.wait_for_selector(".authority .size:has-text('Your own number')")
    assert week(page) == 30
    page.select_option(".intro select", "co_location")
    page.wait_for_selector(".events li:has-text('Co-location')")
    assert len(drawn(page)["spots"]) == 60
    picture(page, "authority-1400-light", full=True)
    page.click("nav a:has-text('Compare')")
    page.wait_for_selector(".slots")
    titles = page.locator("[data-slot='1'] option:checked").inner_text()
    assert titles.startswith("AMH teams sit in the children")
    page.select_option(".runbar select", "10")
    page.click(".runbar .main")
    page.wait_for_selector(".results .words li:has-text('Your staff list')")
    picture(page, "authority-compare-1400-light", full=True)
    # People have no place in a link.
    page.click(".tools summary:has-text('Share')")
    page.wait_for_selector(".message pre:has-text('which a link does not hold')")
    page.keyboard.press("Escape")
    # The tab keeps the list for a reload, until it is told to forget it.
    page.reload()
    page.wait_for_selector(".authority h2")
    page.click(".authority button:has-text('Forget the list')")
    page.wait_for_selector(".authority", state="detached")
    assert link(page).count("preset=") == 3


def test_places_have_the_names_of_the_list(tabs):
    page = tabs.open("/?preset=desktop")
    pause(page)
    open_files(page, ("ours.csv", SMALL))
    wait(page, "() => document.querySelector('.network')?.drawn?.()?.spots?.length === 8")
    page.wait_for_selector(".intro h1:has-text('ours: today')")
    pause(page)
    page.select_option(".person select", "0")
    page.wait_for_selector(".person h3")
    assert page.inner_text(".person h3") == "Children's social worker, team North, North"
    spot = drawn(page)["spots"][7]
    page.locator(".network canvas").scroll_into_view_if_needed()
    box = page.locator(".network canvas").bounding_box()
    page.mouse.move(box["x"] + spot["x"], box["y"] + spot["y"])
    page.wait_for_selector(".tip:has-text('team Clinic, North')")


def test_a_list_may_be_opened_on_the_compare_page_first(tabs):
    page = tabs.open("/compare")
    open_files(page, ("ours.csv", SMALL))
    page.wait_for_selector(".authority h2:has-text('ours.csv')")
    assert "6 children's social workers (CSW) with 222 hours" in page.inner_text(".authority .own")
    page.click(".authority summary")
    assert "is read as the decimal comma" in page.inner_text(".authority .own")
    page.click("nav a:has-text('Live')")
    wait(page, "() => document.querySelector('.network')?.drawn?.()?.spots?.length === 8")
    page.wait_for_selector(".intro h1:has-text('ours: today')")


def test_a_workbook_to_fill_in_is_downloaded(tabs):
    page = tabs.open("/?preset=desktop&week=3")
    pause(page)
    name, content = download(page, "list")
    assert name == "authority.xlsx"
    assert {"Staff", "Ties", "Sites"} <= set(openpyxl.load_workbook(io.BytesIO(content)).sheetnames)


@pytest.mark.parametrize(
    "path", [pytest.param("/?preset=desktop&week=5", marks=pytest.mark.long), "/compare"]
)
def test_bad_lists_are_refused_with_their_faults(tabs, picture, path):
    page = tabs.open(path)
    if path != "/compare":
        pause(page)
    for name, content, said in BAD.values():
        open_files(page, (name, content))
        where = ".tools [role=alert]" if len(content) > 2_000_000 else ".message pre"
        wait(
            page,
            "([w, s]) => s.every(one => document.querySelector(w)?.textContent.includes(one))",
            [where, list(said)],
        )
        if len(said) > 1:
            picture(page, "bad-list-1400-light")
        page.keyboard.press("Escape")
        assert page.locator(".authority").count() == 0
    if path != "/compare":
        assert week(page) == 5
        assert len(drawn(page)["spots"]) == 64
    else:
        assert page.locator(".slot").count() == 3


def test_a_list_with_markup_is_shown_as_text(tabs):
    page = tabs.open("/?preset=desktop")
    pause(page)
    open_files(page, ("<img src=x onerror=alert(1)>.csv", SMALL.replace(b"North", b"<b>N</b>")))
    page.wait_for_selector(".authority h2")
    assert page.locator(".app img, .authority b").count() == 0
