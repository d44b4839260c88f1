"""Starsim's own SIR on a random network, as in its first tutorial."""

import starsim as ss


def run(practitioners: int, weeks: int, seed: int = 1) -> float:
    """Return how many have been infected after so many steps."""
    sim = ss.Sim(
        n_agents=practitioners,
        diseases=ss.SIR(init_prev=0.05, beta=ss.probperweek(0.05), dur_inf=ss.weeks(30)),
        networks=ss.RandomNet(n_contacts=4),
        dt=ss.weeks(1),
        dur=ss.weeks(weeks),
        rand_seed=seed,
        verbose=0,
    )
    sim.run()
    return float(sim.results.sir.cum_infections[-1])
