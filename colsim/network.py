"""The week's network as a networkx graph, and measures on it.

All attributes are plain Python numbers, booleans and texts, so that GraphML
and GEXF can hold them.
"""

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import networkx as nx

from colsim.core.state import World

if TYPE_CHECKING:
    Graph = nx.Graph[Any]
    MultiGraph = nx.MultiGraph[Any]

SERVICES = ("csw", "mhsw", "spanner")
STATES = (
    "role_knowledge", "confidence", "narrative", "orientation", "wellbeing", "perceived_image",
    "pressure",
)  # fmt: skip
FAMILY_STATES = ("severity", "risk", "complexity", "engagement", "compliance", "anxiety")


def person_id(world: World, post: int) -> str:
    """Return the name of a post's present holder."""
    place = world.posts[post]
    succession = int(world.practitioners[post]["succession"])
    service = SERVICES[place["service"]]
    return f"{service}-{place['authority']}-{place['locality']}-{place['row']}-{succession}"


def family_id(world: World, index: int) -> str:
    """Return the name of a family."""
    record = world.families[index]
    return f"family-{record['locality']}-w{record['arrival']}-{index}"


def graph_of(world: World) -> "MultiGraph":
    """Return this week's graph.

    Nodes: everybody in post (`kind` csw, mhsw or spanner) and every active family. Edges,
    told apart by their key and attribute `kind`: `teammate`; `co_located` (an MHSW and the
    CSWs of the office they share this week); `case` (lead and family); `tie` (people who
    have met: `familiarity`, trusts each way, `last_contact` in weeks since the start).
    """
    graph: MultiGraph = nx.MultiGraph(week=int(world.clock[0]["week"]))
    for post in range(len(world.posts)):
        if world.practitioners[post]["filled"]:
            graph.add_node(person_id(world, post), **_person(world, post))
    for index in world.active[: world.clock[0]["active"]].tolist():
        graph.add_node(family_id(world, index), **_family(world, index))
        for service, lead in zip(SERVICES, world.families[index]["lead"].tolist(), strict=False):
            if lead >= 0:
                graph.add_edge(
                    person_id(world, lead), family_id(world, index), "case", kind="case",
                    service=service,
                )  # fmt: skip
    _add_teams(world, graph)
    _add_ties(world, graph)
    return graph


def _person(world: World, post: int) -> dict[str, str | int | float]:
    place, record = world.posts[post], world.practitioners[post]
    return {
        "kind": SERVICES[place["service"]],
        "authority": int(place["authority"]),
        "locality": int(place["locality"]),
        "team": int(place["team"]),
        "tenure": int(record["tenure"]),
        "caseload": float(record["background"] + record["shared_load"]),
        **{name: float(record[name]) for name in STATES},
    }


def _family(world: World, index: int) -> dict[str, str | int | float | bool]:
    record = world.families[index]
    csc, amh = record["open"].tolist()
    return {
        "kind": "family",
        "locality": int(record["locality"]),
        "status": "both" if csc and amh else "CSC" if csc else "AMH",
        "depth": int(record["depth"]),
        "escalated": bool(record["escalated"]),
        "trust_csc": float(record["trust"][0]),
        "trust_amh": float(record["trust"][1]),
        **{name: float(record[name]) for name in FAMILY_STATES},
    }


def _add_teams(world: World, graph: "MultiGraph") -> None:
    filled = world.practitioners["filled"]
    for number, team in enumerate(world.teams):
        first = int(team["first_post"])
        members = [p for p in range(first, first + int(team["posts"])) if filled[p]]
        for k, one in enumerate(members):
            for other in members[k + 1 :]:
                graph.add_edge(
                    person_id(world, one), person_id(world, other), "teammate", kind="teammate"
                )
        days = float(world.policy[number]["corridor_days"])
        if team["service"] == 1 and days > 0:
            place = world.localities[team["locality"]]
            office = range(place["first_post"][0], place["first_post"][0] + place["posts"][0])
            for one in members:
                for other in office:
                    if filled[other]:
                        graph.add_edge(
                            person_id(world, one), person_id(world, other), "co_located",
                            kind="co_located", days=days,
                        )  # fmt: skip


def _add_ties(world: World, graph: "MultiGraph") -> None:
    for block in world.authorities:
        csw0, mhsw0, bs0 = block["first_post"].tolist()
        csws, mhsws, spanners = block["posts"].tolist()
        first = int(block["first_tie"])
        for k in range(csws * mhsws):
            tie = first + k
            if world.tie_last[tie] >= 0:
                graph.add_edge(
                    person_id(world, csw0 + k // mhsws),
                    person_id(world, mhsw0 + k % mhsws),
                    "tie",
                    kind="tie",
                    familiarity=float(world.tie_familiarity[tie]),
                    trust_of_csw=float(world.tie_trust_cm[tie]),
                    trust_of_mhsw=float(world.tie_trust_mc[tie]),
                    last_contact=int(world.tie_last[tie]),
                )
        others = csws + mhsws
        for k in range(spanners * others):
            tie = int(block["first_spanner_tie"]) + k
            spanner, row = bs0 + k // others, k % others
            post = csw0 + row if row < csws else mhsw0 + row - csws
            both = world.practitioners["filled"][[spanner, post]].all()
            if world.spanner_familiarity[tie] > 0 and both:
                graph.add_edge(
                    person_id(world, spanner),
                    person_id(world, post),
                    "tie",
                    kind="tie",
                    familiarity=float(world.spanner_familiarity[tie]),
                    trust_in_spanner=float(world.spanner_trust[tie]),
                )


def ties(graph: "MultiGraph", *, at_least: float = 0.2) -> "Graph":
    """Return the simple graph of people whose ties have a familiarity of at least `at_least`."""
    simple: Graph = nx.Graph()
    simple.add_nodes_from((n, d) for n, d in graph.nodes(data=True) if d["kind"] != "family")
    for one, other, data in graph.edges(data=True):
        if data["kind"] == "tie" and data["familiarity"] >= at_least:
            simple.add_edge(one, other, familiarity=data["familiarity"])
    return simple


def _kind(graph: "Graph", node: str) -> str:
    return str(graph.nodes[node]["kind"])


def cross_service_density(graph: "Graph") -> float:
    """Return ties between CSWs and MHSWs over pairs of them; NaN without such pairs."""
    kinds = Counter(_kind(graph, node) for node in graph)
    pairs = kinds["csw"] * kinds["mhsw"]
    crossing = sum({_kind(graph, a), _kind(graph, b)} == {"csw", "mhsw"} for a, b in graph.edges)
    return crossing / pairs if pairs else math.nan


def ei_index(graph: "Graph") -> float:
    """Return the E-I index (Krackhardt & Stern 1988): -1 all ties within kinds, 1 all across."""
    external = sum(_kind(graph, a) != _kind(graph, b) for a, b in graph.edges)
    total = graph.number_of_edges()
    return (2 * external - total) / total if total else math.nan


def spanner_betweenness_share(graph: "Graph") -> float:
    """Return the spanners' share of all betweenness; NaN where nobody lies between others."""
    between = nx.betweenness_centrality(graph, normalized=False)
    total = sum(between.values())
    mine = sum(value for node, value in between.items() if _kind(graph, node) == "spanner")
    return mine / total if total > 0 else math.nan


def reachability(graph: "Graph", *, without_spanners: bool = False) -> float:
    """Return the share of CSW-MHSW pairs that a path of ties joins; NaN without such pairs."""
    if without_spanners:
        graph = graph.subgraph(n for n in graph if _kind(graph, n) != "spanner")
    joined = pairs = 0
    kinds = Counter(_kind(graph, node) for node in graph)
    pairs = kinds["csw"] * kinds["mhsw"]
    for part in nx.connected_components(graph):
        inside = Counter(_kind(graph, node) for node in part)
        joined += inside["csw"] * inside["mhsw"]
    return joined / pairs if pairs else math.nan


def bridge_survival(before: "Graph", after: "Graph") -> float:
    """Return the share of cross-kind ties of `before` that are still there in `after`."""
    bridges = [(a, b) for a, b in before.edges if _kind(before, a) != _kind(before, b)]
    return sum(after.has_edge(a, b) for a, b in bridges) / len(bridges) if bridges else math.nan


def brokerage(graph: "Graph") -> dict[str, Counter[str]]:
    """Return how often each person brokers, by role (Gould & Fernandez 1989).

    A person brokers between two who know them and not each other. Roles on undirected ties:
    coordinator (all of one kind), consultant (the two are of one kind, the broker of
    another), gatekeeper (the broker is of the kind of one of them), liaison (three kinds).
    """
    counts: dict[str, Counter[str]] = {node: Counter() for node in graph}
    for broker in graph:
        around = list(graph[broker])
        mine = _kind(graph, broker)
        for k, one in enumerate(around):
            for other in around[k + 1 :]:
                if graph.has_edge(one, other):
                    continue
                a, b = _kind(graph, one), _kind(graph, other)
                if a == b:
                    role = "coordinator" if a == mine else "consultant"
                else:
                    role = "gatekeeper" if mine in (a, b) else "liaison"
                counts[broker][role] += 1
    return counts
