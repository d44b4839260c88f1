"""Names as people see them: equal to the eye is equal, whatever characters stand behind it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

_TWINS = str.maketrans(
    "АВЕЅІЇЈКМНОРСТУХЗԌԚԜԀҺ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",  # Cyrillic, Greek
    "ABESIÏJKMHOPCTYX3GQWDH" + "ABEZHIKMNOPTYX",
)
"""Capitals of other scripts that nobody can tell from a Latin one, or from a digit."""
_COMPATIBLE = ("<wide>", "<narrow>", "<noBreak>", "<compat>", "<font>", "<small>", "<initial>",
               "<medial>", "<final>", "<isolated>")  # fmt: skip
"""Kinds of characters that look like what they stand for; a raised 2 does not."""
_BLANKS = "\u115f\u1160\u3164\uffa0\u2800"
"""Letters, by their category, that show nothing."""
_APOSTROPHES = "'`´‘’‛′ʹʻʼʽˈ＇"
_QUOTES = '"“”„‟″«»'
_ODDITIES_SHOWN = 2


def tidy(text: str) -> str:
    """Return a text without marks that nobody sees, with composed letters and single spaces.

    >>> tidy("Ty\u0302\u00a0Gl\u00adas ")
    'Tŷ Glas'
    """
    seen = "".join(" " if c in _BLANKS else c for c in text if not _unseen(c))
    return " ".join(unicodedata.normalize("NFC", seen).split())


@lru_cache(maxsize=1 << 12)
def _unseen(character: str) -> bool:
    """Tell whether a character shows nothing: formatting, variation selectors, joiners."""
    return (
        unicodedata.category(character) == "Cf"
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0100" <= character <= "\U000e01ef"
        or character in "\u034f\u17b4\u17b5\u180b\u180c\u180d"
    )


def as_seen(text: str) -> str:
    """Return a tidied text with wide letters, ligatures and the like as what they look like.

    >>> as_seen("Ｔｅａｍ１"), as_seen("Team²")
    ('Team1', 'Team²')
    """
    seen = (
        unicodedata.normalize("NFKC", c)
        if unicodedata.decomposition(c).startswith(_COMPATIBLE)
        else c
        for c in tidy(text)
    )
    return unicodedata.normalize("NFC", "".join(seen))


@lru_cache(maxsize=1 << 16)
def key_of(name: str) -> str:
    """Return what names have in common that look alike or differ in case, dashes or dots alone.

    >>> key_of("CHILDREN\u2019S \u2013 Team\u00a01.") == key_of("Children's - Team 1")
    True
    >>> key_of("\u0410dults") == key_of("Adults"), key_of("Team\u00b2") == key_of("Team2")
    (True, False)
    """
    text = "".join(_plain(c) for c in as_seen(name))
    # Capitals first, so that a name in another script is one in both cases.
    text = unicodedata.normalize("NFC", text.upper().translate(_TWINS).casefold())
    text = re.sub(r"\s*-+\s*", "-", " ".join(text.split()))
    return text.rstrip(" .,;:…") or text


@lru_cache(maxsize=1 << 12)
def _plain(character: str) -> str:
    if character in _APOSTROPHES:
        return "'"
    if character in _QUOTES:
        return '"'
    return "-" if unicodedata.category(character) == "Pd" or character == "−" else character


def spelt_otherwise(name: str, usual: str) -> str:
    """Return how a name that is equal to the eye, or nearly, differs from another.

    >>> spelt_otherwise("\u0410dults", "Adults")
    " (with CYRILLIC CAPITAL LETTER A for 'A')"
    >>> spelt_otherwise("north", "North")
    ''
    """
    there = _odd_letters(name, usual)
    if there:
        return f" (with {there})"
    here = _odd_letters(usual, name)
    return f" (without {here})" if here else ""


def _odd_letters(name: str, usual: str) -> str:
    """Return the characters of a name that another lacks, each with what stands in its place."""
    shown = []
    for c in [c for c in dict.fromkeys(name) if c not in usual and not c.isascii()]:
        called = unicodedata.name(c, f"U+{ord(c):04X}")
        there = usual[name.index(c) : name.index(c) + 1]
        same = there and key_of(there) == key_of(c)
        shown.append(f"{called} for '{there}'" if same else called)
    return " and ".join(shown[:_ODDITIES_SHOWN])


@lru_cache(maxsize=1 << 14)
def mixed_scripts(name: str) -> str | None:
    """Return the first letter of another script within a word of a name, by its Unicode name.

    >>> mixed_scripts("\u0410dults North"), mixed_scripts("Adults \u0421\u0435\u0432\u0435\u0440")
    ('CYRILLIC CAPITAL LETTER A', None)
    """
    for word in re.findall(r"[^\W\d_]+", name):
        scripts = Counter(script for c in word if (script := _script(c)))
        if len(scripts) > 1:
            usual = "LATIN" if "LATIN" in scripts else scripts.most_common(1)[0][0]
            return next(unicodedata.name(c) for c in word if _script(c) not in (usual, None))
    return None


def _script(character: str) -> str | None:
    """Return the script of a letter, as far as scripts have letters that look alike."""
    first = unicodedata.name(character, "").split(" ", 1)[0]
    return first if first in ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE") else None


def usual_spellings(names: Iterable[str]) -> dict[str, str]:
    """Return the spelling used most for each name that another one is equal to."""
    spellings: dict[str, Counter[str]] = {}
    for name in names:
        spellings.setdefault(key_of(name), Counter())[name] += 1
    return {name: counts.most_common(1)[0][0] for counts in spellings.values() for name in counts}
