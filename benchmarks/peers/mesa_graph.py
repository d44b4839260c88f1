"""The rules of `rules.md` as a Mesa model: agents on a network, sets of agents that act in turn."""

import math

import networkx as nx
from mesa import DataCollector, Model
from mesa.discrete_space import CellAgent, Network


class Practitioner(CellAgent):
    """Has a narrative, sits in a team, and stands on a cell of the network."""

    def __init__(self, model, cell, team):
        super().__init__(model)
        self.cell = cell
        self.team = team
        self.narrative = 0.0

    def listen(self, mean):
        self.narrative = 0.99 * (self.narrative + 0.05 * (mean - self.narrative))


class MHSW(Practitioner):
    """Waits to be asked."""


class CSW(Practitioner):
    """Gets in touch with the MHSWs of shared families."""

    def contact(self):
        for _, other, edge in self.model.graph.edges(self.cell.coordinate, data=True):
            x = -2.5 + 1.2 * edge["trust"] + 1.2 * edge["familiarity"]
            if self.random.random() < 1 / (1 + math.exp(-x)):
                good = self.random.random() < 0.3 + 0.6 * edge["trust"]
                edge["trust"] += (0.1 if good else 0.15) * (good - edge["trust"])
                edge["familiarity"] += 0.1 * (1 - edge["familiarity"])
                for agent in (self, self.model.on[other]):
                    step = 0.05 if good else 0.075
                    agent.narrative += step * ((1 if good else -1) - agent.narrative)


class Collaboration(Model):
    """Practitioners on a graph of shared families."""

    def __init__(self, practitioners, rng=1):
        super().__init__(rng=rng)
        teams = [k // 8 for k in range(practitioners)]
        mhsws = [k for k, team in enumerate(teams) if team % 6 == 5]
        csws = [k for k, team in enumerate(teams) if team % 6 != 5]
        self.graph = nx.MultiGraph()
        self.graph.add_nodes_from(range(practitioners))
        self.graph.add_edges_from(
            (self.random.choice(csws), self.random.choice(mhsws), {"trust": 0.5, "familiarity": 0})
            for _ in range(practitioners * 3 // 4)
        )
        self.network = Network(self.graph, capacity=1, random=self.random, layout=None)
        self.on = [
            (MHSW if team % 6 == 5 else CSW)(self, self.network[k], team)
            for k, team in enumerate(teams)
        ]
        self.teams = self.agents.groupby("team")
        self.datacollector = DataCollector(
            {
                "trust": lambda m: nx_mean(m.graph, "trust"),
                "narrative": lambda m: m.agents.agg("narrative", lambda v: sum(v) / len(v)),
            }
        )

    def step(self):
        self.agents_by_type[CSW].shuffle_do("contact")
        for _, team in self.teams:
            team.do("listen", team.agg("narrative", lambda v: sum(v) / len(v)))
        for _, _, edge in self.graph.edges(data=True):
            edge["familiarity"] *= 0.99
        self.datacollector.collect(self)


def nx_mean(graph, name):
    """Return the mean of what all edges have under a name."""
    values = [value for _, _, value in graph.edges(data=name)]
    return sum(values) / len(values)


def run(practitioners: int, weeks: int, seed: int = 1) -> float:
    """Return the mean trust after so many weeks."""
    model = Collaboration(practitioners, rng=seed)
    for _ in range(weeks):
        model.step()
    return float(model.datacollector.model_vars["trust"][-1])
