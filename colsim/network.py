"""The week's network as a networkx graph, and measures on it.

All attributes are plain Python numbers, booleans and texts, and two nodes have at most one
edge, so that GraphML and GEXF hold the graph as it is and every algorithm takes it.
"""

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import numpy.typing as npt

from colsim.core.layout import CSW, MHSW
from colsim.core.state import World

if TYPE_CHECKING:
    Graph = nx.Graph[Any]

Attributes = dict[str, str | int | float | bool]

SERVICES = ("csw", "mhsw", "spanner")
STRONG = 0.2
"""Familiarity from which on a tie counts as strong, as in the weekly measures."""
_STATES = (
    "role_knowledge", "confidence", "narrative", "orientation", "wellbeing", "perceived_image",
    "pressure",
)  # fmt: skip
_OWN_STATES = (("stance",), ("alliance_protection", "belonging"), ())
_FAMILY_STATES = ("severity", "risk", "complexity", "engagement", "compliance", "anxiety")


def _team_name(world: World, team: int) -> str:
    """Return service, authority, locality within it and place among the teams there."""
    record = world.teams[team]
    service, locality = int(record["service"]), int(record["locality"])
    first_of_authority = np.searchsorted(world.localities["authority"], record["authority"])
    place = locality - int(first_of_authority)
    ordinal = team - int(world.localities[locality]["first_team"][service])
    return f"{SERVICES[service]}-{record['authority']}-{place}-{ordinal}"


def person_id(world: World, post: int, succession: int | None = None) -> str:
    """Return the name of a post's holder by origin, such as 'csw-0-3-1-5-0'.

    Service, authority, locality, team, seat, succession: a seat more in another team
    renames nobody. Of a spanner: 'spanner', authority, number of the post, succession.

    Args:
        world: the world.
        post: number of the post.
        succession: which holder; the present or latest one if not given.
    """
    record = world.posts[post]
    if succession is None:
        succession = int(world.practitioners[post]["succession"])
    if record["team"] < 0:
        return f"spanner-{record['authority']}-{record['row']}-{succession}"
    team = int(record["team"])
    return f"{_team_name(world, team)}-{post - world.teams[team]['first_post']}-{succession}"


def family_ordinals(world: World) -> npt.NDArray[np.int64]:
    """Return each family's place among those of its locality and week of arrival."""
    place = world.families["arrival"].astype(np.int64) * len(world.localities)
    place += world.families["locality"]
    return np.arange(len(place)) - np.searchsorted(place, place)


def family_id(world: World, index: int, ordinals: npt.NDArray[np.int64]) -> str:
    """Return a family's name by origin, such as 'family-0-3-w30-0'.

    Authority, locality, week of arrival ('stock' for those there from the start), ordinal.

    Args:
        world: the world.
        index: row of the family.
        ordinals: from `family_ordinals`.
    """
    record = world.families[index]
    locality, arrival = int(record["locality"]), int(record["arrival"])
    authority = int(world.localities[locality]["authority"])
    place = locality - int(np.searchsorted(world.localities["authority"], authority))
    week = "stock" if arrival < 0 else f"w{arrival}"
    return f"family-{authority}-{place}-{week}-{ordinals[index]}"


def graph_of(world: World) -> "Graph":
    """Return the network as it stands after the last week lived.

    Nodes: everybody in post (`kind` csw, mhsw or spanner) and every active family (`kind`
    family). Edges by `kind`:

    - `teammate`;
    - `case`: a family and its lead (`service`);
    - `tie`: people who have met, with `familiarity`, `last_contact` (week, counted from the
      start of the burn-in) and the trust of each in the other (`trust_of_csw`,
      `trust_of_mhsw`; with a spanner `trust_in_spanner` and no week);
    - `co_located`: a CSW and an MHSW who share an office and have not met.

    Edges between CSW and MHSW carry `co_located_days`, the days a week in one office.
    """
    graph: Graph = nx.Graph(week=int(world.clock[0]["week"]))
    teams = [_team_name(world, team) for team in range(len(world.teams))]
    names: dict[int, str] = {}
    for post in np.flatnonzero(world.practitioners["filled"]).tolist():
        names[post] = person_id(world, post)
        graph.add_node(names[post], **_person(world, post, teams))
    ordinals = family_ordinals(world)
    for index in world.active[: world.clock[0]["active"]].tolist():
        family = family_id(world, index, ordinals)
        graph.add_node(family, **_family(world, index))
        for service, lead in zip(SERVICES, world.families[index]["lead"].tolist(), strict=False):
            if lead >= 0:
                graph.add_edge(names[lead], family, kind="case", service=service)
    _add_ties(world, graph, names)
    _add_teams(world, graph, names)
    return graph


def _person(world: World, post: int, teams: list[str]) -> Attributes:
    place, record = world.posts[post], world.practitioners[post]
    service, team = int(place["service"]), int(place["team"])
    spanners = f"spanners-{place['authority']}"
    return {
        "kind": SERVICES[service],
        "authority": int(place["authority"]),
        "locality": int(place["locality"]),
        "team": teams[team] if team >= 0 else spanners,
        # The children's teams of a locality share one office.
        "site": f"office-{place['locality']}" if service == CSW else (
            teams[team] if team >= 0 else spanners
        ),
        "tenure": int(record["tenure"]),
        "caseload": float(record["background"]) + int(record["shared_load"]),
        **{name: float(record[name]) for name in (*_STATES, *_OWN_STATES[service])},
    }  # fmt: skip


def _family(world: World, index: int) -> Attributes:
    record = world.families[index]
    csc, amh = record["open"].tolist()
    of_csw, of_mhsw = record["known"].tolist()
    return {
        "kind": "family",
        "authority": int(world.localities[int(record["locality"])]["authority"]),
        "locality": int(record["locality"]),
        "status": "both" if csc and amh else "CSC" if csc else "AMH",
        "depth": int(record["depth"]),
        "escalated": bool(record["escalated"]),
        "consent": bool(record["consent"]),
        "facts_csw": of_csw.bit_count(),
        "facts_mhsw": of_mhsw.bit_count(),
        "facts_both": (of_csw & of_mhsw).bit_count(),
        "belief_csw": float(record["belief"][0]),
        "belief_mhsw": float(record["belief"][1]),
        "trust_csc": float(record["trust"][0]),
        "trust_amh": float(record["trust"][1]),
        **{name: float(record[name]) for name in _FAMILY_STATES},
    }


def _add_teams(world: World, graph: "Graph", names: dict[int, str]) -> None:
    """Add teammates and those who share an office; ties are there already."""
    for number, team in enumerate(world.teams):
        first = int(team["first_post"])
        members = [names[p] for p in range(first, first + int(team["posts"])) if p in names]
        for k, one in enumerate(members):
            graph.add_edges_from(((one, other) for other in members[k + 1 :]), kind="teammate")
        days = float(world.policy[number]["corridor_days"])
        if team["service"] != MHSW or days <= 0:
            continue
        place = world.localities[team["locality"]]
        first = int(place["first_post"][CSW])
        for post in range(first, first + int(place["posts"][CSW])):
            for one in members if post in names else ():
                known = graph.get_edge_data(names[post], one, default={"kind": "co_located"})
                graph.add_edge(names[post], one, **{**known, "co_located_days": days})


def _add_ties(world: World, graph: "Graph", names: dict[int, str]) -> None:
    for block in world.authorities:
        csw0, mhsw0, bs0 = block["first_post"].tolist()
        csws, mhsws, spanners = block["posts"].tolist()
        first = int(block["first_tie"])
        for k in np.flatnonzero(world.tie_last[first : first + csws * mhsws] >= 0).tolist():
            graph.add_edge(
                names[csw0 + k // mhsws],
                names[mhsw0 + k % mhsws],
                kind="tie",
                familiarity=float(world.tie_familiarity[first + k]),
                trust_of_csw=float(world.tie_trust_cm[first + k]),
                trust_of_mhsw=float(world.tie_trust_mc[first + k]),
                last_contact=int(world.tie_last[first + k]),
                co_located_days=0.0,
            )
        first, others = int(block["first_spanner_tie"]), csws + mhsws
        familiarity = world.spanner_familiarity[first : first + spanners * others]
        for k in np.flatnonzero(familiarity > 0).tolist():
            row = k % others
            spanner, post = bs0 + k // others, csw0 + row if row < csws else mhsw0 + row - csws
            if spanner in names and post in names:  # a post that was cut keeps its old ties
                graph.add_edge(
                    names[spanner],
                    names[post],
                    kind="tie",
                    familiarity=float(familiarity[k]),
                    trust_in_spanner=float(world.spanner_trust[first + k]),
                )


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
