"""What practitioners can speak of, recomputed person by person from a lived world."""

import numpy as np
import pytest

from colsim.calibration.interviewing.observables import Observable, study_measurement
from colsim.calibration.interviewing.quantities import (
    QUANTITIES,
    SERVICES,
    Staff,
    in_words,
    read_quantities,
)
from colsim.calibration.themes.reading import study_themes
from colsim.core.state import MEMORIES
from tests.worlds import live, policy, small_layout

AUTHORITY = 1
THIN, RICH = ("written", "phone"), ("face", "meeting")


@pytest.fixture(scope="module")
def world():
    """Return two authorities after three years, with a few posts empty."""
    layout = small_layout(authorities=2, csw=24, mhsw=10, shared_families=30)
    levers = policy(layout, "boundary_spanners", "restorative_practice", "improvement_journey")
    found = live(layout, levers, seed=5, weeks=120, burn_in=60)
    block = found.authorities[AUTHORITY]
    for s, seat in ((0, 3), (1, 0)):
        found.practitioners["filled"][int(block["first_post"][s]) + seat] = False
    found.families["depth"] = np.arange(len(found.families)) % 5  # all depths, if few are lived
    return found


@pytest.fixture(scope="module")
def staff(world):
    return Staff(world, AUTHORITY)


class Person:
    """One practitioner, read the slow way."""

    def __init__(self, world, post):
        self.world, self.post = world, post
        self.row = world.practitioners[post]
        self.service = int(world.posts["service"][post])
        self.memory = dict(zip(MEMORIES, self.row["memory"].tolist(), strict=True))

    def state(self, name):
        return float(self.row[name])

    def contacts(self, signs=("good", "bad"), channels=THIN + RICH):
        return sum(self.memory[f"{sign}_{channel}"] for sign in signs for channel in channels)

    def share(self, part, whole):
        return part / whole if whole > 1e-9 else 0.0

    def goes_well(self, channels):
        good, bad = (self.contacts((sign,), channels) for sign in ("good", "bad"))
        return (good + 1) / (good + bad + 2)

    def families(self):
        for family in self.world.families:
            both_open = family["open"][0] and family["open"][1] and (family["lead"] >= 0).all()
            if family["active"] and both_open and family["lead"][self.service] == self.post:
                yield family

    def over_families(self, value):
        values = [value(family) for family in self.families()]
        return sum(values) / len(values) if values else 0.0

    def colleagues(self):
        block = self.world.authorities[AUTHORITY]
        other = 1 - self.service
        first = int(block["first_post"][other])
        yield from range(first, first + int(block["posts"][other]))

    def of_other(self, name):
        held = [
            float(self.world.practitioners[name][post])
            for post in self.colleagues()
            if self.world.practitioners["filled"][post]
        ]
        return sum(held) / len(held)

    def image_gap(self):
        return self.of_other("narrative") - self.state("perceived_image")

    def mutual_knowledge(self):
        return min(self.state("role_knowledge"), self.of_other("role_knowledge"))

    def knowing_helps(self):
        world, block = self.world, self.world.authorities[AUTHORITY]
        own = self.post - int(block["first_post"][self.service])
        width, first = int(block["posts"][1]), int(block["first_tie"])
        total = weight = 0.0
        for k, _ in enumerate(self.colleagues()):
            tie = first + (own * width + k if self.service == 0 else k * width + own)
            if world.tie_last[tie] >= 0:
                trust = (world.tie_trust_cm, world.tie_trust_mc)[self.service][tie]
                total += float(world.tie_familiarity[tie]) * float(trust)
                weight += float(world.tie_familiarity[tie])
        p = world.parameters[0]
        story = 0.0 if p["story_reach"] else float(p["story_strength"]) * self.state("narrative")
        return total / weight - (0.5 + story) if weight > 1e-9 else 0.0


SLOW = {
    "narrative": lambda p: p.state("narrative"),
    "pressure": lambda p: p.state("pressure"),
    "strain": lambda p: max(1 - p.state("wellbeing"), min(max(p.state("pressure") - 1, 0), 1)),
    "alliance_protection": lambda p: p.state("alliance_protection"),
    "belonging": lambda p: p.state("belonging"),
    "stance": lambda p: p.state("stance"),
    "image_gap": Person.image_gap,
    "contacts": Person.contacts,
    "thin_share": lambda p: p.share(p.contacts(channels=THIN), p.contacts()),
    "extractive_share": lambda p: min(1, p.share(p.memory["extractive"], p.contacts())),
    "refusal_share": lambda p: min(1, p.share(p.memory["refusal"], p.contacts())),
    "alone_share": lambda p: p.share(
        p.memory["decided_alone"], p.memory["decided_alone"] + p.memory["decided_together"]
    ),
    "shared_depth": lambda p: p.over_families(lambda f: f["depth"] / 4),
    "engaged_together": lambda p: p.over_families(
        lambda f: f["engagement"] if f["depth"] >= 2 else 0
    ),
    "family_distrust": lambda p: p.over_families(
        lambda f: max(1 - f["trust"][0], f["compliance"] - f["engagement"])
    ),
    "missed_understanding": lambda p: p.memory["joint_plan"] * (1 - p.state("role_knowledge")),
    "knowing_helps": Person.knowing_helps,
    "face_to_face_helps": lambda p: p.goes_well(RICH) - p.goes_well(THIN),
    "perceived_image": lambda p: p.state("perceived_image"),
    "anxiety": lambda p: p.over_families(lambda f: f["csw_anxiety"]),
    "mutual_knowledge": Person.mutual_knowledge,
    "decided_over": lambda p: p.memory["unexplained"] + p.memory["unachievable"],
    **{
        name: lambda p, name=name: p.state(name)
        for name in ("role_knowledge", "confidence", "orientation", "wellbeing")
    },
    **{f"remembered_{kind}": lambda p, kind=kind: p.memory[kind] for kind in MEMORIES},
}


def test_everyone_in_post_is_asked_about_and_csws_come_first(world, staff):
    block = world.authorities[AUTHORITY]
    csw, mhsw = staff.posts
    filled = world.practitioners["filled"]
    for s, (found, size) in enumerate(((csw, 24), (mhsw, 10))):
        first = int(block["first_post"][s])
        assert found.tolist() == [k for k in range(first, first + size) if filled[k]]
        assert 0 < len(found) < size
    assert staff.everyone.tolist() == [*csw.tolist(), *mhsw.tolist()]
    assert len(set(staff.origin().tolist())) == len(staff.everyone)
    assert staff.of_csw.sum() == len(csw)


@pytest.mark.parametrize("name", QUANTITIES)
def test_each_quantity_is_what_it_says(world, staff, name):
    found = read_quantities(staff, (name,))[:, 0]
    slow = [SLOW[name](Person(world, int(post))) for post in staff.everyone]
    assert found == pytest.approx(np.array(slow, float), abs=1e-12)
    quantity = QUANTITIES[name]
    own = found[[SERVICES[0 if one else 1] in quantity.services for one in staff.of_csw]]
    assert quantity.low <= own.min() <= own.max() <= quantity.high


def test_the_recomputation_covers_all_and_everybody_has_something_to_say():
    assert SLOW.keys() == QUANTITIES.keys()
    layout = small_layout(csw=48, mhsw=20, mhsw_teams=4, shared_families=80)
    levers = policy(layout, "boundary_spanners")
    # In the second world there is hardly time to write, so that contacts are given up as well.
    hurried = {"collaboration_share": 0.02}
    people = [
        Staff(live(layout, levers, seed=6, weeks=120, burn_in=60, parameters=parameters), 0)
        for parameters in ({}, hurried)
    ]
    found = np.concatenate([read_quantities(one, tuple(QUANTITIES)) for one in people])
    of_csw = np.concatenate([one.of_csw for one in people])
    for (name, quantity), column in zip(QUANTITIES.items(), found.T, strict=True):
        for k, service in enumerate(SERVICES):
            own = column[of_csw == (k == 0)]
            if service in quantity.services:
                assert np.ptp(own) > 0, (name, service)
            elif name.startswith("remembered_"):
                assert (own == 0).all(), (name, service)
    assert read_quantities(people[0], ("contacts", "strain")).shape == (66, 2)


def test_who_remembers_nothing_has_shares_of_nothing(world):
    empty = live(small_layout(), policy(small_layout()), weeks=1, burn_in=0)
    empty.practitioners["memory"][:] = 0.0
    found = Staff(empty, 0)
    for name in ("thin_share", "extractive_share", "refusal_share", "alone_share"):
        assert (read_quantities(found, (name,)) == 0).all()
    assert (read_quantities(found, ("face_to_face_helps",)) == 0).all()


def test_units_and_words():
    for quantity in QUANTITIES.values():
        assert quantity.unit in {"share", "valence", "ratio", "count"}
        assert quantity.low < quantity.high
        assert quantity.meaning
        for value in (quantity.low, (quantity.low + quantity.high) / 2, quantity.high):
            said = in_words(quantity, value)
            assert "{" not in said
            assert any(sign.isdigit() for sign in said)
    assert in_words(QUANTITIES["refusal_share"], 0.241) == (
        "was told nothing, though there was something to ask, in 24 % of the contacts that they "
        "remember"
    )
    assert in_words(QUANTITIES["image_gap"], 0.386).endswith("holds: +0.39")
    assert in_words(QUANTITIES["knowing_helps"], -0.01).endswith("-1 points of 100")
    assert in_words(QUANTITIES["pressure"], 1.125).startswith("cases ask for 1.12 times")


# ---- observables of the study


@pytest.mark.parametrize("corrected", [False, True])
def test_every_theme_of_the_study_has_an_observable_or_a_reason(corrected):
    rows = {(row.id, row.service) for row in study_themes().rows}
    measured = study_measurement(corrected=corrected)
    assert not measured.observables.keys() & measured.missing.keys()
    assert measured.observables.keys() | measured.missing.keys() >= rows
    assert all(measured.missing.values())
    shown = {theme for (theme, _), one in measured.observables.items() if not one.weight}
    assert shown <= {"T28"}
    for (_, service), one in measured.observables.items():
        assert service in QUANTITIES[one.quantity].services
        assert one.threshold is None  # by rule, and no number set by hand
        assert one.why


@pytest.mark.parametrize(
    "change, message",
    [
        ({"quantity": "happiness"}, "'happiness' is nothing that practitioners speak of"),
        ({"threshold": (0.5, 0.4, 0.6)}, "threshold .* is not in order"),
        ({"scale": None}, "threshold and scale go together"),
        ({"threshold": None}, "threshold and scale go together"),
        ({"scale": 0.0}, "scale 0.0 is not above 0"),
        ({"weight": 0.5}, "weight 0.5 is neither 0 nor 1"),
    ],
)
def test_an_observable_that_nobody_could_voice_is_refused(change, message):
    sound = {"quantity": "strain", "threshold": (0.1, 0.2, 0.3), "scale": 0.1}
    assert Observable("strain").at((0.1, 0.2, 0.3), 0.1) == Observable(**sound)
    with pytest.raises(ValueError, match=message):
        Observable(**sound | change)
