"""Stories are true: every line has its change of state, and every change has its line.

One model records all its families, in a compiled run. A second one of the same scenario and seed
is stepped phase by phase, and all that changes in its arrays is written down without a look at
what kernels note.
"""

import re
from collections import Counter, defaultdict

import numpy as np
import pytest

from colsim import CollaborationModel
from colsim.core.events import Cause, Condition
from colsim.core.measures import TOTAL_INDEX
from colsim.core.schedule import PHASE_NAMES
from colsim.core.state import MEMORIES
from colsim.scenario import Scenario
from colsim.scenario.levers import LEVERS
from colsim.story import KINDS
from colsim.story.census import Census, telling
from colsim.story.events import CONTACTS
from tests.worlds import differing

pytestmark = pytest.mark.slow

WEEKS, BURN_IN, SEED = 60, 12, 27


def scenario(**organisation):
    return Scenario.model_validate(
        {
            "title": "A small authority under all policies",
            "run": {"weeks": WEEKS, "burn_in": BURN_IN},
            "organisation": {
                "localities": 2,
                "csw": 18,
                "csw_team_size": 6,
                "mhsw": 6,
                "mhsw_teams": 2,
                "shared_families": 20,
            }
            | organisation,
            # Much comes and goes, so that every kind of event happens.
            "parameters": {
                "leave_csw": 0.4,
                "leave_mhsw": 0.4,
                "fill_rate": 0.1,
                "return_rate": 0.08,
                "contact_base": -3.4,
                "collaboration_share": 0.25,
                "encounter_rate": 0.2,
                "occasion": 2.0,
            },
            "levers": {name: {"start": 12} for name in set(LEVERS) - EXCLUDED}
            | {name: {"start": start} for name, start in LATER.items()}
            | {"boundary_spanners": {"strength": 3, "start": 6}},
        }
    )


EXCLUDED = {"integrated_service", "posts_frozen"}
"""Levers that others here exclude."""
LATER = {"co_location": 24, "joint_information_system": 36, "front_door": 36}
"""What brings facts without a contact begins late, so that both is seen."""


def made():
    return CollaborationModel(scenario(), seed=SEED)


STATES = {
    "known": 2, "received": 2, "told": 0, "lead": 2, "open": 2, "plans": 0, "contact": 0,
    "consent": 0, "split": 0, "waiting": 2,
}  # fmt: skip
"""States of a family that lines tell of whenever they change, and of how many sides."""
PARTS = {"csw": 0, "csc": 0, "mhsw": 1, "amh": 1}


class Watch:
    """The states around every phase, and which families changed in it, from the arrays alone."""

    def __init__(self, model):
        self.model = model
        self.changed = set()
        self.around = {}
        for phase in PHASE_NAMES:
            model.before(phase, lambda m, p=phase: self.look(p, 0))
            model.after(phase, lambda m, p=phase: self.look(p, 1))

    def copy(self):
        world = self.model.world
        names = (
            "families", "practitioners", "tie_trust_cm", "tie_trust_mc", "tie_last", "tie_met",
            "totals",
        )  # fmt: skip
        return {name: getattr(world, name).copy() for name in names}

    def look(self, phase, end):
        if not end:
            self.before = self.copy()
            return
        after, week = self.copy(), self.model.week
        self.around[week, phase] = self.before, after
        one, other = self.before["families"], after["families"]
        for field in STATES:
            moved = (one[field] != other[field]).reshape(len(one), -1).any(axis=1)
            there = one["active"] | other["active"]
            self.changed |= {(int(row), week, phase) for row in np.flatnonzero(moved & there)}

    def states(self, row, week, phase, end):
        """Return the states of a family before (0) or after (1) a phase, side by side."""
        family = self.around[week, phase][end]["families"][row]
        found = {field: np.atleast_1d(family[field]).tolist() for field in STATES}
        if phase == "contact" and not end:
            found["contact"] = [-1]  # each week begins without a contact
        return found

    def value(self, world, entity, field):
        """Return a state by the names that a story gives."""
        model = self.model
        head, _, tail = field.partition(".")
        if entity.startswith("tie of "):
            csw, mhsw = (
                model.post_names.index(n.rsplit("-", 1)[0]) for n in entity[7:].split(" and ")
            )
            block = model.world.authorities[model.world.posts[csw]["authority"]]
            k = (csw - block["first_post"][0]) * block["posts"][1] + mhsw - block["first_post"][1]
            k += block["first_tie"]
            if field == "tie_met":
                return world["tie_met"][k]
            if field == "met":
                return bool(world["tie_last"][k] >= 0)
            return world["tie_trust_cm" if tail == "csw" else "tie_trust_mc"][k]
        if entity.startswith("family-"):
            value = world["families"][model.family_names.index(entity)][head]
            value = value[{"csw": 0, "csc": 0, "mhsw": 1, "amh": 1}[tail]] if tail else value
            return coded(field, value) if head == "lead" else value
        post, succession = entity.rsplit("-", 1)
        person = world["practitioners"][model.post_names.index(post)]
        assert person["succession"] == int(succession)
        return person["memory"][MEMORIES.index(tail)] if head == "memory" else person[head]

    def coded(self, field, value):
        """Return a value of a story as the arrays hold it."""
        head = field.split(".")[0]
        if head in ("known", "received", "told", "breached"):
            bits = [(8 if fact.startswith("parent") else 0) + int(fact[-1]) - 1 for fact in value]
            return sum(1 << bit for bit in bits)
        if head == "lead":
            return -1 if value is None else self.model.post_names.index(value.rsplit("-", 1)[0])
        if head == "contact":
            return {None: -1, "in vain": -2, "written": 0, "phone": 1, "face to face": 2,
                    "meeting": 3}[value]  # fmt: skip
        return int(value)


def coded(field, value):
    return int(value)


@pytest.fixture(scope="module")
def told():
    """A model with all families recorded, their stories, and what an unrecorded one did."""
    model = made()
    for name in model.family_names:
        model.record(name)
    model.leap(model.horizon)
    other = made()
    watch = Watch(other)
    other.run_for(other.horizon)
    return model, {name: model.story(name) for name in model.family_names}, watch


def replayed(states, events, watch):
    """Return the states that lines lead to; each has to begin where those before it ended."""
    for event in events:
        head, _, part = event.field.partition(".")
        if event.kind == "consulted":
            states["waiting"][event.detail["side"]] = 0
        if head not in STATES or event.kind == "start":
            continue
        side = PARTS[part] if part else 0
        before, after = (watch.coded(event.field, end) for end in (event.before, event.after))
        assert states[head][side] == before, event
        states[head][side] = after
        if head == "known":  # what is understood does not count as received any more
            states["received"][side] &= ~(after & ~before)
    return states


def by_phase(story):
    found = defaultdict(list)
    for event in story.events:
        if event.phase != "start":
            found[event.week, event.phase].append(event)
    return found


def test_recording_changes_no_bit(told):
    model, _, watch = told
    assert differing(model.world, watch.model.world) == []


def test_a_compiled_run_and_a_stepped_one_tell_the_same(told):
    _, stories, _ = told
    again = made()
    names = sorted(stories, key=lambda name: -len(stories[name].events))[:8]
    for name in names:
        again.record(name)
    again.run_for(again.horizon)
    for name in names:
        assert again.story(name) == stories[name]
        assert again.story(name).text() == stories[name].text()


def test_lines_lead_from_the_states_before_a_phase_to_those_after_it(told):
    """Replayed in order: every change has its lines, and every line its change."""
    _, stories, watch = told
    lines = changes = 0
    for row, name in enumerate(watch.model.family_names):
        events = by_phase(stories[name])
        changed = {(week, phase) for k, week, phase in watch.changed if k == row}
        for when in changed | set(events):
            then = replayed(watch.states(row, *when, 0), events[when], watch)
            assert then == watch.states(row, *when, 1), (name, when)
            lines += len(events[when])
        changes += len(changed)
    assert changes > 2000
    assert lines > 5000


def test_a_story_that_leaves_a_line_out_or_adds_one_is_noticed(told):
    _, stories, watch = told
    name = max(stories, key=lambda n: len(stories[n].events))
    row = watch.model.family_names.index(name)
    found = 0
    for when, events in by_phase(stories[name]).items():
        telling = [e for e in events if e.field.split(".")[0] in STATES and e.before != e.after]
        if not telling:
            continue
        after = watch.states(row, *when, 1)
        for wrong in (telling[1:], [*telling, telling[-1]]):
            try:
                assert replayed(watch.states(row, *when, 0), wrong, watch) == after
            except AssertionError:
                found += 1
    assert found > 50


def test_what_was_received_before_it_was_understood_is_said(told):
    _, stories, watch = told
    number = 0
    for name, story in stories.items():
        row = watch.model.family_names.index(name)
        for event in story.events:
            if event.kind != "understood":
                continue
            had = int(event.detail["y"])
            new = watch.coded("known", event.after) & ~watch.coded("known", event.before)
            before = watch.states(row, event.week, event.phase, 0)["received"]
            side = event.detail["side"]
            if event.phase != "exchange":  # there a shared record may come before
                assert had == new & before[side]
            assert had & ~new == 0
            number += had.bit_count()
    assert number > 100


def test_every_kind_of_line_occurs(told):
    _, stories, _ = told
    kinds = {event.kind for story in stories.values() for event in story.events}
    assert set(KINDS) - kinds <= {"set"}


DRIFTS = {"believed", "story", "family"}


def test_what_drifts_is_told_once_it_has_moved_clearly(told):
    """From what was told last, to what it is after the phase."""
    _, stories, watch = told
    checked = Counter()
    for story in stories.values():
        last = {}
        for event in story.events:
            if event.kind == "returned":
                last.clear()
            if event.kind not in DRIFTS or "since" not in event.detail:
                continue
            _, after = watch.around[event.week, event.phase]
            key = (event.entity, event.field)
            assert watch.value(after, *key) == event.after, event
            assert abs(event.after - event.before) >= 0.1
            since = event.detail["since"]
            if key in last:
                assert last[key] == (event.before, since)
            else:
                found = [watch.around[since, p][end] for p in PHASE_NAMES for end in (0, 1)]
                assert event.before in [watch.value(world, *key) for world in found]
            last[key] = event.after, event.week
            checked[event.kind] += 1
    assert min(checked[kind] for kind in DRIFTS) > 50


def events_by_week(stories, *kinds):
    found = defaultdict(list)
    for story in stories.values():
        for event in story.events:
            if event.kind in kinds and event.phase != "start":
                found[event.week].append(event)
    return found


def total(watch, name, week):
    return int(watch.model.world.totals[week, TOTAL_INDEX[name]])


COUNTED = {
    "arrivals": ("arrived",),
    "returns": ("returned",),
    "referrals": ("referred",),
    "vain": ("unanswered", "misdirected"),
    "given_up": ("gave_up", "missed"),
    "passing": ("passing",),
    "forced": ("forced",),
    "advice": ("advised",),
    "facilitated": ("facilitated",),
    "consults": ("consulted",),
    "consults_lost": ("not_consulted",),
    "splits": ("split",),
    "consent_asked": ("consent",),
    "unexplained": ("unexplained",),
    "escalations": ("escalated",),
}
"""Weekly totals, and the kinds of line that make them up."""


@pytest.mark.parametrize("name", COUNTED)
def test_events_add_up_to_the_measures(told, name):
    _, stories, watch = told
    events = events_by_week(stories, *COUNTED[name])
    counts = [total(watch, name, week) for week in range(watch.model.horizon)]
    assert [len(events[week]) for week in range(watch.model.horizon)] == counts
    assert sum(counts) > 0


def test_what_families_answer_and_who_closes_adds_up_too(told):
    _, stories, watch = told
    said, left = events_by_week(stories, "consent"), events_by_week(stories, "withdrew")
    closed, contested = events_by_week(stories, "closed"), events_by_week(stories, "contested")
    made = events_by_week(stories, "planned")
    breached = events_by_week(stories, "breached")
    for week in range(watch.model.horizon):
        answers = Counter(event.after for event in said[week])
        assert answers[1] == total(watch, "consent_given", week)
        assert answers[2] == total(watch, "consent_refused", week)
        withdrew = sum(event.after == 3 for event in left[week])
        assert withdrew == total(watch, "consent_withdrawn", week)
        csc = sum(event.field == "open.csc" for event in closed[week])
        assert csc == total(watch, "closures", week)
        # The total is of paired families alone.
        paired = {e.entity for e in made[week] if e.detail["plan"] != "one_service"}
        objected = sum(event.entity in paired for event in contested[week])
        assert objected == total(watch, "contested", week)
        # An occasion is one contact, consultation or look-up, in which both may tell.
        assert total(watch, "breaches", week) <= len(breached[week])


def test_contacts_are_told_by_the_channel_in_which_they_were_counted(told):
    _, stories, watch = told
    contacts = events_by_week(stories, *CONTACTS)
    seen = Counter()
    for week in range(watch.model.horizon):
        last = {event.entity: event.after for event in contacts[week]}
        counts = Counter(last.values())
        for channel in ("written", "phone", "face to face", "meeting"):
            assert counts[channel] == total(watch, channel.split()[0], week)
        seen += counts
    assert min(seen.values()) > 5


def test_plans_are_told_as_they_were_counted(told):
    """The kinds of all plans, and the chain of conditions, add up to the model's own counts."""
    _, stories, watch = told
    ways = Counter()
    for week, events in events_by_week(stories, "planned").items():
        kinds = Counter(e.detail["plan"] for e in events)
        assert kinds["joint"] == total(watch, "joint", week)
        assert kinds["nominal"] == total(watch, "nominal", week)
        assert kinds["single_agency"] == total(watch, "single", week)
        wrong = sum(e.detail["plan"] == "joint" and e.detail["wrong"] > 0 for e in events)
        assert wrong == total(watch, "jointly_wrong", week)
        short = Counter(
            Condition(int(e.detail["failed"]["x"])) for e in events if "failed" in e.detail
        )
        left = total(watch, "plans", week)
        for conditions, counted in (
            ([Condition.TALKED], "talked"),
            ([Condition.UNDERSTOOD], "understood"),
            ([Condition.DISCUSSED, Condition.AGREED], "agreed"),
            ([Condition.TOOK_PART], "took_part"),
            ([Condition.ACCEPTED], "joint"),
        ):
            left -= sum(short[condition] for condition in conditions)
            assert left == total(watch, counted, week)
        ways += kinds + short
    assert sum(ways[kind] for kind in ("joint", "nominal", "single_agency")) > 100
    assert min(ways[condition] for condition in Condition) > 0


def test_the_condition_told_is_one_that_the_states_before_the_plan_do_not_meet(told):
    _, stories, watch = told
    p = watch.model.world.parameters[0]
    for events in events_by_week(stories, "planned").values():
        for event in events:
            if "failed" not in event.detail:
                continue
            row = watch.model.family_names.index(event.entity)
            before = watch.around[event.week, "plan"][0]["families"][row]
            failed = event.detail["failed"]
            condition, side = Condition(int(failed["x"])), failed["side"]
            apart = abs(before["belief"][0] - before["belief"][1])
            assert before["talked"] == (condition != Condition.TALKED)
            if condition == Condition.UNDERSTOOD:
                assert event.detail["shares"][side] < event.detail["needed"]
            elif condition == Condition.DISCUSSED:
                assert not before["discussed"]
            elif condition == Condition.AGREED:
                assert before["discussed"]
                assert apart == failed["before"] > failed["after"] == p["risk_tolerance"]
            elif condition > Condition.AGREED:
                assert apart <= p["risk_tolerance"]


def test_what_is_understood_is_counted_unless_it_was_told_without_right(told):
    _, stories, watch = told
    understood = events_by_week(stories, "understood")
    for week in range(watch.model.horizon):
        for lead, counted in (("csw", "to_csc"), ("mhsw", "to_amh")):
            facts = sum(lawfully(watch, e) for e in understood[week] if e.field == f"known.{lead}")
            assert facts == total(watch, counted, week)


def lawfully(watch, event):
    """Return how many of the facts of an event were told with right: only these are counted."""
    _, after = watch.around[event.week, event.phase]
    row = watch.model.family_names.index(event.entity)
    breached = int(after["families"][row]["breached"])
    new = watch.coded("known", event.after) & ~watch.coded("known", event.before)
    return (new & ~breached).bit_count()


def counted_memories(watch, week, phase, kind):
    before, after = watch.around[week, phase]
    k = MEMORIES.index(kind)
    gone = after["practitioners"]["memory"][:, k] - before["practitioners"]["memory"][:, k]
    return {p: round(g) for p, g in enumerate(gone.tolist()) if round(g)}


@pytest.mark.parametrize(
    "memory, phase, kinds",
    [
        ("refusal", "experience", ("refused",)),
        ("unprepared", "experience", ("unprepared",)),
        ("no_answer", "contact", ("unanswered",)),
        ("misdirected", "contact", ("misdirected",)),
        ("given_up", "contact", ("gave_up", "missed")),
        ("good_phone", "contact", ("advised",)),
        ("consultation", "span", ("consulted",)),
        ("unexplained", "plan", ("unexplained",)),
        ("unachievable", "plan", ("unachievable",)),
    ],
)
def test_what_is_told_of_a_worker_is_what_they_remember(told, memory, phase, kinds):
    """Over all families a worker leads: neither more nor less."""
    _, stories, watch = told
    events = events_by_week(stories, *kinds)
    number = 0
    for week in range(watch.model.horizon):
        mine = Counter(
            watch.model.post_names.index(e.who[0].rsplit("-", 1)[0]) for e in events[week]
        )
        if "missed" in kinds:  # both are named who had arranged to meet
            mine = Counter(
                watch.model.post_names.index(e.entity.rsplit("-", 1)[0]) for e in events[week]
            )
        assert mine == counted_memories(watch, week, phase, memory)
        number += mine.total()
    assert number > 0


@pytest.mark.parametrize("phase", ["experience", "plan"])
def test_what_is_felt_leads_from_the_trust_before_a_phase_to_that_after_it(told, phase):
    """Over all families of two people: what lines begin with, and the end, are the start and
    what lines end with, in whatever order they came."""
    _, stories, watch = told
    felt = defaultdict(list)
    for story in stories.values():
        for event in story.events:
            if event.kind == "felt" and event.phase == phase:
                felt[event.week, event.entity, event.field].append(event)
    checked = 0
    for (week, tie, field), events in felt.items():
        before, after = watch.around[week, phase]
        if not watch.value(before, tie, "met"):  # then trust began in this phase
            continue
        start, end = (watch.value(world, tie, field) for world in (before, after))
        assert Counter([start, *(e.after for e in events)]) == Counter(
            [end, *(e.before for e in events)]
        )
        checked += 1
    assert checked > 20


def test_feelings_go_the_way_that_is_told(told):
    _, stories, _ = told
    feelings = [e for s in stories.values() for e in s.events if e.kind == "felt"]
    assert len(feelings) > 100
    for event in feelings:
        good = event.detail["x"] in (Cause.TOLD, Cause.TALK, Cause.AGREED)
        assert (event.after > event.before) == good, event
    causes = {Cause(int(event.detail["x"])) for event in feelings}
    assert causes >= {Cause.TOLD, Cause.REFUSED, Cause.NO_ANSWER, Cause.AGREED}


def test_what_a_family_tells_is_one_fact_a_week_and_what_a_child_wants(told):
    _, stories, watch = told
    seen = 0
    for story in stories.values():
        for event in story.events:
            if event.kind != "discovered":
                continue
            before, after = (watch.coded("known", end) for end in (event.before, event.after))
            # Who hears the child may learn both wishes.
            assert (after & ~before).bit_count() <= (2 if event.field == "known.csw" else 1)
            seen += 1
    assert seen > 100


def test_lines_stand_in_the_order_of_phases(told):
    _, stories, _ = told
    order = {"start": -1, **{name: k for k, name in enumerate(PHASE_NAMES)}}
    for story in stories.values():
        places = [(event.week, order[event.phase]) for event in story.events]
        assert places == sorted(places)


def test_text_and_table_agree(told):
    _, stories, _ = told
    for story in list(stories.values())[:12]:
        table, narrow = story.table(), story.text(width=70)
        text = " ".join(narrow.split())
        assert len(table) == len(story.events)
        place = 0
        for sentence in table["text"]:
            assert sentence[-1] in ".)"
            place = text.index(" ".join(sentence.split()), place)
        assert max(map(len, narrow.splitlines())) <= 70
        weeks = re.findall(r"^Week (-?\d+) ", story.text(), re.M)
        assert [int(w) for w in weeks] == list(dict.fromkeys(table["week"]))
        assert story.to_dict()["events"][0]["text"] == table["text"][0]


def test_counts_agree_with_a_census_taken_apart(told):
    _, stories, _ = told
    model = made()
    census = Census(model.world, model.family_names)
    model.watch(census.take)
    model.leap(model.horizon)
    lines = census.lines()
    assert len(lines) > 40
    for line in lines:
        counts = stories[line.family].counts()
        assert counts == {name: getattr(line, name) for name in counts}, line
    picked, reason = telling(lines)
    assert picked.first >= 0
    assert picked.first_joint == min(
        line.first_joint for line in lines if line.first >= 0 and line.first_joint is not None
    )
    assert "joint plan" in reason
    assert telling([]) is None
    unplanned = [line for line in lines if line.first >= 0 and line.joint == 0]
    picked, reason = telling(unplanned)
    assert picked.contacts == max(line.contacts for line in unplanned)
    assert "most contacts" in reason
