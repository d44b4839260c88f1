"""A network of one's own, taken in: from a graph, or from a file, to the ties of today."""

import numbers
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from colsim.core.layout import CSW, MHSW, KnownTie, Layout
from colsim.errors import UserError, nearest
from colsim.network.files import graph_from, posts_of

if TYPE_CHECKING:
    import networkx as nx

    Graph = nx.Graph[Any]

STRANGERS = "strangers"
"""Given in place of a network: nobody knows anybody when the policy begins."""
VALUES = ("familiarity", "trust_of_csw", "trust_of_mhsw")
_OTHER_KINDS = ("teammate", "case", "co_located")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_NO_TIE = -1.0


@dataclass(frozen=True, slots=True)
class TiesToday:
    """The ties that are there when the policy begins."""

    ties: tuple[KnownTie, ...]
    notes: tuple[str, ...]
    """What was used, what was skipped and why, and how names were read."""


def ties_today(network: object, names: Sequence[str], layout: Layout) -> TiesToday:
    """Return the ties of a network between CSW and MHSW posts, to be those of today.

    A node is a post by its name, with or without a succession number; the name may stand in an
    attribute (`colsim.network.files.NAMING`). Edges with a `familiarity` (and, if they are of
    several kinds, of kind "tie") between a CSW and an MHSW count; they may carry `trust_of_csw`
    and `trust_of_mhsw`. Defaults that a file declares are applied. Edges of one pair, whichever
    way they point, must agree.

    Args:
        network: a networkx or igraph graph, the path of a file, or `STRANGERS`.
        names: of posts, by number.
        layout: the posts.

    Raises:
        UserError: a node of a tie is no post, a value is not from 0 to 1, edges of one pair
            disagree (all in one go), or there is no tie at all.

    Warns:
        UserWarning: edges were skipped that may have been meant as ties.
    """
    if isinstance(network, TiesToday):
        return network
    if isinstance(network, str) and network.strip().casefold() == STRANGERS:
        return TiesToday(
            tuple(_nobody(a) for a in range(len(layout.authorities))), ("nobody knows anybody",)
        )
    return _Reading(graph_from(network), names, layout).ties()


def _nobody(authority: int) -> KnownTie:
    """Return what stands for no tie: an authority with any entry has those listed alone."""
    return KnownTie(authority, 0, 0, _NO_TIE)


@dataclass(frozen=True, slots=True)
class _Edge:
    ends: tuple[Any, Any]
    values: Mapping[str, Any]

    def __str__(self) -> str:
        return f"tie of {self.ends[0]} and {self.ends[1]}"


@dataclass(slots=True)
class _Reading:
    graph: "Graph"
    names: Sequence[str]
    layout: Layout
    faults: list[str] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    doubtful: list[str] = field(default_factory=list)
    """Why edges were skipped that may have been meant as ties."""
    notes: list[str] = field(default_factory=list)
    texts: int = 0

    def ties(self) -> TiesToday:
        edges = list(self._edges())
        pairs = self._pairs(edges)
        merged = {pair: self._merged(found) for pair, found in pairs.items()}
        if self.faults:
            raise UserError("\n".join(self.faults))
        if not merged:
            raise UserError(
                f"network: found no tie in it ({self._skips() or 'no edge'}); allowed: edges "
                "between a CSW and an MHSW with `familiarity`, 0 to 1, of kind 'tie' if they have "
                f"a `kind`; or network={STRANGERS!r} if nobody knows anybody"
            )
        ties = [self._tie(pair, values) for pair, values in merged.items()]
        alone = set(range(len(self.layout.authorities))) - {tie.authority for tie in ties}
        if alone:
            listed = ", ".join(map(str, sorted(alone)))
            self.doubtful.append(f"no tie in authority {listed}: nobody knows anybody there")
        self._note(sum(map(len, pairs.values())), len(ties))
        return TiesToday((*ties, *map(_nobody, sorted(alone))), tuple(self.notes))

    def _note(self, used: int, ties: int) -> None:
        skips = self._skips()
        self.notes.insert(
            0, f"{used} edges used, as {ties} ties" + (f"; skipped: {skips}" if skips else "")
        )
        if self.texts:
            self.notes.append(f"{self.texts} values are numbers written as text, read as numbers")
        self.notes += self.doubtful
        if self.doubtful:
            warnings.warn(
                f"network: {self.notes[0]}. {'. '.join(self.doubtful)}", UserWarning, stacklevel=5
            )

    def _skips(self) -> str:
        return ", ".join(f"{count} {why}" for why, count in self.skipped.items())

    def _skip(self, why: str, *, doubt: str = "") -> None:
        self.skipped[why] += 1
        if doubt and doubt not in self.doubtful:
            self.doubtful.append(doubt)

    def _edges(self) -> Iterator[_Edge]:
        """Yield edges that are ties, by kind and familiarity."""
        defaults = self.graph.graph.get("edge_default") or {}
        for one, other, own in self.graph.edges(data=True):
            data = {**defaults, **own}
            kind = data.get("kind")
            if kind not in (None, "", "tie"):
                known = kind in _OTHER_KINDS
                near = None if known else nearest(str(kind), ("tie", *_OTHER_KINDS))
                hint = f" (nearest known: {near})" if near else ""
                doubt = "" if known else f"kind {str(kind)!r} is not known{hint}"
                self._skip(f"of kind {kind}", doubt=doubt)
                continue
            trust = data.get("trust_in_spanner")  # igraph fills in None or NaN elsewhere
            if isinstance(trust, float) and trust == trust:
                self._skip("of spanners")
                continue
            values = {name: value for name, value in _named(data) if value is not None}
            if "familiarity" not in values:
                self._skip(*self._nameless(data))
                continue
            for name in set(data) - {name for spelt in VALUES for name in _spellings(spelt)}:
                near = nearest(str(name), VALUES[1:])
                if near is not None:
                    doubt = f"`{name}` of edges is not read; nearest known name: {near}"
                    self.doubtful += [doubt] if doubt not in self.doubtful else []
            yield _Edge((one, other), values)

    def _nameless(self, data: Mapping[str, Any]) -> tuple[str]:
        others = [str(name) for name in data if name not in ("kind", "id", "key")]
        near = nearest("familiarity", others)
        carried = f", which carry {', '.join(f'`{n}`' for n in others[:5])}" if others else ""
        if carried:
            doubt = f"edges without `familiarity` are skipped{carried}"
            doubt += f"; nearest to it: `{near}`" if near else ""
            self.doubtful += [doubt] if doubt not in self.doubtful else []
        return (f"without familiarity{carried}",)

    def _pairs(self, edges: Sequence[_Edge]) -> dict[tuple[int, int], list[_Edge]]:
        """Return edges by the posts that they tie, CSW first."""
        nodes = {node: None for edge in edges for node in edge.ends if not self._spans(node)}
        found = posts_of(self.graph, nodes, self.names)
        self.faults += found.faults
        self.notes += found.notes
        services = self.layout.posts["service"].tolist()
        authorities = self.layout.posts["authority"].tolist()
        pairs: dict[tuple[int, int], list[_Edge]] = {}
        named: dict[int, Any] = {}
        for edge in edges:
            ends = [found.posts.get(node) for node in edge.ends]
            if any(map(self._spans, edge.ends)):
                self._skip("of spanners")
                continue
            one, other = sorted(ends, key=lambda post: (post is None, services[post or 0]))
            if one is None or other is None:
                continue  # a fault already
            for node, post in zip(edge.ends, ends, strict=True):
                if named.setdefault(post, node) != node:  # type: ignore[arg-type]
                    self._twice(named[post], node, post)  # type: ignore[index,arg-type]
            if one == other:
                self._skip("from somebody to themselves", doubt="somebody is tied to themselves")
            elif (services[one], services[other]) != (CSW, MHSW):
                spanner = max(services[one], services[other]) > MHSW
                inside = "edges within one service are no ties of the model"
                self._skip(
                    "of spanners" if spanner else "within one service",
                    doubt="" if spanner else inside,
                )
            elif authorities[one] != authorities[other]:
                self.faults.append(
                    f"network: {edge}: found two authorities; allowed: ties within one"
                )
            else:
                pairs.setdefault((one, other), []).append(edge)
        return pairs

    def _spans(self, node: Any) -> bool:
        return bool(self.graph.nodes[node].get("kind") == "spanner")

    def _twice(self, one: Any, other: Any, post: int) -> None:
        fault = (
            f"network: found post {self.names[post]} as two nodes, {str(one)!r} and "
            f"{str(other)!r}; allowed: one node a post"
        )
        self.faults += [fault] if fault not in self.faults else []

    def _merged(self, edges: Sequence[_Edge]) -> dict[str, float]:
        """Return the values of a pair; edges that disagree are a fault."""
        merged: dict[str, float] = {}
        for name in VALUES:
            given = [(e, e.values[name]) for e in edges if name in e.values]
            found = {self._share(value, name, edge) for edge, value in given} - {None}
            if len(found) > 1:
                listed = " and ".join(f"{value:g}" for value in sorted(found))  # type: ignore[type-var]
                self.faults.append(
                    f"network: {edges[0]}: {name}: found {listed} in {len(given)} edges of the "
                    "pair; allowed: one edge, or edges that agree"
                )
            merged[name] = min(found, default=_NO_TIE)  # type: ignore[type-var,assignment]
        if len(edges) > 1:
            note = "pairs with several edges are one tie each"
            self.notes += [note] if note not in self.notes else []
        return merged

    def _share(self, value: Any, name: str, edge: _Edge) -> float | None:
        number = None
        if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
            number, self.texts = float(value), self.texts + 1
        elif isinstance(value, numbers.Real) and not isinstance(value, bool | np.bool_):
            number = float(value)
        if number is not None and 0.0 <= number <= 1.0:
            return number + 0.0
        shown = value.item() if isinstance(value, np.generic) else value
        self.faults.append(f"network: {edge}: {name}: found {shown!r}; allowed: 0 to 1")
        return None

    def _tie(self, pair: tuple[int, int], values: Mapping[str, float]) -> KnownTie:
        csw, mhsw = self.layout.posts[list(pair)]
        return KnownTie(
            int(csw["authority"]), int(csw["row"]), int(mhsw["row"]), *(values[n] for n in VALUES)
        )


def _spellings(name: str) -> tuple[str, str]:
    """Return a name, and as igraph writes it to GML."""
    return name, name.replace("_", "")


def _named(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in VALUES:
        for spelt in _spellings(name):
            if spelt in data:
                yield name, data[spelt]
                break
