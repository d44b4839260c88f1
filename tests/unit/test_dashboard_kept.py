"""Results that are known: whoever asks the same again is answered at once."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from colsim.comparison.compare import compare
from colsim.dashboard import drafts, jobs, kept, money
from colsim.dashboard.authority import lived, read_authority
from colsim.dashboard.kept import Answers, Asked
from colsim.scenario import load_scenario
from tests.lists import SMALL

BASE = load_scenario("desktop")
POLICY = lived("co_location", BASE)


def asked(*scenarios, worlds=3, seed=1):
    return Asked(scenarios or (BASE, POLICY), worlds, seed)


@pytest.fixture(scope="module")
def result():
    short = load_scenario("desktop", overrides={"run.weeks": 20, "run.burn_in": 10})
    return compare(short, ["co_location"], replications=2)


def test_the_same_question_has_the_same_key_and_no_other_has():
    assert asked().key() == asked().key()
    stronger = drafts.lever_set(POLICY, "co_location", {"strength": 2.0})
    titled = replace(POLICY, name="other")
    others = [
        asked(worlds=4),
        asked(seed=2),
        asked(POLICY, BASE),
        asked(BASE, stronger),
        asked(BASE, titled),
        asked(load_scenario("robinscar"), lived("co_location", load_scenario("robinscar"))),
    ]
    assert len({one.key() for one in [asked(), *others]}) == 1 + len(others)


def test_another_version_of_the_code_and_other_worlds_are_another_question(monkeypatch):
    before = asked().key()
    monkeypatch.setattr(kept, "_code", lambda: "another")
    assert asked().key() != before
    monkeypatch.undo()
    none = SimpleNamespace(worlds=None, note="drawn otherwise")
    monkeypatch.setattr(kept, "chosen_worlds", lambda *_, **__: none)
    assert asked().key() != before


def test_what_comes_with_colsim_is_kept_between_starts(result, tmp_path):
    answers = Answers(tmp_path / "answers")
    assert answers.known(asked()) is None
    answers.keep(asked(), result)
    assert answers.known(asked()) is result
    again = Answers(tmp_path / "answers").known(asked())
    assert repr(again.differences) == repr(result.differences)
    assert again.account.texts("answer") == result.account.texts("answer")
    # A torn file is no answer, and no fault.
    (file,) = (tmp_path / "answers").iterdir()
    file.write_bytes(file.read_bytes()[:100])
    assert Answers(tmp_path / "answers").known(asked()) is None


def test_what_visitors_change_is_held_and_what_they_open_is_not(result, tmp_path):
    changed = drafts.lever_set(POLICY, "co_location", {"strength": 2.0})
    opened = drafts.uploaded("ours.toml", b'extends = "co_location"\n', base=BASE)
    own = read_authority([("ours.csv", SMALL)])
    answers = Answers(tmp_path / "answers")
    for scenarios, held in (
        ((BASE, changed), True),
        ((BASE, opened), False),
        ((own.under("robinscar"), own.under("co_location")), False),
    ):
        answers.keep(asked(*scenarios), result)
        assert (answers.known(asked(*scenarios)) is result) == held
    assert not (tmp_path / "answers").exists()


def test_results_are_bounded_the_oldest_give_way(result, tmp_path, monkeypatch):
    monkeypatch.setattr(kept, "MOST_HELD", 2)
    monkeypatch.setattr(kept, "MOST_KEPT", 3)
    answers = Answers(tmp_path / "answers")
    for seed in range(5):
        answers.keep(asked(seed=seed), result)
    assert len(answers._held) == 2
    assert len(list((tmp_path / "answers").iterdir())) == 3
    assert answers.known(asked(seed=0)) is None


def test_a_folder_that_cannot_be_written_is_no_fault(result, tmp_path):
    (tmp_path / "file").write_text("no folder")
    answers = Answers(tmp_path / "file")
    answers.keep(asked(), result)
    assert answers.known(asked()) is result


def test_a_job_that_is_known_is_not_lived(result, monkeypatch):
    answers = Answers()
    from colsim.dashboard.pages import work  # brings Solara

    monkeypatch.setattr(work, "ANSWERS", answers)
    job = jobs.Job((BASE, POLICY), 3, 1)
    answers.keep(job.asked, result)
    monkeypatch.setattr(jobs.Job, "run", lambda *_: pytest.fail("it was lived again"))
    assert work.done(job, lambda *_: None, "It could not be") is result
    survey = money.Survey(BASE, (("co_location",),), 1)
    assert survey.asked.scenarios[0] is BASE
    assert survey.asked.worlds == money.WORLDS
