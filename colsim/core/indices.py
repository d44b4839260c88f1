"""Composite indices: communities of practice and relational coordination, made of measures.

Proxies for instruments that are asked of people; each part lies in [0, 1] and is named in the
definition, so that nobody takes the index for more than its parts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from colsim.core.ratios import RATIOS as PLAIN
from colsim.core.ratios import Measure

Array = npt.NDArray[np.float64]


def _share_of(measure: str, full: float) -> Callable[[Mapping[str, Array]], Array]:
    """Return a part: a measure over what counts as full, at most 1."""

    def part(totals: Mapping[str, Array]) -> Array:
        return np.minimum(PLAIN[measure].of(totals) / full, 1.0)

    return part


def _plain(measure: str) -> Callable[[Mapping[str, Array]], Array]:
    return _share_of(measure, 1.0)


def _valence(measure: str) -> Callable[[Mapping[str, Array]], Array]:
    """Return a part: a valence from [-1, 1] moved to [0, 1]."""

    def part(totals: Mapping[str, Array]) -> Array:
        return (1.0 + PLAIN[measure].of(totals)) / 2.0

    return part


def _less(measure: str) -> Callable[[Mapping[str, Array]], Array]:
    """Return a part: 1 less a measure."""

    def part(totals: Mapping[str, Array]) -> Array:
        return 1.0 - PLAIN[measure].of(totals)

    return part


def _mean_of(*measures: str) -> Callable[[Mapping[str, Array]], Array]:
    def part(totals: Mapping[str, Array]) -> Array:
        return np.asarray(sum(PLAIN[name].of(totals) for name in measures) / len(measures))

    return part


def _answered(totals: Mapping[str, Array]) -> Array:
    """Return a part: contacts that came about, of those attempted."""
    made, vain = PLAIN["contacts"].of(totals), PLAIN["contacts_in_vain"].of(totals)
    with np.errstate(invalid="ignore"):
        return np.asarray(made / (made + vain))


@dataclass(frozen=True, slots=True)
class Index(Measure):
    """A measure that is a product, or else the mean, of parts."""

    parts: tuple[Callable[[Mapping[str, Array]], Array], ...] = ()
    product: bool = True

    def of(self, totals: Mapping[str, Array]) -> Array:
        """Return the index from totals by name; NaN where a part is."""
        values = [part(totals) for part in self.parts]
        combined = np.prod(values, axis=0) if self.product else np.mean(values, axis=0)
        return np.asarray(combined)


def _index(
    name: str,
    title: str,
    group: str,
    definition: str,
    parts: tuple[Callable[[Mapping[str, Array]], Array], ...],
    *,
    product: bool = True,
) -> Index:
    return Index(
        name, title, (), "", "index", "higher", group, definition, parts=parts, product=product
    )  # fmt: skip


_CONTACT_A_WEEK = 52.0 / 12.0


def _coordination(of: str, label: str, other: str, to: str) -> Index:
    return _index(
        f"relational_coordination_of_{of}",
        f"Relational coordination of {label}, as {other} meet it",
        "relational coordination",
        "Mean of seven proxies for Gittell's questions: frequent (contacts up to one a week), "
        "timely (contacts that come about), accurate (1 - error of belief), problem-solving "
        f"(plans preceded by a talk), shared goals (orientation of {label}), shared knowledge "
        f"(role knowledge of {label}), respect (narrative of {label}, moved to 0 to 1)",
        (
            _share_of("contacts", _CONTACT_A_WEEK),
            _answered,
            _less(f"risk_error_{to}"),
            _plain("talked_rate"),
            _plain(f"orientation_{of}"),
            _plain(f"role_knowledge_{of}"),
            _valence(f"narrative_{of}"),
        ),
        product=False,
    )


_TABLE = (
    _index(
        "mutual_engagement",
        "Mutual engagement",
        "communities of practice",
        "Contacts (up to one a week) x familiarity x mean trust of the two leads",
        (
            _share_of("contacts", _CONTACT_A_WEEK),
            _plain("familiarity"),
            _mean_of("trust_csw", "trust_mhsw"),
        ),
    ),
    _index(
        "joint_enterprise",
        "Joint enterprise",
        "communities of practice",
        "Mean orientation x (1 - disagreement on risk) x plans preceded by a talk",
        (
            _mean_of("orientation_csw", "orientation_mhsw"),
            _less("disagreement"),
            _plain("talked_rate"),
        ),
    ),
    _index(
        "shared_repertoire",
        "Shared repertoire",
        "communities of practice",
        "Mean role knowledge x information flow x mean narrative moved to 0 to 1",
        (
            _mean_of("role_knowledge_csw", "role_knowledge_mhsw"),
            _plain("information_flow"),
            lambda totals: (1.0 + _mean_of("narrative_csw", "narrative_mhsw")(totals)) / 2.0,
        ),
    ),
    _coordination("csw", "CSWs", "MHSWs", "csc"),
    _coordination("mhsw", "MHSWs", "CSWs", "amh"),
)

INDICES: dict[str, Measure] = {index.name: index for index in _TABLE}
