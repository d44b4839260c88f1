"""Asking practitioners: answers are checked, pooled, and find the world that they come from."""

import csv
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from colsim.core.measures import TOTAL_INDEX
from colsim.elicit import QUESTIONS, questionnaire, read_answers, weigh
from colsim.elicit.answers import Answer, Answers
from colsim.elicit.weighing import density, pooled, weights_of
from colsim.errors import UserError
from colsim.experiments.worlds import worlds_from
from tests.unit.test_cli_runs import colsim

ROOT = Path(__file__).parents[2]
HEAD = ["respondent", "service", "question", "lowest", "likely", "highest"]


def write(path, rows, head=HEAD):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def made_up(truth, people, seed, *, spread=0.08):
    """Answers of people who see the truth with an error, and know about how large it is."""
    generator = np.random.default_rng(seed)
    found = []
    for person in range(people):
        service = ("CSW", "MHSW")[person % 2]
        for name, value in truth.items():
            question = QUESTIONS[name]
            if service not in question.services:
                continue
            wide = spread * (question.most - question.least) * (0.2 if name == "crises" else 1.0)
            middle = float(np.clip(generator.normal(value, wide), question.least, question.most))
            low = max(question.least, middle - 1.645 * wide)
            high = min(question.most, middle + 1.645 * wide)
            found.append(Answer(f"P{person}", service, name, low, middle, high))
    return Answers(tuple(found), ())


def test_questions_are_fifteen_and_each_can_be_answered_by_the_model():
    assert 12 <= len(QUESTIONS) <= 15
    for one in QUESTIONS.values():
        assert {*one.top, *one.bottom} <= set(TOTAL_INDEX)
        assert one.text.endswith("?")
        assert one.least < one.most
    totals = dict.fromkeys(TOTAL_INDEX, 0.0)
    totals |= {"written": 2.0, "phone": 3.0, "face": 1.0, "vain": 4.0}
    assert QUESTIONS["answered"].of(totals) == 6.0
    assert np.isnan(QUESTIONS["talked"].of(totals))


def test_the_questionnaire_comes_back_as_it_was_filled_in(tmp_path):
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(questionnaire()))
    book["Respondent"]["A2"], book["Respondent"]["B2"] = "K7", "CSW"
    rows = {row[0].value: row for row in book["Answers"].iter_rows(min_row=2)}
    assert set(rows) == set(QUESTIONS)
    for cell, value in zip(rows["answered"][3:6], (3, "4,5", 7), strict=True):
        cell.value = value
    book.save(tmp_path / "k7.xlsx")
    found = read_answers([tmp_path / "k7.xlsx"])
    assert found.answers == (Answer("K7", "CSW", "answered", 3.0, 4.5, 7.0),)
    assert found.respondents == {"K7": "CSW"}


WRONG = {
    "out of order": (["A", "CSW", "answered", 5, 4, 7], "found 5, 4, 7; allowed: lowest, likely"),
    "no range": (["A", "CSW", "answered", 4, 4, 4], "in this order, and a range"),
    "half empty": (["A", "CSW", "answered", 5, "", ""], "found no likely and no highest"),
    "out of range": (["A", "CSW", "answered", 5, 6, 11], "highest = '11'; allowed: numbers from 0"),
    "no number": (["A", "CSW", "answered", "few", 6, 8], "lowest = 'few'"),
    "service": (["A", "Police", "answered", 5, 6, 8], "service: found 'Police'; allowed: CSW or"),
    "no service": (["A", "", "answered", 5, 6, 8], "service: found nothing"),
    "nobody": (["", "CSW", "answered", 5, 6, 8], "respondent: found nothing"),
    "question": (["A", "CSW", "answerd", 5, 6, 8], "answered"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_no_answer_is_refused(tmp_path, case):
    row, said = WRONG[case]
    with pytest.raises(UserError) as raised:
        read_answers([write(tmp_path / "a.csv", [row])])
    assert said in str(raised.value)
    assert "a.csv" in str(raised.value)


def test_faults_of_all_files_are_told_at_once_and_one_respondent_answers_once(tmp_path):
    good = ["A", "CSW", "answered", 3, 5, 7]
    one = write(tmp_path / "one.csv", [good, good])
    two = write(tmp_path / "two.csv", [good])
    empty = write(tmp_path / "empty.csv", [["B", "CSW", "answered", "", "", ""]])
    foreign = write(tmp_path / "foreign.csv", [["x"]], ["name"])
    with pytest.raises(UserError) as raised:
        read_answers([one, two, empty, foreign, tmp_path / "none.csv"])
    text = str(raised.value)
    assert "one.csv: row 3, answered: found a second answer of A" in text
    assert f"respondent A: found one who answered in {one}, too" in text
    assert "empty.csv: answers: found none that is filled in" in text
    assert "foreign.csv: answers: found no table with a column question" in text
    assert "none.csv" in text


def test_the_service_that_is_not_asked_is_left_out_and_said(tmp_path):
    rows = [["A", "AMH", "in_time", 6, 8, 9], ["A", "AMH", "talked", 2, 3, 5]]
    found = read_answers([write(tmp_path / "a.csv", rows)])
    assert [one.question for one in found.answers] == ["talked"]
    assert "only CSW are asked" in found.notes[0]


def test_an_answer_is_a_density_with_a_tenth_beyond_its_ends():
    answer = Answer("A", "CSW", "answered", 2.0, 5.0, 6.0)
    x = np.linspace(-20.0, 30.0, 500_001)
    y = density(answer, x)
    step = x[1] - x[0]
    assert y.sum() * step == pytest.approx(1.0, abs=1e-4)
    assert y[(x < 2.0) | (x > 6.0)].sum() * step == pytest.approx(0.1, abs=1e-3)
    even = density(Answer("A", "CSW", "answered", 3.0, 5.0, 7.0), x)
    np.testing.assert_allclose(even, stats.norm(5.0, 2.0 / 1.6448536).pdf(x), atol=1e-6)


def test_services_weigh_alike_however_many_answer():
    some = [Answer(f"C{k}", "CSW", "answered", 1.0, 2.0, 3.0) for k in range(9)]
    answers = Answers((*some, Answer("M", "MHSW", "answered", 7.0, 8.0, 9.0)), ())
    two, eight = pooled(answers, "answered", np.array([2.0, 8.0]))
    assert two == pytest.approx(eight)


def test_questions_that_say_the_same_count_once():
    x = np.random.default_rng(1).normal(5.0, 1.5, size=2_000)
    answers = Answers(
        tuple(
            Answer("A", "CSW", name, 5.0, 6.0, 7.0)
            for name in ("answered", "in_person", "talked", "took_part")
        ),
        (),
    )
    asked = ["answered", "in_person", "talked", "took_part"]
    four, worth = weights_of(answers, asked, np.stack([x] * 4, axis=1))
    alone, _ = weights_of(answers, asked[:1], x[:, None])
    assert worth == pytest.approx(4.0)
    np.testing.assert_allclose(four, alone, rtol=1e-6)


@pytest.fixture(scope="module")
def judged():
    """Worlds of the ranges, and what each gives."""
    truth = {name: (one.least + one.most) / 2 for name, one in QUESTIONS.items()}
    wide = Answers(
        tuple(
            Answer("A", one.services[0], name, one.least, truth[name], one.most)
            for name, one in QUESTIONS.items()
        ),
        (),
    )
    return weigh("desktop", wide, worlds="ranges", draws=160, workers=2)


def test_a_known_world_is_found_again(judged):
    """Each of 40 worlds in turn is the truth, six people are asked, the others are weighed."""
    names = [one.question for one in judged.said]
    nearer, inside, wide, narrow = [], [], [], []
    for k in range(40):
        rest = np.delete(judged.found, k, axis=0)
        truth = dict(zip(names, judged.found[k], strict=True))
        weights, _ = weights_of(made_up(truth, 6, k), names, rest)
        spread = rest.std(axis=0)
        before = np.abs(rest.mean(axis=0) - judged.found[k]) / spread
        after = np.abs(weights @ rest - judged.found[k]) / spread
        nearer.append(after.mean() < before.mean())
        for j in range(len(names)):
            order = np.argsort(rest[:, j])
            ends = np.cumsum(weights[order])
            low, high = np.interp((0.05, 0.95), ends, rest[order, j])
            inside.append(low <= judged.found[k, j] <= high)
            narrow.append((high - low) / spread[j])
            wide.append(np.ptp(np.quantile(rest[:, j], (0.05, 0.95))) / spread[j])
    assert np.mean(nearer) > 0.8
    assert np.mean(inside) > 0.85, "nine in ten ranges hold the truth, or nearly"
    assert np.mean(narrow) < np.mean(wide)


def test_answers_about_nothing_leave_worlds_as_they_were(judged):
    assert judged.effective > 0.6 * len(judged.found)


def test_worlds_are_written_and_compared_with(tmp_path):
    rows = [
        ["A", "CSW", "answered", 4, 7, 9], ["A", "CSW", "talked", 2, 4, 7],
        ["B", "AMH", "answered", 1, 2, 3], ["B", "AMH", "consenting", 4, 6, 8],
    ]  # fmt: skip
    path = write(tmp_path / "answers.csv", rows)
    out = tmp_path / "judged"
    code, shown, err = colsim("elicit", "read", "desktop", str(path), "--worlds", "ranges",
                              "--draws", "60", "--out", str(out), "--json")  # fmt: skip
    assert code == 0, err
    document = json.loads(shown)
    assert document["respondents"] == {"A": "CSW", "B": "MHSW"}
    by_name = {one["question"]: one for one in document["questions"]}
    assert by_name["answered"]["apart"]
    assert by_name["talked"]["overlap"] is None
    assert {p.name for p in out.iterdir()} >= {"posterior.parquet", "answers.csv", "answers.png"}
    worlds = worlds_from(out)
    assert worlds.kind == "judged"
    assert "judgement of 2 practitioners" in worlds.note
    assert len(worlds) == 200
    assert json.loads((out / "matched.json").read_text())["command"].endswith(" --force")
    again = ("elicit", "read", "desktop", str(path), "--worlds", "ranges", "--draws", "60")
    assert "The services see answered differently" in colsim(*again)[1]


def test_what_no_world_gives_is_refused_by_name(tmp_path):
    rows = [["A", "CSW", "crises", 290, 295, 300], ["B", "CSW", "contacts", 37, 38, 39]]
    out = tmp_path / "judged"
    code, _, err = colsim("elicit", "read", "desktop", str(write(tmp_path / "a.csv", rows)),
                          "--worlds", "ranges", "--draws", "40", "--out", str(out))  # fmt: skip
    assert code == 2
    assert "hardly a world gives" in err
    assert "crises: people say" in err
    assert not out.exists()


def test_faults_of_a_call_come_together_and_nothing_is_written(tmp_path):
    code, _, err = colsim("elicit", "read", "nowhere", str(tmp_path / "no.csv"), "--workers", "0",
                          "--out", str(tmp_path / "out"))  # fmt: skip
    assert code == 2
    for said in ("nowhere", "no.csv", "--workers: found 0"):
        assert said in err
    assert list(tmp_path.iterdir()) == []


def test_a_questionnaire_is_replaced_only_when_told(tmp_path):
    path = tmp_path / "q.xlsx"
    assert colsim("elicit", "new", "--out", str(path))[0] == 0
    assert colsim("elicit", "new", "--out", str(path))[0] == 2
    assert colsim("elicit", "new", "--out", str(path), "--force")[0] == 0
    assert colsim("elicit", "new", "--out", str(tmp_path / "q.csv"))[0] == 2


def test_the_commands_of_the_page_work(tmp_path, monkeypatch):
    from openpyxl import load_workbook

    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "elicit.md").read_text(encoding="utf-8")
    new, read, compare = re.findall(r"^colsim (.*)$", page, re.M)
    assert colsim(*new.split())[0] == 0
    Path("answers").mkdir()
    for code, service in (("A", "CSW"), ("B", "AMH")):
        book = load_workbook("out/questionnaire.xlsx")
        book["Respondent"]["A2"], book["Respondent"]["B2"] = code, service
        for column, value in zip("DEF", (2, 5, 9), strict=True):
            book["Answers"][f"{column}2"] = value
        book.save(f"answers/{code}.xlsx")
    files = [
        name for part in read.split() for name in sorted(map(str, Path().glob(part))) or [part]
    ]
    code, out, err = colsim(*files, "--draws", "40")
    assert code == 0, err
    assert "2 people answered (1 CSWs and 1 MHSWs)" in out
    code, out, err = colsim(*compare.split(), "--replications", "2", "--weeks", "10")
    assert code == 0, err
    assert "judgement of 2 practitioners" in out + err
