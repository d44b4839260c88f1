"""7.14 Observe: the totals of a week."""

from typing import TYPE_CHECKING

from colsim.core.layout import CSW, MHSW
from colsim.core.numerics import clip01
from colsim.plain.agents import SIDE, Family
from colsim.plain.places import Authority, Post
from colsim.plain.practice import groups_of, mean_narrative, tie_of, tie_trust

if TYPE_CHECKING:
    from colsim.plain.model import Twin

STATES = (
    "role_knowledge",
    "confidence",
    "narrative",
    "orientation",
    "perceived_image",
    "wellbeing",
    "pressure",
    "spent",
)


def observe(model: "Twin", authority: Authority) -> None:
    if authority.number == 0:
        model.count("weeks")
    for f in authority.active:
        if f.is_shared:
            observe_shared(model, f)
        if f.is_paired:
            observe_paired(model, f)
        if f.open[0]:
            model.count("csc_open")
            model.count("family_trust_csc", f.trust[0])
            model.count("engagement", f.engagement)
            model.count("disguised", f.compliance - f.engagement > model.p.disguise)
            model.count("severity", f.severity)
            model.count("risk", f.risk)
        if f.open[1]:
            model.count("amh_open")
            model.count("family_trust_amh", f.trust[1])
    for post in authority.posts[CSW] + authority.posts[MHSW]:
        observe_post(model, post)
    observe_spread(model, authority)
    for tie in authority.ties:
        model.count("possible_ties")
        model.count("strong_ties", tie.familiarity >= model.p.strong_tie)
    model.count("spanners", len(authority.spanners()))


def observe_shared(model: "Twin", f: Family) -> None:
    model.count("shared")
    both = f.known[0] & f.known[1]
    flow = len(both - f.breached) / 16
    model.count("flow", flow)
    model.count("flow_breached", len(both & f.breached) / 16)
    for name in groups_of(model, f):
        model.count(f"shared_{name}")
        model.count(f"flow_{name}", flow)
    reached = [f.known[s] | f.received[s] for s in (0, 1)]
    model.count("reach", len((reached[0] & reached[1]) - f.breached) / 16)


def observe_paired(model: "Twin", f: Family) -> None:
    i, j = f.leads
    model.count("paired")
    model.count("received_only", len(f.received[0]) + len(f.received[1]))
    for s, name in enumerate(("csc", "amh")):
        model.count(f"bias_{name}", f.belief[s] - f.risk)
        model.count(f"error_{name}", abs(f.belief[s] - f.risk))
    model.count("disagreement", abs(f.belief[0] - f.belief[1]))
    model.count("familiarity", tie_of(i, j).familiarity)
    model.count("trust_csw", clip01(tie_trust(model, i, j)))
    model.count("trust_mhsw", clip01(tie_trust(model, j, i)))
    model.count("depth", f.depth)
    model.count("child_known", len(f.known[1] & set(SIDE[0])) / 8)
    model.count("split", f.split)
    model.count("fit", 1 - abs(f.depth / 4 - f.complexity))


def observe_post(model: "Twin", post: Post) -> None:
    service = "csw" if post.service == CSW else "mhsw"
    model.count(f"posts_{service}")
    i = post.holder
    if i is not None:
        model.count(f"filled_{service}")
        for state in STATES:
            model.count(f"{state}_{service}", getattr(i, state))
        model.count(f"caseload_{service}", i.background + i.shared_load)


def observe_spread(model: "Twin", authority: Authority) -> None:
    """Count this authority's part in the mean of the authorities' spreads."""
    for service, name in ((CSW, "spread_csw"), (MHSW, "spread_mhsw")):
        means = [
            mean_narrative(team.members()) for team in authority.teams[service] if team.members()
        ]
        if not means:
            continue
        total = 0.0
        for mean in means:
            total += mean
        middle = total / len(means)
        spread = 0.0
        for mean in means:
            spread += abs(mean - middle)
        model.count(name, spread / len(means) / len(model.places.authorities))
