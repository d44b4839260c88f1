"""What a scenario is: pydantic models, equal in shape to the TOML file.

Types are strict: a text is no number and a boolean is no count.  Rules that
tie values together are in `checks`, so that the loader can report all faults
at once.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_serializer,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from colsim.scenario.checks import (
    choice_value,
    organisation_problems,
    prices_by_line,
    scenario_problems,
)
from colsim.scenario.lever_checks import setting_problems
from colsim.scenario.levers import levers_in
from colsim.scenario.problem import Problem
from colsim.scenario.staff_rules import sizes_of, staff_problems

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


APPLIED = "rules are applied"
"""Context of a validation of data that the rules have seen already: types alone are checked."""


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


Name = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$")]
UpToOne = Annotated[float, Field(ge=0.0, le=1.0)]


class Practitioner(Part):
    """One member of staff with cases, as a staff list has them."""

    id: Name
    """A code; results show it, so that it should be no name."""
    role: Literal["CSW", "MHSW"]
    """CSW: children's social worker; MHSW: mental health social worker."""
    team: Name
    """Team; it is of one service, at one site, in one locality."""
    site: Name
    """Where the team sits; teams of both services at one site share an office."""
    locality: Name
    """Area in which a family meets the same teams again."""
    hours: Annotated[float, Field(ge=1.0, le=60.0)] = 37.2
    """Hours a week."""
    weeks_in_post: Annotated[int, Field(ge=0, le=5200)] | None = None
    """Weeks in post when the policy begins; None: not known."""


class Tie(Part):
    """How well two practitioners of different services know each other when the policy begins."""

    csw: Name
    """Id of the children's social worker."""
    mhsw: Name
    """Id of the mental health social worker."""
    familiarity: UpToOne
    """0 strangers, 1 as well as can be."""
    trust_csw_in_mhsw: UpToOne | None = None
    """Trust of the first in the second; None: not known."""
    trust_mhsw_in_csw: UpToOne | None = None
    """Trust of the second in the first; None: not known."""


class Distance(Part):
    """How far two sites lie apart."""

    one: Name
    """A site."""
    other: Name
    """Another site."""
    km: Annotated[float, Field(ge=0.0, le=500.0)]
    """Kilometres."""


class Organisation(Part):
    """The services: generated from sizes, or a list of practitioners from which sizes follow.

    All numbers but `authorities` are per authority.
    """

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
    csw_office_days: Annotated[float, Field(ge=0.0, le=5.0)] | None = None
    """Days a week on which a children's social worker is in the office; None: the usual."""
    mhsw_office_days: Annotated[float, Field(ge=0.0, le=5.0)] | None = None
    """Days a week on which a mental health social worker is in an office; None: the usual."""
    desk_sharing: UpToOne | None = None
    """Share of desks in the children's office that are nobody's own; None: the usual."""
    cmht_size: Annotated[float, Field(ge=1.0, le=200.0)] | None = None
    """People in a community mental health team, of every profession; None: the usual."""
    csw_cases_per_post: Annotated[float, Field(ge=0.0, le=60.0)] | None = None
    """Cases of a children's social worker besides shared families; None: the usual."""
    mhsw_cases_per_post: Annotated[float, Field(ge=0.0, le=60.0)] | None = None
    """Cases of a mental health social worker besides shared families; None: the usual."""
    practitioners: Annotated[tuple[Practitioner, ...], Field(strict=False)] = ()
    """The staff of one authority, by id; empty: staff is generated from the sizes."""
    ties: Annotated[tuple[Tie, ...], Field(strict=False)] = ()
    """Who knows whom when the policy begins; if any is listed, these are all there are."""
    distances: Annotated[tuple[Distance, ...], Field(strict=False)] = ()
    """How far sites lie apart."""

    @property
    def csw_teams(self) -> int:
        """CSW teams per authority."""
        if self.practitioners:
            return len({person.team for person in self.practitioners if person.role == "CSW"})
        return -(-self.csw // self.csw_team_size)

    @model_validator(mode="before")
    @classmethod
    def _fill_sizes(cls, data: Any) -> Any:
        """Derive sizes that are not given from the practitioners."""
        listed = data.get("practitioners") if isinstance(data, Mapping) else None
        if not listed or not isinstance(listed, list | tuple):
            return data
        people = [dict(person) for person in listed if isinstance(person, Mapping | Practitioner)]
        return {**sizes_of(people), **data}

    @model_validator(mode="after")
    def _check(self, info: ValidationInfo) -> Self:
        if info.context == APPLIED:
            return self
        data = {
            name: [dict(entry) for entry in value] if isinstance(value, tuple) else value
            for name, value in self
        }
        _refuse("Organisation", [*organisation_problems(data), *staff_problems(data)])
        return self


class Period(Part):
    """Weeks in which a lever was in force before, and how; weeks count as those of the lever."""

    start: int
    """First week in force; negative weeks lie in the burn-in."""
    end: int
    """First week in which the lever is gone again."""
    strength: float
    """In the lever's unit."""
    ramp: Count = 1
    """Weeks from the start until the full effect."""
    coverage: Share = 1.0
    """Share of those whom the lever addresses that it reached, (0, 1]."""
    recruitment: Share = 1.0
    """Share of attempts to fill a post that succeeded, (0, 1]; for levers that need people."""


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
    definition: dict[str, Any] | None = None
    """A lever of your own, on the model's quantities: a row as in the package's table of levers."""
    earlier: Annotated[tuple[Period, ...], Field(strict=False)] = ()
    """Periods in which the lever was in force before, the first of them first: each ends before
    the next begins, the last before `start`."""

    @property
    def periods(self) -> tuple["LeverSetting", ...]:
        """Every period as a setting of its own, in the order of time; this one is the last."""
        last = self.model_copy(update={"earlier": ()})
        return (*(last.model_copy(update=dict(one)) for one in self.earlier), last)

    @model_serializer(mode="wrap")
    def _leave_out(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Say nothing of a definition or of earlier periods where there are none."""
        data: dict[str, Any] = handler(self)
        for name in ("definition", "earlier"):
            if not data.get(name):
                data.pop(name, None)
        return data

    @model_validator(mode="after")
    def _check(self, info: ValidationInfo) -> Self:
        if info.context != APPLIED:
            _refuse("LeverSetting", setting_problems(self.model_dump()))
        return self


class LevelSetting(Part):
    """A figure of the authority as it is today; in a file, a number by itself will do."""

    value: Annotated[float, Field(ge=0.0)]
    """The figure, in the unit of the national one; a share of 1, not of 100."""
    tolerance: Annotated[float, Field(gt=0.0)] | None = None
    """Standard deviation of what is not known about it; None: that of the national figure."""

    @model_validator(mode="before")
    @classmethod
    def _from_number(cls, data: Any) -> Any:
        plain = isinstance(data, int | float) and not isinstance(data, bool)
        return {"value": float(data)} if plain else data


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
    levels: dict[str, LevelSetting] = {}
    """Figures of the authority today, which plausible worlds must come near: by measure."""
    prices: dict[str, dict[str, float]] = {}
    """Your own price, in pounds, of a cost line of a lever: `colsim show` has the lines."""
    price_year: int | None = None
    """Financial year, by the year in which it begins, in whose pounds all costs are told: prices
    of your own are in them, others are raised by the GDP deflator; None: each as it was found."""

    @field_validator("parameters", mode="before")
    @classmethod
    def _name_choices(cls, parameters: Any) -> Any:
        """Take the name of a choice for its value."""
        if not isinstance(parameters, Mapping):
            return parameters
        return {name: choice_value(name, value) for name, value in parameters.items()}

    @model_validator(mode="before")
    @classmethod
    def _fill(cls, data: Any) -> Any:
        """Give a lever without strength its default one, and name prices by the key of a line."""
        levers = data.get("levers", {}) if isinstance(data, Mapping) else None
        if not isinstance(levers, Mapping):
            return data
        known = levers_in(levers)
        filled = {
            name: {"strength": known[name].default, **setting}
            if isinstance(setting, dict) and name in known
            else setting
            for name, setting in levers.items()
        }
        prices = {"prices": prices_by_line(data["prices"], known)} if "prices" in data else {}
        return {**data, **({"levers": filled} if filled else {}), **prices}

    @model_validator(mode="after")
    def _check(self, info: ValidationInfo) -> Self:
        if info.context != APPLIED:
            _refuse("Scenario", scenario_problems(self.model_dump()))
        return self
