"""Write docs/gains.md: what each policy alone is worth, by form, with hours and harms.

The authority is `robinscar`. Each form is held at each of its values in turn while all else is
drawn: margins, balanced, the same worlds for every value and policy, and the same chance. What a
gain hangs on is shown by switching off, one by one, the policy's channels and lines of the model.

Run: python scripts/gains.py [--worlds 40]
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from lives import (
    AUTHORITY,
    LAST,
    Values,
    burnt_in,
    lived,
    measured,
    over_worlds,
    single_policies,
    spread,
    stamp,
    sums,
    table,
    world_of,
    write_page,
)

from colsim.core.parameters import PARAMETERS
from colsim.experiments.runner import compile_together
from colsim.scenario import load_comparison, load_scenario
from colsim.scenario.compiling import Compiled
from colsim.scenario.costs import cost_of
from colsim.scenario.levers import LEVERS

PAGE = Path(__file__).parents[1] / "docs" / "gains.md"
LEAST_WORLDS = 40
"""Fewer say nothing about 9 in 10 worlds: the table is not built."""
MEASURED = (
    "joint_plan_rate", "information_flow", "nominal_plan_rate", "assessed_in_time",
    "contacts_in_vain", "collaboration_hours", "hours_moved",
)  # fmt: skip
FORM_OF_PLANS = (
    "`joint_plan` asks for a visit or a meeting, or for any wanted talk that ends in "
    "agreement. It moves the level of today and hardly any gain: of plans without policy, "
    "36.8 % had a talk before them and 19.1 % enough understanding whatever the form, 13.6 % "
    "or 15.4 % agreement, and 2.4 % or 2.8 % were joint. Most plans fail before the form is "
    "asked, and a call that settles the risk is offset by a visit that does not."
)
"""Why a form of the table moves so little; figures of six lives."""
JOINT = MEASURED.index("joint_plan_rate")
TOUCHED = 0.0005
"""Mean change of a gain from which a policy is said to be touched by a line."""
LARGE = 0.005
"""Median gain in joint plans from which it is asked what the gain hangs on."""
HANGING_WORLDS = 16
"""Worlds in which that is asked: many runs, and the question is what is left."""
LINES: dict[str, tuple[str, dict[str, float]]] = {
    "the lowest rate of encounters": ("`encounter_rate` at its low end", {
        "encounter_rate": PARAMETERS["encounter_rate"].low}),
    "a site that is sought by nobody": ("`encounter` sought, `site_pull` 0", {
        "encounter": 1.0, "site_pull": 0.0}),
    "a facilitated plan is no likelier to be finished": ("`facilitated_finish` 0", {
        "facilitated_finish": 0.0}),
    "nothing is offered beyond the consultation": ("`spanner_offer` 0", {"spanner_offer": 0.0}),
    "no help is offered when a plan falls due": ("`consult_due` 0", {"consult_due": 0.0}),
}  # fmt: skip
"""Lines of the model that a gain may hang on: by what they are switched off."""


def lives(compiled: Sequence[Compiled], worlds: Sequence[int], held: Mapping[str, float]) -> Values:
    """Return measures of all scenarios: shape (scenarios, worlds, measures)."""

    def one(number: int) -> list[list[float]]:
        values, seed = world_of(number)
        trunk = burnt_in(compiled[0], {**values, **held}, seed)
        return [measured(sums(lived(trunk, one)), MEASURED) for one in compiled]

    return np.array(over_worlds(one, worlds)).swapaxes(0, 1)


def margins(
    compiled: Sequence[Compiled], worlds: int, drawn: Values
) -> dict[tuple[str, str], Values]:
    """Return measures with each form held at each of its values, shapes as of `drawn`.

    A world that drew the value itself is not lived again.
    """
    found = {}
    for name, form in PARAMETERS.items():
        if form.kind != "form":
            continue
        for choice in form.choices:
            values = drawn.copy()
            others = [w for w in range(worlds) if world_of(w)[0][name] != choice.value]
            values[:, others] = lives(compiled, others, {name: choice.value})
            found[name, choice.name] = values
    return found


def by_form(found: Mapping[tuple[str, str], Values], names: Sequence[str]) -> list[str]:
    """Return the section on forms: change in joint plans and in flow."""
    heads = [f"`{name}`: {choice}" for name, choice in found]
    parts = [
        "## By form",
        "A form that a policy does not touch changes nothing there.",
        FORM_OF_PLANS,
    ]
    for k, title in ((JOINT, "Change in joint plans."), (1, "Change in information flow.")):
        rows = [["today, level", *(spread(one[0, :, k], sign=False) for one in found.values())]]
        rows += [
            [f"`{name}`", *(spread(one[1 + n, :, k] - one[0, :, k]) for one in found.values())]
            for n, name in enumerate(names)
        ]
        parts += [title, table(("policy", *heads), rows)]
    return parts


def hanging(names: Sequence[str]) -> list[str]:
    """Return the section on what gains hang on."""
    worlds = range(HANGING_WORLDS)
    without = [
        (name, f"{lever}.{channel}")
        for name in names
        for lever in load_scenario(AUTHORITY, (name,)).scenario.levers
        for channel in LEVERS[lever].switchable
    ]
    loaded = [load_scenario(AUTHORITY)]
    loaded += [load_scenario(AUTHORITY, (name,)) for name in names]
    loaded += [load_scenario(AUTHORITY, (name,), without=(off,)) for name, off in without]
    compiled = compile_together(loaded)
    drawn = lives(compiled, worlds, {})
    whole = {name: drawn[1 + k] - drawn[0] for k, name in enumerate(names)}
    rows = []
    for name in names:
        rows.append([f"`{name}`", "nothing", *cells(whole[name])])
        for k, (policy, off) in enumerate(without):
            if policy == name:
                left = drawn[1 + len(names) + k] - drawn[0]
                rows.append(["", f"its channel `{off.partition('.')[2]}`", *cells(left)])
    lines = []
    for what, (how, held) in LINES.items():
        found = lives(compiled[: 1 + len(names)], worlds, held)
        for k, name in enumerate(names):
            left = found[1 + k] - found[0]
            if np.nanmean(np.abs(left - whole[name])[:, :2]) > TOUCHED:
                lines.append([what, how, f"`{name}`", *cells(whole[name]), *cells(left)])
    return [
        "## What a gain hangs on",
        f"In {HANGING_WORLDS} of the worlds, for each policy that gains half a point of joint "
        "plans or more: the gain without each of its channels in turn, and without single lines of "
        "the model. What is left when one is gone says how much hangs on it; channels of one "
        "policy are no sum.",
        table(("policy", "without", "joint plans", "information flow"), rows),
        table(("without", "by", "policy", "joint plans as it is", "flow as it is", "joint plans",
               "flow"), lines),
        SUSPICIOUS,
    ]  # fmt: skip


SUSPICIOUS = """\
Results that looked too good, or too much alike, and the line that each was found to hang on:

- *Cases for pairs who know each other gain much for next to nothing.* All of it hangs on one line
  of allocation (ODD 7.4): a load counts for less, by up to four fifths, where the two know each
  other. What it takes are loads less even and half an hour of a manager a month; that whoever
  allocates in one service knows who knows whom in the other, and may choose by it, is assumed and
  was measured nowhere. Take its gain for the most that there is, and ask your own managers.
- *Co-location gained nearly as much at the lowest rate of encounters.* Little of its gain comes
  from who comes across whom. Most hung on one line in the choice of a channel (ODD 7.7): what a
  shared site saves was also added, with a weight of its own, to the wish for a rich channel, and
  face to face is what a planned discussion needs. It has the weight of any other reason now
  (`richness_need`), and what travel takes follows from the hours of the channels; the channel
  `face_to_face` says what both are worth.
- *What spanners gain vanishes without consultation, and with no other channel.* Not since advice
  were all: three-way meetings are offered in consultations alone (ODD 7.8), so that both go with
  it. No single line within it carries the gain: introductions are worth a point, and translating,
  help with a plan that falls due less.
- *The form of a joint plan changes next to nothing.* Of plans whose makers talked and understood
  each other, three in four have settled the risk where the discussion must be planned, and four
  in five where any wanted talk may settle it; talking, understanding, the family's part and
  acceptance fail more often, and are asked for in both.
- *Sought, a site did not depend on the rate of encounters*: what it adds to the wish was a number
  of its own. It is a multiple of the rate now (`site_pull`)."""
"""What the lines of the section showed when they were first looked at, in words."""


def cells(gain: Values) -> list[str]:
    """Return a gain in joint plans and in flow."""
    return [spread(gain[:, JOINT]), spread(gain[:, 1])]


def page(worlds: int) -> str:
    """Return the page, from `worlds` worlds for each value of each form.

    Raises:
        SystemExit: there are too few worlds for a range.
    """
    if worlds < LEAST_WORLDS:
        raise SystemExit(f"--worlds: found {worlds}; allowed: at least {LEAST_WORLDS}")
    names = single_policies()
    drawn = lives(compile_together(load_comparison(AUTHORITY, names)), range(worlds), {})
    gains = dict(zip(names, drawn[1:] - drawn[:1], strict=True))
    order = {name: k for k, name in enumerate(names)}
    names.sort(key=lambda name: -np.nanmedian(gains[name][:, JOINT]))
    kept = [0, *(1 + order[name] for name in names)]
    loaded = load_comparison(AUTHORITY, names)
    rows = []
    for name, one in zip(names, loaded[1:], strict=True):
        gain = gains[name]
        vain, hours, moved = (f"{np.nanmedian(gain[:, m]):+.2f}" for m in (4, 5, 6))
        rows.append([
            f"`{name}`", *(spread(gain[:, m]) for m in range(4)), vain, hours, moved,
            f"£{cost_of(one.scenario).a_year:,.0f}",
        ])  # fmt: skip
    forms = margins(compile_together(loaded), worlds, drawn[kept])
    large = [name for name in names if np.nanmedian(gains[name][:, JOINT]) >= LARGE]
    return "\n\n".join([
        "# What each policy alone is worth",
        f"Written by `scripts/gains.py` from {worlds} plausible worlds of `{AUTHORITY}`, the last "
        f"{LAST} of 156 weeks, each policy at its usual strength and compared with today in the "
        "same worlds with the same chance: median, and in brackets what holds 9 in 10 worlds, in "
        "percentage points. Costs are those of the plan at full strength, in the prices of the "
        "cost lines. Most sizes behind these figures are judgement: see "
        f"[assumptions](assumptions.md). {stamp()}",
        table(("policy", "joint plans", "information flow", "nominal plans", "in 45 days",
               "contacts in vain", "hours a worker and week", "hours taken from other cases",
               "cost a year"), rows),
        "What the mechanisms behind them are worth is on [a page of its own](mechanisms.md).",
        *by_form(forms, names),
        *hanging(large),
    ]) + "\n"  # fmt: skip


if __name__ == "__main__":
    write_page(PAGE, page, __doc__, worlds=LEAST_WORLDS)
