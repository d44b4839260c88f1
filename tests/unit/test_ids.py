"""Whatever codes people use for their staff: nothing depends on how a code looks."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from colsim import CollaborationModel
from colsim.scenario import Scenario
from colsim.scenario.names import key_of

AWKWARD = (
    "7", "7-1", "0007", "7.0", "1e5", "TRUE", "csw-0-3-2-2-1", "csw-0-0-0-0", "mhsw-0-0-0-0",
    "spanner-0-0", "family-0-0-stock-0", "family-0-0-stock", "a/b\\c", "C 1",
    "Ünï-Çødé-1", "x" * 60, "tie of a and b",
)  # fmt: skip


def scenario(ids, **levers):
    people = [
        {
            "id": code,
            "role": "MHSW" if k % 3 == 2 else "CSW",
            "team": "M" if k % 3 == 2 else "C",
            "site": "Hall",
            "locality": "Hill",
            "hours": 37.0,
        }
        for k, code in enumerate(ids)
    ]
    return Scenario.model_validate(
        {
            "title": "Codes",
            "run": {"weeks": 12, "burn_in": 4},
            "organisation": {"practitioners": people, "shared_families": 8},
            "levers": levers,
            "parameters": {"leave_csw": 0.0, "leave_mhsw": 0.0},
        }
    )


def ties_in(graph):
    """Return each tie of a CSW and an MHSW by their posts, with its familiarity."""
    found = {}
    for one, other, data in graph.edges(data=True):
        nodes = [graph.nodes[one], graph.nodes[other]]
        ends = {node["kind"]: node["post"] for node in nodes if "post" in node}
        if data["kind"] == "tie" and set(ends) == {"csw", "mhsw"}:
            found[ends["csw"], ends["mhsw"]] = data["familiarity"]
    return found


def goes_round(policy):
    """Check that each tie of a graph is read back for the posts that it came from."""
    model = CollaborationModel(policy, seed=1)
    model.run_for(6)
    graph = model.graph
    ties = [(a, b) for a, b, data in graph.edges(data=True) if data["kind"] == "tie"]
    for k, pair in enumerate(ties):
        graph.edges[pair]["familiarity"] = 0.05 if k % 3 else 0.95
    before = {pair for pair, familiarity in ties_in(graph).items() if familiarity > 0.9}
    assert before
    again = CollaborationModel(policy, seed=1, network=graph)
    again.run_for(again.burn_in + 1)
    # Nobody comes to know another as well as that in a week; some leave.
    after = {pair for pair, familiarity in ties_in(again.graph).items() if familiarity > 0.8}
    assert after <= before
    assert len(after) >= 0.6 * len(before)


def test_ties_read_back_go_to_the_posts_they_came_from():
    goes_round(scenario(AWKWARD, boundary_spanners={"strength": 1}))


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=9)
IDS = TEXTS.filter(lambda text: text[0] not in "=+-@")


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(IDS, min_size=4, max_size=8, unique_by=key_of))
def test_ties_of_any_codes_go_round(ids):
    goes_round(scenario(ids))


def test_names_of_posts_are_apart_whatever_the_codes():
    policy = scenario(AWKWARD, boundary_spanners={"strength": 2})
    names = CollaborationModel(policy, seed=1).post_names
    assert len(set(names)) == len(names) == len(AWKWARD) + 2
    assert "lever-spanner-0-0" in names
    model = CollaborationModel(policy, seed=1)
    model.run_for(6)
    nodes = model.graph.nodes
    assert len(nodes) == len(model.agents)
    families = {name for name, data in nodes(data=True) if data["kind"] == "family"}
    assert families <= set(model.family_names)
    assert {name.partition("-")[0] for name in families} == {"the"}


def test_stories_of_a_list_name_people_by_post_and_team():
    model = CollaborationModel(scenario(AWKWARD), seed=1)
    stories = [model.record(name) for name in model.family_names[:8]]
    model.run_for(12)
    text = "\n".join(recorder.story().text(width=10_000) for recorder in stories)
    told = set(re.findall(r"(CSW|MHSW) in ([CM]) \[(.+?)-\d+\]", text))
    assert {code for _, _, code in told} <= set(AWKWARD)
    assert {(role, team) for role, team, _ in told} == {("CSW", "C"), ("MHSW", "M")}
