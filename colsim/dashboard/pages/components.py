"""The widgets of the pages: Vue templates, and the canvas of the network."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
import solara
import traitlets

_HERE = Path(__file__).parents[1] / "widgets"
_Event = Callable[[Any], None]


class NetworkWidget(anywidget.AnyWidget):  # type: ignore[misc]
    """The network on a canvas; it says which frame it has drawn."""

    _esm = _HERE / "network.js"
    scene = traitlets.Dict().tag(sync=True)
    frame = traitlets.Bytes(b"").tag(sync=True)
    run = traitlets.Int(0).tag(sync=True)
    selected = traitlets.Int(-1).tag(sync=True)
    seen = traitlets.Int(-1).tag(sync=True)


def _vue(name: str) -> Any:
    return solara.component_vue(str(_HERE / name), vuetify=False)


@_vue("header.vue")
def Header(pages: list[Any], here: str, event_go: _Event) -> None:
    """Name, pages, and the choice of light or dark."""


@_vue("player.vue")
def Player(
    week: int,
    weeks: int,
    playing: bool,
    over: bool,
    speed: int,
    speeds: list[int],
    seed: str,
    event_play: _Event,
    event_step: _Event,
    event_seek: _Event,
    event_set_speed: _Event,
    event_restart: _Event,
) -> None:
    """Play, pause, step, speed, week and seed."""


@_vue("cards.vue")
def Cards(cards: list[Any]) -> None:
    """Headline measures."""


@_vue("timeline.vue")
def Timeline(charts: list[Any], happenings: list[Any], week: int, weeks: int) -> None:
    """Courses with and without the policy, and its events."""


@_vue("levers.vue")
def Levers(groups: list[Any], which: int, event_toggle: _Event, event_change: _Event) -> None:
    """Levers in groups, each with its setting."""


@_vue("person.vue")
def Person(post: int, person: Any, people: list[Any], event_choose: _Event) -> None:
    """The person selected."""


@_vue("intro.vue")
def Intro(
    title: str, text: str, presets: list[Any], preset: str, edited: bool, event_pick: _Event
) -> None:
    """What runs at present, and the choice of another start."""


@_vue("message.vue")
def Message(text: str, event_close: _Event) -> None:
    """A message in plain words that can be closed."""


@_vue("tools.vue")
def Tools(
    link: str,
    downloads: list[Any],
    ready: Any,
    uploads: bool,
    event_ask_link: _Event,
    event_download: _Event,
    event_upload: _Event,
) -> None:
    """Share, download, upload."""
