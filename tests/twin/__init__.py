"""The plain twin: the model of docs/odd.md written once more, slowly and readably.

It shares with the compiled core only the draws, the scalar functions, the
parameters, and the tables of layout, levers, quantities and measures, and
agrees with it to the last bit.
"""

from tests.twin.model import Twin

__all__ = ["Twin"]
