"""What a page shares, hands out and takes: a link, downloads, uploads."""

from collections.abc import Callable, Sequence
from typing import Any

import solara

from colsim.dashboard.pages import components as ui
from colsim.dashboard.pages.work import refusing


@solara.component
def Tools(
    downloads: Sequence[tuple[str, str, str]],
    make: Callable[[str], dict[str, str]],
    ask: Callable[[], str] | None = None,
    take: Callable[[dict[str, Any]], None] | None = None,
) -> None:
    """Show what can be shared, downloaded and uploaded; what is refused is said on the page.

    Args:
        downloads: name, title and what it is of each.
        make: makes a download, by its name.
        ask: makes the query of the link; nothing is shared if None.
        take: takes files that a visitor opens; none can be opened if None.
    """
    link, set_link = solara.use_state("")
    ready, set_ready = solara.use_state({})
    count = solara.use_ref(0)

    def download(data: dict[str, Any]) -> None:
        def hand_out() -> None:
            count.current += 1
            set_ready(make(str(data["name"])) | {"number": str(count.current)})

        refusing(hand_out)

    ui.Tools(
        link=link,
        downloads=ui.Plain([{"name": n, "title": t, "about": a} for n, t, a in downloads]),
        ready=ui.Plain(ready),
        uploads=take is not None,
        shares=ask is not None,
        event_ask_link=lambda _: refusing(lambda: set_link(ask())) if ask else None,
        event_download=download,
        event_upload=lambda data: refusing(lambda: take(data)) if take else None,
    )
