"""Stories as they are asked for: from the model, and by `colsim story`."""

import doctest
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from colsim import CollaborationModel
from colsim.core.names import PARENT_FACTS
from colsim.errors import UserError
from colsim.scenario import load_scenario
from colsim.story import KINDS, Event, events, grades, words
from colsim.story.words import tell
from tests.unit.test_cli_runs import colsim

ROOT = Path(__file__).parents[2]
FAST = ["--weeks", "30"]


def desktop(weeks=40, burn_in=20):
    return load_scenario("desktop", overrides={"run.weeks": weeks, "run.burn_in": burn_in})


@pytest.fixture
def model():
    made = CollaborationModel(desktop(), seed=2)
    made.run_for(30)
    return made


@pytest.mark.slow
def test_a_run_that_was_not_recorded_is_simulated_again(model):
    name = model.families[0].name
    story = model.story(name)
    other = CollaborationModel(desktop(), seed=2)
    other.record(name)
    other.run_for(30)
    assert story == other.story(name)
    assert story == model.story(model.families[0])
    assert len(story.events) > 5
    # A function that looks and changes nothing is no obstacle.
    looking = CollaborationModel(desktop(), seed=2)
    looking.after("plan", lambda m: m.measure("information_flow"))
    looking.run_for(30)
    assert looking.story(name) == story


def test_a_run_that_was_changed_is_not_simulated_again(model):
    name = model.families[0].name
    model.families[1].csw_anxiety = 0.9
    with pytest.raises(UserError) as refused:
        model.story(name)
    assert "a state that was set has changed it (differing: families)" in str(refused.value)
    assert "call model.record(family) before the first step" in str(refused.value)
    changed = CollaborationModel(desktop(), seed=2)
    changed.after("policy", lambda m: m.world.policy.__setitem__("shared_days", 3.0))
    recorder = changed.record(name)
    changed.run_for(30)
    assert changed.story(name) == recorder.story()
    unrecorded = next(f.name for f in changed.families if f.name != name)
    with pytest.raises(UserError, match=r"cannot be simulated again"):
        changed.story(unrecorded)


def test_an_unknown_family_is_refused_with_those_that_are_near_and_some_that_exist(model):
    with pytest.raises(UserError) as refused:
        model.story("family-0-1-w30-77")
    text = str(refused.value)
    head = "family: found 'family-0-1-w30-77'; nearest known name: "
    assert text.startswith(head)
    nearest, examples = text.removeprefix(head).split("; allowed: the name of a family of this run")
    assert set(re.findall(r"family-\d+-\d+-\w+-\d+", examples)) <= set(model.family_names)
    assert set(nearest.split(", ")) <= set(model.family_names)
    for wrong in (3, None, ""):
        with pytest.raises(UserError, match="family: found"):
            model.record(wrong)
    assert model.record(" FAMILY-0-0-STOCK-0 ").family == "family-0-0-stock-0"


def test_a_family_that_is_not_there_yet(model):
    later = next(n for n in model.family_names if re.search(r"-w4\d-", n))
    story = model.story(later)
    week = int(re.search(r"-w(\d+)-", later).group(1)) - 20
    assert story.events == ()
    assert len(story.table()) == 0
    assert (
        f"After the last week simulated, 9, the family is not there yet: it comes to notice in "
        f"week {week}." in " ".join(story.text().split())
    )
    assert not story.to_dict()["active"]
    model.record(later)
    model.run_for(30)
    assert model.story(later).events[0].kind == "arrived"
    assert model.story(later).events[0].week == week + 20


def test_recording_that_begins_late_begins_with_what_is_there(model):
    family = next(f for f in model.families if f.csw and f.mhsw)
    recorder = model.record(family)
    assert [e.kind for e in recorder.events] == ["start"] * 3
    assert recorder.events[1].after == family.csw.name
    assert recorder.events[2].after == family.mhsw.name
    assert model.record(family) is recorder
    text = " ".join(recorder.story().text().split())
    assert "Recorded from week 10 on." in text
    assert "When recording begins, the family is known to both services." in text


def test_a_closed_family(model):
    before = set(model.families)
    model.run_for(30)
    gone = [f.name for f in before if f.status == "closed"]
    story = model.story(gone[0])
    assert not story.active
    assert {e.kind for e in story.events} & {"closed"}
    assert "case is closed, since week" in story.ending() or "no service" in story.ending()
    late = model.record(gone[0]).story()
    assert late.events == ()
    assert "Nothing happened since recording began." in late.ending()


def test_what_is_set_between_phases_is_told_as_such():
    model = CollaborationModel(desktop(), seed=2)
    model.run_for(20)
    family = next(f for f in model.families if f.csw and f.mhsw and not f.contacted)
    model.record(family)
    model.step()
    family.belief_csw = 0.99
    family.csw.narrative = -0.99

    new = []

    def learn(m):
        if m.week == 22:
            hidden = PARENT_FACTS & ~m.world.families[family.index]["known"][0]
            new.append(int(hidden & -hidden).bit_length() - 1)
            m.world.families[family.index]["known"][0] |= 1 << new[0]
            csw, mhsw = (m.world.posts[person.index]["row"] for person in family.leads)
            m.world.tie_familiarity[csw * 16 + mhsw] = 0.77

    model.after("discover", learn)
    model.run_for(3)
    events = [e for e in model.story(family).events if e.kind == "set"]
    found = [(e.week, e.field, e.after) for e in events]
    assert (21, "belief.csw", 0.99) in found
    assert (21, "narrative", -0.99) in found
    assert (22, "familiarity", 0.77) in found
    (known,) = [e for e in events if e.field == "known.csw"]
    assert known.week == 22
    assert set(known.after) - set(known.before) == {f"parent {new[0] - 7}"}
    assert tell(known).startswith("From outside the model's rules known.csw of family-")


def test_every_sentence_about_a_plan_says_why():
    detail = {
        "plan": "nominal", "achievable": True, "age": 10, "due": 9, "amh_open": True,
        "failed": {"condition": "talked", "contacted": True}, "wrong": False,
    }  # fmt: skip
    event = Event(3, "plan", "planned", (), "family-0-0-w1-0", "plans", 0, 1, detail)
    assert tell(event) == (
        "The first assessment, 10 weeks after the case was opened and 1 week late, ends in a "
        "nominal plan, joint in name only. It is not joint because the two only wrote and never "
        "talked. The parent can meet its targets."
    )
    detail["failed"] = {"condition": "took part or accepted", "engagement": 0.4}
    assert "(the model keeps no trace of which) (its engagement is 0.40)" in tell(event)


def sentence_of(kind, field="contact", before=None, after=None, **detail):
    return tell(Event(3, "contact", kind, (), "family-0-0-w1-0", field, before, after, detail))


FOOTING = {"lead": "mhsw", "mutual": True, "acquainted": True, "familiarity": 0.3, "trust": 0.7}


def test_a_talk_in_passing_and_what_a_rule_asks_for_have_words_of_their_own():
    known = (
        "The two know each other fairly well (0.30); the CSW feels good trust (0.70) in the MHSW."
    )
    said = "The MHSW brings up the family in passing, to share as well as to ask"
    assert sentence_of("passing", **FOOTING, anew=False) == f"{said}. {known}"
    again = ", and the two arrange anew to meet"
    assert sentence_of("passing", **FOOTING, anew=True) == f"{said}{again}. {known}"
    strangers = FOOTING | {"acquainted": False, "by_story": False}
    assert sentence_of("passing", **strangers, anew=False) == (
        f"{said}. The two have never met: the CSW has no view of them yet, and feels good trust "
        "(0.70)."
    )
    assert sentence_of("kept", **FOOTING) == (
        "The CSW and the MHSW meet as they had arranged, the MHSW to share as well as to ask."
    )
    asked = "The CSW writes to the MHSW only because a protocol asks for it, and is answered"
    assert sentence_of("forced", **FOOTING, thin=False) == f"{asked}."
    assert sentence_of("forced", **FOOTING, thin=True) == (
        f"{asked}; on paper alone the last plan was made too."
    )


@pytest.mark.parametrize(
    "consent, excused, ending",
    [
        (True, None, "a refusal."),
        (False, True, "The family has not consented, and the CSW excuses it."),
        (False, False, "The family has not consented, but the CSW takes it for obstruction."),
        (False, None, "The family has not consented, which may excuse it."),
    ],
)
def test_a_refusal_without_consent_is_excused_or_taken_for_obstruction(consent, excused, ending):
    detail = {"lead": "csw", "withheld": 2, "consent": consent, "excused": excused}
    text = sentence_of("refused", "memory.refusal", 0.0, 1.0, **detail)
    assert text.startswith("The MHSW tells the CSW nothing, though there are 2 facts to tell:")
    assert text.endswith(ending)


def test_what_a_spanner_holds_and_what_stays_on_file_is_said():
    facts = {"facts": ("child 1",), "lost": (), "lead": "csw"}
    assert sentence_of("told", "told", **facts) == (
        "The boundary spanner is told child fact 1 by the CSW."
    )
    facts = {"facts": (), "lost": ("child 1", "parent 2"), "lead": None}
    assert sentence_of("spanner_left", "told", **facts) == (
        "The boundary spanner who knew of the family has left. What an earlier one had been told "
        "went with them: child fact 1, parent fact 2."
    )
    detail = {"lead": "csw", "held": "known", "facts": (), "kept": ("child 1",)}
    assert sentence_of("forgot", "known.csw", **detail) == (
        "What the CSW had understood goes with them, and all of it is on file: child fact 1."
    )
    assert sentence_of("filed", "received.csw", **detail) == (
        "On file, for whoever comes next to make sense of: child fact 1."
    )


@pytest.mark.parametrize("received", [(), ("parent 3",)])
@pytest.mark.parametrize("calmed", [None, (0.4, 0.4), (0.4, 0.3)])
def test_advice_is_said_to_tell_nothing_and_maybe_to_calm(received, calmed):
    detail = {"lead": "csw", "received": received, "calmed": calmed, "others": 0}
    text = sentence_of("advised", "memory.good_phone", 0.0, 1.0, **detail)
    assert text.startswith(
        "The CSW does not ask the MHSW but phones a colleague of adult mental health whom they "
        "know better, for advice that tells nothing of the family."
    )
    assert ("falls from 0.40 to 0.30" in text) == (calmed == (0.4, 0.3))
    assert ("nothing received and not understood" in text) == (not received)


def test_what_is_understood_by_advice_or_from_the_family_is_said():
    detail = {"lead": "csw", "facts": ("parent 3",), "had_received": ("parent 3",)}
    text = sentence_of("understood", "known.csw", **detail, source="advice")
    assert text.startswith("With this colleague's advice the CSW understands parent fact 3 (")
    detail |= {"lead": "mhsw", "own": True, "trust": 0.5, "found": ("parent 1",)}
    text = sentence_of("discovered", "known.mhsw", **detail)
    assert text.startswith("The MHSW finds out parent fact 1 from the family. ")


@pytest.mark.parametrize("visit, how", [(True, "visit the family together"), (False, "meet")])
def test_a_joint_visit_is_not_told_as_any_other_meeting(visit, how):
    text = sentence_of("arranged", "appointed", False, True, visit=visit)
    assert text == f"The two arrange to {how} next week."


def test_every_kind_has_its_words_and_examples_hold():
    assert set(words._WORDS) == set(KINDS)
    for module in (grades, events):
        failed, tried = doctest.testmod(module)
        assert failed == 0 < tried


@pytest.mark.slow
def test_the_command_picks_a_telling_family_and_says_so():
    code, out, err = colsim("story", "desktop", *FAST)
    assert code == 0, err
    first, _, text = out.partition("\n\n")
    assert first.startswith("desktop, seed 1: ")
    assert "joint plan" in first
    name = re.search(r"The story of (family-\S+),", text).group(1)
    again = colsim("story", "desktop", "--family", name, *FAST)
    assert again[1] == text
    code, out, _ = colsim("story", "desktop", *FAST, "--json")
    document = json.loads(out)
    assert document["family"] == name
    assert document["picked_because"] in first
    assert set(document["events"][0]) == {
        "week", "phase", "kind", "who", "text", "entity", "field", "before", "after",
    }  # fmt: skip


@pytest.mark.slow
def test_the_command_lists_families():
    code, out, err = colsim("story", "desktop", "--list", *FAST)
    assert code == 0, err
    _, listed, _ = colsim("story", "desktop", "--list", *FAST, "--json")
    families = json.loads(listed)["families"]
    assert len(families) > 40
    assert all(line["family"] in out for line in families)
    assert all(line["last"] >= 0 for line in families)
    assert max(map(len, out.splitlines())) <= 80


@pytest.mark.slow
def test_the_command_writes_files(tmp_path):
    name = "family-0-0-w261-0"
    code, _, err = colsim("story", "desktop", "--family", name, *FAST, "--out", tmp_path / "s")
    assert code == 0, err
    files = sorted(p.name for p in (tmp_path / "s").iterdir())
    assert files == ["manifest.json", "story.csv", "story.json", "story.txt"]
    table = pd.read_csv(tmp_path / "s" / "story.csv")
    story = json.loads((tmp_path / "s" / "story.json").read_text(encoding="utf-8"))
    assert list(table["text"]) == [event["text"] for event in story["events"]]
    assert name in (tmp_path / "s" / "story.txt").read_text(encoding="utf-8")
    manifest = json.loads((tmp_path / "s" / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["family"], manifest["seed"]) == (name, 1)
    code, _, err = colsim("story", "desktop", "--list", *FAST, "--out", tmp_path / "l")
    assert code == 0, err
    assert len(pd.read_csv(tmp_path / "l" / "families.csv")) > 40


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments, messages",
    [
        (
            ["desktop", "--family", "family-0-9-w3-0"],
            ["family: found 'family-0-9-w3-0'", "such as"],
        ),
        (["desktop", "--family", "x", "--list"], ["--list: found together with --family"]),
        (["desktopp", "--seed", "-1"], ["seed: found -1", "nearest known name: desktop"]),
        (["desktop", "--weeks", "0"], ["run.weeks: found 0"]),
    ],
)
def test_wrong_input_ends_with_2_and_a_message(arguments, messages, tmp_path):
    code, out, err = colsim("story", *arguments, "--out", tmp_path / "none")
    assert code == 2
    assert out == ""
    assert all(message in err for message in messages)
    assert "Traceback" not in err
    assert not (tmp_path / "none").exists()
