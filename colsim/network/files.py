"""Networks as other tools hand them over: their objects and files, and which posts nodes are."""

import json
import re
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import networkx as nx

from colsim.errors import UserError, nearest, refusal

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


NAMING = ("post", "name", "label", "_nx_name", "id")
"""Attributes that name a node, the surest first; then what the node itself is called.

Tools that number nodes, as igraph and Gephi do, keep the name in one of these."""
_STYLES = ("post", "holder", "either")
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Nodes:
    """Nodes as posts."""

    posts: Mapping[Any, int]
    """Number of the post, by node."""
    faults: tuple[str, ...]
    notes: tuple[str, ...]


def plain(text: object) -> str:
    """Return a name as names are compared: composed, without white space around it."""
    if isinstance(text, float) and text.is_integer():
        text = int(text)  # igraph writes whole numbers as decimal ones
    return unicodedata.normalize("NFC", str(text)).strip()


def posts_of(graph: "nx.Graph[Any]", nodes: Iterable[Any], names: Sequence[str]) -> Nodes:
    """Return the posts of nodes, by one way of naming for the whole network.

    A node is called as its post, or with the succession number of its holder after it. As ids
    may end like that themselves, all nodes are read alike where that is possible.

    Args:
        graph: the network.
        nodes: those to read.
        names: of posts, by number.
    """
    defaults = graph.graph.get("node_default") or {}
    data = {node: {**defaults, **graph.nodes[node]} for node in nodes}
    known = {plain(name): number for number, name in enumerate(names)}
    best: dict[Any, int] = {}
    best_field: str | None = None
    for field in (*NAMING, None):
        texts = {n: plain(n if field is None else d.get(field, "")) for n, d in data.items()}
        for style in _STYLES:
            found = {
                node: post
                for node, text in texts.items()
                if (post := _post(text, style, known)) is not None
            }
            if len(found) > len(best) or (field is None and not best):
                best, best_field = found, field
            if best and len(best) == len(data):
                notes = () if best_field in (None, "post") else (f"nodes are read by `{field}`",)
                return Nodes(best, (), notes)
    missing = [
        node if best_field is None else own.get(best_field, node)
        for node, own in data.items()
        if node not in best
    ]
    return Nodes(best, tuple(_unknown(missing, known)), ())


def _post(text: str, style: str, known: Mapping[str, int]) -> int | None:
    exact = known.get(text) if style != "holder" else None
    if exact is not None or style == "post":
        return exact
    holder = re.fullmatch(r"(.*)-\d+", text, re.DOTALL)
    return known.get(holder[1]) if holder else None


def _unknown(nodes: Sequence[Any], known: Mapping[str, int]) -> Iterable[str]:
    for node in nodes[:_SHOWN]:
        near = nearest(plain(node), known, fold=str)
        allowed = "a post" if near else f"a post, such as {next(iter(known))}"
        yield f"network: {refusal(f'node {str(node)!r} with a tie', allowed, near)}"
    if len(nodes) > _SHOWN:
        yield f"network: found {len(nodes) - _SHOWN} more nodes with a tie that are no posts"
