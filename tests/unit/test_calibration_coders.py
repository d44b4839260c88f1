"""Two coders' tables of the same interviews: their chances are averaged, neither is believed."""

import json
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

import colsim
from colsim.calibration.checks.fit import learned_coders, learned_levels, left_out, selected
from colsim.calibration.inference.evaluation import key_of
from colsim.calibration.inference.likelihood import levels_after, log_likelihood, mixed
from colsim.calibration.inference.problem import Prior, Problem, score, sittings_in
from colsim.calibration.interviewing.reporting import Reporting
from colsim.calibration.plan.loading import load_calibration
from colsim.calibration.themes.reading import read_themes
from colsim.calibration.themes.table import agreement
from colsim.scenario import ScenarioError, load_scenario
from tests.frames import (
    CELLS,
    LISTED,
    REPORT,
    enumerated,
    frame_with,
    instrument_for,
    seated,
    voices_of,
)
from tests.unit.test_calibration_checks import lives_of
from tests.unit.test_calibration_likelihood import answers_to, reports, share
from tests.unit.test_cli_runs import colsim as command

ASKED = (3, 2)
WEIGHTS = (0.7, 0.3)


def problem_of(first, second, weights=WEIGHTS):
    priors = tuple(Prior(name, 0.0, 0.5, 1.0) for name in ("a", "b"))
    return Problem(
        load_scenario("desktop").scenario, priors, 2, instrument_for(), first, (), 2, 8,
        (second,), weights,
    )  # fmt: skip


def averaged(logs, weights=WEIGHTS):
    return math.log(sum(w * math.exp(x) for w, x in zip(weights, logs, strict=True)))


# ---- the likelihood, by enumeration


def test_two_reports_are_the_mean_of_every_way_to_voice_and_to_write_each():
    instrument = instrument_for()
    frame = frame_with(instrument, 6, 5)
    sittings = seated(frame, instrument, ASKED, count=3)
    tables, expected = [], []
    for low, high, absent in (
        ((3, 0, 1, 2), (3, 2, 3, 2), {("A", "MHSW")}),
        ((2, 1, 3, 1), (3, 2, 3, 2), set()),
    ):
        voices = voices_of(
            CELLS, ASKED, low, high, absent=frozenset(absent), asked={"B"}, reporting=REPORT
        )
        tables.append(voices)
        expected.append(
            enumerated(
                frame, sittings, instrument, voices, reports(low, high, absent),
                lambda k, n, a, q: 1.0 - share(k, n, a),
            )
        )  # fmt: skip
    problem = problem_of(*tables)
    assert score(problem, frame, sittings, ()) == pytest.approx(averaged(expected), abs=1e-12)
    # Not the mean of logarithms, and not either table alone.
    wrong = (np.dot(WEIGHTS, expected), *expected)
    assert min(abs(averaged(expected) - one) for one in wrong) > 0.01
    same = problem_of(tables[0], tables[0])
    assert score(same, frame, sittings, ()) == pytest.approx(expected[0], abs=1e-12)


@pytest.mark.parametrize("reporting", [Reporting(), LISTED])
def test_two_tables_of_answers_are_the_mean_of_each_persons_answers(reporting):
    instrument = instrument_for()
    frame = frame_with(instrument, 6, 5)
    sittings = seated(frame, instrument, ASKED, count=3)
    tables, expected = [], []
    for rows in (
        ((1, 0, -1), (0, 0), (0, 0, 1), (1, -1)),
        ((1, 1, 0), (0, 1), (0, 0, 1), (1, 1)),
    ):
        answers = answers_to(rows)
        size = np.array([3, 2, 3, 2])
        low, high = (answers == 1).sum(axis=0), size - (answers == 0).sum(axis=0)
        tables.append(voices_of(CELLS, ASKED, low, high, answers, reporting=reporting))

        def says(own, who, a, q, rows=rows):
            fits = all(
                known in (-1, said)
                for c, voiced in zip(own, who, strict=True)
                for known, said in zip(rows[c], voiced, strict=True)
            )
            return fits and (reporting.kind == "codebook" or any(sum(voiced) for voiced in who))

        def silent(k, n, a, q):
            return float(k == 0 and reporting.kind == "listed")

        expected.append(enumerated(frame, sittings, instrument, tables[-1], says, silent))
    found = score(problem_of(*tables), frame, sittings, ())
    assert found == pytest.approx(averaged(expected), abs=1e-12)


def test_weights_are_shares_and_what_is_impossible_for_one_leaves_the_other():
    logs = np.array([[-3.0, -np.inf], [-5.0, -1.0]])
    found = mixed(logs, (2.0, 1.0))
    expected = [math.log((2 * math.exp(-3) + math.exp(-5)) / 3), math.log(math.exp(-1) / 3)]
    assert found == pytest.approx(expected)
    assert mixed(logs[:1], (1.0,)).tolist() == logs[0].tolist()
    assert mixed(np.full((2, 1), -np.inf), WEIGHTS)[0] == -np.inf


# ---- what is learnt


@pytest.fixture(scope="module")
def two():
    tables = [
        voices_of(CELLS, (4, 3), low, high, asked={"B"}, reporting=REPORT)
        for low, high in (((3, 2, 0, 1), (4, 2, 2, 3)), ((4, 1, 1, 3), (4, 2, 4, 3)))
    ]
    problem = replace(problem_of(*tables), sittings=16)
    return problem, lives_of(problem)


@pytest.fixture(scope="module")
def pool():
    with ThreadPoolExecutor(2) as threads:
        yield threads


def by_table(problem, lives):
    """Return log-likelihoods of each table: shape (tables, worlds, runs)."""
    return np.array(
        [
            [
                [
                    log_likelihood(
                        frame, sittings_in(problem, frame, int(lives.seeds[k, r])),
                        problem.instrument, voices,
                    )
                    for r, frame in enumerate(lives.frames[k])
                ]
                for k in range(len(lives.frames))
            ]
            for voices in problem.tables
        ]
    )  # fmt: skip


def test_which_table_to_go_by_and_shared_levels_follow_by_bayes_rule(two, pool):
    problem, lives = two
    joint = np.array(WEIGHTS)[:, None, None] * np.exp(by_table(problem, lives))
    assert lives.logs == pytest.approx(np.log(joint.sum(axis=0)))
    shares = joint / joint.sum(axis=0)
    weights = lives.weights(by_likelihood=True)
    found = learned_coders(problem, lives, pool=pool)
    assert found == pytest.approx((weights * shares).sum(axis=(1, 2)))
    assert found.sum() == pytest.approx(1.0)
    levels = np.zeros((6, 3, 3))
    for k, frames in enumerate(lives.frames):
        for r, frame in enumerate(frames):
            drawn = sittings_in(problem, frame, int(lives.seeds[k, r]))
            for t, voices in enumerate(problem.tables):
                own = levels_after(frame, drawn, problem.instrument, voices)
                levels += weights[k, r] * shares[t, k, r] * own
    assert learned_levels(problem, lives, pool=pool) == pytest.approx(levels)


def test_what_is_left_out_is_left_out_of_both_tables(two, pool):
    problem, lives = two
    by_theme, interviews, _ = left_out(problem, lives, pool=pool)
    observables = instrument_for().weight.copy()
    observables[:2] = 0.0  # theme A
    without = replace(problem, instrument=replace(problem.instrument, weight=observables))
    rest = averaged_over(by_table(without, lives))
    ratio = np.exp(rest - averaged_over(by_table(problem, lives)))
    assert by_theme[0].chance == pytest.approx(-math.log(ratio.mean()))
    assert [one.change for one in interviews] == ["one CSW", "one MHSW"]
    sure = replace(REPORT, powers=(0.5,))
    certain = replace(
        problem,
        voices=replace(problem.voices, reporting=sure),
        others=tuple(replace(one, reporting=sure) for one in problem.others),
    )
    weights = np.exp(averaged_over(by_table(certain, lives)))
    weights = weights / np.exp(averaged_over(by_table(problem, lives)))
    weights /= weights.sum()
    assert selected(problem, lives, pool=pool)[0].worth == pytest.approx(1 / (weights**2).sum())


def averaged_over(logs):
    """Return log-likelihoods of worlds from those of tables and runs."""
    return np.log((np.array(WEIGHTS)[:, None, None] * np.exp(logs)).sum(axis=0).mean(axis=1))


def test_other_tables_and_weights_are_other_problems(two):
    problem, _ = two
    keys = {
        key_of(problem),
        key_of(replace(problem, weights=(0.5, 0.5))),
        key_of(replace(problem, others=(problem.voices,))),
        key_of(replace(problem, others=(), weights=(1.0,))),
    }
    assert len(keys) == 4


# ---- the file

FIRST = """participant,service,theme,voiced
P,CSW,A,yes
P,CSW,B,no
Q,CSW,A,no
Q,CSW,B,yes
M,MHSW,A,yes
M,MHSW,B,unknown
"""
SECOND = """participant,service,theme,voiced
Q,CSW,A,yes
Q,CSW,B,yes
P,CSW,A,yes
P,CSW,B,no
M,MHSW,B,no
M,MHSW,A,yes
"""
PLAN = """title = "Two coders"
scenario = "short.toml"
themes = "first.csv"
coders = ["second.csv"]
parameters = ["knowledge_start", "contact_base"]
particles = 50
data_sets = 20
sittings = 4
[observables.A.CSW]
quantity = "role_knowledge"
[observables.A.MHSW]
quantity = "role_knowledge"
[observables.B.CSW]
quantity = "pressure"
[observables.B.MHSW]
quantity = "pressure"
"""
SHORT = 'extends = "desktop"\ntitle = "Short"\n[run]\nweeks = 20\nburn_in = 20\n'


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Return a function that writes a calibration with its tables, and returns its path."""
    monkeypatch.chdir(tmp_path)

    def writer(plan=PLAN, first=FIRST, second=SECOND):
        texts = {"short.toml": SHORT, "ours.toml": plan, "first.csv": first, "second.csv": second}
        for name, text in texts.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / "ours.toml"

    return writer


def test_a_second_coder_in_a_file(write):
    loaded = load_calibration(write())
    (other,) = loaded.coders
    assert loaded.weights == (0.5, 0.5)
    assert other.participants.codes == loaded.themes.participants.codes == ("P", "Q", "M")
    own = dict(zip(other.participants.themes, other.participants.voiced.T.tolist(), strict=True))
    assert own == {"A": [1, 1, 1], "B": [0, 1, 0]}
    stated = PLAN.replace("parameters", "coder_weights = [3, 1]\nparameters")
    assert load_calibration(write(stated)).weights == (0.75, 0.25)
    assert load_calibration(write(PLAN.replace('["second.csv"]', "[]"))).coders == ()


def test_a_theme_that_one_coder_did_not_report_of_a_service_is_absent_in_that_table(write):
    counts = "id,title,service,at least,at most,interviewed\n"
    first = counts + "A,x,CSW,2,2,2\nA,x,MHSW,1,1,1\nB,y,CSW,1,2,2\nB,y,MHSW,1,1,1\n"
    second = first.replace("B,y,MHSW,1,1,1\n", "")
    loaded = load_calibration(write(PLAN, second, first))
    assert set(loaded.cells) == {(t, s) for t in "AB" for s in ("CSW", "MHSW")}
    found = said(write('codebook = "beforehand"\n' + PLAN, first, second))
    assert [one.partition("; allowed")[0] for one in found] == [
        "coders: found second.csv, without B of MHSWs"
    ]


def said(path):
    with pytest.raises(ScenarioError) as caught:
        load_calibration(path)
    return [
        str(one).removeprefix(f"{path}: ").replace(f"{path.parent}/", "")
        for one in caught.value.faults
    ]


@pytest.mark.parametrize(
    "second, found",
    [
        (SECOND.replace(",B,", ",Bb,"), "with Bb and without B; nearest known name: B"),
        (SECOND.replace("Q,", "R,"), "with R (CSW) and without Q (CSW)"),
        (SECOND.replace("M,MHSW", "M,CSW"), "with M (CSW) and without M (MHSW)"),
        (SECOND + "N,MHSW,A,yes\n", "with N (MHSW)"),
        (
            "id,title,service,at least,at most,interviewed\nA,x,CSW,1,1,2\nA,x,MHSW,1,1,1\n"
            "B,x,CSW,1,1,2\nB,x,MHSW,0,1,1\n",
            "with counts by theme; allowed: answers by participant, as in first.csv",
        ),
        (SECOND.replace("yes", "no"), "theme 'A', which nobody voiced"),
        ("", "second.csv: found"),
    ],
)
def test_a_table_that_cannot_be_of_the_same_interviews(write, second, found):
    faults = said(write(second=second))
    assert any(found in one for one in faults), faults
    if second:
        assert all("second.csv" in one for one in faults)


def test_counts_of_other_interviews_and_other_questions(write):
    first = "id,title,service,at least,at most,interviewed,asked\nA,x,CSW,1,1,2,yes\n"
    first += "A,x,MHSW,1,1,1,yes\nB,x,CSW,1,1,2,no\nB,x,MHSW,0,1,1,no\n"
    second = first.replace(",2,", ",3,").replace("yes", "no")
    faults = said(write(first=first, second=second))
    assert faults == [
        "coders: found second.csv, with 3 CSWs and 1 MHSWs interviewed; allowed: 2 CSWs and 1 "
        "MHSWs, as in first.csv",
        "coders: found second.csv, in which other themes were asked about (A); allowed: the same "
        "column asked as in first.csv: it is about the interviews, not the coder",
    ]


@pytest.mark.parametrize(
    "weights, found",
    [
        ("[]", "coder_weights: found 0 weights; allowed: 2"),
        ("[1]", "coder_weights: found 1 weight; allowed: 2, one for each coder's table"),
        ("[1, 1, 1]", "coder_weights: found 3 weights; allowed: 2"),
        ("[1, 0]", "coder_weights[1]: found 0; allowed: a number above 0"),
        ("[1, -1]", "coder_weights[1]: found -1; allowed: a number above 0"),
        ("[1, true]", "coder_weights[1]: found true"),
        ("[1, inf]", "coder_weights[1]: found inf"),
        ("[1, nan]", "coder_weights[1]: found nan"),
        ('[1, "1"]', "coder_weights[1]: found '1'"),
        ("2", "coder_weights: found 2"),
    ],
)
def test_weights_that_are_none(write, weights, found):
    path = write(PLAN.replace("parameters", f"coder_weights = {weights}\nparameters"))
    faults = said(path)
    assert len(faults) == 1
    assert faults[0].startswith(found)


@pytest.mark.parametrize("coders", ["", "coders = []\n"])
@pytest.mark.parametrize("weights", ["[1]", "[1, 1]", "[0.5, 0.3, 0.2]"])
def test_weights_of_no_other_coders(write, coders, weights):
    plan = PLAN.replace('coders = ["second.csv"]\n', f"{coders}coder_weights = {weights}\n")
    assert said(write(plan)) == [
        f"coder_weights: found {weights}, and no other coder's table; allowed: the files of other "
        "coders as coders; or no weights, as one table alone weighs all"
    ]


def test_several_wrong_weights_are_all_named(write):
    faults = said(write(PLAN.replace("parameters", "coder_weights = [0, 0]\nparameters")))
    assert faults == [f"coder_weights[{k}]: found 0; allowed: a number above 0" for k in range(2)]


@pytest.mark.parametrize(
    "weights, shares",
    [
        ("[60, 40]", (0.6, 0.4)),
        ("[0.2, 0.2]", (0.5, 0.5)),
        ("[1e308, 1e308]", (0.5, 0.5)),
        ("[5e-324, 5e-324]", (0.5, 0.5)),
    ],
)
def test_of_weights_only_the_ratio_counts(write, weights, shares):
    path = write(PLAN.replace("parameters", f"coder_weights = {weights}\nparameters"))
    assert load_calibration(path).weights == pytest.approx(shares)


def test_coders_that_are_none_are_named_with_everything_else(write):
    plan = PLAN.replace('["second.csv"]', '["secnd.csv", "first.csv", "second.csv", "second.csv"]')
    faults = said(write(plan.replace("contact_base", "contact_bass")))
    assert any("secnd.csv" in one and "nearest known name: second.csv" in one for one in faults)
    assert "coders: found 'first.csv' twice; allowed: a table of each coder, once" in faults
    assert "coders: found 'second.csv' twice; allowed: a table of each coder, once" in faults
    assert any("contact_bass" in one for one in faults)
    # One table by two ways, and the study's in its own place.
    path = write(PLAN.replace('["second.csv"]', '["../{}/first.csv"]'))
    path.write_text(path.read_text().replace("{}", path.parent.name), encoding="utf-8")
    assert any("first.csv' twice" in one for one in said(path))
    assert any(
        "'study' twice" in one
        for one in said(write(PLAN.replace("first.csv", "study").replace("second.csv", "study")))
    )
    for wrong in ('"second.csv"', "[1]", '[""]', "{one = 1}", '[["second.csv"]]'):
        path = write(PLAN.replace('["second.csv"]', wrong))
        assert any(one.startswith("coders") for one in said(path))


# ---- agreement


def test_agreement_of_answers_is_cohens_kappa(write):
    write()
    found = agreement(read_themes("first.csv"), read_themes("second.csv"))
    # P and Q on A and B, M on A: (yes, yes), (no, no), (no, yes), (yes, yes), (yes, yes).
    assert (found.compared, found.equal) == (5, 4)
    by_chance = (3 * 4 + 2 * 1) / 25
    assert found.kappa == pytest.approx((0.8 - by_chance) / (1 - by_chance))
    (one,) = found.differences
    assert (one.theme, one.service, one.who) == ("A", "CSW", "Q")
    assert (one.first, one.second) == ("no", "yes")
    same = agreement(read_themes("first.csv"), read_themes("first.csv"))
    assert (same.kappa, same.differences) == (1.0, ())


def test_agreement_of_counts_is_of_what_is_reported(write):
    counts = "id,title,service,at least,at most,interviewed\n"
    rows = "A,x,CSW,2,2,2\nA,x,MHSW,1,1,1\nB,y,CSW,1,2,2\n"
    write(first=counts + rows + "B,y,MHSW,1,1,1\n", second=counts + rows)
    found = agreement(read_themes("first.csv"), read_themes("second.csv"))
    assert (found.compared, found.equal) == (4, 3)
    assert [(one.theme, one.first, one.second) for one in found.differences] == [
        ("B", "all", "absent")
    ]


def test_the_command_on_agreement(write):
    write()
    code, out, err = command("themes", "agree", "first.csv", "second.csv")
    assert (code, err) == (0, "")
    assert "4 of 5 answers are the same, kappa 0.55" in out
    assert out.splitlines()[-1].split() == ["A", "CSW", "Q", "no", "yes"]
    code, out, _ = command("themes", "agree", "first.csv", "second.csv", "--json")
    assert (code, json.loads(out)["equal"]) == (0, 4)
    write(second=SECOND.replace(",B,", ",C,"))
    code, out, err = command("themes", "agree", "first.csv", "second.csv")
    assert (code, out) == (2, "")
    assert "with C and without B" in err
    code, _, err = command("themes", "agree", "frst.csv", "secnd.csv")
    assert code == 2
    assert "nearest known name: first.csv" in err
    assert "nearest known name: second.csv" in err


# ---- from the file to the words


@pytest.mark.slow
def test_a_calibration_with_two_coders(write, tmp_path):
    found = colsim.calibrate(write(), out=tmp_path / "two")
    first, second = found.summary["coders"]
    assert (first["file"].endswith("first.csv"), second["weight"]) == (True, 0.5)
    assert first["posterior"] + second["posterior"] == pytest.approx(1.0)
    assert min(first["plausibility"], second["plausibility"]) >= 0.0
    words = " ".join(found.words())
    assert "2 coders' tables of the same interviews, of which any may be right" in words
    row = next(x for x in found.summary["themes"] if (x["theme"], x["service"]) == ("A", "CSW"))
    assert (row["at_least"], row["at_most"]) == (1, 2)
    assert [one["at_least"] for one in row["by_coder"]] == [1, 2]
    assert found.manifest["themes"]["coders"][0]["weight"] == 0.5
    # The same table twice is the same posterior as once.
    one, twice = (
        colsim.calibrate(write(plan, FIRST, FIRST), out=tmp_path / name)
        for name, plan in (("one", PLAN.replace('["second.csv"]', "[]")), ("twice", PLAN))
    )
    assert twice.values == pytest.approx(one.values)
    assert twice.log_likelihood == pytest.approx(one.log_likelihood)
    assert twice.summary["coders"][0]["posterior"] == pytest.approx(0.5)
    assert one.summary["coders"] == []
    drawn = colsim.interviews(write(), 2)
    assert drawn.attrs["coders"] == [{"A.CSW": 2, "A.MHSW": 1, "B.CSW": 1, "B.MHSW": 0}]
