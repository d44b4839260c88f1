"""The graph and the measures on it, against hand-worked cases and networkx."""

import math
import re
from collections import Counter

import networkx as nx
import pytest

from colsim import CollaborationModel
from colsim.agents import BoundarySpanner, ChildrensSocialWorker, Family, MentalHealthSocialWorker
from colsim.errors import UserError
from colsim.network.graph import graph_of
from colsim.network.measures import (
    bridge_survival,
    brokerage,
    cross_service_density,
    ei_index,
    network_measures,
    reachability,
    spanner_betweenness_share,
    ties,
)
from colsim.scenario import load_scenario
from tests.later import Later
from tests.unit.test_model import BOTH, scenario
from tests.worlds import totals_of

igraph = Later("igraph")

KINDS = {
    ChildrensSocialWorker: "csw",
    MentalHealthSocialWorker: "mhsw",
    BoundarySpanner: "spanner",
    Family: "family",
}


def people(edges, **kinds):
    graph = nx.Graph()
    for kind, names in kinds.items():
        graph.add_nodes_from(names, kind=kind)
    graph.add_edges_from(edges)
    return graph


@pytest.fixture(scope="module")
def model():
    made = CollaborationModel(scenario(levers=BOTH), seed=4, parameters={"fill_rate": 0.5})
    made.run_for(60)
    return made


def neighbours(graph, node, kind):
    return {other for _, other, k in graph.edges(node, data="kind") if k == kind}


def test_the_graph_holds_what_the_agents_hold(model):
    graph = model.graph
    assert len(graph) == len(model.agents)
    assert graph.graph["week"] == 60
    for agent in model.agents:
        data = graph.nodes[agent.name]
        assert data["kind"] == KINDS[type(agent)]
        shown = {"locality", "confidence", "narrative", "role_knowledge", "tenure", "caseload"}
        if isinstance(agent, Family):
            shown = {"locality", "status", "severity", "risk", "complexity", "engagement"}
            shown |= {"trust_csc", "trust_amh", "belief_csw", "belief_mhsw", "consent", "depth"}
            assert neighbours(graph, agent.name, "case") == {lead.name for lead in agent.leads}
            held = agent.facts("csw"), agent.facts("mhsw")
            assert data["facts_csw"] == len(held[0])
            assert data["facts_both"] == len(held[0] & held[1])
        else:
            assert neighbours(graph, agent.name, "teammate") == {a.name for a in agent.teammates}
            assert neighbours(graph, agent.name, "case") == {f.name for f in agent.families}
            assert neighbours(graph, agent.name, "tie") == {other.name for other in agent.ties}
            for other, tie in agent.ties.items():
                assert graph.edges[agent.name, other.name]["familiarity"] == tie.familiarity
        for name in shown:
            assert data[name] == getattr(agent, name), name


def test_families_of_several_authorities_have_names_of_their_own():
    two = load_scenario("desktop", overrides={"organisation.authorities": 2, "run.weeks": 20})
    names = CollaborationModel(two, seed=2).family_names
    alone = load_scenario("desktop", overrides={"run.weeks": 20})
    first = CollaborationModel(alone, seed=2).family_names
    assert len(set(names)) == len(names) > len(first)
    assert names[: len(first)] == first
    assert names[len(first)] == "family-1-0-stock-0"


def test_a_tie_says_who_trusts_whom(model):
    seen = Counter()
    for person in model.agents_by_type[ChildrensSocialWorker]:
        for other, tie in person.ties.items():
            edge = model.graph.edges[person.name, other.name]
            if isinstance(other, BoundarySpanner):
                assert edge["trust_in_spanner"] == tie.trust
                assert "last_contact" not in edge
            else:
                assert (edge["trust_of_csw"], edge["trust_of_mhsw"]) == (tie.trust, tie.trusted)
                assert edge["last_contact"] == tie.last_contact
            seen[type(other)] += 1
    assert min(seen[MentalHealthSocialWorker], seen[BoundarySpanner]) > 10


def test_those_who_share_an_office_are_linked_whether_they_met_or_not(model):
    graph = model.graph
    days = {
        frozenset((a, b)): d["co_located_days"]
        for a, b, d in graph.edges(data=True)
        if d.get("co_located_days", 0) > 0
    }
    assert set(days.values()) == {3.0}
    expected = {
        frozenset((one.name, other.name))
        for one in model.agents_by_type[ChildrensSocialWorker]
        for other in model.agents_by_type[MentalHealthSocialWorker]
        if one.locality == other.locality
    }
    assert set(days) == expected
    kinds = Counter(graph.edges[tuple(pair)]["kind"] for pair in days)
    assert kinds["tie"] > 0
    assert kinds["tie"] + kinds["co_located"] == len(days)
    apart = CollaborationModel(scenario(), seed=4)
    apart.run_for(3)
    assert "co_located" not in set(nx.get_edge_attributes(apart.graph, "kind").values())


def test_sites_and_teams(model):
    nodes = model.graph.nodes(data=True)
    assert {d["site"] for _, d in nodes if d["kind"] == "csw"} == {"office-0", "office-1"}
    assert {d["site"] for _, d in nodes if d["kind"] == "mhsw"} == {"mhsw-0-0-0", "mhsw-0-1-0"}
    teams = Counter(d["team"] for _, d in nodes if d["kind"] != "family")
    assert len(teams) == 4 + 2 + 1
    assert teams["spanners-0"] == 3


def test_vacant_posts_and_their_ties_are_not_drawn():
    model = CollaborationModel(
        scenario(levers={"boundary_spanners": {"strength": 3.0, "start": -10, "end": 5}}),
        seed=4,
        parameters={"leave_csw": 1.0, "fill_rate": 0.05},
    )
    model.run_for(40)
    graph = model.graph
    filled = model.world.practitioners["filled"]
    assert (~filled).sum() > 5
    people = [n for n, kind in graph.nodes(data="kind") if kind != "family"]
    assert len(people) == filled.sum()
    # The spanners were withdrawn: their ties went with them.
    assert not [n for n in people if n.startswith("spanner")]
    assert not (model.world.spanner_familiarity > 0).any()
    assert set(graph) == {agent.name for agent in model.agents}


def test_strong_ties_are_those_that_the_weekly_measure_counts(model):
    strong = ties(model.graph)
    crossing = [
        1
        for a, b in strong.edges
        if {strong.nodes[a]["kind"], strong.nodes[b]["kind"]} == {"csw", "mhsw"}
    ]
    assert len(crossing) == totals_of(model.world, "strong_ties")[-1] > 3
    filled = model.world.practitioners["filled"]
    pairs = int(filled[:24].sum()) * int(filled[24:32].sum())
    assert cross_service_density(strong) == len(crossing) / pairs


def test_all_values_are_plain(model):
    graph = model.graph
    values = [v for _, d in graph.nodes(data=True) for v in d.values()]
    values += [v for *_, d in graph.edges(data=True) for v in d.values()]
    assert {type(value) for value in values} == {str, int, float, bool}


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_files_read_back_with_the_same_attributes(model, tmp_path, form):
    graph = model.graph
    path = tmp_path / f"week.{form}"
    getattr(nx, f"write_{form}")(graph, path)
    back = getattr(nx, f"read_{form}")(path)
    assert type(back) is nx.Graph
    for node, data in graph.nodes(data=True):
        kept = dict(back.nodes[node])
        assert kept.pop("label", node) == node  # GEXF gives each node a label
        assert kept == data
    assert {frozenset(e) for e in back.edges} == {frozenset(e) for e in graph.edges}
    for a, b, data in graph.edges(data=True):
        kept = dict(back.edges[a, b])
        kept.pop("id", None)  # GEXF numbers edges
        assert kept == data
    ids = re.findall(r'<edge [^>]*\bid="([^"]*)"', path.read_text(encoding="utf-8"))
    assert len(ids) == len(set(ids))


def test_igraph_reads_graphml_with_the_same_attributes(model, tmp_path):
    """Igraph knows no GEXF, no whole numbers and no missing values: it has floats, "" and NaN."""
    graph = model.graph
    path = tmp_path / "week.graphml"
    nx.write_graphml(graph, path)
    back = igraph.Graph.Read_GraphML(str(path))
    assert not back.is_directed()

    def as_igraph_has_it(data, names):
        return {
            name: float(value) if isinstance(value, int) and not isinstance(value, bool) else value
            for name, value in data.items()
            if name in names
        }

    def set_ones(attributes):
        return {
            name: value
            for name, value in attributes.items()
            if value is not None and value != "" and value == value
        }

    def agree(kept, data):
        """What igraph kept is what was given; where nothing was given it has a false boolean."""
        missing = {name for name in kept if name not in data}
        assert all(kept[name] is False for name in missing), kept
        assert as_igraph_has_it(data, data) == {n: v for n, v in kept.items() if n in data}

    assert back.vcount() == graph.number_of_nodes()
    for vertex in back.vs:
        kept = set_ones(vertex.attributes())
        agree(kept, dict(graph.nodes[kept.pop("id")]))
    assert back.ecount() == graph.number_of_edges()
    for edge in back.es:
        one, other = (back.vs[k]["id"] for k in edge.tuple)
        kept = set_ones(edge.attributes())
        kept.pop("id", None)
        agree(kept, graph.edges[one, other])


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
    # By hand: s lies on all paths but a-x, that is on 5 of 6; nobody else lies on any.
    between = nx.betweenness_centrality(graph, normalized=False)
    assert between["s"] == 5
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


def test_pairs_are_of_one_authority():
    graph = nx.Graph()
    for authority in (0, 1):
        graph.add_node(f"c{authority}", kind="csw", authority=authority)
        graph.add_node(f"m{authority}", kind="mhsw", authority=authority)
    graph.add_edge("c0", "m0")
    assert cross_service_density(graph) == 1 / 2
    assert reachability(graph) == 1 / 2
    graph.add_edge("m0", "c1")  # two of one path, yet of two authorities
    assert reachability(graph) == 1 / 2


def test_betweenness_is_shared_by_hand():
    # A path a - s - x - t - b: inner places lie on 3, 4, 3 of the paths between others.
    graph = people(
        [("a", "s"), ("s", "x"), ("x", "t"), ("t", "b")],
        csw=["a", "b"],
        mhsw=["x"],
        spanner=["s", "t"],
    )
    assert spanner_betweenness_share(graph) == 6 / 10
    assert math.isnan(spanner_betweenness_share(people([("a", "s")], csw=["a"], spanner=["s"])))


def test_measures_of_a_week_stand_on_the_networks_they_are_meant_for(model):
    graph = model.graph
    strong, work = ties(graph), ties(graph, teammates=True)
    # Ties all cross services: within-service relations are those of teams.
    assert ei_index(strong) == 1.0
    within = sum(kind == "teammate" for *_, kind in graph.edges(data="kind"))
    across = strong.number_of_edges()
    found = network_measures(graph)
    assert found["ei_index"] == (across - within) / (across + within)
    assert -1 < found["ei_index"] < 1
    assert found["cross_service_density"] == cross_service_density(strong)
    assert found["reachability_without_spanners"] <= found["reachability"] <= 1
    assert 0 < found["spanner_betweenness_share"] < 1
    assert found["brokerage_gatekeeper"] == sum(r["gatekeeper"] for r in brokerage(work).values())
    assert found["brokerage_gatekeeper"] > 0
    assert "bridge_survival" not in found


def test_bridges_die_with_those_who_leave():
    model = CollaborationModel(scenario(), seed=4, parameters={"leave_csw": 1.0})
    model.run_for(20)
    before = model.graph
    assert network_measures(before, before=before)["bridge_survival"] == 1.0
    model.run_for(13)
    bridges = ties(before).edges
    present = {agent.name for agent in model.agents}
    gone = sum(a not in present or b not in present for a, b in bridges)
    survival = network_measures(model.graph, before=before)["bridge_survival"]
    assert 0 < survival <= 1 - gone / len(bridges) < 1


def test_looking_changes_nothing(model):
    before = model.world.practitioners.tobytes(), model.world.families.tobytes()
    network_measures(graph_of(model.world))
    assert (model.world.practitioners.tobytes(), model.world.families.tobytes()) == before


def test_weak_ties_are_left_out(model):
    strong = ties(model.graph, at_least=0.2)
    assert all(d["familiarity"] >= 0.2 for *_, d in strong.edges(data=True))
    assert strong.number_of_edges() < ties(model.graph, at_least=0.0).number_of_edges()
    assert not any(d["kind"] == "family" for _, d in strong.nodes(data=True))


def test_a_network_read_back_is_todays_when_the_policy_begins(model, tmp_path):
    path = tmp_path / "week.graphml"
    nx.write_graphml(model.graph, path)
    before = {
        (min(a, b).rpartition("-")[0], max(a, b).rpartition("-")[0]): d["familiarity"]
        for a, b, d in model.graph.edges(data=True)
        if d["kind"] == "tie" and not {a.split("-")[0], b.split("-")[0]} & {"spanner"}
    }
    for network in (path, str(path), model.graph):
        other = CollaborationModel(scenario(levers=BOTH), seed=9, network=network)
        seen = []
        other.after("policy", lambda m, seen=seen: seen.append(m.graph))
        other.run_for(other.burn_in + 1)
        today = {
            (min(a, b).rpartition("-")[0], max(a, b).rpartition("-")[0]): d["familiarity"]
            for a, b, d in seen[-1].edges(data=True)
            if d["kind"] == "tie" and not {a.split("-")[0], b.split("-")[0]} & {"spanner"}
        }
        assert set(today) <= set(before)  # a post that is vacant now has no ties
        assert len(today) > 0.6 * len(before) > 3
        assert all(before[pair] == familiarity for pair, familiarity in today.items())
    # Its story is told again from the same network.
    assert other.story(other.families[0]).text()


def test_a_faulty_network_is_refused_with_all_its_faults(tmp_path):
    graph = nx.Graph()
    graph.add_edge("csw-0-0-0-0", "mhsw-0-0-0-0", familiarity=1.5)
    graph.add_edge("csw-0-0-0-0-3", "mhsw-0-0-0-9", familiarity=0.5)
    graph.add_edge("csw-0-0-0-1", "mhsw-0-0-0-0", familiarity=0.5, trust_of_csw="much")
    graph.add_edge("anybody", "somebody")  # no tie
    with pytest.raises(UserError) as refused:
        CollaborationModel(scenario(), network=graph)
    lines = sorted(str(refused.value).splitlines())
    assert len(lines) == 3
    assert lines[0].startswith(
        "network: found node 'mhsw-0-0-0-9' with a tie; nearest known name: mhsw"
    )
    assert lines[1].endswith("csw-0-0-0-0: familiarity: found 1.5; allowed: 0 to 1") or lines[
        1
    ].endswith("mhsw-0-0-0-0: familiarity: found 1.5; allowed: 0 to 1")
    assert "trust_of_csw: found 'much'; allowed: 0 to 1" in lines[2]
    for name, text, message in (
        ("none.graphml", None, "found no file"),
        ("week.txt", "x", "a .graphml or .gexf file"),
        ("bad.graphml", "<graph", "found no network"),
    ):
        if text is not None:
            (tmp_path / name).write_text(text, encoding="utf-8")
        with pytest.raises(UserError, match=message):
            CollaborationModel(scenario(), network=tmp_path / name)


def test_a_staff_list_names_people_teams_and_sites():
    model = CollaborationModel(load_scenario("example_authority"), seed=1)
    model.run_for(2)
    listed = {person.id: person for person in model.policy.organisation.practitioners}
    nodes = [(n, d) for n, d in model.graph.nodes(data=True) if d["kind"] in ("csw", "mhsw")]
    assert len(nodes) > 50
    for name, data in nodes:
        person = listed[name.rpartition("-")[0]]
        assert (data["kind"].upper(), data["team"], data["site"]) == (
            person.role, person.team, person.site,
        )  # fmt: skip
    assert next(iter(model.agents_by_type[ChildrensSocialWorker])).name.rpartition("-")[0] in listed
