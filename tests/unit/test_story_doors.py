"""Stories as they are asked for: from the model, and by `colsim story`."""

import doctest
import json
import re
from collections import Counter
from pathlib import Path
from string import Formatter

import pandas as pd
import pytest

from colsim import CollaborationModel
from colsim.core.events import NOTE_DTYPE, Condition
from colsim.core.events import Event as Noted
from colsim.core.names import PARENT_FACTS
from colsim.errors import UserError
from colsim.scenario import load_scenario
from colsim.story import KINDS, Event, events, words
from colsim.story.people import Person
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


def test_one_family_is_recorded_while_all_are_watched():
    """What is taken of all does not keep it from its recorder, nor the other way round."""
    model = CollaborationModel(desktop(), seed=2)
    seen = Counter()
    model.watch(lambda notes: seen.update(notes["event"].tolist()))
    model.leap(3)
    name = next(f.name for f in model.families if f.csw and f.mhsw)
    recorder = model.record(name)
    model.leap(12)
    alone = CollaborationModel(desktop(), seed=2)
    alone.leap(3)
    assert [e.kind for e in recorder.events][:1] == ["start"]
    alone.record(name)
    alone.leap(12)
    assert recorder.story() == alone.story(name)
    told = Counter(e.kind for e in recorder.events)
    assert 0 < told["felt"] <= seen[Noted.FELT]
    assert told["discovered"] <= seen[Noted.DISCOVERED]


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


STANDING = {
    "x": 0.0, "y": 0.0, "z": 0.0, "initiator": 1, "disclosed": [0, 0], "lead": [0, 9],
    "open": [1, 1], "known": [0, 0], "received": [0, 0], "plans": 0, "trust": [0.5, 0.5],
    "belief": [0.4, 0.4], "achievable": 1.0, "wrong": 0.0, "risk": 0.3, "familiarity": 0.3,
    "role_knowledge": [0.5, 0.5], "pressure": [1.0, 1.0], "tie_last": 1, "by_story": 1,
    "phase_name": "contact",
}  # fmt: skip


def sentence_of(kind, side=0, before=0.0, after=1.0, **noted):
    """Return what is told of a note with these values."""
    noted = STANDING | {"side": side, "before": before, "after": after} | noted
    return tell(Event(3, "contact", kind, (), "family-0-0-w1-0", "", None, None, noted))


def plan_of(**noted):
    """Return what is told of a first plan, 10 weeks after the case was opened."""
    noted = {"x": 1.0, "y": 10.0, "z": 9.0, "words": "planned"} | noted
    return sentence_of("planned", -1, **noted)


SHARES = {"shares": (0.1, 0.2), "needed": 0.3}


@pytest.mark.parametrize(
    "condition, failed, said",
    [
        (Condition.TALKED, {"before": 1}, "the two only wrote and never talked"),
        (Condition.TALKED, {"before": 0}, "the two had no contact since the last plan"),
        (
            Condition.UNDERSTOOD,
            {"side": 0},
            "the CSW understands 10 % of what the MHSW knows, and 30 % is needed (the MHSW too "
            "understands too little)",
        ),
        (
            Condition.UNDERSTOOD,
            {"side": 1},
            "the MHSW understands 20 % of what the CSW knows, and 30 % is needed",
        ),
        (Condition.DISCUSSED, {}, "they talked without discussing the risk"),
        (
            Condition.AGREED,
            {"before": 0.25, "after": 0.13},
            "their beliefs about the risk are 0.25 apart, more than 0.13",
        ),
        (
            Condition.TOOK_PART,
            {"before": 0.4},
            "the family did not take part (its engagement is 0.40)",
        ),
        (
            Condition.ACCEPTED,
            {"side": 1, "before": 0.7, "y": 0.2, "z": 0.31},
            "the MHSW did not accept their part (role knowledge 0.31, readiness to work together "
            "0.20; good trust (0.70) in the other)",
        ),
    ],
)
def test_every_sentence_about_a_plan_says_why(condition, failed, said):
    assert plan_of(failed={"x": float(condition), **failed}, **SHARES) == (
        "The first assessment, 10 weeks after the case was opened and 1 week late, ends in a "
        f"nominal plan, joint in name only. It is not joint because {said}. The parent can meet "
        "its targets."
    )


def test_a_joint_plan_says_what_it_rests_on_and_one_alone_why_it_is_alone():
    joint = plan_of(x=0.0, before=1.0, after=2.0, z=13.0, wrong=0.5, achievable=0.0, **SHARES)
    assert joint == (
        "A review, 10 weeks after the last plan, ends in a joint plan: the two talked, the CSW "
        "understands 10 % of what the MHSW knows and the MHSW 20 % the other way round (30 % is "
        "needed), they agree on the risk, the family took part and both accept their part (yet "
        "what they agree on is wrong: the true risk is 0.30). The parent cannot meet its targets."
    )
    alone = "ends in a plan of children's social care alone: "
    assert f"{alone}there is no MHSW at the moment." in plan_of(x=3.0)
    assert f"{alone}adult mental health is not involved." in plan_of(x=3.0, open=[1, 0])


def test_a_talk_in_passing_and_what_a_rule_asks_for_have_words_of_their_own():
    known = (
        "The two know each other fairly well (0.30); the CSW feels good trust (0.70) in the MHSW."
    )
    said = "The MHSW brings up the family in passing, to share as well as to ask"
    footing = {"side": 1, "x": 1.0, "y": 0.7}
    assert sentence_of("passing", **footing) == f"{said}. {known}"
    strangers = footing | {"tie_last": -1, "by_story": 0}
    assert sentence_of("passing", **strangers) == (
        f"{said}. The two have never met: the CSW has no view of them yet, and feels good trust "
        "(0.70)."
    )
    assert "goes by the story told about adult mental health" in sentence_of(
        "passing", **strangers | {"by_story": 1}
    )
    assert sentence_of("kept", **footing) == (
        "The CSW and the MHSW meet as they had arranged, the MHSW to share as well as to ask."
    )
    asked = "The CSW writes to the MHSW only because a protocol asks for it, and is answered"
    assert sentence_of("forced") == f"{asked}."
    assert sentence_of("forced", x=1.0) == (f"{asked}; on paper alone the last plan was made too.")


def test_what_there_were_no_hours_for_is_said():
    text = sentence_of("asked", after=1.0, x=0.0, y=0.7, z=2.0)
    assert text.startswith(
        "The CSW phones the MHSW, only to ask, and is answered; for more there are no hours. "
    )
    assert "no hours" not in sentence_of("asked", after=1.0, z=1.0)
    assert sentence_of("gave_up", x=2.0, y=0.25, z=0.1, pressure=[1.2, 1.0]) == (
        "The CSW means to go to see the MHSW and has no hours left for it, not even to write (0.25 "
        "are needed, 0.10 left; pressure 1.20)."
    )
    assert sentence_of("missed", x=1.0) == (
        "The two had arranged to meet, and the MHSW has no hours left for it."
    )
    vain = "The CSW gets in touch with the MHSW and gets no answer"
    assert sentence_of("unanswered", x=1.0) == f"{vain}: the MHSW has no hours left for it."
    assert sentence_of("unanswered", pressure=[2.0, 1.0]) == f"{vain}."
    assert sentence_of("unanswered", pressure=[1.0, 1.3]) == (
        f"{vain} (the MHSW has more work than hours: pressure 1.30)."
    )


@pytest.mark.parametrize(
    "consent, excused, ending",
    [
        (1.0, 0.0, "a refusal."),
        (0.0, 1.0, "The family has not consented, and the CSW excuses it."),
        (0.0, 0.0, "The family has not consented, but the CSW takes it for obstruction."),
    ],
)
def test_a_refusal_without_consent_is_excused_or_taken_for_obstruction(consent, excused, ending):
    text = sentence_of("refused", x=2.0, y=consent, z=excused)
    assert text.startswith("The MHSW tells the CSW nothing, though there are 2 facts to tell:")
    assert text.endswith(ending)


CHILD_1, CHILD_2, PARENT_2, PARENT_3 = 0b1, 0b10, 0b10_0000_0000, 0b100_0000_0000


def test_what_a_spanner_holds_and_what_stays_on_file_is_said():
    assert sentence_of("told", before=PARENT_2, after=PARENT_2 | CHILD_1) == (
        "The boundary spanner is told child fact 1 by the CSW."
    )
    assert sentence_of("spanner_left", -1, before=CHILD_1 | PARENT_2, after=0) == (
        "The boundary spanner who knew of the family has left. What had been told went with them: "
        "child fact 1, parent fact 2."
    )
    assert sentence_of("forgot", before=CHILD_1, after=0, x=CHILD_1) == (
        "What the CSW had understood goes with them, and all of it is on file: child fact 1."
    )
    assert sentence_of("forgot", before=CHILD_1 | CHILD_2, after=0, x=CHILD_1) == (
        "What the CSW had understood and not written down is lost: child fact 2; on file remain "
        "child fact 1."
    )
    assert sentence_of("filed", before=0, after=CHILD_1) == (
        "On file, for whoever comes next to make sense of: child fact 1."
    )
    assert sentence_of("filed", before=PARENT_2, after=0) == (
        "What the CSW had received without understanding and not written down is lost: parent "
        "fact 2."
    )


@pytest.mark.parametrize("received", [0, PARENT_3])
def test_advice_is_said_to_tell_nothing_and_of_whom_it_is_asked(received):
    colleague = Person("mhsw-0-0-0-1-0", "MHSW in team 0 of locality 0")
    text = sentence_of("advised", received=[received, 0], colleague=colleague)
    assert text.startswith(
        "The CSW does not ask the MHSW but phones a colleague of adult mental health whom they "
        "know better, the MHSW in team 0 of locality 0 [mhsw-0-0-0-1-0], for advice that tells "
        "nothing of the family."
    )
    assert ("nothing received and not understood" in text) == (not received)
    assert sentence_of("calmed", before=0.4, after=0.3) == (
        "That calms: the CSW's anxiety about the case falls from 0.40 to 0.30."
    )


def test_what_is_understood_by_advice_or_from_the_family_is_said():
    text = sentence_of("understood", before=0, after=PARENT_3, x=1.0, y=PARENT_3)
    assert text == (
        "With this colleague's advice the CSW understands parent fact 3 (parent fact 3 had been "
        "received before and not understood)."
    )
    text = sentence_of("discovered", 1, before=0, after=PARENT_3)
    assert text.startswith("The MHSW finds out parent fact 3 from the family. ")
    text = sentence_of("discovered", 0, before=0, after=PARENT_3, x=PARENT_3)
    assert text.startswith(
        "The CSW finds out parent fact 3 (received before, and not understood) from the family, "
        "which is the other service's side. "
    )


@pytest.mark.parametrize("side, how", [(-1, "visit the family together"), (0, "meet")])
def test_a_joint_visit_is_not_told_as_any_other_meeting(side, how):
    assert sentence_of("arranged", side) == f"The two arrange to {how} next week."


@pytest.mark.parametrize("again, before", [("", 0.0), (" again", 2.0)])
def test_who_asks_for_consent_is_said_and_what_the_family_answers(again, before):
    asked = f"Asked{again} by the MHSW whether the services may share what they know, the family"
    assert sentence_of("consent", 1, before=before, after=1.0) == f"{asked} consents."
    assert sentence_of("consent", 1, before=before, after=2.0) == f"{asked} refuses."
    assert sentence_of("withdrew", -1, before=1.0, after=0.0) == (
        "The family's consent ends with the case."
    )


OF_READING = {
    "by_story", "event", "phase_name", "person", "colleague", "shares", "needed", "failed",
    "words", "since", "field", "entity",
}  # fmt: skip
"""What a sentence may need besides a note's own values."""


def asked_for(text):
    """Return the names in a text's braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_kind_has_its_words_and_every_word_its_value():
    """No text of the table asks for a value that no note has, and no choice stands there unused."""
    assert set(words.TABLE) == set(KINDS) | {"introduced", "blamed"}
    values = set(NOTE_DTYPE.names) | set(words._MADE) | OF_READING
    texts = [
        text for kind in words.TABLE.values() for text in (kind["text"], kind.get("state", ""))
    ]
    compared = set()
    for name, choice in words._CHOICES.items():
        by = choice["by"] if isinstance(choice["by"], list) else [choice["by"]]
        compared |= {one for one in by if isinstance(one, str) and one not in words._COMPARE}
        assert len(choice) > 1, name
        texts += [text for key, text in choice.items() if key != "by"]
    asked = set().union(*map(asked_for, texts)) | compared
    for name in asked - set(words._CHOICES):
        head, _, rest = name.partition(".")
        assert (rest if head in ("my", "their") else head) in values, name
    assert set(words._CHOICES) <= asked
    for text in texts:
        for _, name, spec, _ in Formatter().parse(text):
            assert not name or not spec or spec in words._SAID or spec.endswith(".2f"), spec


def test_examples_of_words_hold():
    for module in (words, events):
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
