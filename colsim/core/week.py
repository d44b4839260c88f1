"""The order of the week, to be told: each phase with what it does and where the ODD has it."""

import re
import sys
from dataclasses import dataclass

from colsim.core.schedule import PHASES


@dataclass(frozen=True, slots=True)
class Step:
    """One phase of the week."""

    name: str
    """Also the name of its file, in `colsim/core/mechanisms` and in `colsim/plain`."""
    text: str
    """What happens in it, in a sentence."""
    section: str
    """Of the ODD (docs/odd.md)."""


def order_of_the_week() -> tuple[Step, ...]:
    """Return the phases in the order in which they pass.

    Raises:
        ValueError: a phase's file names no section of the ODD.
    """
    return tuple(_step(phase) for phase in PHASES)


def _step(phase: object) -> Step:
    module = phase.__module__
    section = re.search(r"\(ODD (7\.\d+)\)", sys.modules[module].__doc__ or "")
    if section is None:
        raise ValueError(f"{module} names no section of the ODD")
    text = (phase.__doc__ or "").strip().splitlines()[0]
    return Step(module.rpartition(".")[2], text, section.group(1))
