"""What can be chosen: sets of policies and strengths that go together and are within a budget."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations, product
from pathlib import Path

from colsim.answers.feasible import Levers, Place, formed, within
from colsim.errors import Faults, UserError, nearest, refusal
from colsim.scenario.costs import Cost, cost_of
from colsim.scenario.layers import joined_title
from colsim.scenario.lever import Lever
from colsim.scenario.lever_checks import exclusion_problems
from colsim.scenario.levers import LEVERS, levers_in
from colsim.scenario.loading import LoadedScenario, load_comparison
from colsim.scenario.schema import LeverSetting, Scenario
from colsim.scenario.shipped import POLICY, list_presets

Policy = str | Path | LoadedScenario
MOST_SETS = 5_000
"""Sets up to which all are built and lived; of more, larger ones are built from the best."""
START = 2
"""Policies of the sets that are built at any rate, if they are not too many."""


@dataclass(frozen=True, slots=True)
class Option:
    """One set of policies at their strengths, laid over the authority."""

    members: tuple[str, ...]
    """Names of the policies."""
    loaded: LoadedScenario
    cost: Cost
    spending: tuple[float, ...]
    """Pounds in each year beyond what the authority's own levers take."""
    parts: tuple[LoadedScenario, ...]
    """The policies at their strengths."""

    @property
    def name(self) -> str:
        """The names joined by +, with strengths where they are not the policy's own."""
        return self.loaded.name

    @property
    def dearest(self) -> float:
        """Pounds in the year in which most is spent."""
        return max(self.spending)


@dataclass(frozen=True, slots=True)
class Options:
    """All sets that were looked at."""

    base: LoadedScenario
    policies: tuple[str, ...]
    affordable: tuple[Option, ...]
    too_dear: tuple[Option, ...]
    excluded: tuple[tuple[str, str], ...]
    """Sets that do not go together, and why."""
    formed: int
    """Sets that there are, whatever they cost and whether they go together."""
    start: int
    """Policies of a set up to which all sets were built."""
    whole: bool = True
    """Whether every set that is within the budget is among the affordable."""
    grown: int = 0
    """Larger sets that were looked at on the way, where not all were."""

    def with_one_more(self, option: Option, single: Option, budget: float) -> Option | None:
        """Return a set with one more policy; None if that does not go, or is too dear."""
        (new,) = single.members
        apart = {names for names, _ in self.excluded}
        order = self.policies.index
        pairs = (sorted((one, new), key=order) for one in option.members)
        if new in option.members or any(" + ".join(pair) in apart for pair in pairs):
            return None
        both = zip((*option.members, new), (*option.parts, *single.parts), strict=True)
        members, parts = zip(*sorted(both, key=lambda one: order(one[0])), strict=True)
        found = _together(self.base, members, parts, cost_of(self.base.scenario))
        return found if found.dearest <= budget else None


def single_policies() -> list[str]:
    """Return the shipped policies that are one lever, by its name."""
    return [one.name for one in list_presets(POLICY) if one.name in LEVERS]


def options_of(
    base: LoadedScenario,
    policies: Sequence[Policy],
    *,
    pick: int,
    budget: float,
    strengths: Mapping[str, Sequence[float]],
) -> Options:
    """Return every set of at most `pick` policies, at every strength asked for.

    Of very many sets, those within the budget are found by what their levers spend; where these
    are too many as well, the smallest sets are returned, to build larger ones from.

    Args:
        base: the authority.
        policies: names, files or loaded policies.
        pick: most policies of a set.
        budget: pounds that may be spent in any year of the run beyond today's.
        strengths: policy to its strengths in the unit of its lever; "" to shares of the own
            strengths of all others.

    Raises:
        UserError: a policy is faulty or named twice, a strength is out of range, strengths are too
            many, or nothing is within the budget.
    """
    names, variants = _variants(base, policies, strengths)
    sizes = [len(one) for one in variants]
    if sum(sizes) > MOST_SETS:
        raise UserError(
            f"--strengths: found {sum(sizes):,} strengths of {len(names)} policies; allowed: "
            f"{MOST_SETS:,} of all together"
        )
    fitting = (size for size in (pick, START, 1) if formed(sizes, min(size, pick)) <= MOST_SETS)
    start = min(pick, next(fitting))
    excluded = _excluded(base, variants)
    own = cost_of(base.scenario)

    def built(chosen: Sequence[Place]) -> Option:
        members = tuple(names[k] for k, _ in chosen)
        return _together(base, members, [variants[k][s] for k, s in chosen], own)

    options = [built(chosen) for chosen in _up_to(start, sizes, excluded)]
    whole = True
    if start < pick:
        parts = [[_spending_of(base, part, own) for part in one] for one in variants]
        found, whole = within(parts, excluded, pick=pick, budget=budget, most=MOST_SETS)
        larger = (one for one in found if whole and len(one) > start)
        more = map(built, sorted(larger, key=lambda one: (len(one), [k for k, _ in one], one)))
        options += [one for one in more if one.dearest <= budget]
    affordable = tuple(one for one in options if one.dearest <= budget)
    too_dear = tuple(one for one in options if one.dearest > budget)
    if not affordable:
        raise UserError(_nothing_fits(too_dear, budget))
    told = tuple(
        (" + ".join(names[k] for k in sorted(members)), reason)
        for members, reason in excluded.items()
        if len(members) <= pick
    )
    return Options(
        base, tuple(names), affordable, too_dear, told, formed(sizes, pick), start, whole
    )


def _excluded(
    base: LoadedScenario, variants: Sequence[Sequence[LoadedScenario]]
) -> dict[frozenset[int], str]:
    """Return policies, alone or in pairs, that do not go together, and why."""
    found: dict[frozenset[int], str] = {}
    for size in (1, 2):
        for members in combinations(range(len(variants)), size):
            if any(frozenset({k}) in found for k in members):
                continue
            reason = _reason([variants[k][0] for k in members], base)
            if reason is not None:
                found[frozenset(members)] = reason
    return found


def _up_to(
    most: int, sizes: Sequence[int], excluded: Collection[frozenset[int]]
) -> Iterator[tuple[Place, ...]]:
    """Yield all sets of at most so many policies that go together, the smallest first."""
    for size in range(1, most + 1):
        for members in combinations(range(len(sizes)), size):
            if not any(apart <= set(members) for apart in excluded):
                yield from product(*([(k, s) for s in range(sizes[k])] for k in members))


def _spending_of(base: LoadedScenario, part: LoadedScenario, own: Cost) -> Levers:
    """Return what each lever that a policy sets spends in each year beyond today."""
    found = {}
    for name, use in _added(base, part).items():
        levers = {**base.scenario.levers, name: use}
        cost = cost_of(part.scenario.model_copy(update={"levers": levers}))
        found[name] = tuple(a - b for a, b in zip(cost.spending, own.spending, strict=True))
    return found


def _nothing_fits(too_dear: Iterable[Option], budget: float) -> str:
    least = min(too_dear, key=lambda one: one.dearest)
    years = ", ".join(least.cost.price_years)
    return (
        f"--budget: found {budget:,.0f}; allowed: at least {least.dearest:,.0f} (prices of "
        f"{years}), which {least.name} takes in its dearest year"
    )


def _variants(
    base: LoadedScenario,
    policies: Sequence[Policy],
    strengths: Mapping[str, Sequence[float]],
) -> tuple[list[str], list[list[LoadedScenario]]]:
    """Return the policies' names, and of each the scenarios at all its strengths."""
    faults = Faults()
    loaded = (faults.trying(lambda: load_comparison(base, policies)) or ())[1:]
    names = [one.name for one in loaded]
    for name in sorted({name for name in names if names.count(name) > 1}):
        faults.found.append(f"--policies: found {name} twice; allowed: each policy once")
    for name in strengths:
        if name and name not in names and not faults.found:
            text = refusal(repr(name), ", ".join(names), nearest(name, names))
            faults.found.append(f"--strengths: {text}")
    variants = [
        faults.trying(partial(lambda one: list(_at_strengths(base, one, strengths)), one)) or []
        for one in loaded
    ]
    faults.refuse()
    return names, variants


def _added(base: LoadedScenario, loaded: LoadedScenario) -> dict[str, LeverSetting]:
    """Return the levers that a policy sets."""
    before = base.scenario.levers
    return {n: use for n, use in loaded.scenario.levers.items() if before.get(n) != use}


def _at_strengths(
    base: LoadedScenario, loaded: LoadedScenario, strengths: Mapping[str, Sequence[float]]
) -> Iterator[LoadedScenario]:
    """Yield a policy at each of its strengths, its own first."""
    levers = _added(base, loaded)
    if loaded.name in strengths:
        if len(levers) != 1:
            raise UserError(
                f"--strengths: found {loaded.name}, which sets {len(levers)} levers; allowed: "
                "policies that set one, or shares of all, such as 0.5,1"
            )
        ((lever, _),) = levers.items()
        yield from (
            _with(base, loaded, {lever: value}, f"{loaded.name}={value:g}")
            for value in strengths[loaded.name]
        )
        return
    shares = strengths.get("", (1.0,))
    known = levers_in(levers)
    if any("towards" in {c.mode for c in known[name].channels} for name in levers):
        shares = (1.0,)  # what it moves towards is no size: less of it would be more
    seen = set()
    for share in shares:
        values = {k: _share_of(known[k], use.strength, share) for k, use in levers.items()}
        if tuple(values.values()) in seen:
            continue
        seen.add(tuple(values.values()))
        label = loaded.name if share == 1 else f"{loaded.name} x {share:g}"
        yield _with(base, loaded, values, label)


def _share_of(lever: Lever, strength: float, share: float) -> float:
    """Return a share of a strength: whole posts, one at least."""
    part = strength * share
    return max(1.0, float(round(part))) if lever.has_posts else part


def _with(
    base: LoadedScenario, loaded: LoadedScenario, strengths: Mapping[str, float], name: str
) -> LoadedScenario:
    """Return a policy with other strengths.

    Raises:
        UserError: one is out of the lever's range.
    """
    known = levers_in(loaded.scenario.levers)
    for lever, value in strengths.items():
        about = known[lever]
        if not about.low <= value <= about.high:
            raise UserError(
                f"--strengths: {lever}: found {value:g}; allowed: a number from {about.low:g} to "
                f"{about.high:g} ({about.unit})"
            )
    levers = {
        n: use.model_copy(update={"strength": strengths[n]}) if n in strengths else use
        for n, use in loaded.scenario.levers.items()
    }
    scenario = loaded.scenario.model_copy(update={"levers": levers})
    title = scenario.title
    if levers != loaded.scenario.levers:
        told = ", ".join(f"{value:g} {known[lever].unit}" for lever, value in strengths.items())
        title = f"{title.rstrip('.')} ({told})"[:100]
    return replace(loaded, name=name, scenario=scenario.model_copy(update={"title": title}))


def _reason(parts: Sequence[LoadedScenario], base: LoadedScenario) -> str | None:
    """Return why policies do not go together; None if they do."""
    levers: dict[str, LeverSetting] = dict(base.scenario.levers)
    set_by: dict[str, str] = {}
    for one in parts:
        for name, use in _added(base, one).items():
            if name in set_by and levers[name] != use:
                return f"both set {name}"
            levers[name], set_by[name] = use, one.name
    problems = exclusion_problems({name: use.model_dump() for name, use in levers.items()})
    return next((one.allowed.partition(": ")[2] for one in problems), None)


def _together(
    base: LoadedScenario, members: tuple[str, ...], parts: Sequence[LoadedScenario], own: Cost
) -> Option:
    """Return policies laid over an authority together."""
    first = parts[0].scenario
    levers, prices = dict(base.scenario.levers), dict(base.scenario.prices)
    for one in parts:
        levers |= _added(base, one)
        prices |= one.scenario.prices
    titles = [one.scenario.title for one in parts]
    scenario: Scenario = first.model_copy(
        update={"levers": levers, "prices": prices, "title": joined_title(titles)}
    )
    cost = cost_of(scenario)
    loaded = replace(
        parts[0],
        name="+".join(one.name for one in parts),
        scenario=scenario,
        provenance={key: file for one in parts for key, file in one.provenance.items()},
        chain=tuple(dict.fromkeys(file for one in parts for file in one.chain)),
        replaced=tuple(dict.fromkeys(name for one in parts for name in one.replaced)),
    )
    spending = tuple(a - b for a, b in zip(cost.spending, own.spending, strict=True))
    return Option(members, loaded, cost, spending, tuple(parts))
