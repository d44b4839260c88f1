"""Options that several commands take alike."""

from pathlib import Path
from typing import Annotated

import typer

from colsim.errors import UserError


def named_path(text: str) -> Path:
    """Return the path that an option names; "" would be the current folder.

    Raises:
        UserError: there is no name.
    """
    if not text.strip():
        raise UserError(f"--out: found {text!r}; allowed: a name")
    return Path(text)


Seed = Annotated[int, typer.Option(help="Whole number; the same seed gives the same result.")]
Weeks = Annotated[int | None, typer.Option(help="Weeks of policy, if not those of the scenario.")]
Authority = Annotated[
    str,
    typer.Argument(metavar="AUTHORITY", help="Preset, or TOML file with an organisation."),
]
Under = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CIRCUMSTANCE",
        help="What happens to the authority, with and without policies, such as austerity; can be "
        "given again.",
    ),
]
Without = Annotated[
    list[str] | None,
    typer.Option(
        metavar="CHANNEL",
        help="Switch a channel off in every lever in use that has it, or LEVER.CHANNEL; can be "
        "given again. `colsim show POLICY` lists channels.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Out = Annotated[
    Path | None,
    typer.Option(
        parser=named_path,
        metavar="DIR",
        help="Folder to write the result to; made if it is not there.",
    ),
]
SweepOut = Annotated[
    Path | None,
    typer.Option(
        parser=named_path,
        metavar="DIR",
        help="Folder for the result; out/NAME of the file unless given. One that holds the same "
        "is gone on with.",
    ),
]
FileOut = Annotated[
    Path | None,
    typer.Option(
        parser=named_path, metavar="FILE", help="File for what is found: .csv, .xlsx or .parquet."
    ),
]
Replace = Annotated[
    bool, typer.Option("--force", help="Replace a result of the same kind in the folder of --out.")
]
PriceYear = Annotated[
    int | None,
    typer.Option(
        metavar="YEAR",
        help="Tell costs in pounds of the financial year that begins in this year, raised by the "
        "GDP deflator.",
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace a file that is already there.")]
Threads = Annotated[
    int | None,
    typer.Option("--workers", help="Threads; as many as there are processors unless given."),
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Run on the Dask cluster with this scheduler, such as tcp://host:8786; its workers "
        "must have the same version of colsim.",
    ),
]
SharedScheduler = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Run on the Dask cluster with this scheduler, such as tcp://host:8786; its workers "
        "must see the result folder under the same path.",
    ),
]
Worlds = Annotated[
    str | None,
    typer.Option(
        metavar="WORLDS",
        help="Where plausible worlds come from: matched (they look like the authority today; the "
        "default), ranges (all that the parameters' ranges allow), or the folder of a calibration, "
        "a matching or a survey.",
    ),
]
