"""How to get what is optional: the one place that knows the command."""

import sys
from pathlib import Path

from colsim.errors import UserError


def install_command(*extras: str) -> str:
    """Return the command that adds extras to this installation, in the versions tried together.

    No index has colsim: the command names its checkout, or says that it is for the checkout.
    """
    named = f"[{','.join(extras)}]"
    checkout = Path(__file__).parents[1]
    if not all((checkout / name).is_file() for name in ("pyproject.toml", "constraints.txt")):
        return f'python -m pip install -c constraints.txt ".{named}" (in a checkout of colsim)'
    return (
        f'"{sys.executable}" -m pip install -c "{checkout / "constraints.txt"}" '
        f'-e "{checkout}{named}"'
    )


def missing(found: str, *extras: str) -> UserError:
    """Return the error of something optional that is not there.

    Args:
        found: where it was asked for and what was found, such as `--scheduler: found no Dask`.
        extras: the extras that bring it.
    """
    return UserError(f"{found}; allowed: after {install_command(*extras)}")
