"""Value for money: every policy's cost against its gain, packages of two, a budget."""

from dataclasses import replace
from typing import Any

import solara

from colsim.comparison.comparison import Comparison
from colsim.dashboard import money
from colsim.dashboard.authority import base_of
from colsim.dashboard.kept import ANSWERS
from colsim.dashboard.pages import components as ui
from colsim.dashboard.pages import state
from colsim.dashboard.pages.authority_card import AuthorityCard
from colsim.dashboard.pages.live_tools import LiveAddress, restore
from colsim.dashboard.pages.work import done, refusing, work_on
from colsim.errors import UserError
from colsim.scenario.loading import LoadedScenario


def _now() -> state.Money:
    present = state.money.peek()
    assert isinstance(present, state.Money)
    return present


def _update(**changes: Any) -> None:
    state.money.value = _now().changed(**changes)


def _open(search: str | None) -> None:
    """Look at the authority of the Live page; what was found for another one is let go."""
    restore(search)
    run = state.open_life().run
    base = base_of(run.scenario)
    present = state.money.peek()
    if present is None or (present.base.scenario, present.seed) != (base.scenario, run.seed):
        stop(None)
        known = _recalled(base, run.seed)
        state.money.value = state.Money(base, run.seed, found=() if known is None else (known,))


def _recalled(base: LoadedScenario, seed: int) -> Comparison | None:
    """Return what was found before for an authority, if anybody asked."""
    try:
        return ANSWERS.known(money.everything(base, seed).asked)
    except UserError:
        return None  # it is said when it is asked


def _start(make: Any) -> None:
    def start() -> None:
        if _now().job is None:
            state.moneyed.value = (0, 1)
            _update(job=make())

    refusing(start)


def _choose(data: dict[str, Any]) -> None:
    name, chosen = str(data["name"]), _now().chosen
    if name in chosen:
        _update(chosen=tuple(one for one in chosen if one != name))
    else:
        _update(chosen=(*chosen, name)[-money.MOST_IN_A_PACKAGE :])


def _budget(data: dict[str, Any]) -> None:
    text = str(data["text"])
    refusing(lambda: _update(budget=money.amount_of(text, "budget") if text.strip() else None))


def _goal(data: dict[str, Any]) -> None:
    if str(data["goal"]) in {one["name"] for one in money.goals()}:
        _update(goal=str(data["goal"]))


def _price(data: dict[str, Any]) -> None:
    def change() -> None:
        now = _now()
        prices = money.with_price(
            now.prices, str(data["lever"]), str(data["key"]), str(data["text"])
        )
        for name in now.chosen:
            money.priced(money.laid_over(now.base, name.split("+")), prices)
        _update(prices=prices)

    refusing(change)


def _package() -> money.Survey:
    now = _now()
    members = tuple(dict.fromkeys(part for one in now.chosen for part in one.split("+")))
    return money.Survey(now.base, (members,), now.seed)


def _search() -> money.Search:
    now = _now()
    if now.budget is None:
        raise UserError("budget: found none; allowed: pounds that may be spent in a year")
    return money.Search(money.at_prices(now.base, now.prices), now.budget, now.seed)


def stop(_: Any) -> None:
    """Stop what is under way."""
    present = state.money.peek()
    if present is not None and present.job is not None:
        present.job.cancel()


def _work() -> None:
    """Run the job that was started, in a thread of its own."""
    present = state.money.peek()
    job = None if present is None else present.job
    if job is None:
        return
    result = done(job, lambda *far: state.moneyed.set(far), "The policies could not be lived")
    changes: dict[str, Any] = {}
    if result is None:
        pass
    elif isinstance(job, money.Search):
        changes = {"answer": tuple(money.said(result))}
    elif len(job.policies) == 1:
        changes = {"found": (*_now().found, result), "chosen": (job.policies[0].name,)}
    else:
        changes = {"found": (result,)}
    if _now().job is job:
        # What is found is no change of the visitor's, which could be taken back.
        state.money.value = replace(_now(), job=None, **changes)


@solara.component
def Spending() -> None:
    """Do the work under way, whichever page is open meanwhile; it draws nothing."""
    present = state.money.value
    work_on(present and present.job, _work, stop)


@solara.component
def MoneyPage() -> None:
    """What money buys in the authority of the Live page."""
    router = solara.use_router()
    solara.use_memo(lambda: _open(router.search), [])
    now = state.money.value
    done, total = state.moneyed.value
    with solara.Div(classes=["head"]), solara.Div(classes=["said"]):
        solara.HTML(tag="h1", unsafe_innerHTML="Value for money")
        solara.HTML(
            tag="p",
            classes=["quiet"],
            unsafe_innerHTML="Which policy gains most for its pounds, how surely, and what it may "
            "do harm to. Prices are orders of magnitude: put your own.",
        )
    AuthorityCard()
    LiveAddress()
    rows = solara.use_memo(
        lambda: ui.Plain(money.points(now.found, now.base, now.goal, now.prices)),
        [tuple(map(id, now.found)), now.goal, str(now.prices)],
    )
    ui.Money(
        where=now.base.scenario.title,
        points=rows,
        goals=ui.Plain(money.goals()),
        goal=now.goal,
        unit=money.unit_of(now.goal),
        chosen=ui.Plain(list(now.chosen)),
        bills=ui.Plain(
            [
                {"name": name, "lines": money.bills(now.base, name, now.prices)}
                for name in now.chosen
            ]
        ),
        budget="" if now.budget is None else f"{now.budget:.0f}",
        answer=ui.Plain(list(now.answer)),
        running=now.job is not None,
        done=done,
        total=total,
        worlds=money.WORLDS,
        undo=bool(now.past),
        redo=bool(now.future),
        event_take_back=lambda _: state.money.set(_now().taken_back()),
        event_make_again=lambda _: state.money.set(_now().made_again()),
        event_start=lambda _: _start(lambda: money.everything(_now().base, _now().seed)),
        event_package=lambda _: _start(_package),
        event_search=lambda _: _start(_search),
        event_stop=stop,
        event_choose=_choose,
        event_set_goal=_goal,
        event_set_budget=_budget,
        event_set_price=_price,
    )
