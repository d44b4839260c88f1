"""A family's story: who knew what when, contacts, refusals, plans, and how each side felt."""

from typing import Any
from urllib.parse import parse_qs, urlencode

import solara

from colsim.dashboard import links
from colsim.dashboard.pages import components as ui
from colsim.dashboard.pages import state
from colsim.dashboard.pages.sharing import packed, restore
from colsim.dashboard.tale import choices, families, tale
from colsim.errors import UserError
from colsim.story import Story

DOWNLOADS = (
    ("text", "The story as text", "TXT"),
    ("events", "Every event and the change behind it", "CSV"),
)


def _open(search: str | None) -> state.Shown:
    restore(search)
    asked = parse_qs((search or "").lstrip("?")).get("family")
    if asked:
        state.family.value = asked[0][:60]
    return state.open_life()


def _year_later() -> state.Shown:
    """Let a year of the live run go by."""
    life, seen = state.present()
    with life.lock:
        run = seen.run.advanced_to(seen.run.week + 52)
    return state.replace_run(run)


def _of(shown: state.Shown, name: str) -> Story | None:
    """Return a family's story, or None if the run knows no such family."""
    try:
        return shown.run.model.story(name)
    except UserError as error:
        state.message.value = str(error)
        return None


def _file(story: Story, what: str) -> dict[str, str]:
    if what == "text":
        return packed(f"{story.family}.txt", story.text().encode(), "text/plain")
    table = story.table().to_csv(index=False)
    return packed(f"{story.family}.csv", table.encode(), "text/csv")


@solara.component
def _Tools(story: Story, shown: state.Shown) -> None:
    link, set_link = solara.use_state("")
    ready, set_ready = solara.use_state({})
    count = solara.use_ref(0)

    def ask(_: Any) -> None:
        run = shown.run
        query = links.to_query(links.Shared((run.scenario,), run.seed, run.week))
        set_link(f"{query}&{urlencode({'family': story.family})}")

    def download(data: dict[str, Any]) -> None:
        count.current += 1
        set_ready(_file(story, str(data["name"])) | {"number": str(count.current)})

    ui.Tools(
        link=link,
        downloads=ui.Plain([{"name": n, "title": t, "about": a} for n, t, a in DOWNLOADS]),
        ready=ui.Plain(ready),
        uploads=False,
        shares=True,
        event_ask_link=ask,
        event_download=download,
        event_upload=lambda _: None,
    )


@solara.component
def StoryPage() -> None:
    """One family of the live run, from the policy's first week to the present one."""
    router = solara.use_router()
    opened = solara.use_memo(lambda: _open(router.search), [])
    later, set_later = solara.use_state(opened)
    shown = later
    lines = solara.use_memo(lambda: families(shown.run), [shown.week])
    known = [line.family for line in lines]
    family = state.family.value
    if family not in known and known:
        family = known[0]
    story = solara.use_memo(lambda: _of(shown, family) if known else None, [family, shown.week])
    scenario = shown.run.scenario.scenario
    with solara.Div(classes=["head"]):
        with solara.Div(classes=["said"]):
            solara.HTML(tag="h1", unsafe_innerHTML="One family's story")
            solara.HTML(
                tag="p",
                classes=["quiet"],
                unsafe_innerHTML="Why things came as they did: every line rests on a change of "
                "state in the run of the Live page. The families are invented.",
            )
        if story is not None:
            _Tools(story, shown)
    where = f"{scenario.title}, seed {shown.run.seed}, up to week {shown.week}"
    if story is None:
        with solara.Div(classes=["card"]):
            solara.Text(
                f"No family has become known to both services yet in {where}. Let more weeks go by."
            )
            if not shown.run.over:
                ui.Action(label="Live one year", event_act=lambda _: set_later(_year_later()))
        return
    ui.Picker(
        families=ui.Plain(choices(lines)),
        family=family,
        where=where,
        event_pick=lambda data: state.family.set(str(data["family"])),
    )
    ui.Tale(tale=ui.Plain(tale(story)))
