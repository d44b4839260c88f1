"""The week's network as a networkx graph, and measures on it.

All attributes are plain Python numbers, booleans and texts, and two nodes have at most one
edge, so that GraphML and GEXF hold the graph as it is and every algorithm takes it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import numpy.typing as npt

from colsim.core.layout import CSW, Records
from colsim.core.names import Consent
from colsim.core.state import World
from colsim.core.view import (
    members_of,
    posts_in,
    shared_days,
    spanner_ties_of,
    ties_of,
)
from colsim.network.post_names import (
    NO_NAMES,
    SERVICES,
    OwnNames,
    family_names,
    names_by_origin,
    post_names,
)

if TYPE_CHECKING:
    Graph = nx.Graph[Any]

Attributes = dict[str, str | int | float | bool]

_STATES = (
    "role_knowledge", "confidence", "narrative", "orientation", "wellbeing", "perceived_image",
    "pressure",
)  # fmt: skip
_OWN_STATES = (("stance",), ("alliance_protection", "belonging"), ())
_FAMILY_STATES = ("severity", "risk", "complexity", "engagement", "compliance", "anxiety")


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
    teams, names = own.teams or names_by_origin(world), post_names(world, own)
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
