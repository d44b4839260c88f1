"""Assumptions that no number holds, and who would know about each."""

from dataclasses import dataclass

PSW, AMH = "principal social worker", "AMH manager"
RESEARCHER, STATISTICIAN = "researcher of social work", "statistician"
ANALYST, WORKFORCE = "performance analyst", "workforce lead"
FAMILIES = "families with experience of both services"
SPANNERS = "lead of a bridging team"


@dataclass(frozen=True, slots=True)
class Assumption:
    """An assumption about what there is and what depends on what."""

    text: str
    section: str
    owner: str
    mark: str
    """Evidence mark, as of parameters."""
    parameters: tuple[str, ...] = ()
    """Parameters that hold its strength."""


STRUCTURE = (
    Assumption(
        "A stranger is trusted by the story told about their service, an acquaintance by their own "
        "record",
        "7.0", RESEARCHER, "S",
        ("story_strength", "story_reach", "familiarity_rate", "trust_rate", "learning_rate"),
    ),
    Assumption(
        "Decisions are chances with log-odds linear in the decider's own states; nobody optimises",
        "4.2", RESEARCHER, "J",
        ("contact_tie", "answer_tie", "disclose_tie", "accept_trust"),
    ),
    Assumption(
        "Bad experiences weigh more than good ones", "7.0", RESEARCHER, "J", ("trust_asymmetry",),
    ),
    Assumption(
        "A bad story moves a listener only from several distinct tellers; a good one needs one",
        "7.11", "researcher of organisations", "S", ("tellers_needed", "telling_window"),
    ),
    Assumption(
        "Stories travel within a team, and across services only where a site is shared",
        "7.11", "researcher of organisations", "S", ("listening", "telling"),
    ),
    Assumption(
        "What a family's case consists of is 16 facts of about equal weight, 8 on each side",
        "7.1", f"{PSW}; {AMH}", "J",
    ),
    Assumption(
        "Receiving is not understanding; understanding needs role knowledge and rich channels",
        "7.9", f"{PSW}; {AMH}", "S",
        ("understand_base", "understand_richness", "understand_knowledge"),
    ),
    Assumption(
        "What nobody understands is judged by a prior that leans to fear or optimism",
        "7.9", RESEARCHER, "S", ("prior_risk", "fear_share", "mhsw_optimism"),
    ),
    Assumption(
        "A plan is joint if the two talked, each understands enough, they agreed on risk, the "
        "family took part and both accept: all five",
        "7.12", f"{PSW}; {AMH}", "J", ("joint_understanding", "risk_tolerance", "accept_base"),
    ),
    Assumption(
        "Joint plans have no direct effect on risk: they work through trust and targets that can "
        "be met",
        "7.12", FAMILIES, "J", ("family_event", "recovery_rate"),
    ),
    Assumption(
        "At most one contact between the two leads of a family in a week",
        "7.7", f"{PSW}; {AMH}", "J",
    ),
    Assumption(
        "Sharing a site gives opportunity (encounters, cheap meetings, stories) and no trust by "
        "itself; what becomes of an encounter follows from the same wish as any contact",
        "7.6", "researcher of organisations", "s",
        ("encounter_rate", "encounter", "occasion", "site_pull", "seat_decay"),
    ),
    Assumption(
        "A rule brings about what it asks for, in writing, where nobody wanted more; without "
        "upkeep it wears off",
        "7.7", f"{PSW}; {AMH}", "J", ("rule_pace", "compliance", "half_life"),
    ),
    Assumption(
        "Priority for joint work is hours taken from other cases, and nothing else",
        "7.4", f"{PSW}; {AMH}", "J", ("priority_hours",),
    ),
    Assumption(
        "A spanner knows of a family what they were told, and passes it on through the same "
        "barriers as anybody",
        "7.8", SPANNERS, "J", ("spanner_offer",),
    ),
    Assumption(
        "A family's own spanner is asked, else of those who have hours left the one best known; "
        "what exceeds the hours waits, and is lost with the plan",
        "7.8", SPANNERS, "J", ("consult_familiarity", "consult_hours", "familiarity_rate"),
    ),
    Assumption(
        "Personal states go back to a resting level: nothing learned lasts without use",
        "7.13", RESEARCHER, "J", ("drift", "half_life"),
    ),
    Assumption(
        "Who leaves takes their ties along, and what was not written down",
        "7.13", WORKFORCE, "J", ("documented", "leave_csw", "leave_mhsw", "tie_retention"),
    ),
    Assumption(
        "Leaving follows from low wellbeing, and low wellbeing from pressure, by the same rule "
        "for all",
        "7.13", WORKFORCE, "J", ("leave_wellbeing", "pressure_effect"),
    ),
    Assumption(
        "Policies do not change who comes: arrivals are given, and only returns answer to risk",
        "7.4", ANALYST, "J", ("arrival_rate", "return_rate"),
    ),
    Assumption(
        "A family that CSC closed rests until it returns; what AMH does meanwhile is background",
        "7.12", AMH, "J",
    ),
    Assumption(
        "AMH closes cases by the parent's true severity", "7.12", AMH, "J", ("close_amh_rate",),
    ),
    Assumption(
        "Authorities and localities are closed: nobody works across them, but spanners and ties do "
        "within an authority",
        "2", ANALYST, "J",
    ),
    Assumption(
        "Teams of a size are alike, agency staff count as filled posts, nobody moves between posts",
        "9", WORKFORCE, "J",
    ),
    Assumption(
        "A lever acts through its channels alone, at a strength that is judgement for most",
        "7.2", "whoever runs the policy in question", "J",
    ),
    Assumption(
        "Parameters are uncertain independently of each other, but for the few that are bound, and "
        "evenly on either side of the default",
        "4.1", STATISTICIAN, "J",
    ),
    Assumption(
        "260 weeks before the policy are enough for the world to forget where stories started",
        "5.2", STATISTICIAN, "C",
    ),
)  # fmt: skip
