"""Pictures of every page of the dashboard, to be looked at as if seen for the first time.

    python scripts/shots.py              writes out/shots/PAGE-WIDTH-SCHEME.png, and index.html
    python scripts/shots.py out/before --page live --page compare

At four widths, light and dark, each as it opens there. What is going on here? What would you do
next? Needs Chromium and Playwright, as the browser tests do; takes some minutes.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
from tests.browser.conftest import launched, opening, served  # noqa: E402
from tests.browser.pages import drawn  # noqa: E402
from tests.browser.test_calibration import MADE  # noqa: E402
from tests.browser.test_results import EXPERIMENT  # noqa: E402
from tests.lists import SMALL  # noqa: E402

SIZES = ((400, 800), (1024, 768), (1280, 720), (1400, 900))
SCHEMES = ("light", "dark")
PASSWORD = "a long one"
LEVER = "levers.co_location.strength=3&levers.co_location.start=26"
TWO = "/compare?worlds=10&0.preset=desktop&1.preset=desktop%2Bco_location"
THREE = f"{TWO}&2.preset=desktop%2Bboundary_spanners&3.preset=desktop%2Bjoint_training"
TEAMS = ("Reading first", "Teams 2 to 4")


def _still(_: Any) -> None:
    """Take the page as it opens."""


def _compared(page: Any) -> None:
    page.click(".runbar .main")
    page.wait_for_selector(".results .words", timeout=120_000)


def _asked(page: Any) -> None:
    for card in (".what-if", ".choosing"):
        page.click(f"{card} summary")


def _lived(page: Any) -> None:
    page.click(".runbar .main")
    page.wait_for_selector(".money svg", timeout=120_000)
    for name in ("boundary_spanners", "joint_training"):
        page.check(f"[data-choose={name}]")
    page.wait_for_selector(".runbar .package")


def _listed(page: Any) -> None:
    page.click(".tools summary:has-text('Open a file')")
    file = {"name": "ours.csv", "mimeType": "text/csv", "buffer": SMALL}
    page.set_input_files(".tools input[type=file]", [file])
    page.wait_for_selector(".authority")


def _met(page: Any) -> None:
    for team, lever in zip(TEAMS, ("co_location", "joint_training"), strict=True):
        page.click("nav a:has-text('Live')")
        drawn(page)
        page.locator(f"[data-lever={lever}] [role=switch]").click()
        page.wait_for_selector(f"[data-lever={lever}] [role=switch][aria-checked=true]")
        page.fill(".send input", team)
        page.click(".send button")
        page.wait_for_selector(".send:has-text('Sent')")
    page.click("nav a:has-text('Workshop')")
    page.click(".workshop .main")
    page.wait_for_selector(".workshop section[role=status]", timeout=120_000)


PAGES: dict[str, tuple[str, Callable[[Any], None]]] = {
    "live-first": ("/", _still),
    "live": (f"/?preset=desktop&week=90&{LEVER}", _still),
    "live-list": ("/?preset=desktop&week=20", _listed),
    "story": (f"/story?preset=desktop&week=120&{LEVER}", _still),
    "story-bare": ("/story?preset=desktop&week=60", _still),
    "compare-first": ("/compare", _asked),
    "compare-one": (TWO, _compared),
    "compare-three": (THREE, _compared),
    "money-first": ("/money?preset=desktop", _still),
    "money": ("/money?preset=desktop&run.weeks=52&run.burn_in=52", _lived),
    "assumptions": ("/assumptions", _still),
    "nowhere": ("/no/such/page", _still),
    "results": ("/results", _still),
    "calibration": ("/calibration", _still),
    "workshop-first": ("/workshop", _still),
    "workshop": ("/?preset=desktop", _met),
}


OPENED = (SIZES[:1], SIZES[1:])
"""Sizes that share a tab: what a phone folds is folded where a page opens."""


def shoot(browser: Any, name: str, address: str, folder: Path) -> None:
    """Write the pictures of one page."""
    path, prepare = PAGES[name]
    for sizes in OPENED:
        with opening(browser, address) as tabs:
            width, height = sizes[0]
            password = PASSWORD if "workshop" in name else ""
            if name == "nowhere":
                page = _alone(tabs, path, width, height)
            else:
                page = tabs.open(path, width=width, height=height, password=password)
            if name.startswith("live"):
                drawn(page)
            prepare(page)
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                page.evaluate("s => window.colsim?.theme(s)", scheme)
                for width, height in sizes:
                    page.set_viewport_size({"width": width, "height": height})
                    page.wait_for_timeout(500)  # pictures fit themselves in
                    place = folder / f"{name}-{width}-{scheme}.png"
                    page.screenshot(path=str(place), full_page=True)


def _alone(tabs: Any, path: str, width: int, height: int) -> Any:
    """Open an address that is none of the app's."""
    context = tabs.browser.new_context(viewport={"width": width, "height": height})
    tabs.contexts.append(context)
    page = context.new_page()
    page.goto(tabs.address + path)
    return page


def contact_sheet(folder: Path) -> None:
    """Write a page with all pictures of a folder: a row each page, light above dark."""
    rows = []
    for name in PAGES:
        cells = [
            f'<a href="{escape(one.name)}"><img loading="lazy" src="{escape(one.name)}" '
            f'alt="{escape(one.stem)}"><span>{width} {scheme}</span></a>'
            for scheme in SCHEMES
            for width, _ in SIZES
            if (one := folder / f"{name}-{width}-{scheme}.png").exists()
        ]
        if cells:
            rows.append(f"<h2>{escape(name)}</h2><div>{''.join(cells)}</div>")
    style = (
        "body{font:15px system-ui,sans-serif;margin:20px}div{display:grid;gap:10px;"
        "grid-template-columns:repeat(4,1fr)}a{color:inherit;text-decoration:none}"
        "img{width:100%;max-height:420px;object-fit:cover;object-position:top}"
    )
    text = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Every page</title>'
        f"<style>{style}</style><h1>Every page, as it opens</h1><p>What is going on here? What "
        f"would you do next?</p>{''.join(rows)}</html>"
    )
    (folder / "index.html").write_text(text, encoding="utf-8")


def _swept(place: Path) -> str:
    """Run the sweep whose results are shown; return its folder."""
    from colsim.experiments.sweep import sweep

    (place / "days.toml").write_text(EXPERIMENT, encoding="utf-8")
    sweep(place / "days.toml", out=place / "out")
    return str(place / "out")


def _started(name: str, place: Path) -> tuple[Sequence[str], str]:
    """Return what the dashboard is started with for a page, and what is done before."""
    if name.startswith("workshop"):
        return ("--host", "0.0.0.0", "--password", PASSWORD), ""
    if name == "results":
        return (_swept(place),), ""
    return ((str(place),), MADE) if name == "calibration" else ((), "")


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "out" / "shots")
    parser.add_argument("--page", choices=PAGES, action="append", help="this alone")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    wanted = asked.page or list(PAGES)
    with launched() as browser, tempfile.TemporaryDirectory() as place:
        ways: dict[tuple[Sequence[str], str], list[str]] = {}
        for name in wanted:
            ways.setdefault(_started(name, Path(place)), []).append(name)
        for (started, before), names in ways.items():
            with served(*started, before=before) as address:
                for name in names:
                    sys.stderr.write(f"{name}\n")
                    shoot(browser, name, address, asked.folder)
    contact_sheet(asked.folder)


if __name__ == "__main__":
    main()
