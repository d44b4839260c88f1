"""The graph and the measures on it, against hand-worked cases and networkx."""

import math

import networkx as nx
import pytest

from colsim import CollaborationModel
from colsim.network import (
    bridge_survival,
    brokerage,
    cross_service_density,
    ei_index,
    reachability,
    spanner_betweenness_share,
    ties,
)
from tests.unit.test_model import BOTH, scenario


def people(edges, **kinds):
    graph = nx.Graph()
    for kind, names in kinds.items():
        graph.add_nodes_from(names, kind=kind)
    graph.add_edges_from(edges)
    return graph


@pytest.fixture(scope="module")
def model():
    made = CollaborationModel(scenario(levers=BOTH), seed=4)
    made.run_for(60)
    return made


def test_the_graph_holds_what_the_agents_hold(model):
    graph = model.graph
    by_kind = {}
    for node, data in graph.nodes(data=True):
        by_kind.setdefault(data["kind"], set()).add(node)
    assert len(by_kind["family"]) == len(model.families)
    for kind, agents in model.agents_by_type.items():
        if kind.__name__ == "Family":
            assert {a.name for a in agents} == by_kind["family"]
            continue
        for agent in agents:
            assert graph.nodes[agent.name]["narrative"] == agent.narrative
            met = {o.name for o in agent.ties}
            drawn = {o for _, o, k in graph.edges(agent.name, keys=True) if k == "tie"}
            assert drawn == met
            led = {o for _, o, k in graph.edges(agent.name, keys=True) if k == "case"}
            assert led == {f.name for f in agent.families}
    assert any(key == "co_located" for *_, key in graph.edges(keys=True))


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_files_read_back_with_the_same_attributes(model, tmp_path, form):
    graph = model.graph
    path = tmp_path / f"week.{form}"
    getattr(nx, f"write_{form}")(graph, path)
    back = getattr(nx, f"read_{form}")(path)
    assert set(back) == set(graph)
    assert back.number_of_edges() == graph.number_of_edges()
    for node, data in graph.nodes(data=True):
        for key, value in data.items():
            assert back.nodes[node][key] == value


def test_density_and_ei_by_hand():
    graph = people(
        [("a", "b"), ("a", "x"), ("b", "x"), ("x", "y")], csw=["a", "b"], mhsw=["x", "y"]
    )
    assert cross_service_density(graph) == 2 / 4
    assert ei_index(graph) == (2 - 2) / 4
    assert ei_index(people([("a", "x")], csw=["a"], mhsw=["x"])) == 1
    assert ei_index(people([("a", "b")], csw=["a", "b"])) == -1
    assert math.isnan(ei_index(people([], csw=["a"])))
    assert math.isnan(cross_service_density(people([], csw=["a"])))


def test_spanners_carry_all_paths_between_two_stars():
    graph = people(
        [("a", "s"), ("b", "s"), ("x", "s"), ("y", "s")],
        csw=["a", "b"],
        mhsw=["x", "y"],
        spanner=["s"],
    )
    assert spanner_betweenness_share(graph) == 1.0
    assert reachability(graph) == 1.0
    assert reachability(graph, without_spanners=True) == 0.0
    graph.add_edge("a", "x")
    assert reachability(graph, without_spanners=True) == 1 / 4
    between = nx.betweenness_centrality(graph, normalized=False)
    assert spanner_betweenness_share(graph) == between["s"] / sum(between.values())


def test_brokerage_roles_by_hand():
    graph = people(
        [("s", "a"), ("s", "b"), ("s", "x"), ("b", "c"), ("a", "b"), ("b", "x")],
        csw=["a", "b", "c"],
        mhsw=["x"],
        spanner=["s"],
    )
    roles = brokerage(graph)
    # s joins a-x only (a-b and b-x know each other): two kinds, neither its own.
    assert roles["s"] == {"liaison": 1}
    # b joins c with a (own kind), c with s and c with x, and a with x.
    assert roles["b"] == {"coordinator": 1, "gatekeeper": 3}
    assert roles["c"] == {}
    consultant = people([("s", "a"), ("s", "b")], csw=["a", "b"], spanner=["s"])
    assert brokerage(consultant)["s"] == {"consultant": 1}


def test_bridges_survive_or_not():
    before = people([("a", "x"), ("a", "y"), ("a", "b")], csw=["a", "b"], mhsw=["x", "y"])
    after = people([("a", "x")], csw=["a", "b"], mhsw=["x", "y"])
    assert bridge_survival(before, after) == 0.5
    assert math.isnan(bridge_survival(people([], csw=["a"]), after))


def test_weak_ties_are_left_out(model):
    strong = ties(model.graph, at_least=0.2)
    assert all(d["familiarity"] >= 0.2 for *_, d in strong.edges(data=True))
    assert strong.number_of_edges() < ties(model.graph, at_least=0.0).number_of_edges()
    assert not any(d["kind"] == "family" for _, d in strong.nodes(data=True))
