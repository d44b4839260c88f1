"""Show how far a burn-in lets worlds forget how they began.

Worlds of `robinscar` are drawn, with everything that lasts (stories, memories, what was learnt,
ties) at its longest, and each is begun three times with the same chance: as the model begins it,
with everybody at the good end of what they can be and full of memories, and with everybody at the
bad end and without any. No policy acts. Measures are taken over the year after 104 weeks and over
that after 260, or other numbers of weeks.

A row says, by measure: how far the good start is from the bad one in the year after each number of
weeks; and how far the year after the first number is from that after the last, begun as the model
begins. Each is a mean over worlds with its standard error; t is their ratio.

Run: python scripts/forgetting.py [--worlds 200] [--weeks 104 260] [--as-drawn]
"""

import argparse
from collections.abc import Mapping, Sequence

import numpy as np
from lives import AUTHORITY, Values, measured, over_worlds, stamp, table, world_of

from colsim.core.measures import MEASURES, TOTAL_INDEX
from colsim.core.names import CSW, MHSW
from colsim.core.parameters import PARAMETERS
from colsim.core.schedule import advance
from colsim.core.state import World
from colsim.scenario import load_scenario
from colsim.scenario.compiling import Compiled, compile_scenario

YEAR = 52
LONGEST = {
    name: one.high for name, one in PARAMETERS.items() if name.endswith(("half_life", "retention"))
}
"""What makes a world remember longest."""
STARTS = ("as it is", "bad", "good")
BEYOND = 3.0
"""Standard errors from which a difference is said to be there; of a hundred without any, less than
one is."""
_SHARES = ("role_knowledge", "confidence", "orientation", "stance", "wellbeing", "belonging")
_VALENCES = ("narrative", "perceived_image")


def put_at(world: World, usual: Values | None) -> None:
    """Put everybody at one end of what they can be.

    Args:
        world: at its start.
        usual: memories that CSWs and MHSWs usually hold, shape (2, memories): all are good, and
            hold twice as many. Without it all are bad, and remember nothing.
    """
    people, high = world.practitioners, usual is not None
    people["memory"][:] = 0.0
    if usual is not None:
        for service in (CSW, MHSW):
            people["memory"][world.posts["service"] == service] = 2.0 * usual[service]
    for name in _SHARES:
        people[name][:] = float(high)
    for name in _VALENCES:
        people[name][:] = 1.0 if high else -1.0
    world.team_story[:] = 1.0 if high else -1.0
    for ties in (world.tie_trust_cm, world.tie_trust_mc, world.tie_familiarity):
        ties[:] = float(high)
    world.families["trust"][world.families["active"]] = float(high)


def usual_memories(world: World) -> Values:
    """Return the mean memories of CSWs and MHSWs in post, shape (2, memories)."""
    people, service = world.practitioners, world.posts["service"]
    there = [people["memory"][people["filled"] & (service == s)] for s in (CSW, MHSW)]
    return np.array([one.mean(axis=0) for one in there])


def years(
    compiled: Compiled, number: int, weeks: Sequence[int], held: Mapping[str, float]
) -> Values:
    """Return measures of a world by start and year: shape (starts, years, measures)."""
    drawn, seed = world_of(number)
    found, usual = [], None
    for start in STARTS:
        world = compiled.begun({**drawn, **held}, seed)
        if start != STARTS[0]:
            put_at(world, usual if start == "good" else None)
        advance(world, max(weeks) + YEAR)
        if usual is None:
            usual = usual_memories(world)
        sums = [world.totals[week : week + YEAR].sum(axis=0) for week in weeks]
        by_name = [{name: one[k] for name, k in TOTAL_INDEX.items()} for one in sums]
        found.append([measured(totals, MEASURES) for totals in by_name])
    return np.array(found)


def rows(found: Values) -> list[tuple[str, list[tuple[float, float, float]]]]:
    """Return for each measure its differences: mean, standard error and t of each.

    Args:
        found: shape (worlds, starts, years, measures).
    """
    apart = np.moveaxis(found[:, 2] - found[:, 1], 1, 0)
    later = found[:, 0, 0] - found[:, 0, -1]
    told = []
    for k, name in enumerate(MEASURES):
        figures = []
        for values in (*apart[..., k], later[..., k]):
            there = values[np.isfinite(values)]
            if len(there) < 2:
                figures.append((np.nan, np.nan, np.nan))
                continue
            mean, error = there.mean(), there.std(ddof=1) / np.sqrt(len(there))
            figures.append((mean, error, mean / error if error > 0 else 0.0))
        told.append((name, figures))
    return told


def page(worlds: int, weeks: Sequence[int], *, as_drawn: bool) -> str:
    """Return the table, and how many measures differ."""
    held = {} if as_drawn else LONGEST
    scenario = load_scenario(
        AUTHORITY, overrides={"run.burn_in": max(weeks), "run.weeks": YEAR}
    ).scenario
    compiled = compile_scenario(scenario)
    found = np.array(over_worlds(lambda k: years(compiled, k, weeks, held), range(worlds)))
    told = rows(found)
    between = np.nanstd(found[:, 0, -1], axis=0, ddof=1)
    heads = [f"good start less bad, after {week}" for week in weeks]
    heads += [f"after {weeks[0]} less after {weeks[-1]}"]
    lines = []
    for (name, figures), spread in zip(told, between, strict=True):
        trifle = MEASURES[name].trifle
        cells = [
            f"{mean:+.4f} ± {error:.4f} (t {t:+.1f}{', no trifle' if abs(mean) >= trifle else ''})"
            for mean, error, t in figures
        ]
        lines.append([f"`{name}`", *cells, f"{spread:.4f}"])
    counts = []
    for k, head in enumerate(heads):
        beyond = [n for n, figures in told if abs(figures[k][2]) >= BEYOND]
        large = [
            n for n, figures in told
            if abs(figures[k][2]) >= BEYOND and abs(figures[k][0]) >= MEASURES[n].trifle
        ]  # fmt: skip
        counts.append(
            f"- {head}: {len(beyond)} of {len(told)} measures differ by {BEYOND:g} standard errors "
            f"or more ({', '.join(beyond) or 'none'}); by what is no trifle as well: "
            f"{', '.join(large) or 'none'}."
        )
    longest = ", ".join(f"`{name}` {value:g}" for name, value in held.items()) or "nothing"
    return "\n\n".join([
        f"{worlds} worlds of `{AUTHORITY}`, the year after so many weeks. At their longest: "
        f"{longest}. {stamp()}",
        "\n".join(counts),
        table(("measure", *heads, "sd between worlds"), lines),
    ])  # fmt: skip


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--worlds", type=int, default=200)
    parser.add_argument("--weeks", type=int, nargs="+", default=[104, 260])
    parser.add_argument("--as-drawn", action="store_true", help="nothing at its longest")
    given = parser.parse_args()
    print(page(given.worlds, given.weeks, as_drawn=given.as_drawn))


if __name__ == "__main__":
    main()
