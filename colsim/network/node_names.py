"""Which posts the nodes of somebody's network are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import networkx as nx

if TYPE_CHECKING:
    Graph = nx.Graph[Any]

import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from colsim.errors import nearest, refusal

if TYPE_CHECKING:
    import networkx as nx

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
