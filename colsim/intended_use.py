"""What the model may be used for, and what not: the one source for pages, reports and dashboard."""

PURPOSE = (
    "For families known to children's social care and adult mental health: compare policy options "
    "by how far and how fast they change the flow of understood information between the two "
    "services and the share of plans that are truly joint; say how sure that is, what it costs "
    "and through which mechanism it works."
)

MAY: tuple[tuple[str, str], ...] = (
    (
        "Reasoning about options before deciding",
        "which of several policies moves information and joint plans more, in how many plausible "
        "worlds, how soon, and what it rests on",
    ),
    (
        "Finding which evidence is missing",
        "which assumptions the answer hangs on, and who would know better",
    ),
    (
        "Working out what an account implies",
        "what follows if collaboration works as practitioners say it does",
    ),
    (
        "Talking with practitioners and families",
        "following an invented family and asking where the model is wrong",
    ),
)
"""What for, and in which sense."""

MAY_NOT: tuple[tuple[str, str], ...] = (
    (
        "Forecasting one authority",
        "levels are those of no real place; only differences between policies in the same worlds "
        "are compared, and these with wide ranges",
    ),
    (
        "Judging workers, teams, services or families",
        "nobody in the model is a real person, and no state in it was measured on one",
    ),
    (
        "Deciding a case, or a child's safety",
        "risk in the model is a construction: it says nothing about any child",
    ),
    (
        "Justifying a cut",
        "what a measure does not count is not free: the model sees two services, and few of the "
        "outcomes that matter to a family",
    ),
    (
        "Quoting a number without its range and its marks",
        "most of the parameters are judgement; a single run, or a mean alone, claims what is not "
        "known",
    ),
    (
        "Other services, other countries",
        "caseloads, deadlines, roles and law are those of England; the study is of social workers "
        "in one authority",
    ),
)
"""What not, and why."""

RESTS_ON = (
    "One qualitative study of eight social workers in one anonymised authority (Carpenter N. 2019, "
    "University of Huddersfield, eprint 35181), national statistics where they exist, and "
    "judgement where they do not. It has not been tested against what happened in an authority "
    "before and after a policy."
)

CONDITIONS: tuple[str, ...] = (
    "Compare policies with each other, in the same worlds; never read a level by itself.",
    "Show the range over worlds and in how many worlds the policy is better, with every figure.",
    "Say which parameters are judgement, and what the answer hangs on (assumptions).",
    "Look at more than one measure, the hours and costs among them.",
    "Ask people of both services, and families, whether the way by which it works is one that "
    "they know.",
)
"""How it is to be used, where it is."""


def as_markdown() -> str:
    """Return the statement as a page."""
    lines = ["# Intended use", "", PURPOSE, "", "## What it may be used for", ""]
    lines += [f"- **{what}:** {how}." for what, how in MAY]
    lines += ["", "## What it may not be used for", ""]
    lines += [f"- **{what}:** {why}." for what, why in MAY_NOT]
    lines += ["", "## How to use it", ""]
    lines += [f"- {condition}" for condition in CONDITIONS]
    lines += ["", "## What it rests on", "", RESTS_ON]
    return "\n".join(lines) + "\n"
