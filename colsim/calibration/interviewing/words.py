"""What somebody could speak of, in words: the quantity's value, never a quotation."""

from colsim.calibration.interviewing.quantities import Quantity

SAID = {
    "role_knowledge": "knows {share} of what the other service is and does",
    "confidence": "feels {share} able to work with the other service",
    "orientation": (
        "takes the work for {share} a joint enterprise, the rest for collecting what their own "
        "assessment needs"
    ),
    "wellbeing": "wellbeing {share}",
    "narrative": "holds a story of {signed} about the other service, from -1 bad to 1 good",
    "pressure": "cases ask for {plain} times the hours that there are",
    "strain": "strain {share}: the worse of lost wellbeing and of hours asked beyond those there",
    "alliance_protection": "{share} unwilling to risk the alliance with the parent",
    "belonging": "feels {share} owned by the local authority",
    "stance": "stance {share} restorative, the rest punitive",
    "perceived_image": "thinks that the other service sees them as {signed}, from -1 bad to 1 good",
    "anxiety": "worried to {share} about mental illness in their families",
    "mutual_knowledge": "the two services know at least {share} of each other",
    "image_gap": (
        "the story that the other service really holds, less the one they think it holds: {signed}"
    ),
    "contacts": "remembers {count} contacts with the other service",
    "thin_share": "{share} of the contacts that they remember were written or by phone",
    "extractive_share": (
        "asked without meaning to give in {share} of the contacts that they remember"
    ),
    "refusal_share": (
        "was told nothing, though there was something to ask, in {share} of the contacts that "
        "they remember"
    ),
    "alone_share": "made {share} of the decisions that they remember alone",
    "shared_depth": "collaboration in their shared families reaches {share} of its full depth",
    "engaged_together": (
        "their shared families are engaged to {share} where the two leads talk, 0 % without talk"
    ),
    "family_distrust": "distrust, or compliance beyond engagement, in their families: {share}",
    "missed_understanding": (
        "remembers joint plans that come to {count}, counted by the role knowledge that they lack"
    ),
    "knowing_helps": (
        "trust in those they know, above what the story makes of strangers: {points} points of 100"
    ),
    "face_to_face_helps": (
        "contacts in person went well {points} points of 100 more often than written ones and calls"
    ),
    "decided_over": (
        "remembers {count} decisions left unexplained or targets that could not be met"
    ),
}
"""Each quantity that is no bare memory, with its value as {share} in per cent, {points} in
hundredths with a sign, {signed} with a sign, {count}, or {plain}."""

_MEMORY = "remembered_"


def in_words(quantity: Quantity, value: float) -> str:
    """Return what somebody could speak of.

    >>> from colsim.calibration.interviewing.quantities import QUANTITIES
    >>> in_words(QUANTITIES["thin_share"], 0.241)
    '24 % of the contacts that they remember were written or by phone'
    >>> in_words(QUANTITIES["remembered_calmed"], 1.34)
    'remembers 1.3 times: was calmed by a conversation'
    """
    if quantity.name.startswith(_MEMORY):
        meaning = quantity.meaning.removeprefix("remembers: ")
        return f"remembers {value:.1f} times: {meaning}"
    return SAID[quantity.name].format(
        share=f"{100.0 * value:.0f} %",
        points=f"{100.0 * value:+.0f}",
        signed=f"{value:+.2f}",
        count=f"{value:.1f}",
        plain=f"{value:.2f}",
    )
