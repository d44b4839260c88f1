"""Measures: ratios of totals, indices of measures, all declared in full."""

import numpy as np
import pytest

from colsim.core.measures import MEASURES, TOTALS
from colsim.core.ratios import RATIOS
from tests.worlds import live, policy, small_layout, totals_of


@pytest.fixture(scope="module")
def totals():
    layout = small_layout()
    world = live(layout, policy(layout, "co_location"), weeks=80)
    return {name: totals_of(world, name)[-26:].sum() for name in TOTALS}


def test_every_measure_is_declared_in_full_and_lies_in_its_range(totals):
    for name, measure in MEASURES.items():
        assert measure.name == name
        assert measure.title
        assert measure.unit
        assert measure.definition
        value = float(measure.of(totals))
        if np.isfinite(value):
            assert measure.low <= value <= (np.inf if measure.high is None else measure.high), name


def test_a_ratio_by_hand():
    totals = dict.fromkeys(TOTALS, 0.0) | {"joint": 3.0, "plans": 12.0}
    assert RATIOS["joint_plan_rate"].of(totals) == 0.25
    assert np.isnan(RATIOS["jointly_wrong"].of(dict.fromkeys(TOTALS, 0.0)))


def test_the_three_kinds_of_plan_add_to_one(totals):
    kinds = ("joint_plan_rate", "nominal_plan_rate", "single_agency_rate")
    assert sum(float(MEASURES[name].of(totals)) for name in kinds) == pytest.approx(1.0)


def test_indices_by_hand(totals):
    def value(name):
        return float(MEASURES[name].of(totals))

    trust = (value("trust_csw") + value("trust_mhsw")) / 2
    assert value("mutual_engagement") == pytest.approx(
        min(1, value("contacts") / (52 / 12)) * value("familiarity") * trust
    )
    orientation = (value("orientation_csw") + value("orientation_mhsw")) / 2
    assert value("joint_enterprise") == pytest.approx(
        orientation * (1 - value("disagreement")) * value("talked_rate")
    )
    knowledge = (value("role_knowledge_csw") + value("role_knowledge_mhsw")) / 2
    story = (1 + (value("narrative_csw") + value("narrative_mhsw")) / 2) / 2
    assert value("shared_repertoire") == pytest.approx(
        knowledge * value("information_flow") * story
    )
    made, vain = value("contacts"), value("contacts_in_vain")
    assert value("relational_coordination_of_mhsw") == pytest.approx(
        (
            min(1, made / (52 / 12))
            + made / (made + vain)
            + 1
            - value("risk_error_amh")
            + value("talked_rate")
            + value("orientation_mhsw")
            + value("role_knowledge_mhsw")
            + (1 + value("narrative_mhsw")) / 2
        )
        / 7
    )
