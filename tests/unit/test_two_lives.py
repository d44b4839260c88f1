"""The same family with and without a policy: whose life it changed, and where the two part."""

import pytest

from colsim.answers.two_lives import SAME, most_changed, two_lives
from colsim.errors import UserError
from colsim.scenario.loading import load_scenario
from colsim.story.census import FamilyLine

OVERRIDES = {"run.burn_in": 52, "run.weeks": 104}


def line(family, joint, *, first=0, shared=10):
    return FamilyLine(
        family=family, first=first, last=100, shared=shared, contacts=3, in_vain=0, joint=joint,
        nominal=0, single_agency=0, one_service=0, first_joint=None,
    )  # fmt: skip


def test_gains_go_before_losses_and_those_that_can_be_read_first():
    without = [line("kept", 1), line("lost", 2), line("gained", 0), line("old", 0), line("gone", 0)]
    with_ = [
        line("kept", 1), line("lost", 0), line("gained", 1, shared=5),
        line("old", 1, first=-9, shared=2), line("long", 3),
    ]  # fmt: skip
    assert most_changed(without, with_, 9) == ["gained", "old", "lost"]
    assert most_changed(without, with_, 1) == ["gained"]


@pytest.fixture(scope="module")
def lives():
    base = load_scenario("desktop", overrides=OVERRIDES)
    policy = load_scenario("desktop", ["boundary_spanners"], overrides=OVERRIDES)
    return two_lives(base, policy, seed=1, number=2)


def test_two_lives_are_the_same_until_they_part(lives):
    assert len(lives) == 2
    for one in lives:
        assert one.without.counts()["joint"] != one.with_.counts()["joint"]
        parting = one.parting()
        assert parting >= 0, "the policy begins in week 0"
        before = [
            [told for told in story.sentences() if told[0] < parting]
            for story in (one.without, one.with_)
        ]
        assert before[0] == before[1]


def test_rows_go_to_the_plan_that_one_has_and_the_other_has_not(lives):
    for one in lives:
        rows = one.rows()
        assert rows[0][0] >= one.parting()
        joint = ["ends in a joint plan" in left for _, left, _ in rows]
        other = ["ends in a joint plan" in right for _, _, right in rows]
        assert joint[-1] != other[-1]
        assert all(right != left for _, left, right in rows)
        assert all(left for _, left, right in rows if right == SAME)


def test_a_policy_that_does_nothing_parts_no_life():
    base = load_scenario("desktop", overrides=OVERRIDES)
    assert two_lives(base, base, seed=1, number=2) == ()


@pytest.mark.parametrize("families", [-1, 11])
def test_too_many_families_are_refused(families):
    from colsim.answers.why import why

    with pytest.raises(UserError, match=f"families: found {families}; allowed: 0 to 10"):
        why("desktop", "co_location", families=families)
