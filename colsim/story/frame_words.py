"""What stands before and after a story, and a story in one line."""

from colsim.story.grades import (
    SERVICE,
    count,
)


def preface(family: str, since: int | None) -> str:
    """Return what a reader needs to know first; `since` unless recorded from the start."""
    late = "" if since is None else f" Recorded from week {since} on."
    return (
        f"The story of {family}, as the model lives it.{late} Weeks count from the start of the "
        "policy; with a minus they lie before it. CSW: children's social worker; MHSW: mental "
        "health social worker. Names in brackets, and teams and localities, count from 0. What "
        "there is to know about the family are 8 facts on the child's side and 8 on the parent's. "
        "Beliefs, trust and risk run from 0 to 1. A story is what a worker holds about the other "
        "service, from -1 (bad) to 1 (good): by it strangers are judged."
    )


def ending(
    *,
    until: int,
    arrival: int,
    arrived: bool,
    open: tuple[bool, ...],
    active: bool,
    closed: int | None,
    recorded: bool,
) -> str:
    """Return how things stand after `until` weeks of policy (negative: before the policy)."""
    when = f"After the last week simulated, {until - 1},"
    if not arrived:
        return f"{when} the family is not there yet: it comes to notice in week {arrival}."
    if active:
        csc, amh = open
        known = "both services" if csc and amh else SERVICE["csc" if csc else "amh"]
        return f"{when} the family is open to {known}."
    if closed is not None:
        again = "" if recorded else " Nothing happened since recording began."
        return f"{when} the family's case is closed, since week {closed}.{again}"
    return f"{when} no service works with the family any more."


def in_short(counts: dict[str, int]) -> str:
    """Return a story's counts in a sentence."""
    plans = {
        "joint": counts["joint"],
        "nominal": counts["nominal"],
        "by children's social care alone": counts["single_agency"] + counts["one_service"],
    }
    made = ", ".join(f"{number} {kind}" for kind, number in plans.items() if number)
    return (
        f"In short: {count(counts['shared'], 'week')} shared by the two services, contacts "
        f"between the two lead workers in {count(counts['contacts'], 'week')}, attempts in vain in "
        f"{counts['in_vain']}; plans: {made or 'none'}."
    )
