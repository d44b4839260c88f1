"""A family's story: who knew what when, contacts, refusals, plans, and how each side felt."""

from urllib.parse import parse_qs, urlencode

import solara

from colsim.dashboard import drafts, links
from colsim.dashboard.lives import CHAIN
from colsim.dashboard.pages import components as ui
from colsim.dashboard.pages import state
from colsim.dashboard.pages.files import packed
from colsim.dashboard.pages.live_tools import LiveAddress, restore
from colsim.dashboard.pages.tools import Tools
from colsim.dashboard.story_view import choices, plain_story
from colsim.dashboard.twice import Families, families, story_without, twice
from colsim.errors import UserError
from colsim.scenario.levers import LEVERS
from colsim.story import Story

DOWNLOADS = (
    ("text", "The story as text", "TXT"),
    ("events", "Every event and the change behind it", "CSV"),
)


_OFFERS = ("boundary_spanners", "co_location", "joint_training")
"""Levers that are offered where none is on."""


def _open(search: str | None) -> state.Shown:
    restore(search)
    asked = parse_qs((search or "").lstrip("?"))
    if "family" in asked:
        state.family.value = asked["family"][0][:60]
    if asked.get("lost", [""])[0] in CHAIN:
        state.lost.value = asked["lost"][0]
    return state.open_life()


def _telling(shown: state.Shown) -> tuple[state.Shown, Families]:
    """Return the families of the run, and the run: a year or more later while there are none."""
    found = families(shown.run)
    while not found.lines and not shown.run.over:
        with state.present()[0].lock:
            run = shown.run.advanced_to(shown.run.week + 52)
        shown = state.replace_run(run)
        found = families(shown.run)
    return shown, found


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
    def query() -> str:
        run = shown.run
        found = links.to_query(links.Shared((run.scenario,), run.seed, run.week))
        return f"{found}&{urlencode({'family': story.family})}"

    Tools(DOWNLOADS, lambda name: _file(story, name), ask=query)


@solara.component
def _OneLife() -> None:
    """Say why there is one life only, and offer policies that make it two."""

    def switch_on(name: str) -> None:
        run = state.present()[1].run
        try:
            changed = run.changed(drafts.lever_on(run.scenario, name, week=0))
        except UserError as error:
            state.message.value = str(error)
            return
        state.remember(run)
        state.family.value = ""
        state.replace_run(changed)

    with solara.Div(classes=["card", "twice"]):
        solara.HTML(tag="h2", unsafe_innerHTML="Two lives need a policy")
        solara.Text(
            "No policy is on: below is the one life that this family has. Guess what would have "
            "gone differently with a policy, then switch it on from the first week. The page then "
            "opens on the family whose life it changed most, at the week in which the two part."
        )
        with solara.Div(classes=["offers"]):
            for name in _OFFERS:
                ui.Action(
                    label=f"Switch on: {LEVERS[name].title}",
                    event_act=lambda _, name=name: switch_on(name),
                ).key(name)


@solara.component
def StoryPage() -> None:
    """One family of the live run, with the policy and without, up to the present week."""
    router = solara.use_router()
    solara.use_memo(lambda: _open(router.search), [])
    number = state.number.value
    shown, found = solara.use_memo(lambda: _telling(state.present()[1]), [number])
    lost = state.lost.value
    lines = found.offered(lost)
    known = [line.family for line in lines]
    family = state.family.value
    if family not in known and known:
        family = known[0]
    policy = bool(shown.run.scenario.scenario.levers)
    story = solara.use_memo(
        lambda: _of(shown, family) if known else None, [number, family, bool(known)]
    )
    other = solara.use_memo(
        lambda: story_without(shown.run, family) if known and policy else None,
        [number, family, bool(known)],
    )
    scenario = shown.run.scenario.scenario
    with solara.Div(classes=["head"]):
        with solara.Div(classes=["said"]):
            solara.HTML(tag="h1", unsafe_innerHTML="One family, two lives")
            solara.HTML(
                tag="p",
                classes=["quiet"],
                unsafe_innerHTML="Why things came as they did: every line rests on a change of "
                "state in the run of the Live page. Families and their names are invented.",
            )
        if story is not None:
            _Tools(story, shown)
    where = f"{scenario.title}, seed {shown.run.seed}, up to week {shown.week}"
    steps = [{"name": n, "title": t, "count": len(found.offered(n))} for n, t in CHAIN.items()]
    ui.Picker(
        families=ui.Plain(choices(lines, found.called)),
        family=family,
        where=where,
        steps=ui.Plain(steps),
        lost=lost,
        event_pick=lambda data: state.family.set(str(data["family"])),
        event_lose=lambda data: state.lost.set(str(data["step"])),
    )
    if story is None:
        with solara.Div(classes=["card"]):
            solara.Text(
                f"No family {'was lost here' if lost else 'became known to both services'} in "
                f"{where}."
            )
        return
    LiveAddress(more=urlencode({"family": story.family} | ({"lost": lost} if lost else {})))
    name = found.called[story.family]
    if other is not None:
        ui.Twice(two=ui.Plain(twice(story, other, name)))
    else:
        _OneLife()
    ui.FamilyStory(story=ui.Plain(plain_story(story, name)))
