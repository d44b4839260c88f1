"""What the tests do on the pages, and how they wait for it."""

DRAWN = "document.querySelector('.network')?.drawn?.()?.spots"


def wait(page, condition, *args):
    page.wait_for_function(condition, arg=args[0] if args else None, polling=50)


def drawn(page):
    wait(page, f"() => {DRAWN}")
    return page.evaluate("document.querySelector('.network').drawn()")


def week(page):
    return int(page.inner_text(".player output b"))


def pause(page):
    drawn(page)
    if "Pause" in page.inner_text(".player .main"):
        page.click(".player .main")
        page.wait_for_selector(".player .main:has-text('Play')")
    return week(page)


def at_week(page, number):
    wait(page, "n => +document.querySelector('.player output b').textContent === n", number)


def seek(page, number):
    page.evaluate(
        """n => { const r = document.querySelector('#week'); r.value = n;
        r.dispatchEvent(new Event('input')); r.dispatchEvent(new Event('change')) }""",
        number,
    )
    at_week(page, number)


def lever(page, name, inside=""):
    return page.locator(f"{inside} [data-lever={name}]".strip())


def switched(page, name, on, inside=""):
    lever(page, name, inside).locator("[role=switch]").click()
    state = "true" if on else "false"
    page.wait_for_selector(f"{inside} [data-lever={name}] [role=switch][aria-checked={state}]")


def cards(page):
    return page.locator(".measure").all_inner_texts()


def link(page):
    page.click(".tools summary:has-text('Share')")
    wait(page, "() => document.querySelector('.tools input[type=text]').value.includes('preset')")
    address = page.input_value(".tools input[type=text]")
    page.keyboard.press("Escape")
    return address


def download(page, name):
    page.click(".tools summary:has-text('Download')")
    with page.expect_download() as found:
        page.click(f"[data-download={name}]")
    page.keyboard.press("Escape")
    return found.value.suggested_filename, found.value.path().read_bytes()


def upload(page, name, content):
    page.click(".tools summary:has-text('Open a file')")
    page.set_input_files(
        ".tools input[type=file]",
        {"name": name, "mimeType": "application/toml", "buffer": content},
    )


def open_files(page, *files):
    """Open files by name and content, as one choice."""
    page.click(".tools summary:has-text('Open a file')")
    page.set_input_files(
        ".tools input[type=file]",
        [{"name": n, "mimeType": "application/octet-stream", "buffer": c} for n, c in files],
    )


FIELDS = ".app :is(input[type=text], input[type=number], textarea):not([readonly], :disabled)"
ANEW = """el => {
    const anew = vm => { vm.$forceUpdate(); vm.$children.forEach(anew) }
    let e = el
    while (!e.__vue__) e = e.parentElement
    anew(e.__vue__)
    return e.__vue__.$nextTick().then(() => null)
}"""
"""Draws what a field stands in anew, with what the server last said.

It answers with nothing: a tick answers with the component, and that is a page of megabytes.
"""


def typed_while_drawn_anew(page, fields=FIELDS):
    """Type into each field while it is drawn anew, and return those that lost something."""
    lost = []
    for field in page.locator(fields).all():
        if not field.is_visible():
            continue
        field.focus()
        field.press("Control+a")
        for character in "123":
            page.keyboard.type(character)
            field.evaluate(ANEW)
        if field.input_value() != "123":
            lost.append((field.evaluate("e => e.outerHTML"), field.input_value()))
    return lost
