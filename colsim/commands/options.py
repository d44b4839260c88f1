"""Options that several commands take alike."""

from typing import Annotated

import typer

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
