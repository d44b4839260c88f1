"""What a scenario is: pydantic models, equal in shape to the TOML file.

Types are strict: a text is no number and a boolean is no count.  Rules that
tie values together are in `checks`, so that the loader can report all faults
at once.
"""

from collections.abc import Iterable
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from colsim.scenarios.checks import (
    Problem,
    organisation_problems,
    scenario_problems,
    setting_problems,
)
from colsim.scenarios.levers import LEVERS

CHECK_ERROR = "scenario_check"
"""Type of the pydantic errors that come from `checks`."""

Count = Annotated[int, Field(ge=1)]
Share = Annotated[float, Field(gt=0.0, le=1.0)]
Line = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]


def _refuse(title: str, problems: Iterable[Problem]) -> None:
    """Raise every problem as one pydantic error.

    Raises:
        ValidationError: there is at least one problem.
    """
    details = [
        InitErrorDetails(
            type=PydanticCustomError(
                CHECK_ERROR,
                "found {found}; allowed: {allowed}",
                {"found": problem.found, "allowed": problem.allowed},
            ),
            loc=problem.loc,
            input=problem.found,
        )
        for problem in problems
    ]
    if details:
        raise ValidationError.from_exception_data(title, details)


class Part(BaseModel):
    """Common settings: unknown keys refused, types strict, values fixed once made."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
    )


class Run(Part):
    """How long the simulation lasts."""

    weeks: Annotated[int, Field(ge=1, le=5200)] = 156
    """Weeks observed after the burn-in."""
    burn_in: Annotated[int, Field(ge=1, le=5200)] = 260
    """Weeks without observation in which the organisation settles."""


class Organisation(Part):
    """The services, generated from sizes; all numbers but `authorities` are per authority."""

    authorities: Annotated[int, Field(ge=1, le=500)] = 1
    """Local authorities, alike in size and independent of each other."""
    localities: Count
    """Areas in which a family meets the same teams again."""
    csw: Annotated[int, Field(ge=1, le=10_000)]
    """Children's social workers with cases."""
    csw_team_size: Count
    """Children's social workers in a team; the last team may be smaller."""
    mhsw: Annotated[int, Field(ge=1, le=10_000)]
    """Mental health social workers."""
    mhsw_teams: Count
    """Community mental health teams with mental health social workers."""
    shared_families: Annotated[int, Field(ge=1, le=100_000)]
    """Families open to both services at one time, aimed at."""

    @property
    def csw_teams(self) -> int:
        """CSW teams per authority."""
        return -(-self.csw // self.csw_team_size)

    @model_validator(mode="after")
    def _check(self) -> Self:
        _refuse("Organisation", organisation_problems(dict(self)))
        return self


class LeverSetting(Part):
    """How one lever is used in a scenario; weeks count from the end of the burn-in."""

    strength: float
    """In the lever's unit; left out of a file, the lever's default."""
    start: int = 0
    """First week in force; negative weeks lie in the burn-in."""
    ramp: Count = 1
    """Weeks from the start until the full effect."""
    end: int | None = None
    """First week in which the lever is gone again; None: it stays."""
    coverage: Share = 1.0
    """Share of those whom the lever addresses that it reaches, (0, 1]."""
    recruitment: Share = 1.0
    """Share of attempts to fill a post that succeed, (0, 1]; for levers that need people."""
    localities: Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(strict=False)] | None = (
        None
    )
    """Where the lever acts, numbered from 0 through all authorities; None: everywhere."""
    without: Annotated[tuple[str, ...], Field(strict=False)] = ()
    """Channels that are switched off, to see what the effect rests on."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        _refuse("LeverSetting", setting_problems(dict(self)))
        return self


class Scenario(Part):
    """One policy for one organisation: all that a run needs besides the seed."""

    title: Line
    """One line that a planner understands."""
    description: str = ""
    """What is assumed and why, in plain words."""
    run: Run = Run()
    organisation: Organisation
    parameters: dict[str, float] = {}
    """Model parameters that differ from their defaults."""
    levers: dict[str, LeverSetting] = {}
    """Levers in use, by name."""

    @field_validator("levers", mode="before")
    @classmethod
    def _fill_strength(cls, levers: Any) -> Any:
        """Give a lever without strength its default one."""
        if not isinstance(levers, dict):
            return levers
        return {
            name: {"strength": LEVERS[name].default, **setting}
            if isinstance(setting, dict) and name in LEVERS
            else setting
            for name, setting in levers.items()
        }

    @model_validator(mode="after")
    def _check(self) -> Self:
        _refuse("Scenario", scenario_problems(self.model_dump()))
        return self
