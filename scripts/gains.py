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
    from_ranges,
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

from colsim.comparison.taken import Taken
from colsim.core.parameters import PARAMETERS
from colsim.experiments.runner import compile_together
from colsim.reporting.words import pounds, whole
from colsim.scenario import load_comparison, load_scenario
from colsim.scenario.compiling import Compiled
from colsim.scenario.costs import cost_of
from colsim.scenario.levers import LEVERS

PAGE = Path(__file__).parents[1] / "docs" / "gains.md"
LEAST_WORLDS = 40
"""Fewer say nothing about 9 in 10 worlds: the table is not built."""
MEASURED = (
    "joint_plan_rate", "information_flow", "nominal_plan_rate", "assessed_in_time",
    "contacts_in_vain", "collaboration_hours", "hours_moved", "breaches", "over_caution",
    "hours_from_cases_csw", "hours_from_cases_mhsw",
)  # fmt: skip
HOURS = MEASURED.index("hours_from_cases_csw")
CONDITIONS = ("talked", "understood", "agreed", "joint")
"""What a plan has to pass to be joint, in order; its form is asked for in the third."""
JOINT = MEASURED.index("joint_plan_rate")
TOUCHED = 0.0005
"""Mean change of a gain from which a policy is said to be touched by a line."""
LARGE = 0.005
"""Median gain in joint plans from which it is asked what the gain hangs on."""
HANGING_WORLDS = 16
"""Worlds in which that is asked: many runs, and the question is what is left."""
LINES: dict[str, tuple[str, dict[str, float], tuple[str, ...]]] = {
    "the lowest rate of encounters": ("`encounter_rate` at its low end", {
        "encounter_rate": PARAMETERS["encounter_rate"].low}, ()),
    "a site that is sought by nobody": ("`encounter` sought, `site_pull` 0", {
        "encounter": 1.0, "site_pull": 0.0}, ()),
    "a facilitated plan is no likelier to be finished": ("`facilitated_finish` 0", {
        "facilitated_finish": 0.0}, ()),
    "nothing is offered beyond the consultation": ("`spanner_offer` 0", {
        "spanner_offer": 0.0}, ()),
    "no help is offered when a plan falls due": ("`consult_due` 0", {"consult_due": 0.0}, ()),
    "no reason makes a channel richer": ("`richness_need` 0", {"richness_need": 0.0}, (
        "integrated_service", "co_location", "joint_visits")),
    "nobody is asked sooner for being known or trusted": ("`contact_tie` 0", {
        "contact_tie": 0.0}, ("known_pairs", "integrated_service")),
    "nobody within reach brings an answer": ("`within_reach` 0", {"within_reach": 0.0}, (
        "interface_champions", "coordinator")),
    "what a worker brings along moves no wish for contact": ("`contact_readiness` 0", {
        "contact_readiness": 0.0}, ("restorative_practice", "management_time")),
    "who thinks of a joint enterprise accepts no sooner": ("`accept_orientation` 0", {
        "accept_orientation": 0.0}, ("restorative_practice", "management_time")),
    "families' trust does not follow how they are met": ("`family_trust_rate` 0", {
        "family_trust_rate": 0.0}, ("restorative_practice",)),
}  # fmt: skip
"""Lines of the model that a gain may hang on: by what they are switched off, and of which policies
that is shown, if not of all. Those of people's own states and ties take from today's level, too,
and with it from every gain."""


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


def form_of_plans(today: Compiled, worlds: Sequence[int]) -> str:
    """Return why the form of a joint plan moves so little: where plans without policy fail."""
    shares = []
    for choice in PARAMETERS["joint_plan"].choices:

        def one(number: int, value: float = choice.value) -> dict[str, float]:
            values, seed = world_of(number)
            trunk = burnt_in(today, {**values, "joint_plan": value}, seed)
            return sums(lived(trunk, today))

        found = over_worlds(one, worlds)
        plans = sum(totals["plans"] for totals in found)
        shares.append([sum(totals[name] for totals in found) / plans for name in CONDITIONS])
    talked, understood, agreed, joint = (
        " or ".join(f"{100 * share:.1f} %" for share in pair) for pair in zip(*shares, strict=True)
    )
    return (
        "`joint_plan` asks for a visit or a meeting, or for any wanted talk that ends in "
        f"agreement. Of plans without policy {talked} had a talk before them, by the one form or "
        f"the other, {understood} enough understanding besides, {agreed} agreement, and {joint} "
        "were joint: most plans fail before the form is asked."
    )


def by_form(found: Mapping[tuple[str, str], Values], names: Sequence[str], plans: str) -> list[str]:
    """Return the section on forms: change in joint plans and in flow."""
    heads = [f"`{name}`: {choice}" for name, choice in found]
    parts = [
        "## By form",
        "A form that a policy does not touch changes nothing there.",
        plans,
    ]
    for k, title in ((JOINT, "Change in joint plans."), (1, "Change in information flow.")):
        rows = [["today, level", *(spread(one[0, :, k], sign=False) for one in found.values())]]
        rows += [
            [f"`{name}`", *(spread(one[1 + n, :, k] - one[0, :, k]) for one in found.values())]
            for n, name in enumerate(names)
        ]
        parts += [title, table(("policy", *heads), rows)]
        if k == JOINT:
            parts.append(who_leads(found, names))
    return parts


def who_leads(found: Mapping[tuple[str, str], Values], names: Sequence[str]) -> str:
    """Return whether the policy with the largest median gain is another one by form."""
    first: dict[str, dict[str, list[str]]] = {}
    for (form, choice), values in found.items():
        medians = np.nanmedian(values[1:, :, JOINT] - values[0, :, JOINT], axis=1)
        by = first.setdefault(form, {})
        by.setdefault(names[int(np.argmax(medians))], []).append(choice.replace("_", " "))
    turned = [
        f"`{form}` ({'; '.join(f'`{name}` under {" and ".join(on)}' for name, on in by.items())})"
        for form, by in first.items()
        if len(by) > 1
    ]
    if not turned:
        (leader,) = {name for by in first.values() for name in by}
        return f"Under every form `{leader}` gains most by median."
    return f"Which policy gains most, by median, is another one with {', '.join(turned)}."


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
    for what, (how, held, of) in LINES.items():
        asked = [name for name in names if not of or name in of]
        chosen = [compiled[0], *(compiled[1 + names.index(name)] for name in asked)]
        found = lives(chosen, worlds, held)
        for k, name in enumerate(asked):
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


FIRST_EDITION: dict[str, tuple[float, str, str]] = {
    "co_location": (12.5,
        "Two who shared a family talked by chance 19 times as often as they saw each other, "
        "without wanting to, and such a talk counted as the planned discussion of a plan",
        "One rate for all pairs; one of the two has to raise it; a talk in passing is thin and "
        "plans nothing (ODD 7.6, 7.7)"),
    "management_priority": (10.8,
        "Priority was a wish that cost nothing",
        "It is hours, taken from other cases, which press harder (ODD 7.4)"),
    "joint_protocol": (6.2,
        "A rule made contacts that were as good as wanted ones, for ever",
        "They are written, one-sided, come as far as trust and slack allow, and wear off "
        "(ODD 7.2, 7.7)"),
    "boundary_spanners": (3.9,
        "11 consultations a family and year that brought no fact, meetings that planned nothing, "
        "nobody introduced to anybody",
        "Spanners know what they were told and bring it, introduce people, and a meeting of three "
        "can end in the plan (ODD 7.8)"),
}  # fmt: skip
"""Gain in joint plans in the first edition, in points, what a hostile reading found about it, and
what answers that."""
ANSWERED = """\
What that reading found besides, and where it is answered: stories, trust, fear and knowledge drove
nothing ([what each is worth now](mechanisms.md)); both services rested at one orientation, and have
two each (ODD 7.13); a third of what flowed was told without right, which is counted apart and is no
flow (ODD 7.0); harm and families' own part were not seen, and have measures of their own
([reference](reference.md)); no plausible world met the levels of today, and
[worlds are matched to them](worlds.md); first assessments had the wrong shape
([pattern 14](patterns.md)); 136 of 223 numbers moved nothing ([size](screening.md))."""


def since_first(gains: Mapping[str, Values]) -> list[str]:
    """Return the section on what changed against the first edition, and what that answers."""
    rows = [
        [f"`{name}`", f"+{then:.1f}", spread(gains[name][:, JOINT]), found, answer]
        for name, (then, found, answer) in FIRST_EDITION.items()
    ]
    return [
        "## What changed against the first edition",
        "Joint plans gained. The first edition's figures were found in `robinscar` with paired "
        "worlds and chance of its own, and stand for what was wrong with it.",
        table(("policy", "first edition", "now", "what was found", "what answers it"), rows),
        ANSWERED,
    ]


SUSPICIOUS = """\
Results that looked too good, or too much alike, and the line that each was found to hang on:

- *Joint visits gained two points of joint plans for next to nothing*, and twelve of nominal ones.
  It hung on one line (ODD 7.7): a visit was arranged as often as a rule presses, whether or not
  either of the two wanted contact, and then was the planned discussion that a joint plan asks for.
  A forced contact never is that by itself: a visit is arranged now only where one of them wanted
  contact and did not meet. In the same 40 worlds joint plans went from +2.1 ± 0.3 to +0.9 ± 0.2,
  nominal ones from +15.4 ± 1.7 to +4.8 ± 0.5. What is left is the wish of the two in the form in
  which it counts, and takes their hours.
- *The front door broke confidences.* Its seat told the CSW whatever AMH's records hold of whoever
  came: 0.8 breaches a family and year. To look a parent up for another service is to tell, and a
  hub has no right that its services have not (ODD 4.1). The seat is bound by the law as anybody is
  now (ODD 7.4): 0.1 breaches are left, where the child is at less risk than the records show, and
  over-caution, where at more. With it went flow, from +2.7 ± 0.3 to +0.5 ± 0.1, and all of its
  joint plans: what it had gained it had gained by telling without consent.
- *Co-location cost AMH nothing.* The term for it could not act: it explained what a predecessor
  had left on file. Now what an MHSW makes of a parent takes advice of the own team, on days in the
  children's office by telephone (ODD 7.5): flow gained is lower by 0.9 ± 0.2 points, and by 1.3 ±
  0.2 in an integrated service; joint plans hardly change.
- *A caseload cap hangs on no single line*: fewer cases are hours, and hours are what contact,
  discovery, the child and consent are paid with. It is the dearest policy of all by what it costs.
- *Champions and a co-ordinator* gain by being there when the lead is not (`within_reach`: nothing,
  or half, is left without); *restorative practice* and *management time* by what people bring
  along: by orientation in wanting contact and accepting a part, the former by families' trust
  besides. None of these sizes was measured anywhere.
- *Cases for pairs who know each other gain much for next to nothing.* All of it hangs on one line
  of allocation (ODD 7.4): a load counts for less, by up to four fifths, where the two know each
  other. What it takes are some 700 hours a year from cases, loads less even and half an hour of a
  manager a month; that whoever allocates in one service knows who knows whom in the other, and may
  choose by it, is assumed and was measured nowhere. Take its gain for the most that there is, and
  ask your own managers. With loads kept within a tenth of the least nine tenths of it are left, and
  none if who is preferred knows another MHSW of the place: it is who knows whom that counts. How it
  goes with spanners, the best pair, is taken apart line by line in [tried](tried.md).
- *Co-location gained nearly as much at the lowest rate of encounters.* Little of its gain comes
  from who comes across whom. Most hung on one line in the choice of a channel (ODD 7.7): what a
  shared site saves was also added, with a weight of its own, to the wish for a rich channel, and
  face to face is what a planned discussion needs. It has the weight of any other reason now
  (`richness_need`), and what travel takes follows from the hours of the channels. The gain still
  hangs on that line: without it hardly any is left, of co-location or of an integrated service, and
  without the channel `face_to_face` less than half. That who need not travel meets sooner is
  plausible; how much sooner was measured nowhere, and neither was how far travel keeps the two
  apart today.
- *What spanners gain vanishes without consultation, and with no other channel.* All that they do
  for a family begins in one (ODD 7.8): what is told and brought, introductions, three-way
  meetings. Within it most of the joint plans, and part of the flow, hang on one number: the chance
  that a spanner offers more than the consultation (`spanner_offer`, judgement), above all the
  three-way meeting, as the channel `facilitation` shows. Introductions are worth a point, and
  translating, help with a plan that falls due less. The rest of the flow is what was told in
  consultations and brought.
- *The form of a joint plan changes next to nothing.* Of plans whose makers talked and understood
  each other, four in five have settled the risk where the discussion must be planned, and nine in
  ten where any wanted talk may settle it; talking, understanding, the family's part and acceptance
  fail more often, and are asked for in both.
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
        rest = [f"{np.nanmedian(gain[:, m]):+.2f}" for m in range(4, HOURS)]
        cost = cost_of(one.scenario)
        taken = Taken.of(gain[:, HOURS], gain[:, HOURS + 1], cost.hour)
        rows.append([
            f"`{name}`", *(spread(gain[:, m]) for m in range(4)), *rest,
            f"£{cost.a_year:,.0f}", f"£{cost.once:,.0f}", whole(taken.hours[0]),
            pounds(taken.pounds[0]),
        ])  # fmt: skip
    forms = margins(compile_together(loaded), worlds, drawn[kept])
    large = [name for name in names if np.nanmedian(gains[name][:, JOINT]) >= LARGE]
    return "\n\n".join([
        "# What each policy alone is worth",
        f"Written by `scripts/gains.py` from {from_ranges(worlds)}, the last "
        f"{LAST} of 156 weeks, each policy at its usual strength and compared with today in the "
        "same worlds with the same chance: median, and in brackets what holds 9 in 10 worlds, in "
        "percentage points. The other columns are medians: contacts in vain a family and month, "
        "and what their heads say. Costs are those of the plan at full strength, in pounds of "
        "2013/14 (of `restorative_practice` 2014/15). Hours from cases are all that workers give "
        "to joint work, learning and supervision, and that priority sets aside, beyond today's: no "
        "cash, and worth what an hour of each service is; where a cost line pays for who attends, "
        "it is the same time. Most sizes behind these figures, and most prices, are judgement: see "
        f"[assumptions](assumptions.md). {stamp()}",
        table(("policy", "joint plans", "information flow", "nominal plans", "in 45 days",
               "contacts in vain", "hours a worker and week",
               "hours moved from other cases, likewise",
               "breaches a family and year", "over-caution a family and year",
               "cost a year", "and once", "hours a year from cases", "worth"), rows),
        "What the mechanisms behind them are worth is on [a page of its own](mechanisms.md).",
        *by_form(forms, names, form_of_plans(compile_together(loaded)[0], range(worlds))),
        *hanging(large),
        *since_first(gains),
    ]) + "\n"  # fmt: skip


if __name__ == "__main__":
    write_page(PAGE, page, __doc__, worlds=LEAST_WORLDS)
