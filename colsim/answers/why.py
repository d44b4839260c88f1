"""Why a policy changes what it changes: its effect by channel, and along the way to a joint plan.

The effect is split over the channels of the policy's levers by Shapley's value (Shapley 1953;
Owen and Prieur 2017 for models): what a channel adds, averaged over every order in which channels
could be switched on. Shares add up to the effect in each world, and channels that only work
together share what they do together. All sets of channels live in the same worlds with the same
chance. Few channels are split exactly, many over orders drawn at random, with an error.
"""

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from colsim.answers.shapley import orders_of, shapley, shapley_by_orders
from colsim.answers.two_lives import TwoLives, two_lives
from colsim.comparison.compare import check
from colsim.comparison.sets import values_by_world
from colsim.core.measures import TOTAL_INDEX
from colsim.errors import UserError, nearest, refusal
from colsim.experiments.banks import chosen_worlds
from colsim.experiments.difference import mean_of_present, over_worlds
from colsim.experiments.observed import COMPARED
from colsim.experiments.runner import SEEDS_PER_WORLD, compile_together, outcomes
from colsim.experiments.tasks import Workers
from colsim.reporting.account import Account, Grid, Part, Section, Words
from colsim.reporting.words import signed
from colsim.scenario.levers import levers_in
from colsim.scenario.loading import LoadedScenario, Names, load_scenario

if TYPE_CHECKING:
    import pandas as pd

    from colsim.experiments.worlds import CalibratedWorlds

Values = npt.NDArray[np.float64]
EXACT = 6
"""Channels up to which every set of them is lived: 64 sets."""
ORDERS = 12
"""Orders that are drawn where there are more."""
FEW = 20
"""Worlds below which a split is for trying out."""
MOST_FAMILIES = 10
"""Families whose two lives are told at most."""
CHAIN: Mapping[str, str] = {
    "talked": "The two workers talked",
    "understood": "... and both understand enough",
    "agreed": "... and agreed on the risk",
    "took_part": "... and the family took part",
    "joint": "... and both accepted: a joint plan",
}
"""Totals of the way to a joint plan, in its order."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one channel adds to the effect."""

    channel: str
    """As "lever.channel"."""
    title: str
    """As people call it: "Co-location: face to face"."""
    description: str
    mean: float
    low: float
    high: float
    error: float
    """Of the mean, from the orders drawn; 0 where all were."""


@dataclass(frozen=True, slots=True)
class Step:
    """A condition of a joint plan: the share of plans that meet it and all before it."""

    name: str
    """Of the total, see `colsim.core.measures`."""
    title: str
    without: float
    with_: float


@dataclass(frozen=True, slots=True)
class Why:
    """A policy's effect, split."""

    authority: str
    policy: str
    authority_title: str
    policy_title: str
    measure: str
    worlds: int
    seed: int
    effect: float
    low: float
    high: float
    posts: float
    """What is left with every channel off: what the posts do that carry the others."""
    shares: tuple[Share, ...]
    """The largest first."""
    exact: bool
    chain: tuple[Step, ...]
    lives: tuple[TwoLives, ...] = ()
    """Of families whose joint plans the policy changed most, in the run of the seed."""

    @property
    def narrowest(self) -> tuple[Step, Step | None]:
        """The step at which most plans fall out under the policy, and the one before it."""
        before = [None, *self.chain[:-1]]
        kept = [
            step.with_ / (1.0 if last is None else max(last.with_, 1e-12))
            for last, step in zip(before, self.chain, strict=True)
        ]
        k = kept.index(min(kept))
        return self.chain[k], before[k]

    @property
    def account(self) -> Account:
        """What is found: the answer, channels, the way to a joint plan, two families' lives."""
        told = (self._answer(), self._channels(), self._chain())
        return Account((*told, *(one.section() for one in self.lives)))

    def _answer(self) -> Section:
        about = COMPARED[self.measure]
        unit = " points" if about.unit == "share" else ""
        told = [
            f"In: {self.authority_title}",
            f"{about.title}: {signed(self.effect, about)}{unit} (mean over {self.worlds} worlds; "
            f"{signed(self.low, about)} to {signed(self.high, about)} in 9 of 10).",
        ]
        if self.shares:
            first = self.shares[0]
            told.append(
                f"Most of it comes through {first.title} ({first.description}): "
                f"{signed(first.mean, about)}{unit}."
            )
        step, last = self.narrowest
        whole = "all plans" if last is None else f"those that got so far ({last.with_:.0%})"
        told.append(
            f"With the policy most plans fall out at: {step.title.removeprefix('... and ')} "
            f"({step.with_:.0%} of plans, of {whole})."
        )
        if self.worlds < FEW:
            told.append(
                f"For trying out only: with fewer than {FEW} worlds (--replications {2 * FEW}), "
                "ranges and shares are rough."
            )
        title = f"Why it changes what it changes: {self.policy_title}"
        return Section(title, tuple(map(Words, told)), key="answer")

    def _channels(self) -> Section:
        about = COMPARED[self.measure]
        heads = ("Channel", "Adds", "9 in 10 worlds", "Error")
        rows = tuple(
            (
                f"{one.title} ({one.description})",
                signed(one.mean, about),
                f"{signed(one.low, about)} to {signed(one.high, about)}",
                f"±{signed(one.error, about)[1:]}",
            )
            for one in self.shares
        )
        shown = 3 if self.exact else 4
        parts: list[Part] = [Grid(heads[:shown], tuple(row[:shown] for row in rows))]
        if abs(self.posts) > 0:
            posts = signed(self.posts, about)
            parts.append(Words(f"Left with every channel off, from posts alone: {posts}."))
        how = "every set of channels" if self.exact else f"{ORDERS} orders of the channels"
        said = (
            "Adds: what a channel adds, averaged over the orders in which channels could be "
            f"switched on ({how} lived in {self.worlds} worlds); channels that only work together "
            "share what they do together."
        )
        parts.append(Words(said, weak=True))
        return Section(f"By channel, {about.title.lower()}", tuple(parts), key="channels")

    def _chain(self) -> Section:
        rows = tuple(
            (step.title, f"{100 * step.without:.1f} %", f"{100 * step.with_:.1f} %")
            for step in self.chain
        )
        grid = Grid(("Of plans for shared families", "Without", "With"), rows)
        return Section("On the way to a joint plan", (grid,), key="chain")

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain Python types."""
        from dataclasses import asdict

        plain = asdict(replace(self, lives=()))
        lives = [one.to_dict() for one in self.lives]
        return plain | {"lives": lives, "account": self.account.to_dict()}

    def table(self) -> "pd.DataFrame":
        """Return channels and steps as a table."""
        import pandas as pd

        rows = [
            {"part": "channel", "name": one.channel, "title": one.title, "mean": one.mean,
             "low": one.low, "high": one.high, "error": one.error}
            for one in self.shares
        ]  # fmt: skip
        rows += [
            {"part": "chain", "name": one.name, "title": one.title, "without": one.without,
             "with": one.with_}
            for one in self.chain
        ]  # fmt: skip
        return pd.DataFrame(rows)


def channels_of(loaded: LoadedScenario) -> dict[str, tuple[str, str]]:
    """Return the channels of a scenario's levers that can be switched off: title, what it is."""
    settings = loaded.scenario.levers
    known = levers_in(settings)
    return {
        f"{name}.{channel.name}": (
            f"{known[name].title}: {channel.name.replace('_', ' ')}",
            channel.description,
        )
        for name in settings
        for channel in known[name].channels
        if not channel.structural
    }


def why(
    authority: str | Path,
    policy: str | Path,
    *,
    goal: str = "joint_plan_rate",
    under: Names = (),
    replications: int = 40,
    seed: int = 1,
    workers: Workers = None,
    worlds: "CalibratedWorlds | str | Path | None" = None,
    families: int = 2,
    progress: Callable[[int, int], None] | None = None,
) -> Why:
    """Split a policy's effect over its channels, and along the way to a joint plan.

    Args:
        authority: a preset or a path.
        policy: a preset, a path or a combination such as "co_location+joint_training".
        goal: the measure whose change is split.
        under: circumstances that the authority is in.
        replications: runs of each set of channels, two in each world.
        seed: the one seed that all chance derives from.
        workers: threads, or what else runs tasks: see `colsim.experiments.tasks`.
        worlds: "matched", "ranges" or a folder, as for `compare`.
        families: whose two lives are told, at most: those whose joint plans the policy changed
            most in the run of the scenario's own numbers and the seed; 0 to 10.
        progress: called with replications done, and all.

    Raises:
        UserError: the policy has no channel, or a name or number is not allowed.

    Example:
        >>> why("desktop", "co_location").account.texts("answer")  # doctest: +SKIP
    """
    check(1, replications, seed, workers)
    if not 0 <= families <= MOST_FAMILIES:
        raise UserError(f"families: found {families}; allowed: 0 to {MOST_FAMILIES}")
    if goal not in COMPARED:
        allowed = f"a measure such as {', '.join(list(COMPARED)[:4])}"
        raise UserError(f"goal: {refusal(repr(goal), allowed, nearest(goal, COMPARED))}")
    base = load_scenario(authority, under=under)
    whole = load_scenario(authority, [policy], under=under)
    own = set(channels_of(base))
    channels = {name: said for name, said in channels_of(whole).items() if name not in own}
    players = list(channels)
    if not players:
        raise UserError(
            f"policy: found {policy}, whose levers have no channel that could be switched off; "
            "allowed: a policy with levers that the authority does not have in force already"
        )
    exact = len(players) <= EXACT
    orders = [] if exact else orders_of(len(players), ORDERS, seed)
    wanted = _sets(len(players), orders)
    scenarios = [base] + [
        replace(
            load_scenario(
                authority, [policy], under=under,
                without=[name for k, name in enumerate(players) if k not in one],
            ),
            name=f"set {n}",
        )
        for n, one in enumerate(wanted)
    ]  # fmt: skip
    source = chosen_worlds(worlds, base).worlds
    lived, steps = _lived(scenarios, replications, seed, workers, source, progress)
    gains = {one: lived[goal][n + 1] - lived[goal][0] for n, one in enumerate(wanted)}
    if exact:
        values, errors = shapley(gains.__getitem__, len(players)), np.zeros(len(players))
    else:
        values, errors = shapley_by_orders(gains.__getitem__, orders)
    everything, nothing = gains[frozenset(range(len(players)))], gains[frozenset()]
    shares = [
        Share(name, *channels[name], *_mean_and_ends(values[k]), float(errors[k]))
        for k, name in enumerate(players)
    ]
    effect, low, high = _mean_and_ends(everything)
    full = 1 + wanted.index(frozenset(range(len(players))))
    return Why(
        authority=base.name,
        policy=str(policy),
        authority_title=base.scenario.title.rstrip("."),
        policy_title=whole.scenario.title.rstrip("."),
        measure=goal,
        worlds=replications // SEEDS_PER_WORLD,
        seed=seed,
        effect=effect,
        low=low,
        high=high,
        posts=float(np.nanmean(nothing)),
        shares=tuple(sorted(shares, key=lambda one: -one.mean)),
        exact=exact,
        chain=tuple(
            Step(name, title, float(steps[name][0]), float(steps[name][full]))
            for name, title in CHAIN.items()
        ),
        lives=two_lives(base, whole, seed=seed, number=families),
    )


def _mean_and_ends(values: Values) -> tuple[float, float, float]:
    """Return the mean over worlds, and what holds 9 in 10 of them."""
    low, _, high = over_worlds(values)
    return float(np.nanmean(values)), low, high


def _sets(count: int, orders: Iterable[Sequence[int]]) -> list[frozenset[int]]:
    """Return the sets of players that must be lived, each once."""
    if not orders:
        return [
            frozenset(one)
            for size in range(count + 1)
            for one in itertools.combinations(range(count), size)
        ]
    found = dict.fromkeys(frozenset(order[:size]) for order in orders for size in range(count + 1))
    return list(found)


def _lived(
    scenarios: Sequence[LoadedScenario],
    replications: int,
    seed: int,
    workers: Workers,
    source: "CalibratedWorlds | None",
    progress: Callable[[int, int], None] | None,
) -> tuple[dict[str, Values], dict[str, Values]]:
    """Return every measure by scenario and world, and the chain's shares of plans by scenario."""
    kept = list(
        outcomes(
            compile_together(scenarios),
            replications=replications,
            seed=seed,
            workers=workers,
            calibrated=source,
            progress=None if progress is None else lambda done: progress(done, replications),
        )
    )
    lived = {name: mean_of_present(value, axis=2) for name, value in values_by_world(kept).items()}
    summed = np.sum([one.totals for one in kept], axis=0)
    plans = np.maximum(summed[:, TOTAL_INDEX["plans"]], 1)
    return lived, {name: summed[:, TOTAL_INDEX[name]] / plans for name in CHAIN}
