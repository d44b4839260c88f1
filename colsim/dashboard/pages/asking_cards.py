"""Beside a comparison: what if circumstances were others, and which policies to take."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import solara

from colsim.answers.choice import Choice
from colsim.dashboard import asking, jobs, money
from colsim.dashboard.authority import base_of
from colsim.dashboard.limits import MOST_SCENARIOS
from colsim.dashboard.pages import components as ui
from colsim.dashboard.pages import state
from colsim.dashboard.pages.work import refusing

GOALS = [
    {"name": "joint_plans", "title": "Joint plans"},
    {"name": "flow", "title": "Information flow"},
    *(
        one
        for one in money.goals()
        if one["name"] not in ("joint_plan_rate", "information_flow")
    ),
]  # fmt: skip
"""What can be gained, the command line's short names first."""


def begin(make: Callable[[state.Comparing], Any]) -> None:
    """Begin what `make` returns, unless something is under way or it is refused."""

    def start() -> None:
        now = state.compared()
        if now.job is None:
            job = make(now)
            state.progressed.value = 0
            state.compare_with(job=job, status="")

    refusing(start)


def chosen(job: money.Search, result: Choice) -> dict[str, Any]:
    """Return what the Compare page holds of an answer to which policies to take."""
    best = tuple(one.name for one in result.ranked[: MOST_SCENARIOS - 1])
    return {"answer": tuple(money.said(result)), "answered": job.base, "best": best}


def _typed(form: str) -> Callable[[dict[str, Any]], None]:
    """Return what keeps a field of a form as it was typed."""

    def keep(data: dict[str, Any]) -> None:
        now = getattr(state.compared(), form)
        key, text = str(data["key"]), str(data["text"])[: asking.MOST_TYPED]
        if key in asdict(now):
            state.compare_with(**{form: replace(now, **{key: text})})

    return keep


def _take(_: Any) -> None:
    """Compare the best sets of the answer."""

    def take() -> None:
        now = state.compared()
        base = base_of(now.slots[0])
        laid = tuple(money.laid_over(base, name.split("+")) for name in now.best)
        state.compare_with(slots=(now.slots[0], *laid), opened=-1)

    refusing(take)


@solara.component
def Asking() -> None:
    """What if, and which to choose."""
    router = solara.use_router()
    present = state.comparing.value
    running = present.job is not None
    fresh = present.result is not None and present.compared == present.slots
    base = base_of(present.slots[0])
    answers = present.answered is not None and present.answered.scenario == base.scenario
    with solara.Div(classes=["asks"]):
        ui.WhatIf(
            form=ui.Plain(asdict(present.what_if)),
            circumstances=ui.Plain(asking.circumstances()),
            numbers=ui.Plain(asking.numbers()),
            tables=ui.Plain([asdict(one) for one in jobs.what_if(present.result)] if fresh else []),
            running=running,
            event_set=_typed("what_if"),
            event_start=lambda _: begin(
                lambda now: jobs.Job(
                    now.slots, now.worlds, now.seed, changes=now.what_if.read()
                )
            ),
        )  # fmt: skip
        ui.Choosing(
            form=ui.Plain(asdict(present.choice)),
            goals=ui.Plain(GOALS),
            harms=ui.Plain(asking.harms()),
            answer=ui.Plain(list(present.answer) if answers else []),
            best=ui.Plain(list(present.best) if answers else []),
            running=running,
            event_set=_typed("choice"),
            event_start=lambda _: begin(
                lambda now: now.choice.search(base_of(now.slots[0]), now.worlds, now.seed)
            ),
            event_take=_take,
            event_go=lambda _: router.push("/money"),
        )
