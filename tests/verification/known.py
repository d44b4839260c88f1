"""Hand-made worlds whose answer is known on paper, and the tests that judge it.

Every statistical test here is built alike: `chance_of...` returns a p-value, the right expectation
must keep it above `FALSE_ALARM` and a wrong one, in the same test, must bring it below. Seeds are
fixed, so a test that passes once passes always; `FALSE_ALARM` is the chance that a correct model
would have failed when its seed was chosen.
"""

import math

import numpy as np

from colsim.core import rng
from colsim.core.engine import prepare
from colsim.core.layout import build_layout, even_plan
from colsim.core.levers import lever_table
from colsim.core.measures import TOTAL_INDEX
from colsim.core.names import Consent
from colsim.core.parameters import PARAMETERS, pack_parameters
from colsim.core.schedule import PHASE_NAMES, PHASES, begin_week, end_week, everywhere
from tests.later import Later

stats = Later("scipy.stats")

FALSE_ALARM = 1e-4
"""Chance that a test fails although the model is right, for each p-value."""

EXACT = 1e-12
"""Largest difference where an answer is exact on paper: what rounding leaves."""

SURE = 1e3
"""Log-odds that make a thing certain: 1 in 10**13 to fail, the edge of `logistic`."""
NEVER = -SURE

NO_TURNOVER = {"leave_csw": 0.0, "leave_mhsw": 0.0}
NO_CONTACT = {"contact_base": NEVER}
NO_STORIES = {"listening": 0.0, "background_tellers": 0.0}
NO_CLOSURES = {"close_rate": 0.0, "close_amh_rate": 0.0}
NO_ARRIVALS = {"arrival_rate": 0.0}
SERVICES = (0, 1)
RICHNESS = (0.25, 0.5, 0.75, 1.0)
"""Of a written contact, by telephone, face to face, in a meeting: even steps up to the unit."""
HOURS = tuple(PARAMETERS["hours_meeting"].default * rho**2 for rho in RICHNESS)
"""Hours of each channel for each side, by default."""


def packed(values):
    """Return the parameters for kernels; refuse what a scenario could not set."""
    for name, value in values.items():
        assert PARAMETERS[name].minimum <= value <= PARAMETERS[name].maximum, name
    return pack_parameters(values)


def layout_of(*, spanner_posts=0, authorities=1, **sizes):
    """Return a layout of one locality with one team of each service, unless said otherwise."""
    sizes = {
        "localities": 1,
        "csw": 4,
        "csw_team_size": 4,
        "mhsw": 4,
        "mhsw_teams": 1,
        "shared_families": 10,
    } | sizes
    return build_layout([even_plan(**sizes)] * authorities, spanner_posts=spanner_posts)


def world_of(parameters, *, layout, uses=(), seed=1, weeks=60, burn_in=0):
    """Return a world at the start of week 0."""
    levers = lever_table(uses, teams=len(layout.teams))
    return prepare(layout, levers, packed(parameters), seed=seed, weeks=weeks, burn_in=burn_in)


def paired_world(parameters, *, families, csw=4, mhsw=4, seed=1, weeks=60, spanner_posts=0):
    """Return a world of about `families` families, all with both leads, and nothing else going on.

    It stands after intake of week 0: phases can be called one by one. Leads take turns, everybody
    has hours without end and a pressure of 1, all families consent, and none arrives. There is one
    team of `csw` and one of `mhsw` posts in a locality, and a locality for every 500 families.
    """
    places = math.ceil(families / 500)  # `poisson` is meant for means of some hundreds
    layout = layout_of(
        localities=places,
        csw=csw * places,
        csw_team_size=csw,
        mhsw=mhsw * places,
        mhsw_teams=places,
        shared_families=families,
        spanner_posts=spanner_posts,
    )
    world = world_of(NO_ARRIVALS | parameters, layout=layout, seed=seed, weeks=weeks)
    give_leads(world)
    world.practitioners["budget"] = 1e6
    world.families["consent"] = Consent.GIVEN
    world.families["reluctance"] = 0.0
    run_phase(world, "policy")
    start_week(world)
    return world


def carry_all(world):
    """Let every channel carry all that would be told."""
    world.derived["carry"] = 1.0


def acquaint(world, familiarity):
    """Let all know each other, from week 0 on, as people do who hold no stories."""
    world.tie_familiarity[:] = familiarity
    world.tie_last[:] = 0


def give_leads(world):
    """Give every active family a lead of each service of its locality, by turns."""
    for n, k in enumerate(active(world)):
        place = world.localities[world.families["locality"][k]]
        for s in SERVICES:
            post = place["first_post"][s] + n % place["posts"][s]
            world.families["lead"][k, s] = post
            world.families["lead_since"][k, s] = 0
            world.practitioners["shared_load"][post] += 1


def active(world):
    """Return the places of the active families, in the order of visiting."""
    return world.active_families.copy()


def week_of(world):
    """Return the week that the world stands in."""
    return int(world.clock["week"][0])


def start_week(world):
    """Give everybody this week's key: practitioners as the loop does, families as intake does."""
    everywhere(begin_week, world)
    chosen = active(world)
    if len(chosen):
        mixed = getattr(rng.mix, "py_func", rng.mix)(
            world.clock["week_key"][0] ^ world.families["origin"][chosen]
        )
        assert mixed[0] == rng.entity_key(
            world.clock["week_key"][0], world.families["origin"][chosen[0]]
        )
        world.families["key"][chosen] = mixed


def run_phase(world, name):
    """Run one phase of the week, by name."""
    everywhere(PHASES[PHASE_NAMES.index(name)], world)


def run_phases(world, *names, weeks=1):
    """Run some phases only, in the order given, for some weeks, and go on to the next week."""
    for _ in range(weeks):
        start_week(world)
        for name in names:
            run_phase(world, name)
        end_week(world)


def live_through(world, weeks, watch):
    """Live whole weeks, phase by phase; call `watch(world, phase)` after each phase."""
    for _ in range(weeks):
        everywhere(begin_week, world)
        for name in PHASE_NAMES:
            run_phase(world, name)
            watch(world, name)
        end_week(world)


def totals(world, *names):
    """Return the sum over all weeks of each named total."""
    sums = [float(world.totals[:, TOTAL_INDEX[name]].sum()) for name in names]
    return sums[0] if len(names) == 1 else tuple(sums)


def logit(p):
    """Return the log-odds of a probability."""
    return math.log(p / (1.0 - p))


def keep_of_half_life(weeks):
    """Return what is kept in a week of something that halves in `weeks`."""
    return 0.5 ** (1.0 / weeks)


def bits(facts):
    """Return how many facts each of an array of sets holds."""
    return np.bitwise_count(np.asarray(facts).astype(np.uint32))


def chance_of_count(count, trials, p):
    """Return the p-value of `count` successes in `trials` if each had probability p (exact)."""
    return stats.binomtest(int(count), int(trials), p).pvalue


def chance_of_counts(observed, probabilities, *, least=5.0):
    """Return the p-value of observed counts by class if the classes had these probabilities.

    Pearson's chi-square; neighbouring classes are joined until each is expected `least` times.
    """
    observed = np.asarray(observed, float)
    expected = np.asarray(probabilities, float) * observed.sum()
    seen, wanted = [0.0], [0.0]
    for o, e in zip(observed, expected, strict=True):
        if wanted[-1] >= least:
            seen.append(0.0)
            wanted.append(0.0)
        seen[-1] += o
        wanted[-1] += e
    if len(wanted) > 1 and wanted[-1] < least:
        last_seen, last_wanted = seen.pop(), wanted.pop()
        seen[-1] += last_seen
        wanted[-1] += last_wanted
    if min(wanted) <= 0.0:
        return 0.0
    statistic = sum((o - e) ** 2 / e for o, e in zip(seen, wanted, strict=True))
    return float(stats.chi2.sf(statistic, len(wanted) - 1))


def geometric(p, last):
    """Return the probabilities of 1, 2, ... `last` weeks of waiting, and of more than that."""
    weeks = np.arange(1, last + 1)
    return np.append(p * (1.0 - p) ** (weeks - 1), (1.0 - p) ** last)


def count_waits(waits, last):
    """Return how many waits are 1, 2, ... `last` weeks, and more than that."""
    return np.bincount(np.minimum(waits, last + 1), minlength=last + 2)[1:]
