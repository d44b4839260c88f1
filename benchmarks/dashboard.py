"""How the dashboard holds up, in one table: speed, patience and memory, in a headless Chromium.

    python benchmarks/dashboard.py

Takes about ten minutes on two processors; `--part NAME` measures one thing alone, `--rounds 3`
fewer rounds of visitors. Needs Linux (memory is read from /proc), Chromium and Playwright.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import visitors
from timing import Row, table

TWO_HUNDRED = "/?preset=robinscar&organisation.csw=150&organisation.mhsw=50"
FOUR = ("robinscar", "co_location", "joint_training", "boundary_spanners")
WORLDS = 100
ROUNDS = 10
WATCHED = 6.0
"""Seconds over which weeks are counted."""
_SERVER = (
    "from colsim.dashboard import server; server.SETTINGS['SOLARA_KERNEL_CULL_TIMEOUT'] = '2s'; "
    "import sys; sys.argv = ['colsim', 'dashboard', '--port', '0', '--no-browser']; "
    "from colsim.cli import main; main()"
)
"""The dashboard as anybody starts it, but that it forgets a visitor after two seconds."""
_CULLED = 7.0
"""Seconds after which all has been forgotten and given back."""
_SWAP = """() => new Promise(done => {
  const there = () => !!document.querySelector('.slots .levers')
  const before = there(), start = performance.now()
  document.querySelector("[data-slot='1'] button[aria-expanded]").click()
  const look = () => there() !== before ? done(performance.now() - start) : setTimeout(look, 5)
  look()
})"""
"""Opens or closes the levers of a scenario: to the server, and back in the picture."""
_WEEKS = """seconds => new Promise(done => {
  const seen = new Set(), start = performance.now(), el = document.querySelector('.network')
  const look = () => {
    const now = el.drawn(); if (now.week !== null && now.week !== undefined) seen.add(now.week)
    const gone = (performance.now() - start) / 1000
    gone < seconds ? requestAnimationFrame(look) : done(seen.size / gone)
  }
  look()
})"""
_LEVER = """() => new Promise(done => {
  const told = () => document.querySelector('.answer h2').textContent
  const before = told(), start = performance.now()
  document.querySelector("[data-lever=co_location] [role=switch]").click()
  const look = () => told() !== before ? done(performance.now() - start) : setTimeout(look, 5)
  look()
})"""
"""Switches a lever, until the numbers with and without it are on the page."""
TURNS = 50
ROOM = 30
"""Tabs of a workshop."""
PACE = 4.0
"""Weeks a second that a page plays, unless told otherwise."""
PLAYED = 30.0
"""Seconds for which phones play."""
_DRAWN = "() => document.querySelector('.network')?.drawn?.()?.spots"


@dataclass(frozen=True, slots=True)
class Server:
    """A dashboard that runs."""

    address: str
    process: int

    def memory(self) -> float:
        """Return its resident memory, in MB."""
        status = Path(f"/proc/{self.process}/status").read_text(encoding="ascii")
        found = re.search(r"VmRSS:\s+(\d+)", status)
        assert found is not None
        return int(found[1]) / 1024

    def processor(self) -> float:
        """Return the processor time that it took so far, in seconds."""
        fields = Path(f"/proc/{self.process}/stat").read_text(encoding="ascii").rpartition(")")[2]
        return sum(map(int, fields.split()[11:13])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving() -> Iterator[Server]:
    """Start a dashboard, and end it."""
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVER], stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert process.stderr is not None
    stderr = process.stderr
    try:
        for line in stderr:
            if found := re.search(r"dashboard at (http://\S+)/", line):
                break
        else:
            raise RuntimeError("the dashboard did not start")
        threading.Thread(target=lambda: [None for _ in stderr], daemon=True).start()
        yield Server(found[1], process.pid)
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def chromium() -> Iterator[Any]:
    """Start a browser, and end it."""
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(browser: Any, server: Server, path: str) -> Any:
    """Return a tab in a profile of its own."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    context.set_default_timeout(180_000)
    page = context.new_page()
    page.goto(server.address + path, wait_until="commit")
    return page


def first_picture(browser: Any, server: Server) -> list[Row]:
    """Measure how long a visitor waits: the very first after the start, and others."""
    taken = []
    for _ in range(6):
        start = time.perf_counter()
        page = opened(browser, server, "/")
        page.wait_for_function(_DRAWN, polling=20)
        taken.append(time.perf_counter() - start)
        page.context.close()
    rest = np.array(taken[1:])
    return [
        Row("first picture, the first visitor", taken[0], "s", aim=5),
        Row("first picture, later ones", float(np.median(rest)), "s", float(rest.min()), aim=5),
    ]


def weeks_shown(browser: Any, server: Server) -> list[Row]:
    """Measure how many different weeks are drawn in a second, at full speed."""
    page = opened(browser, server, TWO_HUNDRED + "&run.weeks=1000")
    page.wait_for_function(_DRAWN, polling=50)
    page.select_option(".player .pace select", "30")
    page.click(".player .main")  # what a link restores is at rest
    page.wait_for_timeout(2000)
    rates = [page.evaluate(_WEEKS, WATCHED) for _ in range(3)]
    page.context.close()
    return [
        Row("weeks shown, 200 practitioners", float(np.median(rates)), "1/s", max(rates), aim=20,
            at_most=False)
    ]  # fmt: skip


def lever(browser: Any, server: Server) -> list[Row]:
    """Measure how soon a lever's effect is on the page: alone, and while ten tabs play."""
    rows = []
    page = opened(browser, server, "/?preset=robinscar&week=0")
    page.wait_for_selector(".answer h2")
    others: list[Any] = []
    for what in ("alone", "with ten tabs"):
        if what != "alone":
            others = [opened(browser, server, f"/?preset=robinscar&seed={k}") for k in range(10)]
            for other in others:
                other.wait_for_function(_DRAWN, polling=100)
                other.click(".player .main")
        taken = [page.evaluate(_LEVER) / 1000 for _ in range(TURNS)]
        aim = 0.5 if what == "alone" else None
        middle = float(np.median(taken))
        rows.append(Row(f"lever to numbers, {what}, median of {TURNS}", middle, "s", aim=aim))
        rows.append(Row(f"lever to numbers, {what}, worst of {TURNS}", max(taken), "s", aim=aim))
    for one in (page, *others):
        one.context.close()
    return rows


def room(browser: Any, server: Server) -> list[Row]:
    """Measure a workshop: thirty tabs that all play, in one browser on the same machine."""
    before = server.memory()
    # So long that none is over before the last is looked at.
    path = "/?preset=robinscar&run.weeks=1000&seed="
    pages = [opened(browser, server, f"{path}{k}") for k in range(ROOM)]
    for page in pages:
        page.wait_for_function(_DRAWN, polling=200)
        page.click(".player .main")
    taken, seconds = [], []
    for page in pages:
        start = time.perf_counter()
        first = int(page.inner_text(".player output b"))
        page.wait_for_timeout(1000 * WATCHED / 3)
        taken.append(int(page.inner_text(".player output b")) - first)
        seconds.append(time.perf_counter() - start)
    rates = [weeks / took for weeks, took in zip(taken, seconds, strict=True)]
    rows = [
        Row(f"weeks a second and tab, {ROOM} tabs", float(np.median(rates)), "1/s", max(rates)),
        Row("the same, slowest tab", min(rates), "1/s"),
        Row(f"memory a tab, {ROOM} tabs", (server.memory() - before) / ROOM, "MB"),
    ]
    for page in pages:
        page.context.close()
    return rows


def phones(_: Any, server: Server) -> list[Row]:
    """Measure the same without browsers: what thirty phones, which draw by themselves, get."""
    before, worked = server.memory(), server.processor()
    found = visitors.play(server.address, count=ROOM, pace=PACE, seconds=PLAYED)
    rates = [one.shown / PLAYED for one in found]
    shown = sum(one.shown for one in found)
    sent = sum(one.received for one in found)
    return [
        Row(f"weeks a second and phone, {ROOM} phones", float(np.median(rates)), "1/s", max(rates),
            aim=PACE, at_most=False),
        Row("the same, slowest phone", min(rates), "1/s"),
        Row("server's processor time a week shown", 1000 * (server.processor() - worked) / shown,
            "ms"),
        Row("sent a week shown, opening included", sent / shown / 1000, "kB"),
        Row(f"memory a phone, {ROOM} phones", (server.memory() - before) / ROOM, "MB"),
    ]  # fmt: skip


def comparison(browser: Any, server: Server) -> list[Row]:
    """Measure a comparison on the page against the command line, and the page meanwhile."""
    command = [sys.executable, "-m", "colsim.cli", "compare", *FOUR, "--json",
               "--replications", str(2 * WORLDS), "--seed", "1"]  # fmt: skip
    query = "&".join(f"{k}.preset={name}" for k, name in enumerate(FOUR))
    page = opened(browser, server, f"/compare?worlds={WORLDS}&{query}")
    page.wait_for_selector(".runbar .main")
    idle = [page.evaluate(_SWAP) for _ in range(10)]
    lined: list[float] = []
    shown: list[float] = []
    for _ in range(3):  # in turns: other work on the machine falls on both alike
        start = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        lined.append(time.perf_counter() - start)
        start = time.perf_counter()
        page.click(".runbar .main")
        page.wait_for_selector(".runbar progress")
        page.wait_for_selector(".runbar progress", state="detached")
        shown.append(time.perf_counter() - start)
    assert page.locator(".results .words li").count() == 2 * (len(FOUR) - 1)
    alone, undisturbed = float(np.median(lined)), float(np.median(shown))
    page.click(".runbar .main")
    page.wait_for_selector(".runbar progress")
    trips = []
    while page.locator(".runbar progress").count():
        trips.append(page.evaluate(_SWAP) / 1000)
        page.wait_for_timeout(100)
    page.context.close()
    what = f"{len(FOUR)} scenarios × {WORLDS} worlds"
    return [
        Row(f"{what}, command line", alone, "s", min(lined)),
        Row(f"{what}, page", undisturbed, "s", min(shown)),
        Row("page over command line", undisturbed / alone, "×", aim=1.5),
        Row("round trip while idle, worst", max(idle) / 1000, "s"),
        Row(f"round trip meanwhile, median of {len(trips)}", float(np.median(trips)), "s"),
        Row("round trip meanwhile, worst", max(trips), "s", aim=1),
    ]


def rounds(browser: Any, server: Server, count: int = ROUNDS) -> list[Row]:
    """Measure what stays of rounds of five visitors, two of them comparing, when they are gone."""
    kept = []
    for number in range(count):
        pages = [opened(browser, server, "/compare?worlds=10") for _ in range(2)]
        pages += [opened(browser, server, f"/?preset=robinscar&seed={k}") for k in range(3)]
        for page in pages[:2]:
            page.wait_for_selector(".runbar .main")
            page.click(".runbar .main")
        for page in pages[2:]:
            page.wait_for_function(_DRAWN, polling=100)
        for page in pages[:2]:
            page.wait_for_selector(".results .words")
        for page in pages:
            page.context.close()
        time.sleep(_CULLED)
        kept.append(server.memory())
        sys.stderr.write(f"round {number + 1}: {kept[-1]:.0f} MB\n")
    rows = [Row(f"memory after round {k + 1}", mb, "MB") for k, mb in enumerate(kept)]
    if count >= 6:
        # The first rounds load what all later ones share. Over seven rounds that differ by 2 MB
        # for no reason the slope is known to 0.4 MB.
        later = kept[3:]
        slope = float(np.polyfit(np.arange(len(later)), later, 1)[0])
        rows.append(Row("growth a round from the fourth on", slope, "MB", aim=1))
    return rows


PARTS: dict[str, Callable[..., list[Row]]] = {
    "picture": first_picture,
    "weeks": weeks_shown,
    "lever": lever,
    "room": room,
    "phones": phones,
    "comparison": comparison,
    "rounds": rounds,
}


def main() -> None:
    """Measure, and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", choices=PARTS, action="append", help="measure this alone")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds of five visitors")
    asked = parser.parse_args()
    rows: list[Row] = []
    for name in asked.part or PARTS:
        # Each part has a server of its own: none inherits what another left.
        sys.stderr.write(f"measuring: {name}\n")
        with serving() as server, chromium() as browser:
            more = {"count": asked.rounds} if name == "rounds" else {}
            rows += PARTS[name](browser, server, **more)
    lines = [(c[0], c[1], c[2], c[4], c[5]) for c in (row.cells() for row in rows)]
    print(table(("what", "measured", "best", "unit", "aim"), lines))


if __name__ == "__main__":
    main()
