"""The visitor's own authority, once a staff list was opened."""

from typing import Any

import solara

from colsim.dashboard import authority
from colsim.dashboard.pages import components as ui
from colsim.dashboard.pages import state
from colsim.dashboard.pages.work import refusing
from colsim.errors import UserError


@solara.component
def AuthorityCard() -> None:
    """Say whose staff is simulated, once a visitor has opened a staff list."""
    own: authority.Authority | None = state.authority.value
    if own is None:
        return

    def resize(data: dict[str, Any]) -> None:
        def change() -> None:
            text = str(data["families"])
            if not (text.isascii() and text.isdigit() and len(text) < 10):
                raise UserError(
                    f"shared families: found {text!r}; allowed: a whole number from 1 to 100,000"
                )
            state.settle_in(own.with_families(int(text)), policies_stay=True)

        refusing(change)

    ui.OwnAuthority(
        name=own.file,
        words=own.words,
        families=str(own.families),
        estimated=own.estimated,
        notes=ui.Plain(list(own.notes)),
        event_set_families=resize,
        event_leave=lambda _: refusing(lambda: state.settle_in(None)),
    )
