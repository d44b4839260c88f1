"""The Live page: one authority running, its levers at hand."""

from collections.abc import Callable
from typing import Any

import solara

from colsim.agents import BoundarySpanner, ChildrensSocialWorker, MentalHealthSocialWorker
from colsim.core.names import FACTS
from colsim.dashboard import controls, drafts
from colsim.dashboard.live import LiveRun, events, title_of
from colsim.dashboard.pages import answer, state
from colsim.dashboard.pages import components as ui
from colsim.dashboard.pages.authority_card import AuthorityCard
from colsim.dashboard.pages.live_tools import LiveAddress, LiveTools, restore
from colsim.dashboard.pages.work import refusing
from colsim.dashboard.pages.workshop_page import Send
from colsim.dashboard.picture import frame, scene
from colsim.errors import UserError
from colsim.experiments.single import check_seed
from colsim.scenario.levers import levers_in
from colsim.scenario.remarks import remarks_of


def _locked(action: Callable[[LiveRun], LiveRun]) -> None:
    """Replace the run by what an action makes of it, no week lived in between."""
    with state.present()[0].lock:
        before = state.present()[1].run
        run = refusing(lambda: action(before))
    if run is None:
        return
    if (run.scenario, run.seed) != (before.scenario, before.seed):
        state.remember(before)
    state.replace_run(run)


def _arrive(data: dict[str, Any]) -> None:
    state.arrive(int(data["week"]), int(data["number"]))


def _fetch(data: dict[str, Any]) -> None:
    _arrive(data)
    if int(data["number"]) == state.present()[1].number:
        state.send_ahead(int(data["first"]))


def _play(data: dict[str, Any]) -> None:
    _arrive(data)
    state.playing.value = bool(data["playing"])


def _seek(data: dict[str, Any]) -> None:
    _locked(lambda run: run.advanced_to(int(data["week"])))


def _restart(data: dict[str, Any]) -> None:
    def again(run: LiveRun) -> LiveRun:
        text = data["seed"]
        if text is None:
            seed = run.seed + 1
        else:
            try:
                seed = int(str(text))
            except ValueError:
                raise UserError(
                    f"seed: found {text!r}; allowed: a whole number from 0 to 2**63 - 1"
                ) from None
        check_seed(seed)
        return LiveRun(run.scenario, seed)

    _locked(again)


def _toggle(data: dict[str, Any]) -> None:
    name = str(data["name"])
    said: list[str] = []

    def change(run: LiveRun) -> LiveRun:
        switch = drafts.lever_on if data["on"] else drafts.lever_off
        before = run.scenario.scenario.levers.get(name)
        scenario = switch(run.scenario, name, week=run.week)
        if data["on"] and run.over and (before is None or before.end != run.week):
            levers = scenario.scenario.levers
            said.append(
                f"The run was over, so {levers_in(levers)[name].title} is in force from week "
                f"{levers[name].start} to its end. To see it begin later, go back to an earlier "
                "week first."
            )
        return run.changed(scenario)

    _locked(change)
    if said and not state.message.peek():
        state.message.value = said[0]


def _change(data: dict[str, Any]) -> None:
    key = str(data["key"])
    value = data["value"]
    if key == "forget":
        name = str(data["name"])
        _locked(lambda run: run.changed(drafts.period_out(run.scenario, name, int(value))))
        return
    if key in ("strength", "coverage", "recruitment") and isinstance(value, int):
        value = float(value)
    if value is None and key in _WHENS:
        state.message.value = f"{_WHENS[key]}: found nothing; allowed: a whole number of weeks"
        return
    _locked(
        lambda run: run.changed(
            drafts.lever_set(run.scenario, str(data["name"]), {key: value}, week=run.week)
        )
    )


_WHENS = {"start": "From week", "ramp": "Full after"}
_SHORT = {
    ChildrensSocialWorker: "CSW",
    MentalHealthSocialWorker: "MHSW",
    BoundarySpanner: "Spanner",
}


def _people(run: LiveRun) -> list[dict[str, Any]]:
    """Return everybody in post, by team, for the list."""
    teams: dict[str, list[dict[str, Any]]] = {}
    for post in range(len(run.model.world.posts)):
        person = run.model.practitioner_at(post)
        if person is not None:
            members = teams.setdefault(title_of(person, run.names), [])
            members.append({"post": post, "title": f"{_SHORT[type(person)]} {len(members) + 1}"})
    return [{"title": title, "members": members} for title, members in teams.items()]


def _scene(run: LiveRun) -> dict[str, Any]:
    names = run.names
    if names is None:
        return scene(run.model.world)
    return scene(run.model.world, localities=names.localities, titles=names.teams)


@solara.component
def _Picture() -> None:
    shown = state.shown.value
    selected = state.selected.value
    what = solara.use_memo(lambda: ui.Plain(_scene(shown.run)), [shown.number])
    # While weeks go by, the browser has their pictures already.
    bytes_now = solara.use_memo(
        lambda: frame(shown.run.model.world, shown.number), [shown.number, shown.turn]
    )
    ahead = state.ahead_of(shown)
    ui.NetworkWidget.element(
        scene=what,
        frame=bytes_now,
        ahead=b"" if ahead is None else ahead.frames,
        selected=selected if selected < len(shown.run.model.world.posts) else -1,
        on_selected=state.selected.set,
    )


@solara.component
def _Now() -> None:
    shown = state.shown.value
    run = shown.run
    ahead = state.ahead_of(shown)
    rows = {} if ahead is None else {"first": ahead.first, "rows": ahead.rows}
    now = {"week": shown.week, "turn": shown.turn, "playing": state.playing.value and not run.over}
    ends = {one["end"] for one in events(run.scenario.scenario) if one["end"] is not None}
    ui.Player(
        # With what is said of the week: no number of another week stands beside it.
        now=ui.Plain(now | {"number": shown.number, "row": run.row(shown.week)}),
        ahead=ui.Plain({"number": shown.number, "first": 0, "rows": []} | rows),
        weeks=run.weeks,
        stops=ui.Plain(sorted(ends)),
        often=state.selected.value >= 0,
        speed=state.speed.value,
        speeds=ui.Plain(state.SPEEDS),
        seed=str(run.seed),
        undo=bool(state.undoable.value),
        redo=bool(state.redoable.value),
        brief=_brief(run),
        event_take_back=lambda _: refusing(state.take_back),
        event_make_again=lambda _: refusing(state.make_again),
        event_arrive=_arrive,
        event_fetch=_fetch,
        event_play=_play,
        event_step=_step,
        event_seek=_seek,
        event_set_speed=lambda data: _set_speed(data["speed"]),
        event_restart=_restart,
    )


def _brief(run: LiveRun) -> str:
    """Return the two numbers that stay in view on a phone."""
    plans, facts, _ = run.numbers()
    without = bool(run.scenario.scenario.levers)
    plans_without, facts_without = (
        f" (without {one['without']})" if without else "" for one in (plans, facts)
    )
    return (
        f"Joint plans a year {plans['with_']}{plans_without}; facts understood "
        f"{facts['with_']} of {FACTS}{facts_without}"
    )


def _step(_: Any) -> None:
    state.playing.value = False
    _locked(lambda run: run.advanced_to(run.week + 1))


def _set_speed(value: int) -> None:
    if value in state.SPEEDS:
        state.speed.value = value


@solara.component
def _Happened() -> None:
    ui.Happened(text=state.shown.value.run.happened())


@solara.component
def _CardRow() -> None:
    run = state.shown.value.run
    ui.Cards(cards=ui.Plain(run.cards()), about=run.about())


@solara.component
def _Side() -> None:
    shown = state.shown.value
    people = solara.use_memo(lambda: ui.Plain(_people(shown.run)), [shown.number, shown.week // 13])
    post = state.selected.value
    ui.Person(
        post=post,
        person=ui.Plain(shown.run.person(post) if post >= 0 else None),
        people=people,
        event_choose=lambda data: state.selected.set(int(data["post"])),
    )


@solara.component
def _LeverPanel() -> None:
    shown = state.shown.value
    settings = shown.run.scenario.scenario.levers
    # Only what changes a lever's state: its settings, and whether it has ended by now.
    ended = tuple(not drafts.on_now(setting, shown.week) for setting in settings.values())
    groups = solara.use_memo(
        lambda: ui.Plain(controls.lever_groups(shown.run.scenario, shown.week)),
        [shown.number, ended],
    )
    with solara.Div(classes=["card"]):
        solara.HTML(tag="h2", unsafe_innerHTML="Levers")
        solara.HTML(
            tag="p",
            classes=["quiet"],
            unsafe_innerHTML="A lever that you switch on begins in the present week. What it "
            "changes by the end of the run is shown at once.",
        )
        ui.Levers(groups=groups, which=0, event_toggle=_toggle, event_change=_change)


_LEGEND = """
<span><i class="csw"></i>children's social worker (CSW)</span>
<span><i class="mhsw"></i>mental health social worker (MHSW)</span>
<span><i class="spanner"></i>boundary spanner</span>
<span><i class="thick"></i>tie, thicker where familiar</span>
<span>a team's story, trust along a tie: bad <i class="scale"></i> good</span>
<span><i class="dot"></i>contact this week</span>
"""


@solara.component
def LivePage() -> None:
    """One authority, week by week."""
    router = solara.use_router()
    solara.use_memo(lambda: restore(router.search), [])
    shown = solara.use_memo(state.open_life, [state.number.value])
    solara.use_effect(lambda: lambda: state.playing.set(False), [])
    scenario = shown.run.scenario
    presets = state.choices(state.authority.value)
    edited = drafts.EDITED in scenario.chain or not any(
        scenario.name == one["name"] for one in presets
    )

    plan = scenario.scenario
    title, text = plan.title, " ".join(plan.description.split())
    if drafts.EDITED in scenario.chain:
        # The title was written before the levers were moved.
        title = f"{title}, changed"
        used = [f"{event['title']}: {event['words']}" for event in events(plan)]
        text = "; ".join(used) if used else "No lever is used."

    def pick(data: dict[str, Any]) -> None:
        state.selected.value = -1
        seed = shown.run.seed
        base = shown.run.scenario
        _locked(lambda _: LiveRun(state.preset(str(data["preset"]), base), seed))
        state.play_on()

    notes = [one.text for one in remarks_of(scenario)]
    if scenario.authority:
        notes.insert(0, f"In: {scenario.authority}.")
    with solara.Div(classes=["head"]):
        ui.Intro(
            title=title,
            text=" ".join([text, *notes]),
            presets=ui.Plain(presets),
            preset=scenario.name,
            edited=edited,
            event_pick=pick,
        )
        LiveTools()
    AuthorityCard()
    LiveAddress()
    ui.Tour()
    with solara.Div(classes=["live"]):
        with solara.Div(classes=["a-player"]):
            _Now()
        with solara.Div(classes=["a-answer"]):
            answer.Answer()
            Send()
        with solara.Div(classes=["a-time"]):
            answer.Course()
        with solara.Div(classes=["a-levers"]):
            _LeverPanel()
        with solara.Div(classes=["a-cards"]):
            _CardRow()
        with solara.Div(classes=["a-picture"]), solara.Div(classes=["card"]):
            solara.HTML(
                tag="h2",
                unsafe_innerHTML="Who knows whom",
            )
            solara.HTML(tag="div", classes=["legend"], unsafe_innerHTML=_LEGEND)
            _Picture()
            _Happened()
        with solara.Div(classes=["a-side"]):
            with solara.Div(classes=["a-why"]):
                answer.Why()
            with solara.Div(classes=["a-who"]):
                _Side()
