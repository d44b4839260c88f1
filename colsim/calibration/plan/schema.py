"""What may stand in a calibration file, with types and limits."""

from typing import Annotated, Literal

from pydantic import Field

from colsim.calibration.interviewing.observables import ASKED, VOLUNTEERED
from colsim.scenario.schema import Line, Part

STUDY = "study"
"""In place of a file of themes: those of the study that the model rests on."""
STUDY_CORRECTED = "study_corrected"
"""The same with corrections of its reading that were made after a calibration had failed."""
STUDIES = (STUDY, STUDY_CORRECTED)
CALIBRATED = (
    "knowledge_start", "confidence_start", "orientation_rest_csw", "wellbeing_rest",
    "image_rest_csw", "anxiety_start", "trust_csc_start",
    "collaboration_share", "contact_base", "answer_base", "misdirected", "disclose_base",
    "disclose_barred", "talk_effect", "trust_asymmetry", "half_life", "explain_base",
    "accept_base", "joint_understanding", "family_event",
)  # fmt: skip
"""Parameters that are calibrated unless the file names its own: those behind the themes."""

Text = Annotated[str, Field(min_length=1)]
Three = tuple[float, float, float]


class PriorSetting(Part):
    """A range of one's own for a parameter."""

    low: float
    """Lower end."""
    high: float
    """Upper end."""
    middle: float | None = None
    """Median; half way if left out."""


class ObservableSetting(Part):
    """What makes a practitioner voice a theme."""

    quantity: Text
    """What it is about; `colsim interview SCENARIO --quantities` lists them."""
    direction: Literal["above", "below"] = "above"
    """Whether high or low values speak."""
    threshold: Three | None = Field(default=None, strict=False)
    """Low, middle and high end of where it begins to be voiced; by rule if left out."""
    scale: Annotated[float, Field(gt=0.0)] | None = None
    """Distance from the threshold over which the odds change by e; goes with the threshold."""
    why: str = ""
    """The reason, in plain words."""
    compared: bool = True
    """False: shown, and not compared with."""


class StatisticSetting(Part):
    """A figure with its own error."""

    value: float
    """The figure, in the measure's unit, over a year."""
    error: Annotated[float, Field(gt=0.0)]
    """Its standard error."""
    source: str = ""
    """Where it comes from."""


class Interviews(Part):
    """How interviews are held."""

    talkativeness: Annotated[float, Field(ge=0.0, le=5.0)] = 0.7
    """Standard deviation between persons, in log-odds, of how readily they voice anything."""
    least_contacts: Annotated[float, Field(ge=0.0)] = 1.0
    """Who remembers fewer contacts with the other service is asked only if too few remember."""
    volunteered: Three = Field(default=VOLUNTEERED, strict=False)
    """Low, middle and high chance that what somebody could volunteer comes up."""
    asked: Three = Field(default=ASKED, strict=False)
    """The same of what was asked about."""


class Calibration(Part):
    """Everything about a calibration but where its result goes."""

    title: Line
    """One line that a reader of the result understands."""
    description: str = ""
    """What is asked and why, in plain words."""
    scenario: Text = "robinscar_as_interviewed"
    """Preset or scenario file; interviews are held at the end of its run."""
    organisation: Text | None = None
    """Preset or scenario file whose organisation takes the place of the scenario's."""
    burn_in: Annotated[int, Field(ge=0, le=10_000)] | None = None
    """Weeks before the policy, in place of the scenario's; fewer save time (104 will mostly do)."""
    themes: Text = STUDY
    """File of themes, or "study", or "study_corrected"."""
    coders: tuple[Text, ...] = Field(default=(), strict=False)
    """Files of the same interviews as other coders read them; nobody knows who is right."""
    coder_weights: tuple[Annotated[float, Field(gt=0.0)], ...] = Field(default=(), strict=False)
    """How much each table weighs, that of `themes` first; all the same if left out."""
    codebook: Literal["afterwards", "beforehand"] = "afterwards"
    """Whether the themes were made out of these interviews, or fixed before them: what was made
    afterwards is a selection of what was voiced, and is taken as one."""
    seed: Annotated[int, Field(ge=0, lt=1 << 63)] = 1
    """The one seed that all chance derives from."""
    parameters: tuple[Text, ...] = Field(default=CALIBRATED, strict=False)
    """What is asked about; all other uncertain parameters are carried along."""
    fixed_others: bool = False
    """Keep all others at their defaults instead."""
    priors_without_study: bool = False
    """Give parameters whose range rests on the study itself a flat one of twice the width."""
    particles: Annotated[int, Field(ge=50, le=100_000)] = 600
    """Points of the posterior, and worlds of the prior that the checks use."""
    replications: Annotated[int, Field(ge=2, le=1000)] = 2
    """Runs of each particle; with one alone the sampler would call chance a finding."""
    sittings: Annotated[int, Field(ge=1, le=100_000)] = 256
    """Ways to choose the interviewed that are tried in each run."""
    data_sets: Annotated[int, Field(ge=20, le=100_000)] = 400
    """Made-up sets of interviews of the simulation-based check; at most as many as particles."""
    priors: dict[str, PriorSetting] = Field(default_factory=dict)
    """Ranges in place of those of the parameter table."""
    statistics: dict[str, StatisticSetting] = Field(default_factory=dict)
    """Measures of the last year that are known, with their errors."""
    interviews: Interviews = Field(default_factory=Interviews)
    """How interviews are held."""
    observables: dict[str, dict[Literal["CSW", "MHSW"], ObservableSetting]] = Field(
        default_factory=dict
    )
    """By theme and service, in place of or beside the study's."""
    missing: dict[str, str] = Field(default_factory=dict)
    """Themes that nothing in the model can speak to, and why."""
