"""Measures on the week's network, each on the ties that it is meant for."""

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import networkx as nx

if TYPE_CHECKING:
    Graph = nx.Graph[Any]


STRONG = 0.2
"""Familiarity from which on a tie counts as strong, as in the weekly measures."""


def ties(graph: "Graph", *, at_least: float = STRONG, teammates: bool = False) -> "Graph":
    """Return the network of people: ties with a familiarity of at least `at_least`.

    Args:
        graph: from `graph_of`.
        at_least: smallest familiarity that counts, 0 to 1.
        teammates: whether teammates count as tied too. Ties of the model all cross
            services, so measures that weigh ties within against ties across need this.
    """
    simple: Graph = nx.Graph()
    simple.add_nodes_from((n, d) for n, d in graph.nodes(data=True) if d["kind"] != "family")
    for one, other, data in graph.edges(data=True):
        if (data["kind"] == "tie" and data["familiarity"] >= at_least) or (
            teammates and data["kind"] == "teammate"
        ):
            simple.add_edge(one, other, **data)
    return simple


def _kind(graph: "Graph", node: str) -> str:
    return str(graph.nodes[node]["kind"])


def _pairs(graph: "Graph", nodes: Any) -> int:
    """Return the number of pairs of a CSW and an MHSW of one authority among nodes."""
    kinds = Counter((graph.nodes[n].get("authority", 0), _kind(graph, n)) for n in nodes)
    return sum(n * kinds[a, "mhsw"] for (a, kind), n in kinds.items() if kind == "csw")


def cross_service_density(graph: "Graph") -> float:
    """Return ties between CSWs and MHSWs over pairs of them; NaN without such pairs.

    Pairs are people in post in one authority; the weekly measure of that name has all
    posts below the line, vacant ones included.
    """
    pairs = _pairs(graph, graph)
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
    """Return the share of CSW-MHSW pairs that a path joins; NaN without such pairs.

    Pairs are of one authority; a path may have any length.
    """
    if without_spanners:
        graph = graph.subgraph(n for n in graph if _kind(graph, n) != "spanner")
    pairs = _pairs(graph, graph)
    joined = sum(_pairs(graph, part) for part in nx.connected_components(graph))
    return joined / pairs if pairs else math.nan


def bridge_survival(before: "Graph", after: "Graph") -> float:
    """Return the share of cross-kind ties of `before` that are still there in `after`.

    A tie ends with either of its two people: successors are others. NaN without bridges.
    """
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


def network_measures(graph: "Graph", *, before: "Graph | None" = None) -> dict[str, float]:
    """Return the network measures of a week, each on the network that it is meant for.

    Density and survival look at strong ties; the others at strong ties and teammates.

    Args:
        graph: from `graph_of`.
        before: the graph of some weeks ago (13 is usual), for `bridge_survival`.
    """
    strong, work = ties(graph), ties(graph, teammates=True)
    roles: Counter[str] = sum(brokerage(work).values(), start=Counter())
    found = {
        "cross_service_density": cross_service_density(strong),
        "ei_index": ei_index(work),
        "spanner_betweenness_share": spanner_betweenness_share(work),
        "reachability": reachability(work),
        "reachability_without_spanners": reachability(work, without_spanners=True),
        **{
            f"brokerage_{role}": float(roles[role])
            for role in ("coordinator", "consultant", "gatekeeper", "liaison")
        },
    }
    if before is not None:
        found["bridge_survival"] = bridge_survival(ties(before), strong)
    return found
