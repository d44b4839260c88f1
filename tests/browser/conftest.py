"""A dashboard that runs, and a headless Chromium that reaches nothing but this machine.

Without Chromium these tests are skipped, unless COLSIM_BROWSER_REQUIRED=1. With COLSIM_SCREENSHOTS
they write pictures to that folder.
"""

import os
import re
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

REQUIRED = os.environ.get("COLSIM_BROWSER_REQUIRED") == "1"
PATIENCE = 30_000
"""Milliseconds that a busy machine may take; nothing is timed here."""


def _chromium():
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    return None


def _missing():
    if _chromium() is None:
        return "no Chromium is installed (Debian: apt-get install chromium)"
    try:
        import playwright.sync_api  # noqa: F401
        import solara  # noqa: F401
    except ImportError as error:
        return f"{error.name} is not installed"
    return None


@pytest.fixture(scope="session", autouse=True)
def _browser_or_skip():
    reason = _missing()
    if reason and REQUIRED:
        pytest.fail(f"COLSIM_BROWSER_REQUIRED=1, and {reason}")
    if reason:
        pytest.skip(reason)


@contextmanager
def served(*arguments, before=""):
    """Address of a dashboard on a free port, ended when the tests are over.

    `before` is done in its process first.
    """
    given = ["colsim", "dashboard", "--port", "0", "--no-browser", *map(str, arguments)]
    code = f"{before}\nimport sys\nsys.argv = {given!r}\nfrom colsim.cli import main\nmain()"
    command = [sys.executable, "-c", code]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    address, lines = None, []
    for line in process.stderr:
        lines.append(line)
        if found := re.search(r"dashboard at (http://\S+)/", line):
            # One that answers in a network is asked here all the same.
            address = re.sub("//[^/:]+:", "//127.0.0.1:", found[1])
            break
    assert address, "".join(lines)
    # Whatever it says from now on must not fill the pipe.
    threading.Thread(target=lambda: lines.extend(process.stderr), daemon=True).start()
    yield address
    process.terminate()
    process.wait(20)
    assert not [line for line in lines if "Traceback" in line], "".join(lines)[-4000:]


@pytest.fixture(scope="session")
def dashboard(_browser_or_skip):
    with served() as address:
        yield address


@contextmanager
def launched():
    """A browser that reaches this machine alone."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=_chromium(),
            args=[
                *("--no-sandbox", "--disable-gpu"),  # without one, to do as if takes a third more
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            ],
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def browser(_browser_or_skip):
    with launched() as chromium:
        yield chromium


class Tabs:
    """Opens tabs in profiles of their own, and keeps what went wrong in any of them."""

    def __init__(self, browser, address):
        self.browser, self.address = browser, address
        self.contexts, self.errors, self.beyond = [], [], []

    def open(self, path="/", *, width=1400, height=900, scheme="light", tour=False, password=""):
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        if password:
            context.request.post(f"{self.address}/", form={"password": password}, max_redirects=0)
        page = context.new_page()
        if not tour:
            page.add_init_script("localStorage.setItem('colsim-tour', '1')")
        page.on("request", self._request)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "console",
            lambda said: self.errors.append(said.text) if said.type == "error" else None,
        )
        page.goto(self.address + path, wait_until="commit")
        page.wait_for_selector(".app h1")
        return page

    def _request(self, request):
        if not request.url.startswith((f"{self.address}/", "data:", "blob:")):
            self.beyond.append(request.url)


@contextmanager
def opening(browser, address):
    """Tabs in which nothing goes wrong."""
    found = Tabs(browser, address)
    yield found
    for context in found.contexts:
        context.close()
    assert found.errors == []
    assert found.beyond == []


@pytest.fixture
def tabs(browser, dashboard):
    with opening(browser, dashboard) as found:
        yield found


@pytest.fixture
def picture():
    """Write a screenshot where COLSIM_SCREENSHOTS says."""
    folder = os.environ.get("COLSIM_SCREENSHOTS")

    def take(page, name, *, full=False):
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=full)

    return take
