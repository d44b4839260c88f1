"""Facts and beliefs where the answer is plain: nobody talks, everybody tells, who can know what."""

import numpy as np
import pytest

from colsim.core.measures import TOTAL_INDEX
from colsim.core.names import ALL_FACTS, CHILD_FACTS, PARENT_FACTS
from colsim.core.parameters import PARAMETERS
from colsim.core.schedule import advance
from colsim.scenario.levers import LEVERS
from tests.verification.known import (
    EXACT,
    FALSE_ALARM,
    NEVER,
    NO_CLOSURES,
    NO_CONTACT,
    NO_TURNOVER,
    RICHNESS,
    SERVICES,
    SURE,
    active,
    bits,
    carry_all,
    chance_of_count,
    chance_of_counts,
    live_through,
    paired_world,
    run_phases,
    totals,
    world_of,
)
from tests.worlds import small_layout, use


def default(name):
    return PARAMETERS[name].default


def crossed(world):
    """Return the facts of either side that stand on the other: (in CSC, in AMH), with received."""
    facts = world.families["known"] | world.families["received"]
    return int((facts[:, 0] & PARENT_FACTS).any()), int((facts[:, 1] & CHILD_FACTS).any())


EXCHANGES = (
    "written", "phone", "face", "meeting", "to_csc", "to_amh", "vain", "given_up",
    "consults", "facilitated", "talked", "nominal", "joint", "flow", "reach",
)  # fmt: skip


def test_without_contact_nothing_crosses():
    """No wish for contact, no shared site, no spanners, and families that tell their own side
    only: every plan is a single-agency plan, and no fact is on both sides."""
    parameters = NO_CONTACT | {"cross_discovery": 0.0, "return_rate": 0.05}
    world = world_of(parameters, layout=small_layout(), weeks=150)

    def watch(world, phase):
        assert crossed(world) == (0, 0), phase
        assert (world.families["contact"] == -1).all()

    live_through(world, 150, watch)
    assert [totals(world, name) for name in EXCHANGES] == [0.0] * len(EXCHANGES)
    assert totals(world, "single") == totals(world, "plans") > 20
    assert (world.tie_last <= 0).all()
    assert not world.latency.any()
    # Wrong versions: families that tell either side; practitioners that do get in touch.
    families_tell = world_of(NO_CONTACT, layout=small_layout(), weeks=150)
    advance(families_tell, 150)
    assert totals(families_tell, "flow") > 0
    in_touch = world_of({"cross_discovery": 0.0}, layout=small_layout(), weeks=150)
    advance(in_touch, 150)
    assert totals(in_touch, "to_csc") > 0


EAGER = {
    "contact_base": SURE,
    "answer_base": SURE,
    "disclose_base": SURE,
    "understand_base": SURE,
    "misdirected": 0.0,
    "ask_known": 0.0,
    "orientation_rest_csw": 1.0,
    "orientation_rest_mhsw": 1.0,
    "pressure_effect": 0.0,
    "spread": 0.0,
    "hours_meeting": 0.0,
    "csw_hours_per_case": 0.0,
    "mhsw_hours_per_case": 0.0,
    "discover_rate": 1.0,
    "hear_child": 1.0,
}


def test_where_all_is_told_and_understood_both_know_the_same_after_the_first_talk():
    """Contact, answer, disclosure and understanding certain, both ways: from the first talk on
    the two sets are equal after every exchange, and in the end both hold all 16 facts."""
    world = world_of(EAGER | NO_TURNOVER | NO_CLOSURES, layout=small_layout(), weeks=300)
    carry_all(world)
    talks = []

    def watch(world, phase):
        if phase != "exchange":
            return
        families = world.families[active(world)]
        paired = (families["lead"] >= 0).all(axis=1) & (families["open"] != 0).all(axis=1)
        assert (families["contact"][paired] >= 0).all()
        known = families["known"][paired]
        assert (known[:, 0] == known[:, 1]).all()
        talks.append(int(paired.sum()))

    live_through(world, 300, watch)
    assert min(talks) > 5
    assert not world.families["received"].any()
    old = world.families[active(world)]
    old = old[(old["shared_since"] >= 0) & (old["shared_since"] < 150) & (old["lead"] >= 0).all(1)]
    assert len(old) > 5
    assert (old["known"] == ALL_FACTS).all()
    assert totals(world, "vain") == totals(world, "given_up") == 0
    assert totals(world, "reach") == totals(world, "flow")
    # Wrong version: disclosure that can fail.
    usual = EAGER | NO_TURNOVER | NO_CLOSURES | {"disclose_base": -2.0}
    shy = world_of(usual, layout=small_layout(), weeks=300)
    advance(shy, 3)
    families = shy.families[active(shy)]
    paired = (families["lead"] >= 0).all(axis=1)
    assert (families["known"][paired][:, 0] != families["known"][paired][:, 1]).any()


@pytest.mark.parametrize("initiator", SERVICES)
@pytest.mark.parametrize("mutual", [False, True])
def test_who_asks_is_told_and_who_is_asked_only_if_it_is_mutual(initiator, mutual):
    """One-sided contact carries facts to the asker alone; nothing else moves."""
    world = paired_world(EAGER, families=20)
    carry_all(world)
    families, chosen = world.families, active(world)
    families["contact"][chosen] = 1
    families["initiator"][chosen] = initiator
    families["mutual"][chosen] = mutual
    families["known"][chosen] = [0b0000_0001_0000_0111, 0b0000_0011_0000_0001]
    run_phases(world, "exchange")
    both = 0b0000_0011_0000_0111
    assert (families["known"][chosen, initiator] == both).all()
    other = both if mutual else [0b0000_0001_0000_0111, 0b0000_0011_0000_0001][1 - initiator]
    assert (families["known"][chosen, 1 - initiator] == other).all()
    new = [1, 2]  # fact 9 for the CSW, facts 1 and 2 for the MHSW
    expected = [new[s] if s == initiator or mutual else 0 for s in SERVICES]
    assert (families["disclosed"][chosen] == expected).all()
    assert (families["understood"][chosen] == expected).all()
    assert totals(world, "to_csc", "to_amh") == tuple(float(n * len(chosen)) for n in expected)


def test_what_is_told_and_not_understood_is_received():
    """Disclosure certain, understanding impossible; told again, it is received once."""
    world = paired_world(EAGER | {"understand_base": NEVER}, families=20)
    carry_all(world)
    families, chosen = world.families, active(world)
    families["contact"][chosen] = 2
    families["mutual"][chosen] = True
    families["known"][chosen] = [CHILD_FACTS, PARENT_FACTS]
    for _ in range(2):
        run_phases(world, "exchange")
    assert (families["received"][chosen] == [PARENT_FACTS, CHILD_FACTS]).all()
    assert (families["known"][chosen] == [CHILD_FACTS, PARENT_FACTS]).all()
    assert (families["known_weight"][chosen] == 0).all()  # only a new fact makes anyone count


@pytest.mark.parametrize("channel", range(4))
def test_facts_pass_with_the_stated_chances(channel):
    """Disclosed: Binomial(8 n, logistic(x) carry); of these understood: logistic(y).

    Rates 1e-4 each. All log-odds but the base are switched off by hand.
    """
    switched_off = dict.fromkeys(
        ("disclose_tie", "understand_knowledge", "understand_richness", "answer_tie"), 0.0
    )
    world = paired_world(
        switched_off | {"disclose_base": 1.0, "understand_base": -0.5}, families=2000, seed=6
    )
    families, chosen = world.families, active(world)
    families["contact"][chosen] = channel
    families["initiator"][chosen] = 0
    families["known"][chosen] = [0, PARENT_FACTS]
    run_phases(world, "exchange")
    disclosed = int(families["disclosed"][chosen, 0].sum())
    understood = int(families["understood"][chosen, 0].sum())
    p = default("carry") * RICHNESS[channel] / (1 + np.exp(-1.0))
    q = 1 / (1 + np.exp(0.5))
    assert chance_of_count(disclosed, 8 * len(chosen), p) > FALSE_ALARM
    assert chance_of_count(understood, disclosed, q) > FALSE_ALARM
    # Wrong versions: a tenth more is told; half is understood.
    assert chance_of_count(disclosed, 8 * len(chosen), 1.1 * p) < FALSE_ALARM
    assert chance_of_count(understood, disclosed, 0.5) < FALSE_ALARM
    received = bits(families["received"][chosen, 0]).sum()
    assert received == disclosed - understood


def test_discovery_is_the_stated_chain():
    """Trust and hours constant, one side only: with n facts hidden, one is found in a week with
    probability r n / 8; two of the child's side are the child's to tell, and are not found. The
    number known after 6 weeks is compared with the chain's exact distribution over 4000 families
    (chi-square, false-alarm rate 1e-4)."""
    trust, weeks, rate = 0.6, 6, 0.5
    world = paired_world(
        {"discover_rate": rate, "cross_discovery": 0.0, "hear_child": 0.0}, families=4000, seed=7
    )
    chosen = active(world)
    world.families["trust"] = trust
    run_phases(world, "discover", weeks=weeks)
    assert not (world.families["known"][:, 0] & PARENT_FACTS).any()
    assert not (world.families["known"][:, 1] & CHILD_FACTS).any()

    def distribution(r, there):
        known = np.zeros(there + 1)
        known[0] = 1.0
        for _ in range(weeks):
            found = known * r * (there - np.arange(there + 1)) / 8
            known = known - found + np.append(0.0, found[:-1])
        return known

    right = rate * (0.3 + 0.7 * trust)
    for s, there in ((0, 6), (1, 8)):
        counts = np.bincount(bits(world.families["known"][chosen, s]), minlength=there + 1)
        assert chance_of_counts(counts, distribution(right, there)) > FALSE_ALARM
        # Wrong versions: trust without its floor; a rate of 7 % more.
        assert chance_of_counts(counts, distribution(rate * trust, there)) < FALSE_ALARM
        assert chance_of_counts(counts, distribution(1.07 * right, there)) < FALSE_ALARM


@pytest.mark.parametrize("days, team", [(0.0, 25), (3.0, 25), (5.0, 25), (5.0, 4)])
def test_who_sits_elsewhere_has_the_own_team_on_the_telephone(days, team):
    """On each day elsewhere a telephone's richness over that of a talk, two thirds, is left of what
    an MHSW finds out about a parent, if a colleague stayed behind; a CSW loses nothing."""
    world = paired_world(
        {"discover_rate": 0.6, "cross_discovery": 0.0, "hear_child": 0.0, "cmht_size": team},
        families=6000, seed=7,
    )  # fmt: skip
    chosen, families = active(world), world.families
    families["trust"] = 1.0
    world.parameters["mhsw_office_days"] = 5.0
    world.policy["shared_days"] = days
    run_phases(world, "discover")
    found = (families["known"][chosen] != 0).sum(axis=0)
    alone = team == 4  # the social workers are the team, and sit together
    right = 0.6 * (1 - (0.0 if alone else days / 5) / 3)
    assert chance_of_count(found[0], len(chosen), 0.6 * 6 / 8) > FALSE_ALARM
    assert chance_of_count(found[1], len(chosen), right) > FALSE_ALARM
    if days:  # wrong version: the other way round
        wrong = 0.4 if alone else 0.6
        assert chance_of_count(found[1], len(chosen), wrong) < FALSE_ALARM


def test_the_other_side_is_discovered_as_often_as_stated_and_not_where_accounts_conflict():
    """Own side all known: a fact of the other side comes with cross_discovery trust (n / 8); one
    that the colleague already has, only if the family tells both the same. Rates 1e-4."""
    world = paired_world({"cross_discovery": 0.4, "split_rate": 0.0}, families=8000, seed=8)
    chosen = active(world)
    families = world.families
    families["trust"] = 0.7
    families["known"][chosen] = [CHILD_FACTS, 0]
    run_phases(world, "discover")
    # The CSW is visited first, so what the MHSW finds this week cannot split yet.
    open_ = int((families["known"][chosen, 0] != CHILD_FACTS).sum())
    families["known"][chosen] = [CHILD_FACTS, PARENT_FACTS]
    families["split"][chosen[::2]] = True
    run_phases(world, "discover")
    found = families["known"][chosen, 0] != CHILD_FACTS
    n = len(chosen)
    assert chance_of_count(open_, n, 0.4 * 0.7) > FALSE_ALARM
    assert chance_of_count(found[1::2].sum(), n // 2, 0.4 * 0.7) > FALSE_ALARM
    assert not found[::2].any()
    # Wrong version: withheld by chance, too.
    assert chance_of_count(open_, n, 0.4 * 0.7 * 0.7) < FALSE_ALARM


@pytest.mark.parametrize("lean", [0.8, -0.8])
def test_a_belief_without_talk_is_pulled_to_the_estimate(lean):
    """b(t) = e + (b(0) - e)(1 - rate)**t, e = (known risk + (1 - known weight) prior)(1 - gain)."""
    world = paired_world({}, families=30)
    families, chosen = world.families, active(world)
    rng = np.random.default_rng(1)
    families["known"][chosen] = rng.integers(0, 1 << 16, (len(chosen), 2))
    families["improvement"][chosen] = rng.uniform(0, 0.5, len(chosen))
    families["belief"][chosen] = rng.uniform(0, 1, (len(chosen), 2))
    families["csw_anxiety"][chosen] = 0.5
    world.practitioners["lean"] = lean
    world.practitioners["role_knowledge"] = 0.25
    before = families["belief"][chosen].copy()
    held = (families["known"][chosen][:, :, None] >> np.arange(16)) & 1
    adverse = (families["adverse"][chosen][:, None] >> np.arange(16)) & 1
    weight = families["weight"][chosen]
    known_weight = (held * weight[:, None]).sum(axis=2)
    known_risk = (held * (weight * adverse)[:, None]).sum(axis=2)
    families["known_weight"][chosen] = known_weight
    families["known_risk"][chosen] = known_risk
    run_phases(world, "exchange", weeks=5)
    fear = 0.5 if lean > 0 else 1.0  # anxiety feeds fear, and leaves optimism alone
    prior = np.array(
        [
            # Towards certain risk, or none, as far as they lean and do not know.
            default("prior_risk") + 0.8 * fear * 0.75 * ((lean > 0) - default("prior_risk")),
            default("prior_risk") - default("mhsw_optimism"),
        ]
    )
    estimate = (known_risk + (1 - known_weight) * prior) * (
        1 - families["improvement"][chosen][:, None]
    )
    expected = estimate + (before - estimate) * (1 - default("belief_rate")) ** 5
    np.testing.assert_allclose(families["belief"][chosen], expected, atol=EXACT)


@pytest.mark.parametrize("channel, facilitated", [(0, False), (1, False), (3, False), (3, True)])
def test_a_talk_draws_two_beliefs_together_by_the_stated_amounts(channel, facilitated):
    """Each moves by talk x richness x trust in force, whoever leads the talk; a letter moves
    neither."""
    world = paired_world({"belief_rate": 0.0}, families=30)
    families, chosen = world.families, active(world)
    world.tie_familiarity[:] = 1.0
    world.tie_trust_cm[:] = 0.8
    world.tie_trust_mc[:] = 0.5
    families["belief"][chosen] = [0.2, 0.7]
    families["contact"][chosen] = channel
    families["facilitated"][chosen] = facilitated
    families["csw_anxiety"][chosen] = 0.6
    run_phases(world, "exchange")
    rho = RICHNESS[channel]
    rate = default("talk_effect") * rho * (channel > 0)
    expected = [0.2 + rate * 0.8 * 0.5, 0.7 - rate * 0.5 * 0.5]
    np.testing.assert_allclose(families["belief"][chosen], [expected] * len(chosen), atol=EXACT)
    calm = 1 - default("talk_effect") * rho * (channel > 0)
    np.testing.assert_allclose(families["csw_anxiety"][chosen], 0.6 * calm, atol=EXACT)
    assert (families["talked"][chosen] == (channel > 0)).all()
    assert families["contacted"][chosen].all()


def test_nobody_understands_what_nobody_found():
    """Under all levers together, after every phase: received and known never overlap, what stands
    anywhere was discovered by a lead of this family before, or was a fact of the parent's side that
    a seat at the front door had from AMH's records; and the counted weights are right."""
    layout = small_layout(authorities=2)
    uses = [use(name, layout, ramp=5) for name in LEVERS]
    changes = {"leave_csw": 0.8, "leave_mhsw": 0.8, "return_rate": 0.3}
    world = world_of(changes, layout=layout, uses=uses, weeks=80)
    found = np.zeros(len(world.families), np.int64)
    before = np.zeros((len(world.families), 2), np.int64)
    seats = []

    def watch(world, phase):
        families = world.families
        known, received = families["known"], families["received"]
        if phase == "discover":
            found[:] |= (known & ~before).any(axis=1) * (known[:, 0] | known[:, 1])
        if phase == "intake":
            seats.append(int((received[:, 0] & ~found).any()))
            found[:] |= received[:, 0] & PARENT_FACTS
        before[:] = known
        assert not (known & received).any(), phase
        assert not ((known | received) & ~found[:, None]).any(), phase
        for s in SERVICES:
            gone = families["lead"][:, s] < 0
            assert not (known[gone, s] & ~found[gone]).any()
        first = families["first_known"] >= 0
        assert ((first << np.arange(16)).sum(axis=1) == found).all(), phase
        held = (known[:, :, None] >> np.arange(16)) & 1
        weight = (held * families["weight"][:, None]).sum(axis=2)
        np.testing.assert_allclose(families["known_weight"], weight, atol=EXACT)

    live_through(world, 80, watch)
    assert bits(found).mean() > 2
    assert sum(seats) > 5
    crossed_facts = totals(world, "to_csc") + totals(world, "to_amh")
    assert world.latency.sum() == crossed_facts > 20
    assert world.totals[:, TOTAL_INDEX["consults"]].sum() > 0


@pytest.mark.parametrize("channel", range(4))
def test_what_was_received_is_on_the_table_in_the_next_talk(channel):
    """Disclosure impossible: in a talk, what was received and the other still knows is disclosed
    all the same and understood with the stated chance (binomial); by letter it is not."""
    switched_off = dict.fromkeys(("understand_knowledge", "understand_richness", "answer_tie"), 0.0)
    world = paired_world(
        switched_off | {"disclose_base": NEVER, "understand_base": 0.4}, families=1500, seed=9
    )
    families, chosen = world.families, active(world)
    families["contact"][chosen] = channel
    families["initiator"][chosen] = 0
    families["known"][chosen] = [0, 0b0000_1111 << 8]
    families["received"][chosen] = [0b0011_1100 << 8, 0]  # two of the four the MHSW has forgotten
    run_phases(world, "exchange")
    n = len(chosen)
    talk = channel >= 1
    assert (families["disclosed"][chosen] == [2 * talk, 0]).all()
    understood = int(families["understood"][chosen, 0].sum())
    assert bits(families["known"][chosen, 0]).sum() == understood
    assert bits(families["received"][chosen, 0]).sum() == 4 * n - understood
    if not talk:
        assert understood == 0
        return
    assert chance_of_count(understood, 2 * n, 1 / (1 + np.exp(-0.4))) > FALSE_ALARM
    # Wrong version: everything on the table, whether the other still knows it or not.
    assert chance_of_count(understood, 4 * n, 1 / (1 + np.exp(-0.4))) < FALSE_ALARM
