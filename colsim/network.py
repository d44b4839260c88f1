"""The week's network as a networkx graph, and measures on it.

All attributes are plain Python numbers, booleans and texts, and two nodes have at most one
edge, so that GraphML and GEXF hold the graph as it is and every algorithm takes it.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import numpy.typing as npt

from colsim.core.layout import CSW, Layout, Records
from colsim.core.names import Consent
from colsim.core.state import World
from colsim.core.view import (
    members_of,
    place_number,
    posts_in,
    shared_days,
    spanner_ties_of,
    team_number,
    ties_of,
)
from colsim.scenario.compiling import Compiled
from colsim.scenario.schema import Scenario

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


def _team_names(world: World | Layout) -> list[str]:
    """Return each team's service, authority, locality within it, and place among teams there."""
    return [
        f"{SERVICES[team['service']]}-{team['authority']}-"
        f"{place_number(world, int(team['locality']))}-{team_number(world, number)}"
        for number, team in enumerate(world.teams)
    ]


def post_names(world: World | Layout, own: "OwnNames | None" = None) -> list[str]:
    """Return the name of each post by origin, such as 'csw-0-3-1-5', or the user's own id of it.

    Service, authority, locality within it, team, seat: a seat more in one team renames no
    other. Of a spanner post: 'spanner', authority, number. With a succession number it names
    a practitioner: 'csw-0-3-1-5-0'.
    """
    teams, firsts = _team_names(world), world.teams["first_post"].tolist()
    posts = world.posts
    ids = own.posts if own is not None else ()

    def spanner(authority: int, row: int) -> str:
        name = f"spanner-{authority}-{row}"
        while name in ids:  # whatever ids people use, no two posts have one name
            name = f"lever-{name}"
        return name

    return [
        ids[post]
        if post < len(ids)
        else f"{teams[team]}-{post - firsts[team]}"
        if team >= 0
        else spanner(authority, row)
        for post, (team, authority, row) in enumerate(
            zip(
                posts["team"].tolist(),
                posts["authority"].tolist(),
                posts["row"].tolist(),
                strict=True,
            )
        )
    ]


@dataclass(frozen=True, slots=True)
class OwnNames:
    """A user's own names, where they gave a staff list."""

    posts: tuple[str, ...] = ()
    """Id of each CSW and MHSW post, by number."""
    teams: tuple[str, ...] = ()
    """Name of each team, by number."""
    sites: Mapping[str, str] = field(default_factory=dict)
    """Site of each id."""


def team_names(world: World | Layout, own: OwnNames | None = None) -> list[str]:
    """Return the name of each team, such as 'csw-0-3-1', or the user's own."""
    return list(own.teams) if own is not None and own.teams else _team_names(world)


def own_names(scenario: Scenario, compiled: Compiled) -> OwnNames:
    """Return the names that a scenario's staff list gives; none if it has no list."""
    sites = {person.id: person.site for person in scenario.organisation.practitioners}
    return OwnNames(compiled.ids, compiled.team_names, sites)


def family_names(world: World, own: "OwnNames | None" = None) -> list[str]:
    """Return the name of each family by origin, such as 'family-0-3-w30-0'.

    Authority, locality within it, week of arrival ('stock' for those there from the start),
    ordinal. Families that have not arrived yet have theirs too. Where a user's own ids begin
    alike, families are called otherwise, so that nobody has the name of a family.
    """
    kind = "family"
    while own is not None and any(code.startswith(f"{kind}-") for code in own.posts):
        kind = f"the-{kind}"
    localities = world.families["locality"].astype(np.int64)
    arrivals = world.families["arrival"].astype(np.int64)
    authorities = world.localities["authority"]
    # Families lie by authority, week of arrival, locality, ordinal: so these numbers ascend.
    weeks = len(world.totals) + 1
    origin = (authorities[localities] * weeks + arrivals + 1) * len(authorities) + localities
    ordinals = np.arange(len(origin)) - np.searchsorted(origin, origin)
    places = np.arange(len(authorities)) - np.searchsorted(authorities, authorities)
    return [
        f"{kind}-{authority}-{place}-{'stock' if arrival < 0 else f'w{arrival}'}-{ordinal}"
        for authority, place, arrival, ordinal in zip(
            authorities[localities].tolist(),
            places[localities].tolist(),
            arrivals.tolist(),
            ordinals.tolist(),
            strict=True,
        )
    ]


NO_NAMES = OwnNames()


def graph_of(world: World, own: OwnNames = NO_NAMES) -> "Graph":
    """Return the network as it stands after the last week lived.

    Nodes: everybody in post (`kind` csw, mhsw or spanner; `post`, the name without the number of
    the holder) and every active family (`kind` family). Edges by `kind`:

    - `teammate`;
    - `case`: a family and its lead (`service`);
    - `tie`: people who have met, with `familiarity`, `last_contact` (week, counted from the
      start of the burn-in) and the trust of each in the other (`trust_of_csw`,
      `trust_of_mhsw`; with a spanner `trust_in_spanner` and no week);
    - `co_located`: a CSW and an MHSW who share an office and have not met.

    Edges between CSW and MHSW carry `co_located_days`, the days a week in one office.
    """
    graph: Graph = nx.Graph(week=int(world.clock[0]["week"]))
    people = _people(world, own)
    graph.add_nodes_from(people.values())
    names = {post: name for post, (name, _) in people.items()}
    active = world.active_families
    families = _families(world, active, own)
    graph.add_nodes_from(families)
    leads = world.families["lead"][active].tolist()
    for (family, _), pair in zip(families, leads, strict=True):
        for service, lead in zip(SERVICES, pair, strict=False):
            if lead >= 0:
                graph.add_edge(names[lead], family, kind="case", service=service)
    _add_ties(world, graph, names)
    _add_teams(world, graph, names)
    return graph


def _columns(records: Records, fields: Sequence[str]) -> list[list[Any]]:
    """Return fields as lists of plain values: far faster than record by record."""
    return [records[name].tolist() for name in fields]


def _people(world: World, own: OwnNames) -> dict[int, tuple[str, Attributes]]:
    """Return name and attributes of everybody in post, by post."""
    teams, names = own.teams or _team_names(world), post_names(world, own)
    services, authorities, localities, team_of = _columns(
        world.posts, ("service", "authority", "locality", "team")
    )
    records = world.practitioners
    filled, succession, tenure, background, shared = _columns(
        records, ("filled", "succession", "tenure", "background", "shared_load")
    )
    states = {name: records[name].tolist() for name in (*_STATES, *sum(_OWN_STATES, ()))}
    found = {}
    for post in [k for k, present in enumerate(filled) if present]:
        service, team = services[post], team_of[post]
        team_name = teams[team] if team >= 0 else f"spanners-{authorities[post]}"
        attributes: Attributes = {
            "kind": SERVICES[service],
            "post": names[post],
            "authority": authorities[post],
            "locality": localities[post],
            "team": team_name,
            # The children's teams of a locality share one office.
            "site": own.sites.get(
                names[post], f"office-{localities[post]}" if service == CSW else team_name
            ),
            "tenure": tenure[post],
            "caseload": background[post] + shared[post],
            **{name: states[name][post] for name in (*_STATES, *_OWN_STATES[service])},
        }
        found[post] = f"{names[post]}-{succession[post]}", attributes
    return found


def _families(
    world: World, active: npt.NDArray[np.int64], own: OwnNames
) -> list[tuple[str, Attributes]]:
    """Return name and attributes of the active families."""
    names, records = family_names(world, own), world.families[active]
    fields = ("locality", "open", "depth", "escalated", "consent", "known", "belief", "trust")
    states = _columns(records, _FAMILY_STATES)
    authorities = world.localities["authority"].tolist()
    found = []
    for k, (row, values) in enumerate(
        zip(active.tolist(), zip(*_columns(records, fields), strict=True), strict=True)
    ):
        locality, (csc, amh), depth, escalated, consent, known, belief, trust = values
        attributes: Attributes = {
            "kind": "family",
            "authority": authorities[locality],
            "locality": locality,
            "status": "both" if csc and amh else "CSC" if csc else "AMH",
            "depth": depth,
            "escalated": escalated,
            "consent": consent == Consent.GIVEN,
            "facts_csw": known[0].bit_count(),
            "facts_mhsw": known[1].bit_count(),
            "facts_both": (known[0] & known[1]).bit_count(),
            "belief_csw": belief[0],
            "belief_mhsw": belief[1],
            "trust_csc": trust[0],
            "trust_amh": trust[1],
            **{name: state[k] for name, state in zip(_FAMILY_STATES, states, strict=True)},
        }
        found.append((names[row], attributes))
    return found


def _add_teams(world: World, graph: "Graph", names: dict[int, str]) -> None:
    """Add teammates and those who share an office; ties are there already."""
    for team, days in enumerate(shared_days(world).tolist()):
        members = [names[post] for post in members_of(world, team) if post in names]
        for k, one in enumerate(members):
            graph.add_edges_from(((one, other) for other in members[k + 1 :]), kind="teammate")
        if days <= 0:
            continue
        for post in posts_in(world, int(world.teams["locality"][team]), CSW):
            for one in members if post in names else ():
                known = graph.get_edge_data(names[post], one, default={"kind": "co_located"})
                graph.add_edge(names[post], one, **{**known, "co_located_days": days})


def _add_ties(world: World, graph: "Graph", names: dict[int, str]) -> None:
    for authority in range(len(world.authorities)):
        ties = ties_of(world, authority)
        met = np.flatnonzero(ties.last >= 0)
        for k, csw, mhsw in zip(met, *ties.ends(met), strict=True):
            graph.add_edge(
                names[csw],
                names[mhsw],
                kind="tie",
                familiarity=float(ties.familiarity[k]),
                trust_of_csw=float(ties.trust_of_csw[k]),
                trust_of_mhsw=float(ties.trust_of_mhsw[k]),
                last_contact=int(ties.last[k]),
                co_located_days=0.0,
            )
        known = spanner_ties_of(world, authority)
        met = np.flatnonzero(known.familiarity > 0)
        for k, spanner, post in zip(met, *known.ends(met), strict=True):
            if spanner in names and post in names:  # a post that was cut keeps its old ties
                graph.add_edge(
                    names[spanner],
                    names[post],
                    kind="tie",
                    familiarity=float(known.familiarity[k]),
                    trust_in_spanner=float(known.trust[k]),
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
