"""The plain twin: the model of docs/odd.md as an ordinary Mesa model, to be read.

Nothing in it is written for speed. It shares with the compiled core only the draws, the scalar
functions, the parameters, and the tables of layout, levers, quantities and measures, and agrees
with it to the last bit. Begin with `model.py`; docs/plain.md says in which order to go on.
"""

from colsim.plain.model import Twin

__all__ = ["Twin"]
