"""The Compare page: up to four scenarios in the same plausible worlds."""

import time
from dataclasses import replace
from typing import Any

import solara

from colsim.comparison.comparison import Comparison
from colsim.dashboard import controls, drafts, jobs, links
from colsim.dashboard.authority import base_of, onto
from colsim.dashboard.kept import ANSWERS
from colsim.dashboard.limits import MOST_SCENARIOS
from colsim.dashboard.live import events
from colsim.dashboard.money import Search
from colsim.dashboard.pages import components as ui
from colsim.dashboard.pages import state
from colsim.dashboard.pages.asking_cards import Asking, begin, chosen
from colsim.dashboard.pages.authority_card import AuthorityCard
from colsim.dashboard.pages.files import drawn, opened_file, packed
from colsim.dashboard.pages.tools import Tools
from colsim.dashboard.pages.work import done, refusing, work_on
from colsim.errors import UserError
from colsim.reporting.curves import STYLE
from colsim.reporting.curves import drawn as drawn_curves
from colsim.scenario.loading import LoadedScenario
from colsim.scenario.shipped import POLICY, list_presets

_START = ("robinscar", "co_location", "boundary_spanners")
_TODAY = "*today"
OFFERED = frozenset(one.name for one in list_presets(POLICY))
"""Policies that come with colsim."""
_CHARTS = {"chart": "svg", "picture": "png"}
_WORLDS = (10, 25, 50, 100, 200)
DOWNLOADS = (
    ("table", "All differences", "CSV"),
    ("series", "Courses with ranges", "CSV"),
    ("picture", "Chart", "PNG, for slides and papers"),
    ("chart", "Chart", "SVG"),
    ("report", "Report for a board", "HTML, as colsim report writes it"),
    ("word", "Report to be edited", "DOCX"),
)


def _open(search: str | None) -> None:
    """Restore what a link says, or begin with three presets."""
    shared = None
    try:
        shared = links.from_query(search or "")
    except UserError as error:
        state.message.value = str(error)
    if shared is not None and len(shared.scenarios) > 1:
        state.comparing.value = state.Comparing(
            shared.scenarios, worlds=shared.worlds, seed=shared.seed
        )
    elif state.comparing.peek() is None:
        state.comparing.value = state.Comparing(_first(shared.scenarios[0] if shared else None))
    else:
        return
    _recall()


def _recall() -> None:
    """Show what was found before for what is to be compared, if anybody asked."""
    present = _now()
    try:
        known = ANSWERS.known(jobs.Job(present.slots, present.worlds, present.seed).asked)
    except UserError:
        return  # it is said when it is asked
    if known is not None:
        status = f"{known.worlds} worlds, compared before"
        _update(result=known, compared=present.slots, status=status)


def _first(linked: LoadedScenario | None) -> tuple[LoadedScenario, ...]:
    """Return what is compared at first: presets, or what a link of one scenario names."""
    if linked is None:
        return tuple(map(state.preset, _START))
    base = base_of(linked)
    if linked.scenario.levers != base.scenario.levers:
        return (replace(base, name=linked.name.partition("+")[0]), linked)
    return (base, *(state.preset(name, base) for name in _START[1:]))


_now, _update = state.compared, state.compare_with


def _with(which: int, loaded: Any) -> None:
    slots = _now().slots
    _update(slots=(*slots[:which], loaded, *slots[which + 1 :]))


def _pick(data: dict[str, Any]) -> None:
    name, which = str(data["preset"]), int(data["which"])

    def pick() -> None:
        shown, first = state.shown.peek(), _now().slots[0]
        if name == "*live":
            loaded = shown.run.scenario if shown is not None else state.preset(state.START)
            if which > 0:
                loaded = onto(loaded, base_of(first))
        elif which > 0 and name not in OFFERED:
            loaded = base_of(first)  # without a policy, in the authority that is compared with
        else:
            loaded = state.preset(name, first)
        if which == 0:
            _settle(loaded)
        else:
            _with(which, loaded)

    refusing(pick)


def _settle(loaded: LoadedScenario) -> None:
    """Compare with another scenario; policies move into its authority."""
    base = base_of(loaded)
    _update(slots=(loaded, *(onto(one, base) for one in _now().slots[1:])))


def _choices(which: int) -> list[dict[str, str]]:
    """Return what can be chosen: only the first scenario says in which authority."""
    every = state.choices(state.authority.value)
    if which == 0:
        return every
    today = {"name": _TODAY, "title": "the same authority without a policy", "description": ""}
    return [today, *(one for one in every if one["name"] in OFFERED)]


def _toggle(data: dict[str, Any]) -> None:
    which, name = int(data["which"]), str(data["name"])
    loaded = _now().slots[which]
    if data["on"]:
        refusing(lambda: _with(which, drafts.lever_set(loaded, name, {"end": None})))
    else:
        refusing(lambda: _with(which, drafts.with_lever(loaded, name, None)))


def _change(data: dict[str, Any]) -> None:
    which, key, value = int(data["which"]), str(data["key"]), data["value"]
    if key == "forget":
        name = str(data["name"])
        refusing(lambda: _with(which, drafts.period_out(_now().slots[which], name, int(value))))
        return
    if key in ("strength", "coverage", "recruitment") and isinstance(value, int):
        value = float(value)
    loaded = _now().slots[which]
    refusing(lambda: _with(which, drafts.lever_set(loaded, str(data["name"]), {key: value})))


def _exchange(other: state.Comparing) -> None:
    """Go to what stood here before, or after."""
    state.comparing.value = replace(other, opened=-1)
    _recall()


def _start(_: Any) -> None:
    begin(lambda now: jobs.Job(now.slots, now.worlds, now.seed))


def _cancel(_: Any) -> None:
    present = state.comparing.peek()
    if present is not None and present.job is not None:
        present.job.cancel()


def _seed(data: dict[str, Any]) -> None:
    text = str(data["seed"])
    if text.isascii() and text.isdigit() and int(text) < 1 << 63:
        _update(seed=int(text))
    else:
        state.message.value = f"seed: found {text!r}; allowed: a whole number from 0 to 2**63 - 1"


def _work() -> None:
    """Run the job that was started, in a thread of its own."""
    present = state.comparing.peek()
    job = None if present is None else present.job
    if job is None:
        return
    slots, began = _now().slots, time.monotonic()
    result = done(
        job,
        lambda so_far, _: state.progressed.set(so_far),
        "The comparison could not be finished",
    )
    if result is None:
        stopped = "Cancelled; what was compared before is still here." if job.cancelled else ""
        _update(job=None, status=stopped)
        return
    took = f"{time.monotonic() - began:.1f} s"
    if isinstance(job, Search):
        _update(job=None, status=f"Chosen in {took}", **chosen(job, result))
        return
    text = f"{result.worlds} worlds, {result.replications} runs of each policy, {took}"
    _update(job=None, result=result, compared=slots, status=text)


@solara.component
def Background() -> None:
    """Live the comparison under way, whichever page is open meanwhile; it draws nothing."""
    present = state.comparing.value
    work_on(present and present.job, _work, _cancel)


def _query() -> str:
    present = _now()
    named = jobs.with_own_names(present.slots)
    return links.to_query(links.Shared(named, seed=present.seed, worlds=present.worlds))


@solara.component
def _Address() -> None:
    """Keep the page's address true: whoever reloads finds the same comparison."""
    present = state.comparing.value

    def query() -> str:
        try:
            return _query()
        except UserError:
            return ""  # such as a staff list, which no link holds

    ui.Address(query=solara.use_memo(query, [present.slots, present.seed, present.worlds]))


@solara.component
def _Bar() -> None:
    present = state.comparing.value
    ui.RunBar(
        worlds=present.worlds,
        choices=ui.Plain(sorted({*_WORLDS, present.worlds})),
        seed=str(present.seed),
        running=present.job is not None,
        done=state.progressed.value if present.job is not None else 0,
        total=present.job.total if present.job is not None else 1,
        status=present.status,
        more=len(present.slots) < MOST_SCENARIOS,
        event_set_worlds=lambda data: _update(worlds=int(data["worlds"])),
        event_set_seed=_seed,
        event_start=_start,
        event_cancel=_cancel,
        event_add=lambda _: _update(slots=(*_now().slots, _now().slots[0])),
        undo=bool(present.past),
        redo=bool(present.future),
        event_take_back=lambda _: _exchange(_now().taken_back()),
        event_make_again=lambda _: _exchange(_now().made_again()),
    )


@solara.component
def _Slots() -> None:
    present = state.comparing.value
    with solara.Div(classes=["slots"]):
        for which, loaded in enumerate(present.slots):
            presets = _choices(which)
            known = {one["name"] for one in presets}
            bare = which > 0 and loaded.scenario == base_of(present.slots[0]).scenario
            uses = [f"{e['title']}: {e['words']}" for e in events(loaded.scenario)]
            with solara.Div(classes=["card", f"s{which}"]).key(f"slot-{which}"):
                ui.Slot(
                    which=which,
                    title=loaded.scenario.title,
                    preset=_TODAY if bare else loaded.name,
                    edited=not bare and (drafts.EDITED in loaded.chain or loaded.name not in known),
                    opened=present.opened == which,
                    removable=len(present.slots) > 2 and which > 0,
                    presets=ui.Plain(presets),
                    uses=ui.Plain(uses),
                    event_pick=_pick,
                    event_remove=lambda data: _update(
                        slots=tuple(
                            one for k, one in enumerate(_now().slots) if k != int(data["which"])
                        ),
                        opened=-1,
                    ),
                    event_edit=lambda data: _update(
                        opened=-1 if _now().opened == int(data["which"]) else int(data["which"])
                    ),
                )
                if present.opened == which:
                    ui.Levers(
                        groups=ui.Plain(controls.lever_groups(loaded, 0)),
                        which=which,
                        event_toggle=_toggle,
                        event_change=_change,
                    )


def _charts(result: Any) -> ui.Plain:
    """Return the courses as drawings; what visitors call their policies is made harmless there."""
    shown = [
        {
            "title": one.title,
            "inside": ", ".join(f"{curve.name} {curve.told}" for curve in one.curves),
            "html": drawn_curves(one),
        }
        for one in jobs.curves(result)
    ]
    shown[0]["html"] = f"<style>{STYLE}</style>{shown[0]['html']}"
    return ui.Plain(shown)


@solara.component
def _Found() -> None:
    """Show what was found, or what there will be to see."""
    present = state.comparing.value
    if present.result is None:
        with solara.Div(classes=["card"]):
            solara.Text(
                "Choose policies above and compare them: each is lived in the same plausible "
                "worlds with the same chance, and you see by how much, how surely and how soon "
                "it differs."
            )
        Asking()
    else:
        _Answered(present, present.result)


@solara.component
def _Answered(present: state.Comparing, result: Comparison) -> None:
    """Show the answer, what can be asked further, and all that stands behind the answer."""
    fresh = present.compared == present.slots
    if not fresh:
        with solara.Div(classes=["message"]):
            solara.Text("Policies have changed since: compare again to see what that does.")
    stale = [] if fresh else ["stale"]
    charts = solara.use_memo(lambda: _charts(result), [result])
    account, others = ui.Plain(result.account.to_dict()), ui.Plain(jobs.others(result))
    facts = {"account": account, "others": others, "charts": charts}
    with solara.Div(classes=stale):
        ui.Results(part="words", **facts)
    Asking()
    with solara.Div(classes=stale):
        ui.Results(part="charts", **facts)
        ui.Results(part="tables", **facts)
    if fresh:
        brief = jobs.brief(result)
        ui.Brief(label=brief["label"], numbers=ui.Plain(brief["numbers"]))


def _file(what: str) -> dict[str, str]:
    """Return one download.

    Raises:
        UserError: nothing has been compared yet.
    """
    result = _now().result
    if result is None:
        raise UserError("download: found no comparison yet; allowed: after Compare has finished")
    if what in _CHARTS:
        return drawn(result.plot(), "comparison", _CHARTS[what])
    if what in jobs.REPORTS:
        kind = jobs.REPORTS[what]
        return packed(f"report{kind.ending}", jobs.report(result, kind.ending), kind.type)
    from colsim.reporting.sheets import harmless

    table = result.table() if what == "table" else jobs.courses(result)
    table["scenario"] = table["scenario"].map(harmless)
    name = "comparison.csv" if what == "table" else "courses.csv"
    return packed(name, table.to_csv(index=False).encode(), "text/csv")


def _take(data: dict[str, Any]) -> None:
    slots = _now().slots
    loaded = opened_file(data, base_of(slots[0]))
    if loaded is not None:
        _update(slots=(*slots[: MOST_SCENARIOS - 1], loaded), opened=-1)


@solara.component
def ComparePage() -> None:
    """Up to four scenarios side by side."""
    router = solara.use_router()
    solara.use_memo(lambda: _open(router.search), [])
    with solara.Div(classes=["head"]):
        with solara.Div(classes=["said"]):
            solara.HTML(tag="h1", unsafe_innerHTML="Compare policies")
            solara.HTML(
                tag="p",
                classes=["quiet"],
                unsafe_innerHTML="A world is one plausible value for every number that nobody "
                "knows. What holds in nearly all worlds does not hang on our guesses.",
            )
        Tools(DOWNLOADS, _file, ask=_query, take=_take)
    AuthorityCard()
    _Address()
    present = state.comparing.value
    # On a phone what was compared is folded once the answer is there, until it is changed.
    opened, set_opened = solara.use_state(None)
    answered = present.result is not None
    changing = answered and (present.job is not None or present.compared != present.slots)
    unfolded = not answered or changing or opened is present.result
    count = len(present.slots) - 1
    with solara.Div(classes=["compare", "opened" if unfolded else "folded"]):
        if answered and not changing:
            policies = "1 policy" if count == 1 else f"{count} policies"
            ui.Fold(
                title=f"{policies} in {present.worlds} worlds",
                inside="change what is compared, and compare again",
                opened=unfolded,
                event_toggle=lambda _: set_opened(None if unfolded else present.result),
            )
        with solara.Div(classes=["again"]):
            _Bar()
            _Slots()
        _Found()
