"""The widgets of the pages: Vue templates, and the canvas of the network."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import solara
import traitlets


class Plain:
    """Plain data on its way to the browser.

    Solara walks through every list and dictionary that a component is given, each time that
    anything is drawn; it takes this for one value.
    """

    __slots__ = ("data",)

    def __init__(self, data: Any) -> None:
        self.data = data

    def __eq__(self, other: object) -> bool:
        """Return whether the data are equal: what did not change is not sent again."""
        return isinstance(other, Plain) and self.data == other.data

    __hash__ = None  # type: ignore[assignment]


def _unwrapped(value: Any, _: Any) -> Any:
    return value.data if isinstance(value, Plain) else value


_HERE = Path(__file__).parents[1] / "widgets"
_Event = Callable[[Any], None]


class NetworkWidget(anywidget.AnyWidget):  # type: ignore[misc]
    """The network on a canvas."""

    # As text: a path would be watched for changes, and the watch would keep every widget alive.
    _esm = (_HERE / "network.js").read_text(encoding="utf-8")
    scene = traitlets.Any().tag(sync=True, to_json=_unwrapped)
    frame = traitlets.Bytes(b"").tag(sync=True)
    ahead = traitlets.Bytes(b"").tag(sync=True)
    selected = traitlets.Int(-1).tag(sync=True)


def _vue(name: str, *plain: str) -> Any:
    """Return the decorator of a template; the properties named in `plain` are `Plain` data."""
    return solara.component_vue(
        str(_HERE / name), vuetify=False, to_json=dict.fromkeys(plain, _unwrapped)
    )


@_vue("header.vue", "pages")
def Header(pages: Plain, here: str, event_go: _Event) -> None:
    """Name, pages, and the choice of light or dark."""


@_vue("player.vue", "now", "ahead", "stops", "speeds")
def Player(
    now: Plain,
    ahead: Plain,
    weeks: int,
    stops: Plain,
    often: bool,
    speed: int,
    speeds: Plain,
    seed: str,
    undo: bool,
    redo: bool,
    brief: str,
    event_take_back: _Event,
    event_make_again: _Event,
    event_arrive: _Event,
    event_fetch: _Event,
    event_play: _Event,
    event_step: _Event,
    event_seek: _Event,
    event_set_speed: _Event,
    event_restart: _Event,
) -> None:
    """Play, pause, step, speed, week and seed."""


@_vue("cards.vue", "cards")
def Cards(cards: Plain, about: str) -> None:
    """Headline measures."""


@_vue("happened.vue")
def Happened(text: str) -> None:
    """What happened in the week that is shown."""


@_vue("answer.vue", "numbers", "harms", "told")
def Answer(
    numbers: Plain,
    harms: Plain,
    policy: bool,
    told: Plain,
    done: int,
    total: int,
    worlds: int,
    event_ask: _Event,
    event_stop: _Event,
) -> None:
    """The three numbers between two lives, what can get worse, and whether it is luck."""


@_vue("chain.vue", "steps")
def Chain(steps: Plain, words: str, event_lost: _Event) -> None:
    """The way to a joint plan, with and without the policy."""


@_vue("address.vue")
def Address(query: str) -> None:
    """Nothing to see: the browser's address says what the page shows."""


@_vue("timeline.vue", "charts", "bands", "happenings")
def Timeline(charts: Plain, bands: Plain, happenings: Plain, weeks: int) -> None:
    """Courses with and without the policy, and its events."""


@_vue("levers.vue", "groups")
def Levers(groups: Plain, which: int, event_toggle: _Event, event_change: _Event) -> None:
    """Levers in groups, each with its setting."""


@_vue("person.vue", "person", "people")
def Person(post: int, person: Plain, people: Plain, event_choose: _Event) -> None:
    """The person selected."""


@_vue("intro.vue", "presets")
def Intro(
    title: str, text: str, presets: Plain, preset: str, edited: bool, event_pick: _Event
) -> None:
    """What runs at present, and the choice of another start."""


@_vue("message.vue")
def Message(text: str, event_close: _Event) -> None:
    """A message in plain words that can be closed."""


@_vue("action.vue")
def Action(label: str, event_act: _Event) -> None:
    """One button."""


@_vue("tools.vue", "downloads", "ready")
def Tools(
    link: str,
    downloads: Plain,
    ready: Plain,
    uploads: bool,
    shares: bool,
    event_ask_link: _Event,
    event_download: _Event,
    event_upload: _Event,
) -> None:
    """Share, download, upload."""


@_vue("authority.vue", "notes")
def OwnAuthority(
    name: str,
    words: str,
    families: str,
    estimated: bool,
    notes: Plain,
    event_set_families: _Event,
    event_leave: _Event,
) -> None:
    """The visitor's own authority."""


@_vue("slot.vue", "presets", "uses")
def Slot(
    which: int,
    title: str,
    preset: str,
    edited: bool,
    opened: bool,
    removable: bool,
    presets: Plain,
    uses: Plain,
    event_pick: _Event,
    event_remove: _Event,
    event_edit: _Event,
) -> None:
    """One scenario of a comparison."""


@_vue("runbar.vue", "choices")
def RunBar(
    worlds: int,
    choices: Plain,
    seed: str,
    running: bool,
    done: int,
    total: int,
    status: str,
    more: bool,
    undo: bool,
    redo: bool,
    event_take_back: _Event,
    event_make_again: _Event,
    event_set_worlds: _Event,
    event_set_seed: _Event,
    event_start: _Event,
    event_cancel: _Event,
    event_add: _Event,
) -> None:
    """How many worlds; start and cancel; progress."""


@_vue("what_if.vue", "form", "circumstances", "numbers", "tables")
def WhatIf(
    form: Plain,
    circumstances: Plain,
    numbers: Plain,
    tables: Plain,
    running: bool,
    event_set: _Event,
    event_start: _Event,
) -> None:
    """What if circumstances were others: fields, and the gain now and under each."""


@_vue("choosing.vue", "form", "goals", "harms", "answer", "best")
def Choosing(
    form: Plain,
    goals: Plain,
    harms: Plain,
    answer: Plain,
    best: Plain,
    running: bool,
    event_set: _Event,
    event_start: _Event,
    event_take: _Event,
    event_go: _Event,
) -> None:
    """Which policies to take within a budget: fields, and the answer."""


@_vue("results.vue", "account", "others", "charts")
def Results(part: str, account: Plain, others: Plain, charts: Plain) -> None:
    """A comparison: its part "words", "charts", or "tables"."""


@_vue("fold.vue")
def Fold(title: str, inside: str, opened: bool, event_toggle: _Event) -> None:
    """What unfolds a part of a page on a phone."""


@_vue("brief.vue", "numbers")
def Brief(label: str, numbers: Plain) -> None:
    """The answer of a comparison in a line that stays in view on a phone."""


@_vue("assumptions.vue", "purposes", "limits", "marks", "rows", "levers")
def Assumptions(purposes: Plain, limits: Plain, marks: Plain, rows: Plain, levers: Plain) -> None:
    """Every number and lever, to be searched."""


@_vue("sweep.vue", "facts", "told", "measures", "table", "analyses", "failures", "notes")
def SweepResults(
    description: str,
    facts: Plain,
    told: Plain,
    measures: Plain,
    measure: str,
    table: Plain,
    analyses: Plain,
    failures: Plain,
    notes: Plain,
    event_pick: _Event,
    event_again: _Event,
) -> None:
    """The results of a sweep."""


@_vue("calibration.vue", "facts", "warnings", "words", "themes", "numbers", "missing")
def CalibrationResults(
    description: str,
    facts: Plain,
    warnings: Plain,
    words: Plain,
    themes: Plain,
    numbers: Plain,
    missing: Plain,
) -> None:
    """A calibration."""


@_vue("picker.vue", "families", "steps")
def Picker(
    families: Plain,
    family: str,
    where: str,
    steps: Plain,
    lost: str,
    event_pick: _Event,
    event_lose: _Event,
) -> None:
    """Which family."""


@_vue("twice.vue", "two")
def Twice(two: Plain) -> None:
    """One family's two lives side by side."""


@_vue("story.vue", "story")
def FamilyStory(story: Plain) -> None:
    """One family's story."""


@_vue("money.vue", "points", "goals", "chosen", "bills", "answer")
def Money(
    where: str,
    points: Plain,
    goals: Plain,
    goal: str,
    unit: str,
    chosen: Plain,
    bills: Plain,
    budget: str,
    answer: Plain,
    running: bool,
    done: int,
    total: int,
    worlds: int,
    undo: bool,
    redo: bool,
    event_take_back: _Event,
    event_make_again: _Event,
    event_start: _Event,
    event_package: _Event,
    event_search: _Event,
    event_stop: _Event,
    event_choose: _Event,
    event_set_goal: _Event,
    event_set_budget: _Event,
    event_set_price: _Event,
) -> None:
    """Policies as points, cost against gain."""


@_vue("send.vue")
def SendToRoom(said: str, event_send: _Event) -> None:
    """Send a team's policy to the room."""


@_vue("workshop.vue", "teams", "standings")
def Workshop(
    address: str,
    picture: str,
    teams: Plain,
    standings: Plain,
    running: bool,
    done: int,
    total: int,
    event_look: _Event,
    event_compare: _Event,
    event_stop: _Event,
    event_clear: _Event,
) -> None:
    """A workshop's address, its teams, and what their policies do."""


@_vue("tour.vue")
def Tour() -> None:
    """Three steps for whoever is here for the first time."""
