"""Draw the rooms of the package and what they import, for CONTRIBUTING.md, from the code itself.

An arrow leads from a room to one that it imports, types included; what follows from two other
arrows is left out.

Run: python scripts/rooms.py
"""

import ast
from pathlib import Path

import networkx as nx
from marks import between

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "colsim"
PAGE = ROOT / "CONTRIBUTING.md"
BEGIN, END = "<!-- rooms: begin -->", "<!-- rooms: end -->"
MODEL = {"agents", "model", "model_agents", "model_input", "model_state", "presence"}
"""Files that are one room without a folder."""
EVERYWHERE = {"__init__", "__main__", "errors", "extras", "intended_use", "machine"}
"""Small files that any room may import: their arrows would hide the others."""


def room_of(module: str) -> str:
    """Return the room of a module.

    >>> room_of("colsim.core.view"), room_of("colsim.model_state"), room_of("colsim.cli")
    ('core', 'model', 'commands')
    """
    first = [*module.split("."), "__init__"][1]
    return "model" if first in MODEL else "commands" if first == "cli" else first


def imports() -> "nx.DiGraph[str]":
    """Return the rooms and every import between two of them."""
    found: nx.DiGraph[str] = nx.DiGraph()
    for path in sorted(PACKAGE.rglob("*.py")):
        own = room_of(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("colsim."):
                found.add_edge(own, room_of(str(node.module)))
    found.remove_nodes_from(EVERYWHERE)
    found.remove_edges_from(nx.selfloop_edges(found))
    return found


def drawing() -> str:
    """Return the picture as a Mermaid diagram."""
    shown = nx.transitive_reduction(imports())
    lines = [f"    {one} --> {other}" for one, other in sorted(shown.edges)]
    said = "Imports that follow from two arrows are not drawn. `scripts/rooms.py` draws the others."
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```", "", said])


def renewed(page: str) -> str:
    """Return the page with the picture as the code is now."""
    return between(page, BEGIN, END, drawing())


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
