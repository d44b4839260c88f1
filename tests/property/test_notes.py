"""What kernels note adds up to what they count, and changes nothing, in every valid scenario.

The same 12 scenarios in every run; set COLSIM_EXAMPLES to search among that many new ones.
"""

import os
from collections import Counter

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from colsim.core.engine import prepare
from colsim.core.events import NOTE_DTYPE, Condition, Event, Made, Phase
from colsim.core.names import CHANNELS, CSW, Consent
from colsim.core.parameters import pack_parameters
from colsim.core.schedule import advance
from colsim.core.state import differing
from colsim.core.totals import Total
from colsim.core.watching import lived, watch
from tests.property.test_invariants import scenarios

pytestmark = pytest.mark.slow

EXAMPLES = os.environ.get("COLSIM_EXAMPLES")
WEEKS, BURN_IN = 30, 10
SINGLE = {
    Total.ARRIVALS: (Event.ARRIVED,),
    Total.RETURNS: (Event.RETURNED,),
    Total.REFERRALS: (Event.REFERRED,),
    Total.VAIN: (Event.UNANSWERED, Event.MISDIRECTED),
    Total.GIVEN_UP: (Event.GAVE_UP, Event.MISSED),
    Total.PASSING: (Event.PASSING,),
    Total.FORCED: (Event.FORCED,),
    Total.ADVICE: (Event.ADVISED,),
    Total.CONSULTS: (Event.CONSULTED,),
    Total.CONSULTS_LOST: (Event.NOT_CONSULTED,),
    Total.FACILITATED: (Event.FACILITATED,),
    Total.SPLITS: (Event.SPLIT,),
    Total.CONSENT_ASKED: (Event.CONSENT,),
    Total.UNEXPLAINED: (Event.UNEXPLAINED,),
    Total.ESCALATIONS: (Event.ESCALATED,),
}
"""Totals, and the events that make them up."""
SHORT = (
    (Total.TALKED, (Condition.TALKED,)),
    (Total.UNDERSTOOD, (Condition.UNDERSTOOD,)),
    (Total.AGREED, (Condition.DISCUSSED, Condition.AGREED)),
    (Total.TOOK_PART, (Condition.TOOK_PART,)),
    (Total.JOINT, (Condition.ACCEPTED,)),
)
"""Totals of the chain of a joint plan, and the conditions that come before each."""
CONTACTS = (Event.ASKED, Event.KEPT, Event.PASSING, Event.FORCED, Event.FACILITATED)


def faults(notes, totals):
    """Return the totals of a week that its notes do not add up to."""
    event, x, after, side = (notes[name] for name in ("event", "x", "after", "side"))
    counts = Counter(event.tolist())
    found = {total: sum(counts[one] for one in events) for total, events in SINGLE.items()}
    plans = Counter(Made(int(kind)) for kind in x[event == Event.PLANNED])
    found |= {Total.NOMINAL: plans[Made.NOMINAL], Total.SINGLE: plans[Made.SINGLE_AGENCY]}
    short = Counter(Condition(int(one)) for one in x[event == Event.FELL_SHORT])
    left = plans.total() - plans[Made.ONE_SERVICE]
    found[Total.PLANS] = left
    for total, conditions in SHORT:
        left -= sum(short[condition] for condition in conditions)
        found[total] = left
    answers = Counter(after[event == Event.CONSENT].tolist())
    found[Total.CONSENT_GIVEN] = answers[Consent.GIVEN]
    withdrew = after[event == Event.WITHDREW]
    found[Total.CONSENT_WITHDRAWN] = int((withdrew == Consent.WITHDRAWN).sum())
    found[Total.CLOSURES] = int(((event == Event.CLOSED) & (side == CSW)).sum())
    last = {}
    for note in notes[np.isin(event, CONTACTS)]:
        last[int(note["origin"])] = int(note["after"])
    for channel in range(CHANNELS):
        found[Total.WRITTEN + channel] = list(last.values()).count(channel)
    return [Total(total).name for total, count in found.items() if count != totals[total]]


@settings(
    max_examples=int(EXAMPLES or 12),
    deadline=None,
    derandomize=EXAMPLES is None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(scenarios())
def test_notes_add_up_to_the_totals_and_change_no_bit(scenario):
    layout, levers, parameters, seed = scenario
    worlds = [
        prepare(
            layout, levers, pack_parameters(parameters), seed=seed, weeks=WEEKS, burn_in=BURN_IN
        )
        for _ in range(2)
    ]
    watch(worlds[0], range(len(worlds[0].families)))
    noted = list(lived(worlds[0], BURN_IN + WEEKS))
    for week, notes in enumerate(noted):
        assert faults(notes, worlds[0].totals[week]) == [], week
        stands = notes[(notes["event"] == Event.STANDS) & (notes["phase"] == Phase.INTAKE)]
        assert len(stands) == len(np.unique(stands["origin"]))
    advance(worlds[1], BURN_IN + WEEKS)
    assert differing(*worlds) == []


def test_a_note_too_many_or_too_few_is_found():
    notes = np.zeros(1, NOTE_DTYPE)
    totals = np.zeros(len(Total))
    notes["event"] = Event.ADVISED
    assert faults(notes, totals) == ["ADVICE"]
    totals[Total.ADVICE] = 1
    assert faults(notes, totals) == []
    assert faults(notes[:0], totals) == ["ADVICE"]
