"""The rules of `rules.md` in Mesa with a property array for each state: the set acts at once."""

import numpy as np
from mesa import Agent, DataCollector, Model


class Practitioner(Agent):
    """Has a row in the arrays of its model."""

    def __init__(self, model, row):
        super().__init__(model)
        self.row = row

    @property
    def narrative(self):
        return self.model.narrative[self.row]


class Collaboration(Model):
    """Practitioners on a graph of shared families, their states as arrays."""

    def __init__(self, practitioners, rng=1):
        super().__init__(rng=rng)
        Practitioner.create_agents(self, practitioners, range(practitioners))
        self.team = np.arange(practitioners) // 8
        self.size = np.bincount(self.team)
        self.narrative = np.zeros(practitioners)
        is_mhsw = self.team % 6 == 5
        edges = practitioners * 3 // 4
        self.ends = [self.rng.choice(np.flatnonzero(who), edges) for who in (~is_mhsw, is_mhsw)]
        self.trust, self.familiarity = np.full(edges, 0.5), np.zeros(edges)
        self.datacollector = DataCollector(
            {"trust": lambda m: m.trust.mean(), "narrative": lambda m: m.narrative.mean()}
        )

    def step(self):
        self.contact()
        mean = np.bincount(self.team, self.narrative) / self.size
        self.narrative = 0.99 * (self.narrative + 0.05 * (mean[self.team] - self.narrative))
        self.familiarity *= 0.99
        self.datacollector.collect(self)

    def contact(self):
        x = -2.5 + 1.2 * self.trust + 1.2 * self.familiarity
        (met,) = np.nonzero(self.rng.random(len(x)) < 1 / (1 + np.exp(-x)))
        good = self.rng.random(len(met)) < 0.3 + 0.6 * self.trust[met]
        self.trust[met] += np.where(good, 0.1, 0.15) * (good - self.trust[met])
        self.familiarity[met] += 0.1 * (1 - self.familiarity[met])
        sign, step = np.where(good, 1.0, -1.0), np.where(good, 0.05, 0.075)
        for end in self.ends:
            moved = step * (sign - self.narrative[end[met]])
            moved = np.bincount(end[met], moved, len(self.narrative))
            self.narrative = np.clip(self.narrative + moved, -1, 1)


def run(practitioners: int, weeks: int, seed: int = 1) -> float:
    """Return the mean trust after so many weeks."""
    model = Collaboration(practitioners, rng=seed)
    for _ in range(weeks):
        model.step()
    return float(model.datacollector.model_vars["trust"][-1])
