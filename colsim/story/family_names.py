"""What families are called where people read: invented, and easy to tell apart."""

_TREES = (
    "Oak", "Rowan", "Hazel", "Willow", "Cedar", "Maple", "Elder", "Linden", "Holly", "Aspen",
    "Alder", "Juniper", "Laurel", "Poplar", "Hawthorn", "Chestnut", "Larch", "Sorrel", "Bramble",
    "Clover", "Heather", "Fern", "Thistle", "Myrtle", "Yarrow", "Sage", "Tansy", "Mallow",
    "Teasel", "Bracken", "Damson", "Quince", "Medlar", "Walnut", "Spruce", "Cypress", "Mulberry",
    "Hornbeam", "Whitebeam", "Blackthorn",
)  # fmt: skip
_PLACES = (
    "", "Bank", "Bridge", "Brook", "Corner", "Cross", "Dale", "Edge", "End", "Field", "Gate",
    "Green", "Grove", "Heath", "Hill", "Lane", "Meadow", "Mill", "Park", "Path", "Pond", "Ridge",
    "Road", "Row", "Side", "Square", "Street", "View", "Walk", "Way", "Well", "Wood",
)  # fmt: skip


def called(number: int) -> str:
    """Return what the family of a number is called; different numbers, different names.

    >>> called(0), called(40), called(1280)
    ('Family Oak', 'Family Oak Bank', 'Family Oak 2')
    """
    rest, tree = divmod(number, len(_TREES))
    again, place = divmod(rest, len(_PLACES))
    words = ["Family", _TREES[tree], _PLACES[place], str(again + 1) if again else ""]
    return " ".join(word for word in words if word)
