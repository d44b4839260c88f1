"""A network of one's own, taken in: from a graph, or from a file, to the ties of today."""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx

from colsim.core.layout import CSW, MHSW, KnownTie, Layout
from colsim.errors import UserError, refusal

if TYPE_CHECKING:
    Graph = nx.Graph[Any]


def known_ties(graph: "Graph", names: Sequence[str], layout: Layout) -> list[KnownTie]:
    """Return the ties of a graph between CSW and MHSW posts, to be those of today.

    Args:
        graph: from `colsim.network.graph_of`, or one's own, or read from GraphML or GEXF. A
            node is a post by its name, with or without a succession number. Edges with a
            `familiarity` (and, if they are of several kinds, of kind "tie") between a CSW and
            an MHSW count; they may carry `trust_of_csw` and `trust_of_mhsw`.
        names: of posts, by number.
        layout: the posts.

    Raises:
        UserError: a node of a tie is no post, or a value is not from 0 to 1; all in one go.
    """
    posts = {name: number for number, name in enumerate(names)}
    services, rows = layout.posts["service"].tolist(), layout.posts["row"].tolist()
    authorities = layout.posts["authority"].tolist()
    faults: list[str] = []
    found = []

    def post_of(node: Any) -> int | None:
        text = str(node)
        number = posts.get(text, posts.get(text.rpartition("-")[0]))
        if number is None:
            near = next(iter(get_close_matches(text, posts, 1)), None)
            faults.append(f"network: {refusal(f'node {text!r} with a tie', 'a post', near)}")
        return number

    def share(data: Mapping[str, Any], name: str, edge: str) -> float:
        value = data.get(name, -1.0)
        if name in data and not (isinstance(value, int | float) and 0.0 <= value <= 1.0):
            faults.append(f"network: {edge}: {name}: found {value!r}; allowed: 0 to 1")
            return -1.0
        return float(value)

    for one, other, data in graph.edges(data=True):
        if data.get("kind", "tie") != "tie" or "familiarity" not in data:
            continue
        ends = [post_of(one), post_of(other)]
        if ends[0] is None or ends[1] is None:
            continue
        pair = sorted((services[end], end) for end in ends if end is not None)
        if [service for service, _ in pair] != [CSW, MHSW]:
            continue  # a spanner's tie
        (_, csw), (_, mhsw) = pair
        edge = f"tie of {one} and {other}"
        if authorities[csw] != authorities[mhsw]:
            faults.append(f"network: {edge}: found two authorities; allowed: ties within one")
            continue
        values = [share(data, n, edge) for n in ("familiarity", "trust_of_csw", "trust_of_mhsw")]
        found.append(KnownTie(authorities[csw], rows[csw], rows[mhsw], *values))
    if faults:
        raise UserError("\n".join(faults))
    return found


def read_network(path: Path) -> "Graph":
    """Read a graph from GraphML or GEXF, by the file's ending.

    Raises:
        UserError: the file is not there, or holds no such graph.
    """
    readers: dict[str, Callable[[Path], Graph]] = {
        ".graphml": nx.read_graphml,
        ".gexf": nx.read_gexf,
    }
    if path.suffix.lower() not in readers:
        raise UserError(f"{path}: found another file; allowed: a .graphml or .gexf file")
    try:
        return nx.Graph(readers[path.suffix.lower()](path))
    except FileNotFoundError:
        raise UserError(f"{path}: found no file; allowed: a network that exists") from None
    except Exception as error:  # readers raise whatever their parsers do
        raise UserError(f"{path}: found no network ({error}); allowed: GraphML or GEXF") from None
