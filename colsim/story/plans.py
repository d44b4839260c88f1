"""What kind of plan was made, and why no better one: from states alone (ODD 7.12)."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from colsim.core.measures import TOTAL_INDEX
from colsim.core.names import CSW, MHSW, Depth
from colsim.core.state import FACTS, World
from colsim.core.view import paired_rows
from colsim.story.events import Event
from colsim.story.families import contested
from colsim.story.moment import Record, is_paired, plain
from colsim.story.step import Step, lost_waiting


def plan(step: Step) -> Iterator[Event]:
    """Yield the plan that a week brings, and what the MHSW meets in it."""
    one, other = step.before.family, step.after.family
    if other.plans == one.plans:
        return
    paired = is_paired(one)
    kind = _kind(paired, one, other)
    yield step.of_family(
        "planned",
        (*step.who(CSW), *(step.who(MHSW) if kind == "joint" else ())),
        "plans",
        one.plans,
        other.plans,
        plan=kind,
        achievable=bool(other.achievable),
        age=step.week - one.cycle_start,
        due=one.cycle_length,
        amh_open=bool(one.open[MHSW]),
        belief=tuple(one.belief),
        risk=other.risk,
        shares=tuple(
            share / of if of else 1.0 for of, share in map(partial(_understood, one), (0, 1))
        ),
        needed=float(step.world.parameters[0]["joint_understanding"]),
        failed=_first_failed(step) if paired and kind != "joint" else None,
        wrong=kind == "joint"
        and abs(0.5 * one.belief[0] + 0.5 * one.belief[1] - one.risk)
        > float(step.world.parameters[0]["risk_tolerance"]),
    )
    yield from contested(step)
    yield from lost_waiting(step)
    if paired:
        yield from _met_by_colleague(step)


def _kind(paired: bool, before: Record, after: Record) -> str:
    if not paired:
        return "one service alone"
    if after.depth == 4:
        return "joint"
    return "nominal" if before.contacted else "single-agency"


def _understood(family: Record, s: int) -> tuple[float, float]:
    """Return the weight of what the other lead knows, and of what of it this lead knows too."""
    theirs, both = family.known[1 - s], family.known[0] & family.known[1]
    of, share = 0.0, 0.0
    for x in range(FACTS):
        of += family.weight[x] * (theirs >> x & 1)
        share += family.weight[x] * (both >> x & 1)
    return of, share


def _understands(world: World, family: Record) -> list[bool]:
    needed = float(world.parameters[0]["joint_understanding"])
    return [
        of == 0.0 or share >= needed * of for of, share in (_understood(family, s) for s in (0, 1))
    ]


def _first_failed(step: Step) -> dict[str, Any]:
    """Return the first condition of a joint plan that did not hold, with what shows it."""
    world, family = step.world, step.before.family
    p = world.parameters[0]
    if not family.talked:
        return {"condition": "talked", "contacted": family.contacted}
    understands = _understands(world, family)
    if not all(understands):
        s = understands.index(False)
        of, share = _understood(family, s)
        return {
            "condition": "understood",
            "lead": ("csw", "mhsw")[s],
            "share": share / of,
            "needed": float(p["joint_understanding"]),
            "both": not any(understands),
        }
    if not family.discussed:
        return {"condition": "discussed"}
    apart = abs(family.belief[0] - family.belief[1])
    if apart > float(p["risk_tolerance"]):
        return {"condition": "agreed", "apart": apart, "tolerance": float(p["risk_tolerance"])}
    return {"condition": _took_part_or_accepted(step), "engagement": family.engagement}


def _took_part_or_accepted(step: Step) -> str:
    """Return which of the last two conditions failed, if the week's counts leave no doubt.

    Both hang on chance that no state keeps. But the counts over all families say how many took
    part; if that is all who came so far, ours did, and if it is only those whose plan was joint,
    ours did not.
    """
    world = step.world
    came_so_far = 0
    for row in _made_this_week(world, step.week).tolist():
        family = plain(world.families, row)
        came_so_far += family.depth >= 3 and all(_understands(world, family))
    counts = world.totals[step.week]
    took_part, joint = (int(counts[TOTAL_INDEX[name]]) for name in ("took_part", "joint"))
    if took_part == came_so_far:
        return "accepted"
    return "took part" if took_part == joint else "took part or accepted"


def _made_this_week(world: World, week: int) -> Any:
    """Return the rows of the paired families for whom a plan was made in this week."""
    families = world.families
    made = families["active"] & (families["plans"] > 0) & (families["cycle_start"] == week)
    return paired_rows(world, np.flatnonzero(made))


def _met_by_colleague(step: Step) -> Iterator[Event]:
    """Yield what the MHSW met in the plan, where no other family's plan can be meant."""
    lead = step.before.family.lead
    rows = _made_this_week(step.world, step.week)
    families = step.world.families[rows]
    mine = families["lead"][:, MHSW] == lead[MHSW]
    same_two = int((mine & (families["lead"][:, CSW] == lead[CSW])).sum()) - 1
    moved = list(step.felt(MHSW, "the plan", good=False, others=same_two))
    silent = families["depth"] < Depth.CONSULTED  # from there on they had talked
    cannot = families["achievable"] == 0
    possible = {
        "unexplained": (silent, not step.before.family.talked),
        "unachievable": (cannot, not step.after.family.achievable),
    }
    causes = []
    for kind, (able, ours) in possible.items():
        times = step.counted(MHSW, kind)
        # Surely ours if it happened to all that it can have happened to; or if trust between
        # these two fell, over no plan but ours, and nothing else can have been the reason.
        only = not any(may for name, (_, may) in possible.items() if name != kind)
        ours_alone = bool(moved) and same_two == 0 and only
        if ours and times and (ours_alone or times == int((mine & able).sum())):
            causes.append(kind)
            yield step.remembered(kind, MHSW, kind, lead="mhsw", others=times - 1)
    if causes or same_two == 0:
        cause = " and ".join(causes) or "the plan"
        yield from step.felt(MHSW, cause, good=False, others=same_two)
