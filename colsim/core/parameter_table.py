"""The table of parameters: default, plausible range, permitted bounds, unit, evidence, meaning.

Evidence marks: S seen in a primary source, s seen in a secondary source,
C calculated from such figures, J judgement (an assumption, to be swept).
"""

import math

from colsim.core.parameter import Choice, Parameter

INF = math.inf

# fmt: off
TABLE: tuple[Parameter, ...] = (
    # State of practitioners when they enter a post.
    Parameter(
        "knowledge_start", 0.35, 0.2, 0.5, 0.0, 1.0, "share", "J", "start",
        "Role knowledge of someone new in post, and its resting level without use",
        "Judgement; every interviewee in the study said that the other service is not understood",
    ),
    Parameter(
        "confidence_start", 0.4, 0.25, 0.55, 0.0, 1.0, "share", "J", "start",
        "Confidence in working with the other service of someone new in post, and its resting level",
        "Judgement",
    ),
    Parameter(
        "spread", 0.2, 0.1, 0.3, 0.0, 1.0, "share", "J", "start",
        "Half-width of the uniform spread of personal states about their mean",
        "Judgement",
    ),
    Parameter(
        "orientation_rest_csw", 0.35, 0.2, 0.5, 0.0, 1.0, "share", "J", "start",
        "Resting orientation of CSWs with the other service (0 collecting information, 1 joint enterprise)",
        "Judgement; the study found that CSWs think of the other service first as a source of information",
    ),
    Parameter(
        "orientation_rest_mhsw", 0.4, 0.25, 0.55, 0.0, 1.0, "share", "J", "start",
        "Resting orientation of MHSWs with the other service",
        "Judgement; the study found that MHSWs think first of the service user",
    ),
    Parameter(
        "stance_rest_csw", 0.45, 0.3, 0.6, 0.0, 1.0, "share", "J", "start",
        "Resting orientation of CSWs with the family (0 done to them, 1 done with them)",
        "Judgement",
    ),
    Parameter(
        "stance_rest_mhsw", 0.6, 0.45, 0.75, 0.0, 1.0, "share", "J", "start",
        "Resting orientation of MHSWs with the family",
        "Judgement; collaboration means the service user first to MHSWs in the study",
    ),
    Parameter(
        "alliance_rest", 0.5, 0.3, 0.7, 0.0, 1.0, "share", "J", "start",
        "Resting unwillingness of MHSWs to risk the alliance with the client",
        "Judgement; CSWs in the study saw MHSWs as protecting the client relationship",
    ),
    Parameter(
        "belonging_rest", 0.3, 0.15, 0.5, 0.0, 1.0, "share", "J", "start",
        "Resting belonging of MHSWs to the local authority",
        "Judgement; all MHSWs in the study felt not owned by the local authority",
    ),
    Parameter(
        "wellbeing_rest", 0.5, 0.4, 0.6, 0.0, 1.0, "share", "J", "start",
        "Wellbeing at a pressure of one",
        "Judgement",
    ),
    Parameter(
        "image_rest_csw", -0.5, -0.8, -0.2, -1.0, 1.0, "valence", "J", "start",
        "How CSWs think they are seen when nothing tells them otherwise",
        "Judgement; CSWs in the study expected harsher views than MHSWs voiced",
    ),
    Parameter(
        "image_rest_mhsw", -0.1, -0.4, 0.2, -1.0, 1.0, "valence", "J", "start",
        "How MHSWs think they are seen when nothing tells them otherwise",
        "Judgement",
    ),
    Parameter(
        "fear_share", 0.6, 0.4, 0.8, 0.0, 1.0, "share", "J", "start",
        "Share of practitioners who lean to fear rather than optimism about mental illness",
        "Judgement; the study found both over- and under-estimation of risk",
    ),
    Parameter(
        "narrative_start", -0.2, -0.6, 0.2, -1.0, 1.0, "valence", "J", "start",
        "Mean narrative in week 0",
        "Judgement; forgotten during the burn-in",
    ),
    Parameter(
        "acquainted_start", 0.1, 0.05, 0.15, 0.0, 1.0, "probability", "s", "start",
        "Chance that a CSW and an MHSW of one locality know each other in week 0",
        "Allen & Henn via encyclopedia.uia.org: 12.2 % known on the same floor, 8.9 % one floor apart",
    ),
    Parameter(
        "familiarity_start", 0.4, 0.2, 0.6, 0.0, 1.0, "share", "J", "start",
        "Familiarity of those acquainted in week 0",
        "Judgement",
    ),
    Parameter(
        "spanner_knowledge", 0.8, 0.65, 0.95, 0.0, 1.0, "share", "J", "start",
        "Role knowledge and confidence of a new boundary spanner",
        "Judgement",
    ),
    # Families when they become known.
    Parameter(
        "severity_start", 0.5, 0.35, 0.65, 0.0, 1.0, "share", "J", "families",
        "Mean severity of the parent's mental ill-health",
        "Judgement",
    ),
    Parameter(
        "adverse_base", 0.15, 0.05, 0.25, 0.0, 1.0, "probability", "J", "families",
        "Chance that a fact is adverse in the least complex family",
        "Judgement",
    ),
    Parameter(
        "adverse_complexity", 0.5, 0.35, 0.65, 0.0, 1.0, "probability", "J", "families",
        "Added chance that a fact is adverse in the most complex family",
        "Judgement",
    ),
    Parameter(
        "trust_csc_start", 0.35, 0.2, 0.5, 0.0, 1.0, "share", "J", "families",
        "Mean trust in CSC at first",
        "Judgement; the study: families fear and do not want children's services",
    ),
    Parameter(
        "trust_amh_start", 0.55, 0.4, 0.7, 0.0, 1.0, "share", "J", "families",
        "Mean trust in AMH at first",
        "Judgement; the study: families come to mental health services for help",
    ),
    Parameter(
        "family_anxiety_start", 0.6, 0.4, 0.8, 0.0, 1.0, "share", "s", "families",
        "Mean anxiety and stigma at first",
        "Stigma Shout survey quoted in the study: 87 % of people report a negative impact of stigma",
    ),
    Parameter(
        "csw_anxiety_start", 0.6, 0.4, 0.8, 0.0, 1.0, "share", "J", "families",
        "A CSW's anxiety about mental illness in a new case",
        "Judgement; all CSWs in the study valued talks that lower anxiety",
    ),
    Parameter(
        "ask_consent", 0.15, 0.05, 0.3, 0.0, 1.0, "per week", "J", "families",
        "Chance that a lead with time enough asks a family that does not consent",
        "Judgement",
    ),
    Parameter(
        "consent_hours", 0.5, 0.25, 1.0, 0.0, INF, "hours", "J", "families",
        "Hours of asking a family for its consent",
        "Judgement",
    ),
    Parameter(
        "consent_base", 0.4, 0.25, 0.55, 0.0, 1.0, "probability", "J", "families",
        "Chance that a family without trust in the service that asks consents to sharing",
        "Judgement",
    ),
    Parameter(
        "consent_trust", 0.4, 0.2, 0.6, 0.0, 1.0, "probability", "J", "families",
        "Added chance with full trust in the service that asks",
        "Judgement",
    ),
    Parameter(
        "prior_risk", 0.4, 0.3, 0.5, 0.0, 1.0, "share", "J", "families",
        "Risk that is assumed where no fact is understood",
        "Judgement; the mean true risk of new families is near it",
    ),
    # Case flow.
    Parameter(
        "arrival_rate", 0.0227, 0.0204, 0.025, 0.0, INF, "families per week per target family", "J", "flow",
        "Weekly arrivals per targeted shared family",
        "Set by scripts/baseline.py so that the simulated number of shared families meets the scenario's target",
    ),
    Parameter(
        "route_both", 0.4, 0.25, 0.55, 0.0, 1.0, "probability", "J", "flow",
        "Share of arrivals known to both services from the start",
        "Judgement; Pearson et al. 2021 (66 % of mothers in care proceedings ever known to the trust) bounds it from above",
    ),
    Parameter(
        "route_csc", 0.4, 0.25, 0.5, 0.0, 1.0, "probability", "J", "flow",
        "Share of arrivals known to CSC only at first",
        "Judgement",
    ),
    Parameter(
        "return_rate", 0.0135, 0.011, 0.016, 0.0, 1.0, "per week per unit of risk", "J", "flow",
        "Weekly chance of re-referral per unit of risk",
        "Set by scripts/baseline.py so that simulated re-referral meets the DfE's 22 % within twelve months (2024; all families, standing in for shared ones)",
    ),
    Parameter(
        "refer_base", -2.6, -3.2, -2.0, -INF, INF, "log-odds", "J", "flow",
        "Weekly log-odds that the one service involved brings in the other",
        "Judgement; Dunn et al. 2021: 25 % do not ask about children",
    ),
    Parameter(
        "refer_need", 1.5, 0.8, 2.2, 0.0, INF, "log-odds", "J", "flow",
        "Effect of complexity on involving the other service",
        "Judgement",
    ),
    Parameter(
        "refer_knowledge", 1.0, 0.5, 1.5, 0.0, INF, "log-odds", "J", "flow",
        "Effect of role knowledge on involving the other service",
        "Judgement; Davidson et al. 2012: champions raised referrals through knowledge",
    ),
    Parameter(
        "refer_story", 1.6, 0.8, 2.4, 0.0, INF, "log-odds", "J", "flow",
        "Effect of the story in force on involving the other service",
        "Judgement; the study",
    ),
    Parameter(
        "refer_fear", 1.0, 0.5, 1.5, 0.0, INF, "log-odds", "J", "flow",
        "Effect of a CSW's fear on involving AMH late",
        "Judgement; the study",
    ),
    Parameter(
        "csw_cases_per_post", 14.6, 10.0, 24.0, 0.0, INF, "cases", "C", "flow",
        "Background cases per established CSW post",
        "DfE workforce census 2023: 16.0 cases per worker, authorities between 10 and 26; less shared families and vacancies",
    ),
    Parameter(
        "mhsw_cases_per_post", 18.0, 12.0, 27.0, 0.0, INF, "cases", "C", "flow",
        "Background cases per established MHSW post",
        "Greenwood et al. 2000 and Tyrer et al. 2001: 16 to 34 per worker (old); less shared families",
    ),
    Parameter(
        "shared_case_weight", 1.5, 1.0, 2.0, 0.0, INF, "cases", "J", "flow",
        "Load of a family known here, in background cases, when work is allocated",
        "Judgement",
    ),
    Parameter(
        "close_rate", 0.045, 0.035, 0.055, 0.0, 1.0, "per week", "J", "flow",
        "Weekly chance that CSC closes a family it believes to be without risk",
        "Judgement",
    ),
    Parameter(
        "close_amh_rate", 0.03, 0.02, 0.04, 0.0, 1.0, "per week", "J", "flow",
        "Weekly chance that AMH closes a parent without severity",
        "Judgement",
    ),
    Parameter(
        "escalate_rate", 0.03, 0.015, 0.045, 0.0, 1.0, "per week", "J", "flow",
        "Weekly chance of escalation at the highest risk",
        "Judgement",
    ),
    # Hours.
    Parameter(
        "csw_hours_per_case", 2.25, 2.0, 2.5, 0.0, INF, "hours per week", "C", "hours",
        "Hours of a CSW per background case",
        "37.2 h / 16.5 cases; hours from a 2012 survey of more than 600 social workers",
    ),
    Parameter(
        "mhsw_hours_per_case", 1.4, 1.2, 1.6, 0.0, INF, "hours per week", "C", "hours",
        "Hours of an MHSW per background case",
        "37.2 h / about 25 cases, less shared families",
    ),
    Parameter(
        "hours_shared", 1.8, 1.4, 2.2, 0.0, INF, "hours per week", "J", "hours",
        "Routine hours per family led",
        "Judgement; near the mean per case",
    ),
    Parameter(
        "collaboration_share", 0.15, 0.08, 0.22, 0.0, 1.0, "share", "s", "hours",
        "Share of hours free for working with the other service at a pressure of one",
        "2012 survey of social workers: 12 % of time in meetings, 11 % on the phone, all purposes",
    ),
    Parameter(
        "collaboration_floor", 0.03, 0.01, 0.05, 0.0, 1.0, "share", "J", "hours",
        "Share of hours that stays for working with the other service under any pressure",
        "Judgement",
    ),
    Parameter(
        "hours_written", 0.3, 0.2, 0.4, 0.0, INF, "hours", "J", "hours",
        "Hours of a written contact for each side",
        "Judgement",
    ),
    Parameter(
        "hours_phone", 0.5, 0.35, 0.65, 0.0, INF, "hours", "J", "hours",
        "Hours of a telephone contact for each side",
        "Judgement",
    ),
    Parameter(
        "hours_face", 1.8, 1.2, 2.4, 0.0, INF, "hours", "J", "hours",
        "Hours of a contact face to face for each side, travel included",
        "Judgement; travel takes 11 % of time in the 2012 survey",
    ),
    Parameter(
        "hours_meeting", 2.8, 2.0, 3.6, 0.0, INF, "hours", "J", "hours",
        "Hours of a meeting for each side, travel included",
        "Judgement",
    ),
    Parameter(
        "travel_share", 0.5, 0.3, 0.7, 0.0, 1.0, "share", "J", "hours",
        "Share of a face-to-face contact's hours that a shared site saves",
        "Judgement",
    ),
    Parameter(
        "training_hours", 7.4, 5.0, 8.0, 0.0, INF, "hours", "C", "hours",
        "Hours of one training session",
        "One working day",
    ),
    # Discovering facts.
    Parameter(
        "discover_rate", 0.45, 0.3, 0.6, 0.0, 1.0, "per week", "J", "discover",
        "Weekly chance to discover a fact of one's own side, with full trust and none known",
        "Judgement",
    ),
    Parameter(
        "cross_discovery", 0.06, 0.02, 0.1, 0.0, 1.0, "per week", "J", "discover",
        "Weekly chance to learn a fact of the other side from the family",
        "Judgement",
    ),
    Parameter(
        "hear_child", 0.12, 0.05, 0.25, 0.0, 1.0, "per week", "J", "discover",
        "Chance that a CSW with time enough, who works wholly with the family, sees and hears the child",
        "Judgement; Ferguson 2015 and the inspection quoted in the study find the child's voice absent",
    ),
    Parameter(
        "child_hours", 1.0, 0.5, 2.0, 0.0, INF, "hours", "J", "discover",
        "Hours of seeing and hearing a child",
        "Judgement",
    ),
    Parameter(
        "split_rate", 0.04, 0.0, 0.1, 0.0, 1.0, "per week", "J", "discover",
        "Chance that a family without any trust begins to tell its two workers different things",
        "Judgement; Reupert & Maybery 2014, quoted in the study",
    ),
    # Contact.
    Parameter(
        "contact_base", -4.4, -4.9, -3.9, -INF, INF, "log-odds", "J", "contact",
        "Weekly log-odds of wanting contact",
        "Judgement; Darlington et al. 2005 found moderate contact",
    ),
    Parameter(
        "contact_need", 1.8, 1.0, 2.6, 0.0, INF, "log-odds", "J", "contact",
        "Effect of complexity and of facts not understood",
        "Judgement; Bronstein 2003: complexity calls for collaboration",
    ),
    Parameter(
        "contact_trust", 1.2, 0.6, 1.8, 0.0, INF, "log-odds", "J", "contact",
        "Effect of trust in force",
        "Judgement; the study",
    ),
    Parameter(
        "contact_familiarity", 1.2, 0.6, 1.8, 0.0, INF, "log-odds", "J", "contact",
        "Effect of familiarity",
        "Judgement; Webber et al. 2013: personal contact as important as the protocol",
    ),
    Parameter(
        "contact_confidence", 0.6, 0.3, 0.9, 0.0, INF, "log-odds", "J", "contact",
        "Effect of confidence",
        "Judgement",
    ),
    Parameter(
        "contact_orientation", 0.8, 0.4, 1.2, 0.0, INF, "log-odds", "J", "contact",
        "Effect of orientation",
        "Judgement",
    ),
    Parameter(
        "contact_wellbeing", 0.8, 0.0, 1.6, 0.0, INF, "log-odds", "J", "contact",
        "Effect of wellbeing on the wish for contact, from none to full",
        "Judgement; the study hears that strain leaves no room for others",
    ),
    Parameter(
        "contact_fear", 0.6, 0.0, 1.2, 0.0, INF, "log-odds", "J", "contact",
        "What fear of mental illness takes from a CSW's wish for contact, at full anxiety",
        "Judgement; CSWs in the study spoke of fear and mystery",
    ),
    Parameter(
        "contact_belonging", 0.8, 0.0, 1.6, 0.0, INF, "log-odds", "J", "contact",
        "Effect of belonging to the authority on an MHSW's wish for contact, from none to full",
        "Judgement; MHSWs in the study felt not owned by the authority",
    ),
    Parameter(
        "image_asking", 0.4, 0.0, 0.8, 0.0, INF, "log-odds", "J", "contact",
        "Effect of how people think they are seen on asking and answering",
        "Judgement; CSWs in the study expected harsher views than were voiced",
    ),
    Parameter(
        "rule_pace", 0.2, 0.1, 0.4, 0.0, 1.0, "per week", "J", "contact",
        "Chance a week that a rule followed to the letter brings about a contact that nobody wanted, with full trust and slack",
        "Judgement",
    ),
    Parameter(
        "contact_pressure", 0.8, 0.4, 1.2, 0.0, INF, "log-odds", "J", "contact",
        "Effect of pressure",
        "Judgement; Darlington et al. 2005 rank resources first",
    ),
    Parameter(
        "contact_deadline", 1.2, 0.6, 1.8, 0.0, INF, "log-odds", "J", "contact",
        "Effect of a near deadline on CSWs",
        "Judgement; Lane, Munro & Husemann 2016: compliance culture",
    ),
    Parameter(
        "deadline_window", 3.0, 2.0, 5.0, 0.5, INF, "weeks", "J", "contact",
        "Weeks before a deadline in which it presses",
        "Judgement",
    ),
    Parameter(
        "misdirected", 0.3, 0.15, 0.45, 0.0, 1.0, "probability", "J", "contact",
        "Chance that someone who knows nothing of the other service calls the wrong person",
        "Judgement; the study: not knowing whom to call",
    ),
    Parameter(
        "answer_base", 0.5, 0.0, 1.0, -INF, INF, "log-odds", "J", "contact",
        "Log-odds of an answer",
        "Judgement",
    ),
    Parameter(
        "answer_trust", 1.5, 0.8, 2.2, 0.0, INF, "log-odds", "J", "contact",
        "Effect of trust in force on answering",
        "Judgement",
    ),
    Parameter(
        "answer_familiarity", 1.0, 0.5, 1.5, 0.0, INF, "log-odds", "J", "contact",
        "Effect of familiarity on answering",
        "Judgement",
    ),
    Parameter(
        "answer_pressure", 0.8, 0.4, 1.2, 0.0, INF, "log-odds", "J", "contact",
        "Effect of pressure on answering",
        "Judgement",
    ),
    Parameter(
        "richness_base", 0.38, 0.25, 0.5, 0.0, 1.0, "richness", "J", "contact",
        "Richness of channel sought, before other reasons",
        "Judgement",
    ),
    Parameter(
        "richness_complexity", 0.25, 0.1, 0.4, 0.0, INF, "richness", "J", "contact",
        "Effect of complexity on the richness sought",
        "Judgement",
    ),
    Parameter(
        "richness_orientation", 0.2, 0.1, 0.3, 0.0, INF, "richness", "J", "contact",
        "Effect of orientation on the richness sought",
        "Judgement",
    ),
    Parameter(
        "richness_pressure", 0.6, 0.3, 0.9, 0.0, INF, "richness", "J", "contact",
        "Effect of pressure on the richness sought",
        "Judgement",
    ),
    Parameter(
        "richness_saving", 0.3, 0.15, 0.45, 0.0, INF, "richness", "J", "contact",
        "Effect of a shared site on the richness sought",
        "Judgement",
    ),
    Parameter(
        "richness_noise", 0.3, 0.2, 0.4, 0.0, INF, "richness", "J", "contact",
        "Half-width of other reasons for a channel",
        "Judgement",
    ),
    Parameter(
        "richness_written", 0.2, 0.1, 0.3, 0.0, 1.0, "richness", "J", "contact",
        "Richness of a written contact",
        "Judgement; media richness: written least",
    ),
    Parameter(
        "richness_phone", 0.45, 0.35, 0.55, 0.0, 1.0, "richness", "J", "contact",
        "Richness of a telephone contact",
        "Judgement",
    ),
    Parameter(
        "richness_face", 0.8, 0.7, 0.9, 0.0, 1.0, "richness", "J", "contact",
        "Richness of a contact face to face",
        "Judgement; the study: face to face builds relations best",
    ),
    Parameter(
        "richness_meeting", 0.85, 0.75, 0.95, 0.0, 1.0, "richness", "J", "contact",
        "Richness of a meeting",
        "Judgement",
    ),
    # Sharing a building.
    Parameter(
        "seat_scale", 12.0, 5.0, 50.0, 0.1, INF, "metres", "C", "encounter",
        "Distance over which encounters fall by a factor e",
        "Allen 1977: four times as likely at 6 as at 60 feet, so 54 feet / ln 4",
    ),
    Parameter(
        "office_span", 40.0, 20.0, 60.0, 0.0, INF, "metres", "J", "encounter",
        "Largest distance between seats in an office",
        "Judgement",
    ),
    Parameter(
        "encounter_rate", 0.007, 0.0017, 0.029, 0.0, 1.0, "per pair and shared day", "J", "encounter",
        "How often a given pair of people come across each other on a day on which both are at the site",
        "Judgement: from the first edition's rate of being seen to its rate of talking about a family",
        logarithmic=True,
    ),
    Parameter(
        "csw_office_days", 3.0, 3.0, 3.0, 0.0, 5.0, "days a week", "J", "encounter",
        "Days of the week on which a CSW is in the office",
        "Assumption, to be set by each authority; no figure was found",
        kind="input",
    ),
    Parameter(
        "mhsw_office_days", 4.0, 4.0, 4.0, 0.0, 5.0, "days a week", "J", "encounter",
        "Days of the week on which an MHSW works in an office at all",
        "Assumption, to be set by each authority; no figure was found",
        kind="input",
    ),
    Parameter(
        "desk_sharing", 0.56, 0.56, 0.56, 0.0, 1.0, "share of desks", "s", "encounter",
        "Share of desks that are nobody's own: seats are drawn anew, and others hear what is said",
        "56 % of 93 English councils share desks in child protection (Community Care, 31 August 2016)",
        kind="input",
    ),
    Parameter(
        "encounter", 0.0, 0.0, 2.0, 0.0, 2.0, "form", "J", "encounter",
        "How a shared site brings about talk of a family: by chance, because it is sought, or half each",
        "Both forms are spoken of in the literature on co-location (Allen 1977; Lalani & Marshall 2020)",
        kind="form",
        choices=(
            Choice(0.0, "by_chance", 0.34, "Allen 1977: communication falls off with distance"),
            Choice(1.0, "sought", 0.33, "Lalani & Marshall 2020: a site helps those who want to work together"),
            Choice(2.0, "both", 0.33, "Judgement"),
        ),
    ),
    Parameter(
        "occasion", 1.0, 0.0, 2.0, -INF, INF, "log-odds", "J", "encounter",
        "What coming across each other adds to the wish to raise a family",
        "Judgement",
    ),
    Parameter(
        "open_plan", 0.5, 0.0, 1.0, 0.0, INF, "log-odds", "J", "encounter",
        "What shared desks take from the wish to raise a family in passing",
        "Judgement; open plan keeps people from confidential talk (Community Care, 31 August 2016)",
    ),
    Parameter(
        "passing", 0.5, 0.25, 1.0, 0.0, 1.0, "share of a telephone call", "J", "encounter",
        "What a talk in passing takes in hours, carries, and is worth in richness",
        "Judgement; never more than a call",
    ),
    Parameter(
        "site_pull", 0.5, 0.0, 1.0, 0.0, INF, "log-odds", "J", "encounter",
        "What a site shared on five days adds to the wish for contact, where contact is sought",
        "Judgement",
    ),
    # Disclosing and understanding.
    Parameter(
        "disclose_base", -0.5, -1.0, 0.0, -INF, INF, "log-odds", "J", "exchange",
        "Log-odds of disclosing a fact that one may tell",
        "Judgement",
    ),
    Parameter(
        "disclose_trust", 2.0, 1.2, 2.8, 0.0, INF, "log-odds", "J", "exchange",
        "Effect of trust in force",
        "Judgement; Zou et al. 2020: stories lower knowledge sharing through trust",
    ),
    Parameter(
        "disclose_familiarity", 0.8, 0.4, 1.2, 0.0, INF, "log-odds", "J", "exchange",
        "Effect of familiarity",
        "Judgement",
    ),
    Parameter(
        "disclose_confidence", 0.4, 0.2, 0.6, 0.0, INF, "log-odds", "J", "exchange",
        "Effect of confidence",
        "Judgement",
    ),
    Parameter(
        "disclose_protocol", 1.2, 0.6, 1.8, 0.0, INF, "log-odds", "J", "exchange",
        "Effect of a protocol at full trust",
        "Judgement; Webber et al. 2013: multiplies with trust, does not replace it",
    ),
    Parameter(
        "disclose_barred", 2.5, 1.5, 3.5, 0.0, INF, "log-odds", "J", "exchange",
        "How much rarer a fact is told by somebody who thinks that they may not tell it",
        "Judgement; Darlington et al. 2005 rank confidentiality second among barriers",
    ),
    Parameter(
        "lawful_threshold", 0.5, 0.4, 0.6, 0.0, 1.0, "risk", "J", "exchange",
        "Risk of the child from which on telling is lawful without consent",
        "Judgement; Working Together (2018) lets a child at risk of significant harm go before confidentiality, and gives no number",
    ),
    Parameter(
        "misreading", 0.3, 0.1, 0.5, 0.0, 1.0, "risk", "J", "exchange",
        "Half-width of what people without role knowledge take that threshold to be",
        "Judgement; the study: data protection and confidentiality are not negotiated, and read in different ways",
    ),
    Parameter(
        "shielding", 0.0, 0.0, 1.0, 0.0, 1.0, "form", "J", "exchange",
        "What an MHSW does with what they know of a client: follow the law as they read it, or shield the client",
        "CSWs in the study say that MHSWs hide behind confidentiality; none of the MHSWs said so",
        kind="form",
        choices=(
            Choice(0.0, "law_alone", 0.5, "The study: no MHSW spoke of holding back what the law lets them tell"),
            Choice(1.0, "shields", 0.5, "The study: CSWs saw MHSWs protect the relationship with their client"),
        ),
    ),
    Parameter(
        "shield", 0.3, 0.1, 0.5, 0.0, 1.0, "risk", "J", "exchange",
        "How much higher an MHSW who wholly protects the alliance puts that threshold (form shields)",
        "Judgement; the study",
    ),
    Parameter(
        "breach_noticed", 0.3, 0.1, 0.5, 0.0, 1.0, "probability", "J", "exchange",
        "Chance that a family notices that it was told of without right",
        "Judgement",
    ),
    Parameter(
        "breach_loss", 0.3, 0.1, 0.5, 0.0, 1.0, "share", "J", "exchange",
        "Share of a family's trust in the service that told, lost when it is noticed",
        "Judgement",
    ),
    Parameter(
        "carry_written", 0.35, 0.2, 0.5, 0.0, 1.0, "share", "J", "exchange",
        "Share of willing disclosures that a written contact carries",
        "Judgement",
    ),
    Parameter(
        "carry_phone", 0.35, 0.2, 0.5, 0.0, 1.0, "share", "J", "exchange",
        "Share of willing disclosures that a telephone contact carries",
        "Judgement",
    ),
    Parameter(
        "carry_face", 0.55, 0.4, 0.7, 0.0, 1.0, "share", "J", "exchange",
        "Share of willing disclosures that a contact face to face carries",
        "Judgement",
    ),
    Parameter(
        "carry_meeting", 0.65, 0.5, 0.8, 0.0, 1.0, "share", "J", "exchange",
        "Share of willing disclosures that a meeting carries",
        "Judgement",
    ),
    Parameter(
        "understand_base", -1.6, -2.2, -1.0, -INF, INF, "log-odds", "J", "exchange",
        "Log-odds of understanding a fact received",
        "Judgement",
    ),
    Parameter(
        "understand_richness", 1.8, 1.0, 2.6, 0.0, INF, "log-odds", "J", "exchange",
        "Effect of the channel's richness on understanding",
        "Judgement; media richness",
    ),
    Parameter(
        "understand_knowledge", 2.2, 1.4, 3.0, 0.0, INF, "log-odds", "J", "exchange",
        "Effect of role knowledge on understanding",
        "Judgement; the study: different vocabularies",
    ),
    Parameter(
        "understand_trust", 1.0, 0.0, 2.0, 0.0, INF, "log-odds", "J", "exchange",
        "Effect of the taker's trust in force on taking in what is said, from none to full",
        "Judgement; the study tells of colleagues whose word is discounted",
    ),
    Parameter(
        "understand_facilitated", 0.8, 0.4, 1.2, 0.0, INF, "log-odds", "J", "exchange",
        "Effect of a facilitator on understanding",
        "Judgement; the study",
    ),
    Parameter(
        "belief_talk", 0.6, 0.4, 0.8, 0.0, 1.0, "share", "J", "exchange",
        "How far a talk draws the two beliefs about risk together",
        "Judgement",
    ),
    Parameter(
        "power_csw", 0.65, 0.5, 0.8, 0.0, 1.0, "share", "J", "exchange",
        "Weight of the CSW's view in a talk without a facilitator",
        "Judgement; the study: power of statutory decisions",
    ),
    Parameter(
        "talk_calm", 0.5, 0.3, 0.7, 0.0, 1.0, "share", "J", "exchange",
        "Share of a CSW's anxiety that the richest talk removes",
        "Judgement; the study: talking lowers anxiety",
    ),
    Parameter(
        "phone_discusses", 0.4, 0.2, 0.6, 0.0, 1.0, "probability", "J", "exchange",
        "Chance that a telephone contact includes a discussion of risk",
        "Judgement",
    ),
    Parameter(
        "joint_plan", 0.0, 0.0, 1.0, 0.0, 1.0, "form", "J", "exchange",
        "What settles the risk before a plan: a planned discussion, or any wanted talk that ends in agreement",
        "The study speaks of joint analysis, and not of the occasion that it needs",
        kind="form",
        choices=(
            Choice(0.0, "planned", 0.5, "The study: information passed without joint analysis is no collaboration"),
            Choice(1.0, "any_wanted", 0.5, "Judgement: a call may settle it"),
        ),
    ),
    Parameter(
        "lean_effect", 0.5, 0.3, 0.7, 0.0, INF, "share", "J", "exchange",
        "How far fear or optimism moves the prior risk without role knowledge",
        "Judgement; the study: over- and under-estimation",
    ),
    Parameter(
        "mhsw_optimism", 0.08, 0.0, 0.16, 0.0, 1.0, "share", "J", "exchange",
        "How far the prior risk of MHSWs lies lower",
        "Judgement; Ofsted 2013: the child is overlooked in adult services",
    ),
    Parameter(
        "split_gap", 0.1, 0.0, 0.2, 0.0, 1.0, "risk", "J", "exchange",
        "How far conflicting accounts move what each of the two takes the unknown to be",
        "Judgement; Reupert & Maybery 2014, quoted in the study",
    ),
    Parameter(
        "belief_rate", 0.35, 0.2, 0.5, 0.0, 1.0, "per week", "J", "exchange",
        "Weekly pull of belief towards what the understood facts say",
        "Judgement",
    ),
    # Experience.
    Parameter(
        "trust_rate", 0.25, 0.15, 0.35, 0.0, 1.0, "share", "J", "experience",
        "Change of trust by one good experience at full richness",
        "Judgement",
    ),
    Parameter(
        "trust_asymmetry", 2.0, 1.0, 5.0, 0.0, INF, "ratio", "J", "experience",
        "How much more a bad experience weighs",
        "Judgement; sign from Slovic 1993 and Poortinga & Pidgeon 2004, no number found",
    ),
    Parameter(
        "congruence", 1.0, 0.0, 1.6, 0.0, 2.0, "share", "J", "experience",
        "How much more an experience weighs that fits the story",
        "Judgement; sign from Poortinga & Pidgeon 2004",
    ),
    Parameter(
        "impatience", 0.5, 0.0, 1.0, 0.0, 1.0, "share", "J", "experience",
        "How much more a bad experience weighs at no wellbeing, and less at full",
        "Judgement; all interviewees told of strain",
    ),
    Parameter(
        "story_strength", 0.5, 0.0, 1.0, 0.0, 1.0, "share", "J", "experience",
        "How much of the story about the other service reaches work",
        "Assumption: nobody has measured it. At 1 a wholly bad story weighs on a stranger as trust falling from 1 to 0",
        atom=(0.0, 0.2),
    ),
    Parameter(
        "story_reach", 0.0, 0.0, 1.0, 0.0, 1.0, "form", "J", "experience",
        "What the story reaches: asking, reading and accepting, or asking only",
        "The study tells of unasked and of misread colleagues; both forms are left open",
        kind="form",
        choices=(
            Choice(0.0, "whole", 0.5, "The study: what the other service says is read through the story"),
            Choice(1.0, "asking", 0.5, "Estévez et al. 2022; Zou et al. 2020: stories lower sharing by lowering contact"),
        ),
    ),
    Parameter(
        "familiarity_rate", 0.25, 0.15, 0.35, 0.0, 1.0, "share", "J", "experience",
        "Familiarity gained in one contact at full richness",
        "Judgement",
    ),
    Parameter(
        "narrative_own", 0.04, 0.02, 0.06, 0.0, 1.0, "share", "J", "experience",
        "Change of one's own story by one good experience at full richness",
        "Judgement",
    ),
    Parameter(
        "confidence_contact", 0.06, 0.03, 0.09, 0.0, 1.0, "share", "J", "experience",
        "Change of confidence by one experience at full richness",
        "Judgement",
    ),
    Parameter(
        "knowledge_contact", 0.03, 0.015, 0.045, 0.0, 1.0, "share", "J", "experience",
        "Role knowledge gained in one talk at full richness",
        "Judgement",
    ),
    Parameter(
        "alliance_rate", 0.05, 0.02, 0.08, 0.0, 1.0, "share", "J", "experience",
        "Change of alliance protection by one experience",
        "Judgement",
    ),
    Parameter(
        "image_rate", 0.1, 0.05, 0.15, 0.0, 1.0, "share", "J", "experience",
        "Change of perceived image by one talk at full richness",
        "Judgement",
    ),
    Parameter(
        "orientation_contact", 0.03, 0.015, 0.045, 0.0, 1.0, "share", "J", "experience",
        "Change of orientation by one good mutual contact",
        "Judgement",
    ),
    Parameter(
        "orientation_joint", 0.1, 0.05, 0.15, 0.0, 1.0, "share", "J", "experience",
        "Change of orientation by one joint plan",
        "Judgement",
    ),
    Parameter(
        "decision_weight", 0.5, 0.3, 0.7, 0.0, 1.0, "richness", "J", "experience",
        "Weight of an unexplained or unachievable decision as an experience",
        "Judgement",
    ),
    # Stories.
    Parameter(
        "tell_bad", 0.7, 0.5, 0.9, 0.0, 1.0, "per week", "J", "narrate",
        "Chance to tell a bad experience in its week",
        "Judgement; Estévez et al. 2022",
    ),
    Parameter(
        "tell_good", 0.25, 0.1, 0.4, 0.0, 1.0, "per week", "J", "narrate",
        "Chance to tell a good experience in its week",
        "Judgement; the study: good experiences are not retold",
    ),
    Parameter(
        "retell", 0.1, 0.04, 0.16, 0.0, 1.0, "per week", "J", "narrate",
        "Weekly chance to tell an old bad experience again when many are remembered",
        "Judgement",
    ),
    Parameter(
        "earshot", 0.5, 0.2, 0.8, 0.0, 1.0, "share", "J", "narrate",
        "Share of bad stories not told when the other service sits in the room all week",
        "Judgement",
    ),
    Parameter(
        "telling_window", 4.0, 2.0, 6.0, 0.0, INF, "weeks", "J", "narrate",
        "Weeks in which tellers count together",
        "Judgement",
    ),
    Parameter(
        "tellers_needed", 2.0, 1.0, 3.0, 1.0, 10.0, "people", "S", "narrate",
        "Distinct tellers of bad stories that it takes to move a listener",
        "Negative gossip harms ties only when heard from more than one sender (Estévez et al. 2022)",
        kind="uncertainty",
        choices=(
            Choice(1.0, "one", 0.2, "Judgement"),
            Choice(2.0, "two", 0.6, "Estévez et al. 2022"),
            Choice(3.0, "three", 0.2, "Judgement"),
        ),
    ),
    Parameter(
        "cmht_size", 25.0, 25.0, 25.0, 1.0, 200.0, "people", "s", "narrate",
        "People in an adult mental health team, its social workers included",
        "Just over 25 on average (Abendstern et al. 2021, 188 team managers)",
        kind="input",
    ),
    Parameter(
        "background_tellers", 0.15, 0.05, 0.3, 0.0, INF, "people per week", "J", "narrate",
        "Other colleagues in an AMH team who tell a bad story of CSC in a week",
        "Judgement; CMHTs have about 25 members",
    ),
    Parameter(
        "narrative_told", 0.02, 0.01, 0.03, 0.0, 1.0, "share", "J", "narrate",
        "Weekly change of the story by bad stories heard",
        "Judgement",
    ),
    Parameter(
        "narrative_told_good", 0.015, 0.005, 0.025, 0.0, 1.0, "share", "J", "narrate",
        "Weekly change of the story by good stories heard",
        "Judgement",
    ),
    Parameter(
        "conformity", 0.05, 0.02, 0.08, 0.0, 1.0, "per week", "J", "narrate",
        "Weekly pull towards the team's mean story",
        "Judgement; DeGroot 1974",
    ),
    Parameter(
        "story_half_life", 52.0, 26.0, 78.0, 1.0, INF, "weeks", "J", "narrate",
        "Half-life of a story that nobody tells",
        "Judgement",
    ),
    Parameter(
        "memory_half_life", 26.0, 13.0, 39.0, 1.0, INF, "weeks", "J", "narrate",
        "Half-life of a remembered experience",
        "Judgement",
    ),
    # Boundary spanners.
    Parameter(
        "spanner_fill", 0.15, 0.08, 0.22, 0.0, 1.0, "per week", "J", "spanner",
        "Weekly chance to fill a vacant spanner post",
        "Judgement; a replication pilot found embedded mental-health posts hardest to fill",
    ),
    Parameter(
        "spanner_carry", 4.0, 4.0, 4.0, 1.0, INF, "weeks", "J", "spanner",
        "Weeks' worth of a spanner's hours of a kind that can be saved up",
        "Judgement; a month is planned ahead",
        kind="constant",
    ),
    Parameter(
        "visit_hours", 4.0, 3.0, 5.0, 0.25, INF, "hours", "J", "spanner",
        "Hours of one visit to a team, travel included",
        "Judgement",
    ),
    Parameter(
        "spanner_familiarity", 0.12, 0.06, 0.18, 0.0, 1.0, "share", "J", "spanner",
        "Familiarity with a spanner gained by a visit or a consultation",
        "Judgement",
    ),
    Parameter(
        "spanner_trust", 0.15, 0.08, 0.22, 0.0, 1.0, "share", "J", "spanner",
        "Trust in a spanner gained by a visit or a consultation",
        "Judgement",
    ),
    Parameter(
        "challenge_hours", 1.0, 0.5, 1.5, 0.0, INF, "hours", "J", "spanner",
        "Hours of one attempt to challenge a team's story",
        "Judgement",
    ),
    Parameter(
        "challenge_trust", 0.3, 0.2, 0.4, 0.0, 1.0, "share", "J", "spanner",
        "Familiarity times trust in the room below which a challenge backfires",
        "Judgement; the study: acknowledge the bad experience first",
    ),
    Parameter(
        "challenge_effect", 0.15, 0.05, 0.25, 0.0, 1.0, "share", "J", "spanner",
        "Share of a bad story that one challenge removes",
        "Judgement",
    ),
    Parameter(
        "challenge_lift", 0.3, 0.0, 0.6, 0.0, 1.0, "valence", "J", "spanner",
        "Story towards which a challenge lifts when a good case can be told",
        "Judgement; the study: good experiences are not told again by themselves",
    ),
    Parameter(
        "challenge_backfire", 0.02, 0.0, 0.04, 0.0, 1.0, "share", "J", "spanner",
        "Change of the story when a challenge backfires",
        "Judgement",
    ),
    Parameter(
        "workshop_hours", 8.0, 6.0, 10.0, 0.5, INF, "hours", "J", "spanner",
        "Hours to prepare and hold one workshop for a team",
        "Judgement",
    ),
    Parameter(
        "workshop_attendance", 2.0, 1.0, 3.0, 0.0, INF, "hours", "J", "spanner",
        "Hours that a workshop takes from each who attends",
        "Judgement",
    ),
    Parameter(
        "workshop_knowledge", 0.1, 0.0, 0.2, 0.0, 1.0, "share", "J", "spanner",
        "Role knowledge gained in one workshop",
        "Judgement; Carpenter et al. 2011: knowledge may not rise",
    ),
    Parameter(
        "workshop_confidence", 0.15, 0.05, 0.25, 0.0, 1.0, "share", "J", "spanner",
        "Confidence gained in one workshop",
        "Judgement; Carpenter et al. 2011",
    ),
    Parameter(
        "consult_base", -4.2, -5.0, -3.4, -INF, INF, "log-odds", "J", "spanner",
        "Weekly log-odds of asking an unknown spanner",
        "Judgement",
    ),
    Parameter(
        "consult_need", 1.2, 0.6, 1.8, 0.0, INF, "log-odds", "J", "spanner",
        "Effect of facts not understood",
        "Judgement",
    ),
    Parameter(
        "consult_due", 1.0, 0.0, 2.0, 0.0, INF, "log-odds", "J", "spanner",
        "What a spanner's offer adds when the plan of a shared family falls due",
        "Judgement; the study: the linking team offers help with joint plans",
    ),
    Parameter(
        "consult_familiarity", 2.5, 1.5, 3.5, 0.0, INF, "log-odds", "J", "spanner",
        "Effect of a known and trusted spanner",
        "Judgement",
    ),
    Parameter(
        "consult_confidence", 0.4, 0.2, 0.6, 0.0, INF, "log-odds", "J", "spanner",
        "Effect of confidence",
        "Judgement",
    ),
    Parameter(
        "consult_hours", 1.5, 1.0, 2.0, 0.0, INF, "hours", "J", "spanner",
        "Hours of one consultation",
        "Judgement",
    ),
    Parameter(
        "consult_understand", 0.6, 0.4, 0.8, 0.0, 1.0, "probability", "J", "spanner",
        "Chance that a fact received becomes understood in a consultation",
        "Judgement; the study: spanners translate",
    ),
    Parameter(
        "consult_knowledge", 0.05, 0.02, 0.08, 0.0, 1.0, "share", "J", "spanner",
        "Role knowledge gained in one consultation",
        "Judgement",
    ),
    Parameter(
        "consult_calm", 0.4, 0.2, 0.6, 0.0, 1.0, "share", "J", "spanner",
        "Share of a CSW's anxiety that a consultation removes",
        "Judgement; the study",
    ),
    Parameter(
        "introduce", 0.5, 0.2, 0.8, 0.0, 1.0, "probability", "J", "spanner",
        "Chance that a consultation ends with two strangers introduced to each other",
        "Judgement; the study: spanners bring people together",
    ),
    Parameter(
        "facilitate_hours", 3.5, 2.5, 4.5, 0.0, INF, "hours", "J", "spanner",
        "Hours of a spanner for one three-way discussion",
        "Judgement",
    ),
    Parameter(
        "facilitate_offer", 0.5, 0.3, 0.7, 0.0, 1.0, "probability", "J", "spanner",
        "Chance that a consultation leads to a three-way discussion",
        "Judgement",
    ),
    Parameter(
        "facilitated_finish", 2.0, 0.0, 4.0, 0.0, INF, "log-odds", "J", "spanner",
        "What a three-way discussion adds to finishing the plan in its week",
        "Judgement; such a discussion can end in the plan",
    ),
    Parameter(
        "leave_spanner", 0.15, 0.05, 0.3, 0.0, 1.0, "per year", "J", "spanner",
        "Share of spanners who leave in a year",
        "Judgement",
    ),
    # Joint training.
    Parameter(
        "training_confidence_gain", 0.3, 0.2, 0.4, 0.0, 1.0, "share", "S", "training",
        "Confidence gained in one session",
        "Carpenter et al. 2011: confidence and attitudes rose strongly (sign and order)",
    ),
    Parameter(
        "training_knowledge_gain", 0.03, -0.04, 0.1, -1.0, 1.0, "share", "S", "training",
        "Role knowledge gained, or lost, in one session",
        "Carpenter et al. 2011: knowledge scores fell (sign open)",
    ),
    Parameter(
        "training_familiarity", 0.08, 0.03, 0.13, 0.0, 1.0, "share", "J", "training",
        "Familiarity with a colleague met at a session",
        "Judgement",
    ),
    Parameter(
        "learning_half_life", 39.0, 26.0, 56.0, 1.0, INF, "weeks", "S", "training",
        "Half-life of knowledge and confidence above rest without use",
        "Tatel & Ackerman 2025: half of a gain is lost after 6.5 to 13 months",
    ),
    # Plans.
    Parameter(
        "finish_base", -5.2, -5.35, -5.05, -INF, INF, "log-odds", "J", "plan",
        "Weekly log-odds of finishing a plan just begun",
        "Set by scripts/baseline.py so that the simulated share within 45 working days meets the DfE's 83 to 86 % (2018, 2025; all families, standing in for shared ones)",
    ),
    Parameter(
        "finish_deadline", 5.2, 4.95, 5.5, 0.0, INF, "log-odds", "J", "plan",
        "Effect of the share of the time gone",
        "Set with finish_base; the pile-up below the deadline is in the DfE's bands of duration (2025)",
    ),
    Parameter(
        "finish_pressure", 0.8, 0.4, 1.2, 0.0, INF, "log-odds", "J", "plan",
        "Effect of pressure on finishing",
        "Judgement",
    ),
    Parameter(
        "wait_for_discussion", 1.5, 0.8, 2.2, 0.0, INF, "log-odds", "J", "plan",
        "How far a missing discussion delays a plan where collaboration outranks the deadline",
        "Judgement; the study: a deadline may be missed for joint work where managers back it",
    ),
    Parameter(
        "joint_understanding", 0.3, 0.2, 0.4, 0.0, 1.0, "share", "J", "plan",
        "Share of what the other service knows that must be understood for a joint plan",
        "Judgement",
    ),
    Parameter(
        "agree_tolerance", 0.12, 0.08, 0.16, 0.0, 1.0, "share", "J", "plan",
        "Difference of belief about risk that still counts as agreement",
        "Judgement",
    ),
    Parameter(
        "accept_base", -1.8, -2.3, -1.3, -INF, INF, "log-odds", "J", "plan",
        "Log-odds of accepting one's part",
        "Judgement",
    ),
    Parameter(
        "accept_orientation", 2.0, 1.2, 2.8, 0.0, INF, "log-odds", "J", "plan",
        "Effect of orientation on accepting",
        "Judgement",
    ),
    Parameter(
        "accept_clarity", 1.5, 0.8, 2.2, 0.0, INF, "log-odds", "J", "plan",
        "Effect of clear own tasks on accepting",
        "Judgement; Darlington et al. 2005: unrealistic expectations, unclear roles",
    ),
    Parameter(
        "accept_trust", 1.5, 0.8, 2.2, 0.0, INF, "log-odds", "J", "plan",
        "Effect of trust in force on accepting",
        "Judgement",
    ),
    Parameter(
        "clarity_base", 0.2, 0.1, 0.3, 0.0, 1.0, "share", "J", "plan",
        "Clarity of own tasks without role knowledge",
        "Judgement",
    ),
    Parameter(
        "clarity_knowledge", 0.6, 0.4, 0.8, 0.0, 1.0, "share", "J", "plan",
        "Added clarity with full role knowledge",
        "Judgement",
    ),
    Parameter(
        "achievable_base", 0.3, 0.15, 0.45, 0.0, 1.0, "probability", "J", "plan",
        "Chance that targets are achievable when nothing of the parent's side is understood",
        "Judgement; the study: targets that parents cannot meet",
    ),
    Parameter(
        "achievable_understood", 0.6, 0.4, 0.7, 0.0, 1.0, "probability", "J", "plan",
        "Added chance when all of it is understood",
        "Judgement",
    ),
    Parameter(
        "explain_base", 0.2, 0.1, 0.3, 0.0, 1.0, "probability", "J", "plan",
        "Chance that a decision made alone is explained, at no orientation",
        "Judgement",
    ),
    Parameter(
        "explain_orientation", 0.5, 0.3, 0.7, 0.0, 1.0, "probability", "J", "plan",
        "Added chance at full orientation",
        "Judgement",
    ),
    Parameter(
        "explain_trust", 0.3, 0.0, 0.6, 0.0, 1.0, "probability", "J", "plan",
        "Effect of trust in force on a decision being explained, from none to full",
        "Judgement",
    ),
    Parameter(
        "image_explaining", 0.1, 0.0, 0.2, 0.0, 1.0, "probability", "J", "plan",
        "Effect of how the CSW thinks to be seen on a decision being explained",
        "Judgement; who expects to be blamed explains less",
    ),
    Parameter(
        "notice_target", 0.3, 0.15, 0.45, 0.0, 1.0, "probability", "J", "plan",
        "Chance that the MHSW meets a target that cannot be met",
        "Judgement",
    ),
    Parameter(
        "deliver_without", 0.7, 0.5, 0.9, 0.0, 1.0, "share", "J", "plan",
        "Share of a plan that is delivered without the MHSW, and again without the family",
        "Judgement",
    ),
    Parameter(
        "contest", 0.3, 0.1, 0.5, 0.0, 1.0, "probability", "J", "plan",
        "Chance that a family without trust contests a plan that it took no part in",
        "Judgement",
    ),
    Parameter(
        "complain", 0.05, 0.02, 0.1, 0.0, 1.0, "probability", "J", "plan",
        "Chance that a family without trust complains in a week that gave it reason",
        "Judgement",
    ),
    Parameter(
        "wrong_tolerance", 0.15, 0.1, 0.2, 0.0, 1.0, "share", "J", "plan",
        "Error of the shared belief above which a joint plan is jointly wrong",
        "Judgement",
    ),
    # Families.
    Parameter(
        "family_trust_rate", 0.02, 0.01, 0.03, 0.0, 1.0, "per week", "J", "live",
        "Weekly pull of a family's trust towards what practice earns",
        "Judgement",
    ),
    Parameter(
        "family_joint", 0.12, 0.05, 0.2, 0.0, 1.0, "share", "J", "live",
        "Trust gained by a joint plan",
        "Judgement; the study: visible joint action eases relations",
    ),
    Parameter(
        "family_target_loss", 0.12, 0.05, 0.2, 0.0, 1.0, "share", "J", "live",
        "Share of trust in CSC lost by unachievable targets",
        "Judgement; the study",
    ),
    Parameter(
        "family_change_loss", 0.2, 0.1, 0.3, 0.0, 1.0, "share", "J", "live",
        "Share of trust lost by a change of worker",
        "Judgement; Flower et al. 2005: changes of worker cut permanency from 74 % to 17 %",
    ),
    Parameter(
        "escalation_loss", 0.4, 0.2, 0.6, 0.0, 1.0, "share", "J", "live",
        "Share of trust in CSC lost by escalation",
        "Judgement",
    ),
    Parameter(
        "anxiety_effect", 0.3, 0.15, 0.45, 0.0, 1.0, "share", "J", "live",
        "Effect of anxiety on engagement",
        "Judgement",
    ),
    Parameter(
        "engagement_rate", 0.08, 0.04, 0.12, 0.0, 1.0, "per week", "J", "live",
        "Weekly pull of engagement and compliance",
        "Judgement",
    ),
    Parameter(
        "treatment_effect", 0.35, 0.2, 0.5, 0.0, 1.0, "share", "J", "live",
        "Share of severity that full engagement in treatment removes",
        "Judgement",
    ),
    Parameter(
        "severity_rate", 0.03, 0.015, 0.045, 0.0, 1.0, "per week", "J", "live",
        "Weekly pull of severity",
        "Judgement",
    ),
    Parameter(
        "improvement_rate", 0.03, 0.015, 0.045, 0.0, 1.0, "per week", "J", "live",
        "Weekly pull of improvement towards achievable targets times engagement",
        "Judgement",
    ),
    Parameter(
        "risk_severity", 0.3, 0.15, 0.45, 0.0, 1.0, "share", "J", "live",
        "Effect of a change of severity on the child's risk",
        "Judgement",
    ),
    Parameter(
        "wrong_harm", 0.05, 0.0, 0.1, 0.0, 1.0, "risk", "J", "live",
        "Risk that a fully delivered plan adds while it rests on an error",
        "Judgement",
    ),
    # Workforce.
    Parameter(
        "wellbeing_pressure", 0.8, 0.4, 1.2, 0.0, INF, "share", "J", "workforce",
        "Wellbeing lost at a pressure of two",
        "Judgement; Mor Barak et al. 2009 for the link of support with leaving",
    ),
    Parameter(
        "wellbeing_rate", 0.05, 0.03, 0.08, 0.0, 1.0, "per week", "J", "workforce",
        "Weekly pull of wellbeing",
        "Judgement",
    ),
    Parameter(
        "leave_csw", 0.16, 0.12, 0.2, 0.0, 1.0, "per year", "S", "workforce",
        "Share of CSWs who leave in a year at middling wellbeing",
        "DfE workforce census 2023: 15.9 %; range of authorities about 8 to 30 %",
    ),
    Parameter(
        "leave_mhsw", 0.12, 0.06, 0.2, 0.0, 1.0, "per year", "J", "workforce",
        "Share of MHSWs who leave in a year at middling wellbeing",
        "No figure found",
    ),
    Parameter(
        "leave_wellbeing", 1.5, 0.8, 2.2, 0.0, INF, "log-rate", "J", "workforce",
        "Effect of wellbeing on leaving",
        "Judgement; Mor Barak et al. 2009 for the sign; set by scripts/baseline.py so that simulated turnover meets the census",
    ),
    Parameter(
        "fill_rate", 0.1, 0.07, 0.13, 0.0, 1.0, "per week", "S", "workforce",
        "Weekly chance that a vacant post is filled or covered",
        "DfE workforce census 2023: 18.9 % vacant, about four fifths covered by agency staff, so about 4 % uncovered",
    ),
    Parameter(
        "documented", 0.6, 0.4, 0.8, 0.0, 1.0, "probability", "J", "workforce",
        "Chance that a fact known by a leaver is in the file and understood by the successor",
        "Judgement",
    ),
    Parameter(
        "drift", 0.03, 0.015, 0.045, 0.0, 1.0, "per week", "J", "workforce",
        "Weekly pull of orientation, stance, alliance protection, belonging and perceived image to rest",
        "Judgement",
    ),
    Parameter(
        "orientation_pressure", 0.3, 0.15, 0.45, 0.0, INF, "share", "J", "workforce",
        "Effect of pressure on resting orientation",
        "Judgement",
    ),
    Parameter(
        "stance_pressure", 0.3, 0.15, 0.45, 0.0, INF, "share", "J", "workforce",
        "Effect of pressure on stance",
        "Judgement",
    ),
    Parameter(
        "tie_retention", 0.1, 0.05, 0.9, 0.0001, 1.0, "share per year", "S", "workforce",
        "Familiarity kept after a year without contact",
        "Burt 2001: nine in ten bridges are gone after a year; contested by Yuan 2022 and Roy 2022",
    ),
    Parameter(
        "spanner_tie_retention", 0.3, 0.15, 0.6, 0.0001, 1.0, "share per year", "J", "workforce",
        "Familiarity with a spanner kept after a year without contact",
        "Judgement; Burt 2001: bridges of experienced brokers decay more slowly",
    ),
    # What further policies rest on.
    Parameter(
        "contact_point_finds", 0.6, 0.3, 0.9, 0.0, 1.0, "share", "J", "policies",
        "Part of misdirected contacts that a contact point in the other team puts right",
        "Judgement; champions in Northern Ireland were reported to ease contact (Davidson et al. 2012, qualitative)",
    ),
    Parameter(
        "answer_contact_point", 0.5, 0.25, 0.75, 0.0, INF, "log-odds", "J", "policies",
        "Effect of a contact point in the other team on being answered",
        "Judgement",
    ),
    Parameter(
        "champion_meeting_hours", 2.0, 1.0, 3.0, 0.25, INF, "hours", "J", "policies",
        "A champion's hours for one meeting with a colleague of the other service",
        "Judgement",
    ),
    Parameter(
        "champion_familiarity", 0.15, 0.08, 0.25, 0.0, 1.0, "share", "J", "policies",
        "Step of familiarity when a champion meets a colleague",
        "Judgement",
    ),
    Parameter(
        "record_lag", 4.0, 1.0, 8.0, 1.0, INF, "weeks", "J", "policies",
        "Mean time until a fact visible in a joint information system is seen",
        "Judgement; no figure was found",
    ),
    Parameter(
        "front_door_finds", 0.5, 0.25, 0.75, 0.0, 1.0, "probability", "J", "policies",
        "Chance that a seat at the front door finds a fact of the parent's side in AMH's records",
        "Judgement; hubs were reported to share information faster (Home Office 2014), with thin analysis",
    ),
    Parameter(
        "refer_front_door", 0.6, 0.3, 0.9, 0.0, INF, "log-odds", "J", "policies",
        "Effect of the seat at the front door on CSC bringing AMH in",
        "Judgement",
    ),
    Parameter(
        "clarity_lead_worker", 0.3, 0.15, 0.45, 0.0, 1.0, "share", "J", "policies",
        "Clarity of own tasks that a lead worker with one plan adds",
        "Judgement; the study: a lead role was asked for by some",
    ),
    Parameter(
        "compliance", 0.0, 0.0, 1.0, 0.0, 1.0, "form", "J", "policies",
        "What becomes of a rule: it fades in any case, or holds as long as managers keep it up",
        "Webber et al. 2013 found a protocol known and personal contact as important; nobody followed one for years",
        kind="form",
        choices=(
            Choice(0.0, "fades", 0.5, "The study: rules turn into ticking boxes"),
            Choice(1.0, "holds_while_managed", 0.5, "Lane, Munro & Husemann 2016: what is managed is done"),
        ),
    ),
    Parameter(
        "compliance_half_life", 26.0, 13.0, 52.0, 1.0, INF, "weeks", "J", "policies",
        "Weeks in which half of a rule's force is lost when nobody keeps it up",
        "Judgement",
    ),
    Parameter(
        "priority_hours", 1.0, 0.5, 2.0, 0.0, INF, "hours a week", "J", "policies",
        "Hours that full priority lets each worker move from other cases to joint work",
        "Judgement; an authority decides it",
    ),
    Parameter(
        "explain_ownership", 0.3, 0.15, 0.45, 0.0, 1.0, "probability", "J", "policies",
        "Effect of a named owner of the plan on decisions being explained",
        "Judgement",
    ),
    Parameter(
        "stance_restorative", 0.25, 0.12, 0.38, 0.0, 1.0, "share", "J", "policies",
        "Effect of restorative practice on the resting stance",
        "Judgement",
    ),
    Parameter(
        "voice_trust", 0.15, 0.08, 0.25, 0.0, 1.0, "share", "J", "policies",
        "Trust in CSC towards which a say of one's own draws a family, beyond the worker's stance",
        "Judgement",
    ),
    Parameter(
        "orientation_openness", 0.15, 0.08, 0.25, 0.0, 1.0, "share", "J", "policies",
        "Effect of an open climate on resting orientation",
        "Judgement",
    ),
    Parameter(
        "judgement_shield", 0.5, 0.25, 0.75, 0.0, 1.0, "share", "J", "policies",
        "Part of the pull of told stories and of conformity that reflective supervision takes away",
        "Judgement; supervision is to test first hypotheses, says the study's literature",
    ),
    Parameter(
        "wellbeing_support", 0.15, 0.08, 0.25, 0.0, 1.0, "share", "J", "policies",
        "Effect of full support on resting wellbeing",
        "Judgement; only the association of support with wellbeing is known",
    ),
    Parameter(
        "shadowing_hours", 7.4, 5.0, 10.0, 0.0, INF, "hours", "J", "policies",
        "Hours that one day of shadowing takes",
        "Judgement: a working day",
    ),
    Parameter(
        "shadowing_knowledge_gain", 0.15, 0.05, 0.25, 0.0, 1.0, "share", "J", "policies",
        "Step of role knowledge in one day of shadowing",
        "Judgement; no controlled effect is known",
    ),
    Parameter(
        "shadowing_familiarity", 0.35, 0.2, 0.5, 0.0, 1.0, "share", "J", "policies",
        "Step of familiarity with the colleague shadowed in one day",
        "Judgement; slower than training, with more lasting acquaintance",
    ),
    Parameter(
        "belonging_ownership", 0.4, 0.2, 0.6, 0.0, 1.0, "share", "J", "policies",
        "Effect of ownership by the local authority on an MHSW's resting belonging",
        "Judgement; the study: all MHSWs felt not owned",
    ),
    Parameter(
        "court_engagement", 0.2, 0.1, 0.3, 0.0, 1.0, "share", "J", "policies",
        "Engagement that a problem-solving court adds for its families",
        "Judgement; one interviewee in the study told of such a court",
    ),
    Parameter(
        "court_trust", 0.05, 0.02, 0.08, 0.0, 1.0, "per week", "J", "policies",
        "Weekly pull of trust in CSC where power is shared in court",
        "Judgement",
    ),
)
# fmt: on
