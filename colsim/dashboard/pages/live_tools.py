"""The Live page's run as a link, as files and from files; its address, which says the same."""

from typing import Any

import solara

from colsim.dashboard import authority, links
from colsim.dashboard.live import LiveRun
from colsim.dashboard.pages import components as ui
from colsim.dashboard.pages import state
from colsim.dashboard.pages.files import DOWNLOADS, live_file, opened_file
from colsim.dashboard.pages.tools import Tools
from colsim.errors import UserError


def restore(search: str | None) -> None:
    """Restore what a link says; a faulty link is said and otherwise left alone."""
    try:
        shared = links.from_query(search or "")
        if shared is None or len(shared.scenarios) != 1:
            return
        state.life.value = state.life.peek() or state.Life()
        state.begin(shared.scenarios[0], shared.seed, shared.week)
        state.playing.value = False
        if shared.version and shared.stale:
            state.message.value = (
                f"This link was made with version {shared.version[:20]} of colsim: "
                "figures may differ."
            )
    except UserError as error:
        state.message.value = str(error)


def _query() -> str:
    run = state.present()[1].run
    return links.to_query(links.Shared((run.scenario,), run.seed, run.week))


def _make(name: str) -> dict[str, str]:
    life, shown = state.present()
    with life.lock:
        return live_file(shown.run, name)


def _take(data: dict[str, Any]) -> None:
    before = state.present()[1].run
    loaded = opened_file(data, authority.base_of(before.scenario))
    if loaded is not None:
        run = LiveRun(loaded, before.seed)
        state.remember(before)
        state.replace_run(run)
    state.selected.value = -1
    state.play_on()


@solara.component
def LiveTools() -> None:
    """Share, download, upload."""
    Tools(DOWNLOADS, _make, ask=_query, take=_take)


@solara.component
def LiveAddress(more: str = "") -> None:
    """Keep the page's address true: whoever reloads finds the same run.

    Args:
        more: what else the address says, as a query.
    """
    shown = state.shown.value

    def query() -> str:
        run = shown.run
        try:
            return links.to_query(links.Shared((run.scenario,), run.seed, run.week))
        except UserError:
            return ""  # such as a staff list, which no link holds

    found = solara.use_memo(query, [shown.number, shown.week])
    ui.Address(query=f"{found}&{more}" if found and more else found)
