"""Cut a sweep into chunks of work whose boundaries are the same on every machine.

The work of a run is estimated, not timed: shared families × weeks. Points that
can share their burn-in stay together. A chunk has at least `LEAST` of it, which
is 0.2 s or more on the machines this was measured on; large sweeps have larger
chunks, so that there are not more than some thousands.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from colsim.experiments.design import canonical
from colsim.scenario.schema import Scenario

LEAST, MOST = 1_000_000, 16_000_000
"""Shared family-weeks of a chunk: at least, and what large sweeps go up to."""
CHUNKS = 2_000
"""Chunks that a large sweep is cut into, as long as they stay below `MOST`."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Points lived in replications `first` to `last` - 1."""

    points: tuple[str, ...]
    first: int
    last: int

    @property
    def runs(self) -> int:
        """Number of runs."""
        return len(self.points) * (self.last - self.first)

    def name(self, key: str) -> str:
        """Return the name of its part: a hash of its work list, under the sweep's key."""
        work = [key, list(self.points), self.first, self.last]
        return blake2b(canonical(work), digest_size=12).hexdigest()


def burn_in_key(scenario: Scenario) -> str:
    """Return what two scenarios must have in common to share their burn-in."""
    return json.dumps(
        scenario.model_dump(mode="json", include={"run", "organisation", "parameters"}),
        sort_keys=True,
    )


def groups_of(scenarios: Mapping[str, Scenario]) -> list[list[str]]:
    """Return ids of scenarios that share a burn-in, in the order in which they first come."""
    groups: dict[str, list[str]] = {}
    for point, scenario in scenarios.items():
        groups.setdefault(burn_in_key(scenario), []).append(point)
    return list(groups.values())


def work_of(scenarios: Sequence[Scenario]) -> int:
    """Return the estimated work of one replication of scenarios that share their burn-in."""
    first = scenarios[0]
    families = first.organisation.authorities * first.organisation.shared_families
    return families * (first.run.burn_in + sum(one.run.weeks for one in scenarios))


def bundles_of(
    scenarios: Mapping[str, Scenario], *, replications: int, shortest: int
) -> list[tuple[tuple[str, ...], int]]:
    """Return which points are lived together, each with its work per replication.

    Args:
        scenarios: by point.
        replications: of each point in all: large sweeps have larger chunks.
        shortest: replications of the shortest round, in which a bundle should
            still be worth a chunk.
    """
    slices: list[tuple[tuple[str, ...], int]] = []
    groups = groups_of(scenarios)
    total = sum(work_of([scenarios[p] for p in group]) for group in groups) * replications
    size = chunk_work(total)
    for group in groups:
        run = scenarios[group[0]].run
        alone = work_of([scenarios[group[0]]])
        burn_in = alone * run.burn_in // (run.burn_in + run.weeks)
        # As many as fit, but enough that the burn-in is not more than a quarter of the work.
        room = max((size - burn_in) // (alone - burn_in), -(-3 * run.burn_in // run.weeks), 1)
        parts = -(-len(group) // room)
        for part in range(parts):
            chosen = group[part * len(group) // parts : (part + 1) * len(group) // parts]
            slices.append((tuple(chosen), work_of([scenarios[p] for p in chosen])))
    bundles: list[tuple[tuple[str, ...], int]] = []
    points: tuple[str, ...] = ()
    work = 0
    for chosen_points, its_work in slices:
        points, work = points + chosen_points, work + its_work
        if work * shortest >= size:
            bundles.append((points, work))
            points, work = (), 0
    if points:
        bundles.append((points, work))
    return bundles


def chunk_work(total: int) -> int:
    """Return the work of a chunk in a sweep of this much work in all."""
    return min(MOST, max(LEAST, total // CHUNKS))


def chunks_of(
    bundles: Sequence[tuple[tuple[str, ...], int]], rounds: Sequence[int], *, start: int = 0
) -> Iterator[Chunk]:
    """Yield the chunks of bundles, round by round; none reaches over the end of a round.

    Args:
        bundles: from `bundles_of`.
        rounds: replications at which rounds end, rising.
        start: replications that these bundles have already.
    """
    total = sum(work for _, work in bundles) * (rounds[-1] - start)
    size = chunk_work(total)
    first = start
    for end in (one for one in rounds if one > start):
        for points, work in bundles:
            length = end - first
            parts = max(1, length // -(-size // work))
            for part in range(parts):
                yield Chunk(
                    points,
                    first + part * length // parts,
                    first + (part + 1) * length // parts,
                )
        first = end
