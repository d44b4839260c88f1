"""Write docs/enough.md: the smallest set of mechanisms that gives the same answers.

Backward elimination in paired worlds. Each mechanism is taken out by itself: its states are held at
their means (as in docs/mechanisms.md), or what switches it off is set. Then, the least telling one
first, each is taken out beside those already out, and stays out if all answers are still within the
tolerance below. What is out is so from the policy's first week on, today and under policies alike.

The tolerance was written down before anything was run.

Run: python scripts/reference_model.py [--worlds 32]
"""

from collections.abc import Mapping, Sequence
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
    stamp,
    sums,
    table,
    world_of,
    write_page,
)
from mechanisms import MECHANISMS, READING, Means, Mechanism, keep_priors, logging, mean_of

from colsim.core.measures import MEASURES
from colsim.core.parameters import PARAMETERS
from colsim.core.state import World
from colsim.experiments.runner import compile_together
from colsim.patterns.stepped import step
from colsim.scenario import load_comparison

PAGE = Path(__file__).parents[1] / "docs" / "enough.md"
LEAST_WORLDS = 8
POLICIES = (
    "co_location", "joint_training", "boundary_spanners", "joint_information_system",
    "caseload_cap",
)  # fmt: skip
POINTS, SHARE = 1.0, 0.25
"""A mean gain may move by a point, or by a quarter of what it is in the whole model, whichever is
more: in both headline measures, for each policy."""
APART = 2.0
"""Standard errors by which the whole model must tell two policies apart for their order to count:
such an order may not turn round."""


@dataclass(frozen=True, slots=True)
class Part:
    """A mechanism that can be taken out."""

    name: str
    out: str
    """How it is taken out, in words."""
    held: Mechanism | None = None
    off: Mapping[str, float] | None = None


def switched(name: str, out: str, **off: float) -> Part:
    """Return a mechanism that parameters switch off."""
    return Part(name, out, off={n: value for n, value in off.items() if n in PARAMETERS})


PARTS = tuple(
    one
    for one in (
        *(Part(m.name, f"{m.held}: held at the mean", held=m) for m in MECHANISMS),
        switched("image", "how people think they are seen moves nothing", image_asking=0.0,
                 image_explaining=0.0),
        switched("belonging", "belonging moves no wish for contact", contact_belonging=0.0),
        switched("advice", "a known colleague is not asked for advice", ask_known=0.0),
        switched("team expertise", "nothing is learnt from the own team", team_expertise=0.0),
        switched("splitting", "families tell both the same", split_rate=0.0),
        switched("wrong calls", "nobody calls the wrong person", misdirected=0.0),
        switched("harm of plans", "a plan that rests on an error does no harm", wrong_harm=0.0),
    )
    if one.held is not None or one.off
)  # fmt: skip


def without(parts: Sequence[Part], means: Mapping[str, Means]):
    """Return what lives weeks without some mechanisms, or None if nothing is out."""
    held = [one.held for one in parts if one.held is not None]
    off = {name: value for one in parts for name, value in (one.off or {}).items()}

    def live(world: World, weeks: int) -> None:
        kept = world.parameters.copy()
        for one in held:
            if one.name == "fear":
                keep_priors(world, means[one.name])
        for name, value in off.items():
            world.parameters[name] = value

        def hold(there: World) -> None:
            for one in held:
                one.hold(there, means[one.name])

        hooks = dict.fromkeys(READING, hold) if held else {}
        for _ in range(weeks):
            step(world, hooks, {})
        world.parameters[:] = kept  # the trunk's, and of all that branch from it

    return live


class Trial:
    """The same worlds lived again and again, each time without some mechanisms."""

    def __init__(self, worlds: int) -> None:
        """Compile policies and live the burn-in of each world, with the means in it."""
        self.compiled = compile_together(load_comparison(AUTHORITY, list(POLICIES)))
        self.worlds = over_worlds(self._settled, range(worlds))
        self.whole = self.gains(())

    def _settled(self, number: int) -> tuple[World, dict[str, Means]]:
        values, seed = world_of(number)
        trunk = burnt_in(self.compiled[0], values, seed)
        logs: dict[str, list[dict[str, float]]] = {one.name: [] for one in MECHANISMS}
        together = {}
        lived(trunk, self.compiled[0], logging(
            lambda w: [logs[one.name].append(one.means(w)) for one in MECHANISMS] and {},  # type: ignore[func-returns-value]
            [],
        ))  # fmt: skip
        for name, log in logs.items():
            together[name] = mean_of(log)
        return trunk, together

    def gains(self, parts: Sequence[Part]) -> Values:
        """Return gains in percentage points, shape (worlds, policies, headlines)."""

        def one(place: int) -> list[list[float]]:
            trunk, means = self.worlds[place]
            how = without(parts, means) if parts else None
            lives = [
                lived(trunk, c) if how is None else lived(trunk, c, how) for c in self.compiled
            ]
            return [measured(sums(world), HEADLINES) for world in lives]

        found = np.array(over_worlds(one, range(len(self.worlds))))
        return 100.0 * (found[:, 1:] - found[:, :1])


def excess(whole: Values, other: Values) -> float:
    """Return the largest movement of a mean gain, as a multiple of what is tolerated.

    Args:
        whole: gains in the whole model, shape (worlds, policies, headlines).
        other: the same without some mechanisms.
    """
    full, now = np.nanmean(whole, axis=0), np.nanmean(other, axis=0)
    return float((np.abs(now - full) / np.maximum(POINTS, SHARE * np.abs(full))).max())


def doubt(whole: Values, other: Values) -> float:
    """Return the standard error of the movement that `excess` gives, in the same unit."""
    full, move = np.nanmean(whole, axis=0), other - whole
    tolerated = np.maximum(POINTS, SHARE * np.abs(full))
    error = np.nanstd(move, axis=0, ddof=1) / np.sqrt(np.isfinite(move).sum(axis=0))
    most = np.argmax(np.abs(np.nanmean(move, axis=0)) / tolerated)
    return float((error / tolerated).flat[most])


def turned(whole: Values, other: Values) -> list[tuple[int, int, int]]:
    """Return (ahead, behind, headline) of policies whose order the whole model tells, and turns."""
    found = []
    policies = whole.shape[1]
    for m in range(whole.shape[2]):
        for i in range(policies):
            for j in range(policies):
                lead = whole[:, i, m] - whole[:, j, m]
                lead = lead[np.isfinite(lead)]
                error = lead.std(ddof=1) / np.sqrt(len(lead))
                if lead.mean() > APART * error and error > 0.0:
                    now = np.nanmean(other[:, i, m] - other[:, j, m])
                    if now < 0.0:
                        found.append((i, j, m))
    return found


def same(whole: Values, other: Values) -> bool:
    """Return whether all answers are within the tolerance."""
    return excess(whole, other) <= 1.0 and not turned(whole, other)


@dataclass(frozen=True, slots=True)
class Step:
    """What came of taking a part out, by itself and beside those already out."""

    part: Part
    alone: float
    alone_doubt: float
    """Excess by itself, and its standard error."""
    together: float
    together_doubt: float
    out: bool
    """Whether it stays out."""


def eliminate(trial: Trial) -> list[Step]:
    """Take parts out one after the other, the least telling first, as long as answers stay."""
    alone = []
    for one in PARTS:
        found = trial.gains([one])
        alone.append((excess(trial.whole, found), doubt(trial.whole, found), one))
    out: list[Part] = []
    steps = []
    for by_itself, its_doubt, one in sorted(alone, key=lambda own: own[0]):
        found = trial.gains([*out, one])
        gone = same(trial.whole, found)
        steps.append(
            Step(one, by_itself, its_doubt, excess(trial.whole, found), doubt(trial.whole, found),
                 gone)
        )  # fmt: skip
        if gone:
            out.append(one)
    return steps


def page(worlds: int) -> str:
    """Return the page.

    Raises:
        SystemExit: there are too few worlds.
    """
    if worlds < LEAST_WORLDS:
        raise SystemExit(f"--worlds: found {worlds}; allowed: at least {LEAST_WORLDS}")
    trial = Trial(worlds)
    steps = eliminate(trial)
    out = [one.part for one in steps if one.out]
    left = [one.part for one in steps if not one.out]
    final = trial.gains(out) if out else trial.whole
    return "\n\n".join([
        "# Do you need all this?",
        f"Written by `scripts/reference_model.py` from {from_ranges(worlds)}, "
        f"the last {LAST} of 156 weeks. {stamp()}",
        in_words(out, left, final, trial.whole),
        "A mechanism is *out* when its states are held at the means that they have today in the "
        "same world, or when the numbers are set that switch it off. All that moves it stays "
        "alive, and its mean effect too where it is held: what is lost is that it is learnt, lost, "
        "and differs between people. *The same answers* was fixed before anything was run: each "
        f"policy's mean gain in joint plans and in information flow moves by at most {POINTS:g} "
        f"point or {SHARE:.0%} of itself, whichever is more, and no two policies that the whole "
        f"model tells apart by {APART:g} standard errors change places. *Moved* is the largest "
        "movement, as a multiple of what is tolerated, with its standard error over worlds; above "
        "1 it is not tolerated. A mechanism that is taken out gives chance another course: part of "
        "what moves is that, and a verdict near 1 could go either way.",
        "## One after the other",
        table(
            ("taken out", "how", "moved, by itself", "moved, with those before", "stays out"),
            [[one.part.name, one.part.out, f"{one.alone:.2f} ± {one.alone_doubt:.2f}",
              f"{one.together:.2f} ± {one.together_doubt:.2f}", "yes" if one.out else "**no**"]
             for one in steps],
        ),
        "## Gains in the whole model and in the reference model",
        table(("policy", *(f"{MEASURES[m].title}, {which}" for m in HEADLINES
                           for which in ("whole", "reference"))),
              _gains(trial.whole, final)),
        "Means over worlds in percentage points, with standard errors over worlds.",
        "What this does not say: that the mechanisms that are out are not there, or could not "
        "matter elsewhere. It was asked of five policies, two measures and one authority. What "
        "they are for beside gains (harms, equity, what people say, why a family's story went as "
        "it did) is not asked here.",
    ]) + "\n"  # fmt: skip


def _gains(whole: Values, final: Values) -> list[list[str]]:
    rows = []
    for k, name in enumerate(POLICIES):
        cells = []
        for m in range(len(HEADLINES)):
            for values in (whole[:, k, m], final[:, k, m]):
                error = np.nanstd(values, ddof=1) / np.sqrt(np.isfinite(values).sum())
                cells.append(f"{np.nanmean(values):+.1f} ± {error:.1f}")
        rows.append([f"`{name}`", *cells])
    return rows


def in_words(out: Sequence[Part], left: Sequence[Part], final: Values, whole: Values) -> str:
    """Return the answer in a few sentences."""
    if not out:
        return "Of the mechanisms below none can be taken out without moving the answers."
    needed = ", ".join(one.name for one in left) or "none of them"
    return (
        f"For the ranking of policies and their mean gains: {len(out)} of {len(PARTS)} mechanisms "
        f"can be out together ({', '.join(one.name for one in out)}), and gains move by at most "
        f"{excess(whole, final):.0%} ± {doubt(whole, final):.0%} of what is tolerated, so that the "
        f"last of them might not stay out in other worlds. Needed beside what is always there (who "
        f"works where, cases, hours, contacts, facts, plans): {needed}."
    )


if __name__ == "__main__":
    write_page(PAGE, page, __doc__, worlds=32)
