"""Charts as files: drawn after the tables are written, with settings of their own."""

import io
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from colsim.errors import IncompleteError, TakenError
from colsim.reporting.folders import add

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DOTS_PER_INCH = 130


def drawn(plot: "Callable[[], Figure]", ending: str) -> bytes:
    """Return a chart as the bytes of a file, whatever the user's own settings of matplotlib.

    Args:
        plot: returns the figure.
        ending: png or svg.
    """
    import matplotlib as mpl

    out = io.BytesIO()
    with mpl.rc_context():
        mpl.rcdefaults()
        plot().savefig(out, format=ending, dpi=_DOTS_PER_INCH if ending == "png" else "figure")
    return out.getvalue()


def draw(folder: str | Path, charts: "Mapping[str, Callable[[], Figure]]") -> None:
    """Add charts to a result that is written already.

    Args:
        folder: of the result.
        charts: file's name to what returns the figure.

    Raises:
        IncompleteError: at least one could not be drawn or written; it names each, and why.
        TakenError: another process has replaced the result meanwhile.
    """
    missing = []
    # One figure for all files that show it: to lay it out takes as long as to write it.
    once = {id(plot): cache(plot) for plot in charts.values()}
    for name, plot in charts.items():
        try:
            add(folder, {name: drawn(once[id(plot)], Path(name).suffix[1:])})
        except TakenError:
            raise
        except Exception as error:
            (Path(folder) / name).unlink(missing_ok=True)
            missing.append(f"{name} ({type(error).__name__}: {error})")
    if missing:
        raise IncompleteError(
            f"{folder}: the tables are written, but a chart cannot be drawn: {'; '.join(missing)}"
        )
