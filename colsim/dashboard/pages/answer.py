"""With and without, at once: the three numbers, why, whole courses, and whether it is luck."""

from dataclasses import replace
from typing import Any

import solara

from colsim.dashboard import luck as asking
from colsim.dashboard.live import events
from colsim.dashboard.lives import narrowest
from colsim.dashboard.pages import components as ui
from colsim.dashboard.pages import state
from colsim.dashboard.pages.work import done, refusing, work_on


def _ask(_: Any) -> None:
    stop(None)
    run = state.present()[1].run
    state.lucky.value = 0
    asked = refusing(lambda: asking.question(run))
    if asked is not None:
        state.luck.value = asked


def stop(_: Any) -> None:
    """Stop asking whether it is luck."""
    now = state.luck.peek()
    if now is not None and now.job is not None:
        now.job.cancel()


def _work() -> None:
    """Live the worlds, in a thread of its own."""
    asked = state.luck.peek()
    if asked is None or asked.job is None:
        return
    result = done(
        asked.job, lambda so_far, _: state.lucky.set(so_far), "The worlds could not be lived"
    )
    if state.luck.peek() is asked:
        state.luck.value = result and replace(asked, job=None, result=result)


@solara.component
def Lucky() -> None:
    """Live the worlds that are asked for, whichever page is open meanwhile; it draws nothing."""
    now = state.luck.value
    work_on(now and now.job, _work, stop)


def _luck_of(run: Any) -> asking.Luck | None:
    """Return what is known of a run's luck."""
    now: asking.Luck | None = state.luck.value
    return now if now is not None and now.fits(run) else None


@solara.component
def Answer() -> None:
    """Show the three numbers between the two lives, what can get worse, and whether it is luck."""
    state.number.value  # noqa: B018 - drawn anew with each run
    run = state.present()[1].run
    luck = _luck_of(run)
    numbers = run.numbers()
    policy = bool(run.scenario.scenario.levers)
    ui.Answer(
        numbers=ui.Plain(asking.judged(numbers, luck) if luck else numbers),
        harms=ui.Plain(run.harms()),
        policy=policy,
        told=ui.Plain(asking.told(luck) if luck else []),
        done=state.lucky.value if luck and luck.job else 0,
        total=luck.job.total if luck and luck.job else 0,
        worlds=asking.WORLDS,
        event_ask=_ask,
        event_stop=stop,
    )


@solara.component
def Why() -> None:
    """Show the way to a joint plan; a step leads to the families lost there."""
    state.number.value  # noqa: B018
    router = solara.use_router()
    run = state.present()[1].run
    steps = run.chain()

    def lost(data: dict[str, Any]) -> None:
        state.lost.value = str(data["step"])
        state.family.value = ""
        router.push("/story")

    ui.Chain(steps=ui.Plain(steps), words=narrowest(steps), event_lost=lost)


@solara.component
def Course() -> None:
    """Show whole courses with and without the policy, up to the week shown in full colour."""
    shown = state.shown.value
    run = shown.run
    luck = _luck_of(run)
    ui.Timeline(
        charts=solara.use_memo(lambda: ui.Plain(run.charts()), [shown.number]),
        bands=ui.Plain(asking.bands(luck, run) if luck else {}),
        happenings=ui.Plain(events(run.scenario.scenario)),
        weeks=run.weeks,
    )
