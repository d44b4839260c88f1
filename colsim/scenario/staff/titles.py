"""Job titles: which role a title means, by its own words, by the team, or by a mapping.

Whose title says neither service is placed by the team, the department or the directorate, in
this order; never by how near the spelling of a title is to that of another.
"""

import re
from difflib import get_close_matches
from functools import lru_cache

from colsim.scenario.names import tidy
from colsim.scenario.staff.words import WORDS, fold

ROLES = ("CSW", "MHSW")
SPANNER = "BS"
LEAVE_OUT = "leave out"
"""What a mapping says of titles whose holders carry no cases."""
ROLE_WORDS = (
    "CSW (children's social worker), MHSW (mental health social worker), "
    "BS (boundary spanner, for information only)"
)
MAPPED_ROLES = f"{', '.join(ROLES)}, {SPANNER} or '{LEAVE_OUT}'"

_TITLES = WORDS["titles"]
_ROLES: dict[str, list[str]] = _TITLES["roles"]
_TELLING = {
    name: re.compile(rf"\b({'|'.join(words)})\b") for name, words in _TITLES["telling"].items()
}
"""What a title or a team's name may say to the words that say it."""
_SPELT = 5
"""Letters from which on a misspelt title may be told by its spelling."""


def _in_full(title: str) -> str:
    """Return a title, folded, with the words that are usually cut short in full.

    >>> _in_full("Snr Soc. Wkr (Agy)")
    'snr social worker agency'
    """
    return " ".join(_TITLES["short"].get(word, word) for word in fold(title).split())


def _says(what: str, text: str) -> bool:
    return _TELLING[what].search(text) is not None


def _without(text: str, *what: str) -> str:
    """Return a text without the words that say something."""
    for one in what:
        text = _TELLING[one].sub(" ", text)
    return " ".join(text.split())


@lru_cache(maxsize=10_000)
def role_of(text: str) -> tuple[str | None, bool]:
    """Return the role that a text means by itself, or None, and whether that took a guess."""
    folded = _in_full(text)
    for role, words in _ROLES.items():
        if folded == words[0]:
            return role, False
        singular = re.sub(r"\bworkers\b", "worker", folded)
        if folded in words or singular in words:
            return role, True
    if _says("neither", folded) or _says("manager", folded) or _says("support", folded):
        return None, False
    child, mental = _services_in(folded)
    if child != mental and _says("social_work", folded):
        return ("CSW" if child else "MHSW"), True
    return None, False


def _services_in(folded: str) -> tuple[bool, bool]:
    child = _says("child", folded)
    if child and "adult" in folded and not _says("child_alone", folded):
        child = False  # safeguarding of adults, families of adults
    return child, _says("mental", folded)


@lru_cache(maxsize=10_000)
def service_of(*places: str) -> str | None:
    """Return the role of social workers in a team, by the first of its names that tells.

    >>> service_of("Duty Team 2", "Children's Services"), service_of("CAMHS", "Children's Services")
    ('CSW', None)
    """
    folded = [fold(place) for place in places]
    if any(_says("neither", text) for text in folded):
        return None
    for text in folded:
        child, mental = _services_in(text)
        if child != mental:
            return "CSW" if child else "MHSW"
    return None


@lru_cache(maxsize=10_000)
def role_in(title: str, *places: str) -> str | None:
    """Return the role of a title that the places of its holder settle, or None.

    >>> role_in("Senior Social Worker (Level 3)", "Children in Need")
    'CSW'
    >>> role_in("CPN", "Recovery Team"), role_in("Social Worker Level 2", "Recovery Team")
    ('MHSW', None)
    """
    folded = _in_full(title)
    if _says("manager", folded) or _says("support", folded):
        return None
    service = service_of(*places)
    rest = _without(folded, "qualifiers")
    if rest in _TITLES["mental_health"]:
        neither = any(_says("neither", fold(place)) for place in places)
        return None if service == "CSW" or neither else "MHSW"
    alone = rest == "practitioner" and rest == folded
    if (rest in _TITLES["social_worker"] and not alone) or (
        not rest and _says("first_year", folded)
    ):
        return service
    return None


def is_manager(title: str) -> bool:
    """Tell whether a title is that of somebody who may carry no cases."""
    return _says("manager", _in_full(title))


def is_agency(text: str) -> bool:
    """Tell whether a text says that somebody is there through an agency."""
    return _says("agency", _in_full(text))


def is_vacant(text: str) -> bool:
    """Tell whether a text says that a post has no holder."""
    return _says("vacant", fold(text))


def allowed_for(title: str, team: str = "") -> str:
    """Return what is allowed in place of a title that is not understood, with what to do.

    Args:
        title: as written.
        team: of its holder, if it is known.
    """
    name = tidy(title)
    if is_manager(title):
        return (
            f"a role if they carry cases, or none: --role '{name}={LEAVE_OUT}', or =CSW, =MHSW; "
            "or a sheet Roles with title and role"
        )
    if role_in(title, "children") or role_in(title, "mental health"):
        whole = f", or --role '{tidy(team)}=CSW' for its whole team" if team else ""
        return (
            "a team, department or directorate that says which service it is, or "
            f"--role '{name}=CSW' (or MHSW, or {LEAVE_OUT}){whole}, or a sheet Roles with title "
            "and role"
        )
    return (
        f"{ROLE_WORDS}; or --role '{name}={LEAVE_OUT}' (or a role), or a sheet Roles with title "
        "and role"
    )


@lru_cache(maxsize=10_000)
def nearest_role(text: str, *places: str) -> str | None:
    """Return the role that a misspelt title may mean, or None.

    Only words that tell the services apart count, or the place where the title is used.
    """
    folded = _in_full(text)
    if _says("manager", folded) or _says("support", folded):
        return None
    own = _without(folded, "qualifiers", "social_work")
    telling = {
        word: role
        for role, words in _ROLES.items()
        for full in words
        if (word := _without(full, "social_work"))
    }
    # Of a few letters nearly any are near, and BSO is no BS: only their order may be a slip.
    letters = [word for word in telling if sorted(word) == sorted(own)]
    found = get_close_matches(own, telling if len(own) >= _SPELT else letters, n=1, cutoff=0.7)
    if found:
        return telling[found[0]]
    near = get_close_matches(folded, _TITLES["social_worker"], n=1, cutoff=0.8)
    return service_of(*places) if near else None


def mapped_role(text: str) -> str | None:
    """Return the role that a mapping names, LEAVE_OUT, or None if it names neither."""
    role, _ = role_of(text)
    return LEAVE_OUT if fold(text) in _TITLES["left_out"] or not fold(text) else role
