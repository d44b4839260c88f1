"""colsim's plain twin: the same rules as an ordinary Mesa model, the same result to the bit."""

from colsim_core import organisation

from colsim.core.levers import lever_table
from colsim.plain import Twin


def run(practitioners: int, weeks: int, seed: int = 1) -> float:
    """Return the shared families of the last week."""
    layout = organisation(practitioners)
    levers = lever_table([], teams=len(layout.teams))
    twin = Twin(layout, levers, {}, seed=seed, weeks=weeks, burn_in=0)
    twin.run()
    return float(twin.totals["shared"])
