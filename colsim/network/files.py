"""Networks as other tools hand them over: objects of networkx and igraph, and files of theirs."""

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import networkx as nx

from colsim.errors import UserError

if TYPE_CHECKING:
    Graph = nx.Graph[Any]


def graph_from(network: object) -> "Graph":
    """Return a networkx graph, directed or with parallel edges if that is what it was.

    Args:
        network: a networkx or igraph graph, or the path of a file.

    Raises:
        UserError: it is none of these; the file is not there, or holds no such graph.
    """
    if isinstance(network, str | Path):
        return read_network(Path(network))
    if isinstance(network, nx.Graph):
        return network
    if hasattr(network, "to_networkx"):  # igraph's, without importing it
        graph: Graph = network.to_networkx()
        return graph
    raise UserError(
        f"network: found {type(network).__name__}; allowed: a networkx or igraph graph, the path "
        f"of a file ({', '.join(READERS)}), or 'strangers'"
    )


def read_network(path: Path) -> "Graph":
    """Read a graph from a file, by its ending.

    Raises:
        UserError: the file is not there, or holds no such graph.
    """
    ending = path.suffix.lower()
    if ending not in READERS:
        more = ""
        if ending in {".pickle", ".pkl", ".gpickle", ".pickled"}:
            more = " (of a pickle that you trust: load it, and give the graph itself)"
        raise UserError(
            f"{path}: found another file{more}; allowed: a .graphml or .gexf file, or one in "
            f"{', '.join(list(READERS)[2:])}"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of attributes without a type: texts are read too
            return READERS[ending](path)
    except FileNotFoundError:
        raise UserError(f"{path}: found no file; allowed: a network that exists") from None
    except Exception as error:  # readers raise whatever their parsers do
        raise UserError(
            f"{path}: found no network ({error}); allowed: {ending} as networkx or igraph write it"
        ) from None


def _read_graphml(path: Path) -> "Graph":
    graph: Graph = nx.read_graphml(path)
    # networkx keeps what nodes or edges default to, and loses what both do.
    for key in ElementTree.parse(path).iter():
        if key.tag.rpartition("}")[2] == "key" and key.get("for", "all") == "all":
            for default in key.iterfind("{*}default"):
                for kept in ("node_default", "edge_default"):
                    values = graph.graph.setdefault(kept, {})
                    values.setdefault(key.get("attr.name"), default.text)
    return graph


def _read_gml(path: Path) -> "Graph":
    # GML is ASCII with references to other characters; igraph writes these as they are.
    text = path.read_text(encoding="utf-8-sig")
    text = "".join(c if c.isascii() else f"&#{ord(c)};" for c in text)
    # By number: labels may be missing or stand twice, and are attributes then.
    graph: Graph = nx.parse_gml(text, label="id")
    return graph


def _read_node_link(path: Path) -> "Graph":
    data = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict) or "nodes" not in data:
        raise ValueError("no `nodes`")
    edges = "edges" if "edges" in data else "links"
    graph: Graph = nx.node_link_graph(data, edges=edges)
    return graph


READERS: "dict[str, Callable[[Path], Graph]]" = {
    ".graphml": _read_graphml,
    ".gexf": nx.read_gexf,
    ".gml": _read_gml,
    ".json": _read_node_link,
    ".edgelist": nx.read_edgelist,
}
