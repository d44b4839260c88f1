"""colsim itself, with all its mechanisms: authorities of 260 CSWs and 40 MHSWs."""

from colsim.core.engine import simulate
from colsim.core.layout import Layout, build_layout, even_plan
from colsim.core.levers import lever_table
from colsim.core.measures import TOTAL_INDEX
from colsim.core.parameters import pack_parameters

AUTHORITY = 300


def organisation(practitioners: int) -> Layout:
    """Return authorities with so many practitioners in all, and three families for four of them."""
    plan = even_plan(
        localities=4, csw=260, csw_team_size=8, mhsw=40, mhsw_teams=8, shared_families=225
    )
    return build_layout([plan] * (practitioners // AUTHORITY))


def run(practitioners: int, weeks: int, seed: int = 1) -> float:
    """Return the shared families of the last week."""
    layout = organisation(practitioners)
    levers = lever_table([], teams=len(layout.teams))
    world = simulate(layout, levers, pack_parameters(), seed=seed, weeks=weeks, burn_in=0)
    return float(world.totals[-1, TOTAL_INDEX["shared"]])
