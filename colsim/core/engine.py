"""simulate(): from a layout, a policy, parameters and a seed to a world lived to its end."""

import numpy as np

from colsim.core import rng
from colsim.core.layout import Layout, Records
from colsim.core.levers import LeverTable
from colsim.core.population import count_families, populate
from colsim.core.schedule import advance
from colsim.core.state import World, allocate
from colsim.core.warm import compile_model


def prepare(
    layout: Layout, levers: LeverTable, parameters: Records, *, seed: int, weeks: int, burn_in: int
) -> World:
    """Return a world at the start of week 0, its population drawn.

    Args:
        layout: posts, teams and localities.
        levers: the policy.
        parameters: from `pack_parameters`, shape (1,).
        seed: any integer from 0 to 2**63 - 1.
        weeks: weeks after the burn-in, at least 1.
        burn_in: weeks without policy before, at least 0.
    """
    world, key, counts = _empty(layout, levers, parameters, seed, weeks, burn_in)
    populate(world, key, counts)
    return world


def simulate(
    layout: Layout,
    levers: LeverTable,
    parameters: Records,
    *,
    seed: int,
    weeks: int,
    burn_in: int,
    threads: int = 1,
) -> World:
    """Return the world at its end, arguments as `prepare`; threads as `advance`."""
    world = prepare(layout, levers, parameters, seed=seed, weeks=weeks, burn_in=burn_in)
    advance(world, burn_in + weeks, threads=threads)
    return world


def _empty(
    layout: Layout, levers: LeverTable, parameters: Records, seed: int, weeks: int, burn_in: int
):
    if weeks < 1 or burn_in < 0:
        raise ValueError(
            f"weeks must be at least 1 and burn_in at least 0, not {weeks} and {burn_in}"
        )
    if not 0 <= seed < 1 << 63:
        raise ValueError(f"seed must be from 0 to 2**63 - 1, not {seed}")
    compile_model()
    key = np.uint64(rng.seed_key(seed))
    counts = np.zeros((burn_in + weeks + 1, len(layout.localities)), np.int64)
    count_families(counts, layout.localities, parameters, key)
    world = allocate(
        layout,
        levers,
        parameters,
        families=int(counts.sum()),
        weeks=burn_in + weeks,
        burn_in=burn_in,
    )
    return world, key, counts
