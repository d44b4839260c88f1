"""Calibration files: what they mean, and every fault in one go."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from colsim.calibration.interviewing.reporting import Reporting
from colsim.calibration.plan import faults as plan_faults
from colsim.calibration.plan.loading import load_calibration, prior_of
from colsim.calibration.plan.schema import CALIBRATED, PriorSetting
from colsim.core.parameters import PARAMETERS
from colsim.scenario import ScenarioError, load_scenario
from tests.frames import LISTED, REPORT

THEMES = """id,title,service,at least,at most,interviewed,basis,quoted,source,note
A,Not understood,CSW,5,6,6,stated,,,
A,Not understood,MHSW,4,4,4,all,,,
B,Known colleagues,CSW,1,3,6,quoted,,,
"""
OBSERVABLE = 'quantity = "{}"\nthreshold = [0.3, 0.4, 0.5]\nscale = 0.1\n'
SOUND = (
    'title = "Ours"\nscenario = "desktop"\nthemes = "themes.csv"\n'
    + "[observables.A.CSW]\n" + OBSERVABLE.format("role_knowledge")
    + "[observables.A.MHSW]\n" + OBSERVABLE.format("role_knowledge")
    + "[observables.B.CSW]\n" + OBSERVABLE.format("strain")
)  # fmt: skip


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a calibration and its themes, and returns its path."""

    def writer(text, themes=THEMES):
        (tmp_path / "themes.csv").write_text(themes, encoding="utf-8")
        path = tmp_path / "ours.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return writer


def faults(path):
    with pytest.raises(ScenarioError) as caught:
        load_calibration(path)
    found = caught.value.faults
    assert len(set(found)) == len(found)
    assert all(str(path.parent) in fault.file or fault.file for fault in found)
    return {fault.key: fault for fault in found}, list(found)


def said(path):
    """Return the faults of the calibration file itself, without its name."""
    return {
        str(fault).removeprefix(f"{path}: ") for fault in faults(path)[1] if fault.file == str(path)
    }


# ---- what a sound file means


def test_the_shortest_calibration_is_that_of_the_study(write):
    loaded = load_calibration(write('title = "The study"\n'))
    assert loaded.name == "ours"
    rows = {(row.id, row.service) for row in loaded.themes.rows}
    assert rows <= {*loaded.cells, *loaded.missing}
    with pytest.raises(ValueError, match="thresholds are not known yet"):
        loaded.problem()
    with ThreadPoolExecutor(1) as pool:
        quick = replace(loaded, scenario=load_scenario("desktop"))
        problem = quick.settled(pool).problem()
    assert problem.parameters == CALIBRATED
    assert problem.voices.interviewed == (4, 4)
    assert problem.voices.answers is None
    assert problem.voices.reporting == REPORT
    # A theme of one service is absent from the other, where somebody could speak of it.
    assert problem.voices.absent == {cell for cell in problem.voices.cells if cell not in rows}
    weights = zip(problem.voices.cells, problem.instrument.weight, strict=True)
    assert {theme for (theme, _), weight in weights if not weight} <= {"T28"}
    # All that is uncertain and not set by the scenario is carried along.
    names = [prior.name for prior in problem.priors]
    assert names[: len(CALIBRATED)] == list(CALIBRATED)
    assert set(names) == {name for name, one in PARAMETERS.items() if one.uncertain}
    for prior in problem.priors:
        parameter = PARAMETERS[prior.name]
        assert (prior.low, prior.middle, prior.high) == (
            parameter.low, parameter.default, parameter.high,
        )  # fmt: skip
    fixed = load_calibration(write('title = "The study"\nfixed_others = true\n'))
    assert len(fixed.priors()) == len(CALIBRATED)


def test_priors_that_rest_on_the_study_can_be_widened(write):
    plain = load_calibration(write('title = "x"\n')).priors()
    wide = load_calibration(write('title = "x"\npriors_without_study = true\n')).priors()
    changed = [one.name for one, other in zip(plain, wide, strict=True) if one != other]
    assert "knowledge_start" in changed
    assert "contact_base" not in changed
    for one, other in zip(plain, wide, strict=True):
        parameter = PARAMETERS[one.name]
        if one == other:
            continue
        assert "the study" in parameter.source.lower()
        assert parameter.minimum <= other.low <= one.low < one.high <= other.high
        assert other.high <= parameter.maximum
        assert other.middle == pytest.approx((other.low + other.high) / 2)
        assert other.high - other.low <= 2 * (one.high - one.low) + 1e-12
    own = prior_of("knowledge_start", PriorSetting(low=0.1, high=0.5), without_study=True)
    assert (own.low, own.high) == (0.1, 0.5)


def test_a_file_of_ones_own(write):
    text = SOUND.replace('themes = "themes.csv"\n', 'themes = "themes.csv"\nparticles = 100\n')
    text += "compared = false\n[priors.knowledge_start]\nlow = 0.2\nhigh = 0.4\n"
    text += "[statistics.turnover_csw]\nvalue = 0.17\nerror = 0.05\n"
    text += "[interviews]\ntalkativeness = 0.0\nleast_contacts = 2.0\n"
    loaded = load_calibration(write(text))
    problem = loaded.problem()
    assert loaded.cells == (("A", "CSW"), ("A", "MHSW"), ("B", "CSW"))
    assert problem.voices.reporting == REPORT
    assert problem.voices.low.tolist() == [5, 4, 1]
    assert problem.voices.high.tolist() == [6, 4, 3]
    assert problem.voices.interviewed == (6, 4)
    assert problem.instrument.weight.tolist() == [1, 1, 0]
    assert (problem.instrument.talkativeness, problem.instrument.least_contacts) == (0.0, 2.0)
    prior = problem.priors[0]
    assert prior.name == "knowledge_start"
    assert (prior.low, prior.middle, prior.high) == pytest.approx((0.2, 0.3, 0.4))
    (statistic,) = problem.statistics
    assert (statistic.measure, statistic.value, statistic.error) == ("turnover_csw", 0.17, 0.05)


def test_a_prior_of_ones_own_may_have_a_middle():
    own = prior_of("knowledge_start", PriorSetting(low=0.1, middle=0.15, high=0.5))
    assert own.at(0.5) == pytest.approx(0.15)
    assert own.at(1.0) == 0.5


def test_answers_by_participant_are_preferred(write):
    themes = "participant,service,theme,voiced\nM,MHSW,A,no\nP,CSW,A,yes\nP,CSW,B,unknown\n"
    themes += "Q,CSW,A,no\nQ,CSW,B,yes\n"
    problem = load_calibration(write(SOUND, themes)).problem()
    assert problem.voices.interviewed == (2, 1)
    assert problem.voices.reporting == LISTED
    before = load_calibration(write('codebook = "beforehand"\n' + SOUND, themes)).problem()
    assert before.voices.reporting == Reporting()
    # CSWs first; nobody answers for the other service.
    by_cell = dict(zip(problem.voices.cells, problem.voices.answers.T.tolist(), strict=True))
    assert by_cell == {
        ("A", "CSW"): [1, 0, -1], ("A", "MHSW"): [-1, -1, 0], ("B", "CSW"): [-1, 1, -1],
    }  # fmt: skip


def test_another_organisation_takes_the_scenarios_place(write):
    text = SOUND.replace('scenario = "desktop"', 'organisation = "desktop"')
    loaded = load_calibration(write(text))
    assert loaded.scenario.name == "robinscar_as_interviewed in desktop"
    assert loaded.scenario.scenario.organisation.csw == 48
    assert "improvement_journey" in loaded.scenario.scenario.levers


def test_a_burn_in_of_ones_own(write):
    assert load_calibration(write(SOUND)).scenario.scenario.run.burn_in == 260
    loaded = load_calibration(write("burn_in = 104\n" + SOUND))
    assert loaded.scenario.scenario.run.burn_in == 104
    assert loaded.scenario.scenario.run.weeks == 156


def test_a_reason_takes_the_place_of_an_observable(write):
    text = SOUND[: SOUND.index("[observables.B.CSW]")] + '[missing]\nB = "nothing of the kind"\n'
    loaded = load_calibration(write(text))
    assert loaded.missing == {("B", "CSW"): "nothing of the kind"}
    assert loaded.cells == (("A", "CSW"), ("A", "MHSW"))


# ---- faults


def test_many_faults_are_all_named_at_once(write):
    path = write(
        'title = "Ours"\nscenario = "desktop"\nthemes = "themes.csv"\nparticels = 500\n'
        'parameters = ["answer_base", "answer_bse", "answer_base", "knowledge_start"]\n'
        "particles = 100\ndata_sets = 200\nsittings = 0\n"
        "[observables.A.CSW]\n" + OBSERVABLE.format("role_knowlege")
        + "[observables.A.MHSV]\n" + OBSERVABLE.format("role_knowledge")
        + "[observables.A.MHSW]\n" + OBSERVABLE.format("stance")
        + '[observables.B.CSW]\nquantity = "strain"\nthreshold = [0.5, 0.4, 0.3]\nscale = 0.1\n'
        + "[observables.B.MHSW]\nquantity = 'strain'\nthreshold = [0.3, 0.4, 0.5]\n"
        + "[observables.C.CSW]\n" + OBSERVABLE.format("strain")
        + '[missing]\nD = "nothing of the kind"\n'
        "[priors.knowledge_start]\nlow = -0.2\nhigh = 0.4\n"
        "[priors.answer_base]\nlow = 0.4\nmiddle = 0.6\nhigh = 0.5\n"
        "[priors.contact_base]\nlow = -2\nhigh = 1\n"
        "[priors.contact_bass]\nlow = 0\nhigh = 1\n"
        "[statistics.turnover_cws]\nvalue = 0.17\nerror = 0.05\n"
        "[statistics.turnover_mhsw]\nvalue = 0.17\nerror = 0\n"
        "[interviews]\nasked = [0.5, 0.9, 1.2]\nvolunteered = [0.5, 0.4, 0.9]\n"
    )  # fmt: skip
    found = said(path)
    themes = "a theme of the table: A, B"
    expected = {
        "parameters: found unknown parameter 'answer_bse'; nearest known name: "
        "answer_base; allowed: a parameter of the model",
        "parameters: found 'answer_base' twice; allowed: each name once",
        "data_sets: found 200; allowed: at most the 100 particles: each made-up set needs a "
        "world of its own",
        "observables.A.CSW.quantity: found unknown quantity 'role_knowlege'; nearest "
        "known name: role_knowledge; allowed: a quantity of the model",
        "observables.A.MHSV: found unknown service 'MHSV'; nearest known name: MHSW; "
        "allowed: CSW or MHSW",
        "observables.A.MHSW.quantity: found 'stance', of which only CSWs speak; allowed: a "
        "quantity of MHSWs (colsim interview --quantities lists them)",
        "observables.B.CSW.threshold: found [0.5, 0.4, 0.3]; allowed: low, middle and high, rising",
        "interviews.asked: found [0.5, 0.9, 1.2]; allowed: chances from 0 to 1",
        "interviews.volunteered: found [0.5, 0.4, 0.9]; allowed: low, middle and high, rising",
        "observables.B.MHSW.scale: found nothing; allowed: a scale, which goes with the "
        "threshold; or neither: both then follow by rule",
        f"observables.C: found unknown theme 'C'; allowed: {themes}",
        f"missing.D: found unknown theme 'D'; allowed: {themes}",
        "priors.knowledge_start: found -0.2 to 0.4; allowed: within a number from 0 to 1 (share)",
        "priors.answer_base: found low 0.4, middle 0.6, high 0.5; allowed: low below high, and a "
        "middle between them",
        "priors.contact_base: found a prior of a parameter that is not calibrated; allowed: a "
        "parameter of the list; or add 'contact_base' to parameters",
        "priors.contact_bass: found unknown parameter 'contact_bass'; nearest known "
        "name: contact_base; allowed: a parameter of the model",
        "statistics.turnover_cws: found unknown measure 'turnover_cws'; nearest known"
        " name: turnover_csw; allowed: a measure of the model",
    }
    assert expected <= found, expected - found
    rest = sorted(found - expected)
    assert [one.partition(":")[0] for one in rest] == [
        "particels", "sittings", "statistics.turnover_mhsw.error",
    ]  # fmt: skip
    assert "nearest known name: particles" in rest[0]
    assert "found 0; allowed: a whole number from 1 to 100000" in rest[1]
    assert "found 0; allowed: a number above 0" in rest[2]


def test_faults_of_the_scenario_the_themes_and_the_file_come_together(write):
    themes = THEMES.replace("CSW,5,6,6", "CSW,7,6,6").replace("MHSW,4,4,4", "MHWS,4,9,4")
    text = SOUND.replace('"desktop"', '"dosktop"').replace('"strain"', '"strane"')
    text = 'organisation = "rubinscar"\n' + text
    by_key, found = faults(write(text, themes))
    messages = " | ".join(map(str, found))
    assert "nearest known name: desktop" in messages
    assert "nearest known name: robinscar" in messages
    assert "nearest known name: strain" in messages
    assert "at least" in messages
    assert "MHWS" in messages
    assert by_key["observables.B.CSW.quantity"].suggestion == "strain"
    assert len(found) >= 6


@pytest.mark.parametrize(
    "old, new, message",
    [
        ("CSW,5,6,6", "CSW,5,7,6", "7"),  # more voiced it than were interviewed
        ("CSW,5,6,6", "CSW,6,5,6", "6"),  # at least above at most
        ("A,Not understood,MHSW", "A,Not understood,GP", "GP"),  # an unknown service
    ],
)
def test_counts_that_cannot_be_are_refused(write, old, new, message):
    _, found = faults(write(SOUND, THEMES.replace(old, new, 1)))
    assert any(message in fault.found and "themes.csv" in fault.file for fault in found)


def test_more_interviewed_than_posts(write):
    themes = THEMES.replace("5,6,6", "5,6,60").replace("1,3,6", "1,3,60")
    assert said(write(SOUND, themes)) == {
        "themes: found 60 CSWs interviewed; allowed: at most the 48 posts of desktop"
    }
    everybody = THEMES.replace("5,6,6", "5,6,48").replace("1,3,6", "1,3,48")
    assert load_calibration(write(SOUND, everybody)).problem().voices.interviewed == (48, 4)


def test_a_theme_that_nobody_voiced_was_made_of_nothing(write):
    themes = THEMES.replace("CSW,1,3,6,quoted", "CSW,0,0,6,stated")
    assert said(write(SOUND, themes)) == {
        "themes: found theme 'B', which nobody voiced; allowed: themes that somebody voiced, as "
        'they were made out of the interviews; or codebook = "beforehand"'
    }
    load_calibration(write('codebook = "beforehand"\n' + SOUND, themes))
    answers = "participant,service,theme,voiced\nM,MHSW,A,no\nP,CSW,A,yes\nP,CSW,B,no\n"
    assert len(said(write(SOUND, answers))) == 1
    load_calibration(write(SOUND, answers.replace("P,CSW,B,no", "P,CSW,B,unknown")))


def test_that_a_theme_is_not_of_the_other_service_is_data(write):
    text = SOUND + "[observables.B.MHSW]\nquantity = 'strain'\n"
    loaded = load_calibration(write(text))
    assert loaded.cells == (("A", "CSW"), ("A", "MHSW"), ("B", "CSW"), ("B", "MHSW"))
    themes = THEMES + "B,Known colleagues,MHSW,0,4,4,,,,\n"
    with ThreadPoolExecutor(1) as pool:
        voices = loaded.settled(pool).problem().voices
        listed = load_calibration(write(text, themes)).settled(pool).problem().voices
    assert voices.absent == {("B", "MHSW")}
    assert listed.absent == set()  # a row from nobody to all says nothing
    assert said(write('codebook = "beforehand"\n' + text)) == {
        "observables.B.MHSW: found an observable of MHSWs, for whom the themes have no row B; "
        "allowed: services that the table of themes lists with it"
    }


def test_as_many_data_sets_as_particles(write):
    plan = load_calibration(write('title = "x"\nparticles = 60\ndata_sets = 60\n')).calibration
    assert (plan.particles, plan.data_sets) == (60, 60)


def test_several_authorities(write):
    found = said(write('title = "All"\nscenario = "england"\nparticles = 10\n'))
    assert "scenario: found 153 authorities in england; allowed: one authority" in found
    assert len(found) == 2


def test_a_theme_needs_an_observable_or_a_reason_and_not_both(write):
    text = SOUND[: SOUND.index("[observables.B.CSW]")]
    assert said(write(text)) == {
        "observables.B.CSW: found nothing; allowed: an observable, or missing.B with the reason "
        "why it has none"
    }
    both = SOUND + '[missing]\nB = "nothing of the kind"\n'
    assert said(write(both)) == {
        "missing.B: found a reason why B has no observable, and one; allowed: either missing.B or "
        "observables.B"
    }


def test_nothing_to_compare_with(write):
    text = 'title = "None"\nthemes = "themes.csv"\nscenario = "desktop"\n'
    text += '[missing]\nA = "no"\nB = "no"\n'
    nothing = {
        "themes: found nothing to compare with; allowed: a theme with an observable that is "
        "compared with, or a statistic"
    }
    assert said(write(text)) == nothing
    shown = SOUND.replace("scale = 0.1\n", "scale = 0.1\ncompared = false\n")
    assert said(write(shown)) == nothing
    load_calibration(write(text + "[statistics.turnover_csw]\nvalue = 0.2\nerror = 0.1\n"))


@pytest.mark.parametrize(
    "line, message",
    [
        ("parameters = []", "parameters: found an empty list; allowed: at least one parameter"),
        (
            "parameters = ['trust_csc_start', 'trust_csc_start', 'trust_csc_start']",
            "parameters: found 'trust_csc_start' 3 times; allowed: each name once",
        ),
        ("particles = 20", "particles: found 20; allowed: a whole number from 50 to 100000"),
        ("particles = '60'", "particles: found '60'; allowed: a whole number from 50 to 100000"),
        ("themes = 'theme.csv'", "theme.csv: found no such file"),
        ("replications = 1", "replications: found 1; allowed: a whole number from 2 to 1000"),
        ("burn_in = -1", "burn_in: found -1; allowed: a whole number from 0 to 10000"),
        ("seed = -1", "seed: found -1; allowed: a whole number from 0"),
        (
            "priors.answer_base = { low = 1.0, high = 1.0 }",
            "priors.answer_base: found low 1, high 1; allowed: low below high",
        ),
        (
            "priors.answer_base = { low = 1.0 }",
            "priors.answer_base.high: found nothing; allowed: a number",
        ),
        ("priors.answer_base = { low = nan, high = 1.0 }", "priors.answer_base.low: found nan"),
        (
            "statistics.turnover_csw = 0.2",
            "statistics.turnover_csw: found 0.2; allowed: a table with keys value, error",
        ),
    ],
)
def test_single_faults(write, line, message):
    found = [str(fault) for fault in faults(write(f'title = "x"\n{line}\n'))[1]]
    assert len(found) == 1
    assert message in found[0]


def test_a_parameter_without_a_range_needs_a_prior(write, monkeypatch):
    fixed = replace(PARAMETERS["answer_base"], low=0.5, high=0.5, default=0.5, kind="")
    monkeypatch.setattr(plan_faults, "PARAMETERS", dict(PARAMETERS) | {"answer_base": fixed})
    text = 'title = "x"\nparameters = ["answer_base"]\n'
    assert said(write(text)) == {
        "parameters: found 'answer_base', which has no range; allowed: an uncertain parameter, or "
        "a range of your own as priors.answer_base"
    }
    load_calibration(write(text + "[priors.answer_base]\nlow = 0.0\nhigh = 1.0\n"))


def test_thresholds_outside_the_quantity(write):
    text = SOUND.replace("[0.3, 0.4, 0.5]", "[0.3, 0.4, 1.5]", 1)
    assert said(write(text)) == {
        "observables.A.CSW.threshold: found [0.3, 0.4, 1.5]; allowed: within the quantity: a "
        "number from 0 to 1 (share)"
    }


def test_no_file_and_no_toml(tmp_path):
    with pytest.raises(ScenarioError, match="no file"):
        load_calibration(tmp_path / "nothing.toml")
    (tmp_path / "torn.toml").write_text("title = ", encoding="utf-8")
    with pytest.raises(ScenarioError, match="line 1"):
        load_calibration(tmp_path / "torn.toml")
