"""Write docs/mechanisms.md: what each mechanism is worth, and stories along their strength.

A mechanism is not set to zero, which would move today's level and say little of the mechanism. What
it moves is held, in every week from the first of the policy on and before every phase, at the mean
that it has in the same world without any policy. So nothing is learnt or lost there, nobody differs
from anybody, and the mean effect stays.

Run: python scripts/mechanisms.py [--worlds 24]
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from lives import (
    AUTHORITY,
    HEADLINES,
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

from colsim.core.measures import MEASURES
from colsim.core.names import Consent
from colsim.core.schedule import advance
from colsim.core.state import World
from colsim.experiments.runner import compile_together
from colsim.patterns.stepped import pairs, step, ties_of
from colsim.scenario import load_comparison

PAGE = Path(__file__).parents[1] / "docs" / "mechanisms.md"
LEAST_WORLDS = 16
MEASURED = (*HEADLINES, "nominal_plan_rate", "assessed_in_time", "contacts_in_vain")
"""The headline measures, and harms that many policies move."""
READING = ("intake", "contact", "span", "exchange", "experience", "plan", "workforce")
"""Phases that read what is held, or have it read by others before the next of them."""
LARGE = 0.5
"""Percentage points from which a difference is told in words."""
CLEAR = 3.0
"""Standard errors from zero at which a difference is shown."""
EXPECTED = (0.5, 3.0)
"""Points of joint plans that were expected of knowledge and trust learning (docs/expectations.md),
each under two policies."""
STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)

KEPT = "prior moved by leaning"
"""Held by its effect: the prior itself makes up for the one lean that all are given."""

Means = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Mechanism:
    """What is held, how its mean is taken, and how it is held at it."""

    name: str
    held: str
    means: Callable[[World], dict[str, float]]
    """Of a week; over those who lead shared families unless said otherwise."""
    hold: Callable[[World, Means], None]


def leads(world: World) -> tuple[Values, Values, Values, Values]:
    """Return rows of paired families, their ties and their two leads."""
    rows = pairs(world)
    return rows, ties_of(world, rows), *world.families["lead"][rows].T


def of_leads(field: str) -> Callable[[World], dict[str, float]]:
    """Return what takes the means of a state of both services' leads."""

    def means(world: World) -> dict[str, float]:
        _, _, csw, mhsw = leads(world)
        values = world.practitioners[field]
        return {f"{field} CSW": values[csw].mean(), f"{field} MHSW": values[mhsw].mean()}

    return means


def both(*fields: str) -> Mechanism:
    """Return parts of a mechanism that holds states of workers at the means of their service."""

    def means(world: World) -> dict[str, float]:
        return {k: v for field in fields for k, v in of_leads(field)(world).items()}

    def hold(world: World, at: Means) -> None:
        for field in fields:
            for s, service in enumerate(("CSW", "MHSW")):
                own = world.posts["service"] == s
                world.practitioners[field][own] = at[f"{field} {service}"]

    return Mechanism("", "", means, hold)


def story_means(world: World) -> dict[str, float]:
    """Return mean stories, each weighted by how far it is in force: by unfamiliarity."""
    _, ties, csw, mhsw = leads(world)
    far = 1.0 - world.tie_familiarity[ties]
    story = world.practitioners["narrative"]
    return {
        "narrative CSW": np.average(story[csw], weights=far),
        "narrative MHSW": np.average(story[mhsw], weights=far),
    }


def hold_stories(world: World, at: Means) -> None:
    """Let everybody of a service, and every AMH team, hold the mean story."""
    both("narrative").hold(world, at)
    world.team_story[:] = at["narrative MHSW"]


def trust_means(world: World) -> dict[str, float]:
    """Return mean trust, weighted by how far a record is in force: by familiarity."""
    _, ties, *_ = leads(world)
    near = world.tie_familiarity[ties] + 1e-9
    return {
        "trust of CSW": np.average(world.tie_trust_cm[ties], weights=near),
        "trust of MHSW": np.average(world.tie_trust_mc[ties], weights=near),
    }


def hold_trust(world: World, at: Means) -> None:
    """Let every record of a colleague be the mean one."""
    world.tie_trust_cm[:] = at["trust of CSW"]
    world.tie_trust_mc[:] = at["trust of MHSW"]


def fear_means(world: World) -> dict[str, float]:
    """Return mean fear as it weighs on asking, anxiety, and how far leaning moves the prior."""
    rows, _, csw, _ = leads(world)
    lean = world.practitioners["lean"][csw]
    anxiety = world.families["csw_anxiety"][rows]
    prior = world.parameters["prior_risk"][0]
    moved = np.where(lean > 0.0, lean * anxiety * (1.0 - prior), lean * prior)
    return {
        "fear in force": (np.maximum(lean, 0.0) * anxiety).mean(),
        "anxiety": anxiety.mean(),
        KEPT: (moved * (1.0 - world.practitioners["role_knowledge"][csw])).mean(),
    }


def hold_fear(world: World, at: Means) -> None:
    """Give every CSW one lean, and every case one anxiety."""
    anxiety = max(at["anxiety"], 1e-9)
    own = world.posts["service"] == 0
    world.practitioners["lean"][own] = at["fear in force"] / anxiety
    world.families["csw_anxiety"] = anxiety


def keep_priors(world: World, at: Means) -> None:
    """Move the prior so that with everybody's one lean it is, in CSWs' mean, what it was."""
    csw = leads(world)[2]
    unknown = (1.0 - world.practitioners["role_knowledge"][csw]).mean()
    step = at["fear in force"] * unknown
    prior = world.parameters["prior_risk"].copy()
    world.parameters["prior_risk"] = (prior + at[KEPT] - step) / (1.0 - step)
    world.parameters["mhsw_optimism"] += world.parameters["prior_risk"] - prior


def consent_means(world: World) -> dict[str, float]:
    """Return the share of shared families that consent."""
    given = world.families["consent"][pairs(world)] == Consent.GIVEN
    return {"consent": given.mean()}


def hold_consent(world: World, at: Means) -> None:
    """Let each family consent or not for good, whatever it is asked and by whom."""
    place = (world.families["origin"] >> np.uint64(11)) / float(1 << 53)
    world.families["consent"] = np.where(place < at["consent"], Consent.GIVEN, Consent.REFUSED)


def named(name: str, held: str, parts: Mechanism) -> Mechanism:
    """Return a mechanism with its name."""
    return Mechanism(name, held, parts.means, parts.hold)


MECHANISMS = (
    Mechanism("stories", "the story about the other service", story_means, hold_stories),
    Mechanism("trust learning", "trust in a colleague known", trust_means, hold_trust),
    Mechanism("fear", "fear of mental illness, and anxiety", fear_means, hold_fear),
    named("knowledge", "role knowledge", both("role_knowledge")),
    named("orientation", "orientation to the other service and to the family",
          both("orientation", "stance")),
    named("wellbeing", "wellbeing at work", both("wellbeing")),
    Mechanism("consent", "consent to share", consent_means, hold_consent),
)  # fmt: skip


def logging(means: Callable[[World], dict[str, float]], log: list[dict[str, float]]):
    """Return what lives weeks and notes means at the contact of each."""

    def live(world: World, weeks: int) -> None:
        for _ in range(weeks):
            step(world, {"contact": lambda w: log.append(means(w))}, {})

    return live


def holding(one: Mechanism, at: Means, log: list[dict[str, float]] | None = None):
    """Return what lives weeks while a mechanism is held."""

    def live(world: World, weeks: int) -> None:
        kept = world.parameters.copy()
        if one.name == "fear":
            keep_priors(world, at)
        hooks = {phase: lambda w: one.hold(w, at) for phase in READING}
        after = {} if log is None else {"contact": lambda w: log.append(one.means(w))}
        for _ in range(weeks):
            step(world, hooks, after)
        world.parameters[:] = kept  # the trunk's, and of all that branch from it

    return live


def mean_of(log: list[dict[str, float]]) -> dict[str, float]:
    """Return means over weeks."""
    return {name: float(np.nanmean([week[name] for week in log])) for name in log[0]}


def one_world(compiled, number: int):
    """Return measures (mechanisms and none, scenarios, measures), and means before and held."""
    values, seed = world_of(number)
    trunk = burnt_in(compiled[0], values, seed)

    def live(one, how) -> list[float]:
        world = lived(trunk, one, how)
        return measured(sums(world), MEASURED)

    rows = [[live(one, advance) for one in compiled]]
    found = []
    for mechanism in MECHANISMS:
        log: list[dict[str, float]] = []
        lived(trunk, compiled[0], logging(mechanism.means, log))
        at, again = mean_of(log), []
        rows.append(
            [live(one, holding(mechanism, at, again if k == 0 else None))
             for k, one in enumerate(compiled)]
        )  # fmt: skip
        found.append((at, mean_of(again)))
    return np.array(rows), found


def worth(values: Values) -> tuple[float, float]:
    """Return a mean difference and its standard error, in percentage points."""
    values = 100.0 * values[np.isfinite(values)]
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))


def difference(values: Values) -> str:
    """Return a mean difference with its standard error, bold where chance hardly made it."""
    mean, error = worth(values)
    text = f"{mean:+.1f} ± {error:.1f}"
    return f"**{text}**" if abs(mean) > CLEAR * error and error > 0 else text


def in_words(values: Values, names: Sequence[str]) -> str:
    """Return which mechanisms are clearly worth half a point of a headline or more, and where.

    Args:
        values: shape (worlds, mechanisms and none, scenarios, measures).
        names: of the scenarios after the first.
    """
    gain = values[:, :, 1:] - values[:, :, :1]
    found = []
    for m, measure in enumerate(HEADLINES):
        for i, mechanism in enumerate(MECHANISMS):
            cells = [("today's level", values[:, 0, 0, m] - values[:, 1 + i, 0, m])]
            cells += [
                (f"`{name}`", gain[:, 0, k, m] - gain[:, 1 + i, k, m])
                for k, name in enumerate(names)
            ]
            for where, one in cells:
                mean, error = worth(one)
                if abs(mean) >= LARGE and abs(mean) > CLEAR * error:
                    title = MEASURES[measure].title.lower()
                    found.append(f"{mechanism.name} {mean:+.1f} of {title} in {where}")
    cells_ = len(HEADLINES) * len(MECHANISMS) * (1 + len(names))
    return (
        f"Of {cells_} movements of the two headline measures, those that are clear and half a "
        f"point or more: {'; '.join(found) or 'none'}. All others are smaller, or not to be told "
        "from chance: but for these, that a mechanism is learnt, lost and different between people "
        "moves little of what policies gain here."
    )


def expected(gain: Values, names: Sequence[str]) -> str:
    """Return what became of the sizes that were expected of knowledge and trust learning."""
    low, high = EXPECTED
    asked = [i for i, one in enumerate(MECHANISMS) if one.name in ("knowledge", "trust learning")]
    under = [names.index(name) for name in ("boundary_spanners", "integrated_service")]
    found = [worth(gain[:, 0, k, 0] - gain[:, 1 + i, k, 0]) for i in asked for k in under]
    so = sum(low <= mean <= high for mean, _ in found)
    return (
        f"Expected ([expectations](expectations.md)) were {low:g} to {high:g} points of joint "
        "plans each for knowledge and trust learning under `boundary_spanners` and "
        f"`integrated_service`: so came out {so} of {len(found)} "
        f"({', '.join(f'{mean:+.1f} ± {error:.1f}' for mean, error in found)})."
    )


def held_table(found) -> str:
    """Return what is held, with its mean before and after."""
    rows = []
    for k, mechanism in enumerate(MECHANISMS):
        for name in found[0][k][0]:
            before, after = (np.array([one[k][i][name] for one in found]) for i in (0, 1))
            rows.append([
                mechanism.name if name == next(iter(found[0][k][0])) else "", name,
                spread(before, 1.0, 3, sign=False),
                spread(after, 1.0, 3, sign=False) if name != KEPT else "the same, in its effect",
            ])  # fmt: skip
    return table(("mechanism", "what is held", "mean before", "mean held"), rows)


def strengths(compiled, worlds: int) -> Values:
    """Return headlines along the strength of stories: (strengths, worlds, scenarios, headlines)."""

    def one(number: int):
        values, seed = world_of(number)
        rows = []
        for strength in STRENGTHS:
            trunk = burnt_in(compiled[0], {**values, "story_strength": strength}, seed)
            rows.append([measured(sums(lived(trunk, c)), HEADLINES) for c in compiled])
        return rows

    return np.array(over_worlds(one, range(worlds))).swapaxes(0, 1)


def page(worlds: int) -> str:
    """Return the page.

    Raises:
        SystemExit: there are too few worlds.
    """
    if worlds < LEAST_WORLDS:
        raise SystemExit(f"--worlds: found {worlds}; allowed: at least {LEAST_WORLDS}")
    names = single_policies()
    compiled = compile_together(load_comparison(AUTHORITY, names))
    lives = over_worlds(lambda number: one_world(compiled, number), range(worlds))
    values = np.array([one for one, _ in lives])
    gain = values[:, :, 1:] - values[:, :, :1]
    order = np.argsort(-np.nanmedian(gain[:, 0, :, 0], axis=0))
    heads = [mechanism.name for mechanism in MECHANISMS]
    parts = [
        "# What each mechanism is worth",
        f"Written by `scripts/mechanisms.py` from {from_ranges(worlds)}, the "
        f"last {LAST} of 156 weeks. {stamp()}",
        "A mechanism is *held*, not taken away: what it moves stays, for everybody and in every "
        "week, at the mean that it has in the same world without any policy. What is lost is that "
        "it is learnt, lost, and differs between people; the mean effect is still there. Trust is "
        "averaged by familiarity and stories by the lack of it, as far as each is in force; the "
        "rest over those who lead shared families. Fear is held as it weighs on asking, and "
        "judgement keeps the mean lean that it had. Which families consent is drawn once, and "
        "neither asking nor trust moves it.",
        expected(gain, names),
        in_words(values, names),
        "## What is held",
        held_table([found for _, found in lives]),
    ]
    for m, measure in enumerate(MEASURED):
        title = MEASURES[measure].title
        rows = [
            ["today, level", spread(values[:, 0, 0, m], sign=False),
             *(difference(values[:, 0, 0, m] - values[:, 1 + k, 0, m]) for k in range(len(heads)))]
        ]  # fmt: skip
        rows += [
            [f"`{names[k]}`", spread(gain[:, 0, k, m]),
             *(difference(gain[:, 0, k, m] - gain[:, 1 + i, k, m]) for i in range(len(heads)))]
            for k in order
        ]  # fmt: skip
        parts += [
            f"## {title}",
            (
                "What a policy gains, and how much of that each mechanism is worth: the gain less "
                "the gain while it is held, mean over worlds, with its standard error; bold where "
                f"it is more than {CLEAR:g} of them. The first row is today's level."
                if m == 0
                else "As above."
            )
            + (" Contacts per family and month, times 100." if measure == MEASURED[-1] else ""),
            table(("policy", "as it is", *heads), rows),
        ]
    along = strengths(compiled, worlds)
    for m, measure in enumerate(HEADLINES):
        rows = [["today, level", *(spread(one[:, 0, m], sign=False) for one in along)]]
        rows += [
            [f"`{names[k]}`", *(spread(one[:, 1 + k, m] - one[:, 0, m]) for one in along)]
            for k in order
        ]
        parts += [
            f"## Along the strength of stories: {MEASURES[measure].title}",
            "From 0, where stories reach no work, to 1, the high end that was fixed before "
            "anything was run: there a wholly bad story weighs as much as trust falling from 1 "
            "to 0. The whole life is lived at it, burn-in included.",
            table(("policy", *(f"{s:g}" for s in STRENGTHS)), rows),
        ]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    write_page(PAGE, page, __doc__, worlds=24)
