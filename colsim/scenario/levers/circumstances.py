"""What happens to an authority and is no policy, so that policies can be tried under it."""

from colsim.scenario.lever import Channel, Lever

LEVERS = (
    Lever(
        name="posts_frozen",
        title="Posts frozen",
        help="A share of posts is not filled again once its holder leaves; the cases stay. No "
        "policy for collaboration: something that happens to an authority.",
        unit="share of posts",
        low=0.0,
        high=0.5,
        default=0.15,
        channels=(
            Channel(
                "vacancies",
                "posts_frozen",
                1.0,
                "scale",
                "share of posts that stay empty once vacant",
            ),
        ),
        costs=(),
        staff_hours=0.0,
        circumstance=True,
        mark="J",
        source="Assumption; in 2023 19 % of posts for children's social workers in England were "
        "vacant, most covered by agency staff",
    ),
    Lever(
        name="improvement_journey",
        title="Improvement after a bad inspection",
        help="After an inspection has found the authority inadequate, openness rises, and so do "
        "strain and the number who leave. No policy for collaboration: something that happens "
        "to an authority.",
        unit="share of the full shock",
        low=0.0,
        high=1.0,
        default=1.0,
        channels=(
            Channel(
                "openness",
                "openness",
                0.6,
                "scale",
                "working with others is expected and looked for",
            ),
            Channel(
                "strain",
                "strain",
                0.15,
                "scale",
                "extra demand on everybody: audits, reviews, evidence",
            ),
            Channel(
                "unrest", "unrest", 0.5, "scale", "more people leave than load alone would make"
            ),
        ),
        costs=(),
        staff_hours=0.0,
        circumstance=True,
        mark="J",
        source="An inspection of this kind had just been at the time of the interviews (Carpenter "
        "N. 2019); the sizes are assumptions",
    ),
)
