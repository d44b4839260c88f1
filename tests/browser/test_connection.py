"""A connection that breaks: said once, mended by itself, and nothing is lost."""

import contextlib
import socket
import threading
import time

import pytest

from tests.browser.conftest import Tabs
from tests.browser.pages import at_week, cards, pause, seek, switched, wait

BLOCKING = """() => [...document.querySelectorAll(
    '.v-dialog--active, .v-overlay--active, .lost-connection')]
    .filter(e => e.getClientRects().length && e.innerText.trim()).map(e => e.innerText.trim())"""
"""Returns what is laid over the page in words."""


class Wire:
    """Passes bytes on between a browser and a server, until it is cut."""

    def __init__(self, address):
        self.port = int(address.rpartition(":")[2])
        self.whole = True
        self.ends = []
        self.door = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.door.getsockname()[1]}"
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self):
        while True:
            try:
                near, _ = self.door.accept()
            except OSError:
                return  # the test is over
            if not self.whole:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self.port))
            self.ends += [near, far]
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    @staticmethod
    def _pass(one, other):
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self, seconds):
        """End every connection at once, and let none through for a while."""
        self.whole = False
        ends, self.ends = self.ends, []
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        time.sleep(seconds)
        self.whole = True


@pytest.fixture
def wire(browser, dashboard):
    found = Wire(dashboard)
    tabs = Tabs(browser, found.address)
    yield found, tabs
    for context in tabs.contexts:
        context.close()
    found.door.close()
    assert tabs.beyond == []
    # That a socket broke is logged by the browser; nothing else goes wrong.
    assert [one for one in tabs.errors if "ERR_" not in one and "WebSocket" not in one] == []


def test_a_socket_that_drops_for_a_second_comes_back_with_nothing_lost(wire):
    line, tabs = wire
    page = tabs.open("/?preset=desktop&seed=3&week=30&run.weeks=60&run.burn_in=20")
    pause(page)
    switched(page, "co_location", True)
    seek(page, 50)
    shown = cards(page)
    page.locator(".player .again input").press_sequentially("4")
    typed = page.input_value(".player .again input")
    line.cut(1.0)
    page.wait_for_selector(".lost-connection:has-text('The connection is lost')")
    assert len(page.evaluate(BLOCKING)) == 1  # its own words, and no other dialog
    page.wait_for_selector(".lost-connection:has-text('The connection is back')")
    assert len(page.evaluate(BLOCKING)) <= 1
    at_week(page, 50)
    assert cards(page) == shown
    assert page.locator(".events .what").count() == 1
    if "opened anew" not in page.inner_text(".lost-connection"):
        assert page.input_value(".player .again input") == typed
    # It answers as before.
    switched(page, "joint_training", True)
    wait(page, "() => document.querySelectorAll('.events .what').length === 2")
    assert page.evaluate(BLOCKING) in ([], [page.inner_text(".lost-connection")])
