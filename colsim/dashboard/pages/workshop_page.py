"""The workshop: an address for the room, the teams' policies, and all of them compared."""

from typing import Any

import solara
from solara.lab import use_task

from colsim.dashboard import workshop
from colsim.dashboard.pages import components as ui
from colsim.dashboard.pages import state
from colsim.dashboard.pages.work import done, refusing

_looked = solara.reactive(0)
"""Changes of the board that the page has seen."""
_job: Any = solara.reactive(None)
_done = solara.reactive(0)
_found: Any = solara.reactive(())


def _work() -> None:
    asked = _job.peek()
    if asked is None:
        return
    job, teams = asked
    result = done(
        job, lambda so_far, _: _done.set(so_far), "The teams' policies could not be compared"
    )
    if result is not None:
        _found.value = tuple(workshop.standings(result, teams))
    _job.value = None


@solara.component
def Send() -> None:
    """Send the policy of the Live page to the room, where there is a workshop."""
    board = workshop.board()
    said, set_said = solara.use_state("")
    if board is None:
        return

    def send(data: dict[str, Any]) -> None:
        def act() -> None:
            board.send(str(data["team"]), state.present()[1].run.scenario)
            set_said("Sent: it stands on the Workshop page.")

        refusing(act)

    ui.SendToRoom(said=said, event_send=send)


@solara.component
def WorkshopPage() -> None:
    """Address, teams, and what their policies do."""
    board = workshop.board()
    assert board is not None
    _looked.value  # noqa: B018 - drawn anew when the board has changed
    teams = board.teams()
    use_task(_work, dependencies=[_job.value], raise_error=False)
    picture = solara.use_memo(lambda: workshop.picture_of(board.address), [])
    running = _job.value is not None

    def compare(_: Any) -> None:
        def act() -> None:
            sent = board.teams()
            _done.value = 0
            _job.value = (workshop.contest(sent), list(sent))

        refusing(act)

    def stop(_: Any) -> None:
        if _job.peek() is not None:
            _job.peek()[0].cancel()

    def clear(_: Any) -> None:
        board.clear()
        _found.value = ()
        _looked.value = board.changes

    ui.Workshop(
        address=board.address,
        picture=picture,
        teams=ui.Plain(workshop.rows(teams)),
        standings=ui.Plain(list(_found.value)),
        running=running,
        done=_done.value,
        total=_job.value[0].total if running else 1,
        event_look=lambda _: _looked.set(board.changes),
        event_compare=compare,
        event_stop=stop,
        event_clear=clear,
    )
