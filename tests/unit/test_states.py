"""Every state says what it is, once; and stays within the range that it says."""

import numpy as np
import pytest

from colsim.agents import KINDS, Family
from colsim.core.engine import prepare
from colsim.core.layout import AUTHORITY_DTYPE, LOCALITY_DTYPE, POST_DTYPE, TEAM_DTYPE
from colsim.core.parameters import draw_world, pack_parameters
from colsim.core.records import FAMILY_DTYPE, PRACTITIONER_DTYPE
from colsim.core.schedule import advance
from colsim.core.state import CHANGING, MEMORIES
from colsim.core.state_table import ENTITIES, MEMORY_MEANINGS, TIE, State
from colsim.scenario.levers import LEVERS
from tests.worlds import policy, small_layout

DTYPES = {
    "practitioner": PRACTITIONER_DTYPE,
    "family": FAMILY_DTYPE,
    "post": POST_DTYPE,
    "team": TEAM_DTYPE,
    "locality": LOCALITY_DTYPE,
    "authority": AUTHORITY_DTYPE,
}
KINDS_OF_TYPES = {
    "f": {"real"},
    "i": {"integer", "set of facts"},
    "b": {"yes/no"},
    "u": {"key"},
}
EPSILON = 1e-12
NO_STATES = {"_rest", "watched"}
"""What fills up a record, and whether notes are made of a family: no rule reads either."""


def faults(dtype, states):
    """Return what is wrong between the fields of a record type and the rows of its table."""
    fields = [name for name in dtype.names if name not in NO_STATES]
    rows = [state.name for state in states]
    found = [f"{name} has no row" for name in fields if name not in rows]
    found += [f"{name} is no field" for name in rows if name not in fields]
    if not found and rows != fields:
        found.append("rows and fields are in different orders")
    for state in states:
        if state.name in fields and state.kind not in KINDS_OF_TYPES[dtype[state.name].base.kind]:
            found.append(f"{state.name} is no {state.kind}")
    return found


@pytest.mark.parametrize("entity", DTYPES)
def test_every_field_of_a_record_has_its_row(entity):
    assert faults(DTYPES[entity], ENTITIES[entity]) == []


def test_a_field_without_a_row_and_a_row_of_another_type_are_found():
    dtype = np.dtype([("a", "f8"), ("b", "?"), ("_rest", "u1", (3,))])
    rows = (State("a", "integer", 0, 1, "share", "x"), State("c", "real", 0, 1, "share", "x"))
    assert faults(dtype, rows) == ["b has no row", "c is no field", "a is no integer"]


def test_ties_and_memories_have_their_rows():
    fields = [name for name in CHANGING if name.startswith(("tie_", "spanner_"))]
    assert [s.name for e in ("tie", "spanner tie") for s in ENTITIES[e]] == fields
    assert tuple(MEMORY_MEANINGS) == MEMORIES


def test_no_row_is_empty():
    for states in ENTITIES.values():
        for state in states:
            assert state.low < state.high, state
            assert state.unit, state
            assert state.meaning, state


def outside(records, states):
    """Return the states with a value out of range."""
    return [
        state.name
        for state in states
        if state.kind != "key"
        and (
            records[state.name].min() < state.low - EPSILON
            or records[state.name].max() > state.high + EPSILON
        )
    ]


@pytest.mark.parametrize("seed", range(3))
def test_states_stay_in_their_ranges(seed):
    layout = small_layout(authorities=2)
    levers = policy(layout, *LEVERS)
    parameters = pack_parameters(draw_world(seed))
    world = prepare(layout, levers, parameters, seed=seed, weeks=80, burn_in=20)
    for entity in ("post", "team", "locality", "authority"):
        places = {"locality": "localities", "authority": "authorities"}.get(entity, f"{entity}s")
        assert outside(getattr(layout, places), ENTITIES[entity]) == []
    for _ in range(100):
        advance(world, 1)
        people = world.practitioners[world.practitioners["filled"]]
        assert outside(people, ENTITIES["practitioner"]) == []
        assert outside(world.families, ENTITIES["family"]) == []
        ties = {s.name: getattr(world, s.name) for e in ("tie", "spanner tie") for s in ENTITIES[e]}
        assert outside(ties, ENTITIES["tie"] + ENTITIES["spanner tie"]) == []
    world.tie_familiarity[0] = 1.5
    assert outside({s.name: getattr(world, s.name) for s in TIE}, TIE) == ["tie_familiarity"]


def test_agents_name_the_same_ranges():
    rows = {s.name: s for e in ("practitioner", "family") for s in ENTITIES[e]}
    compared = 0
    for kind in (*KINDS.values(), Family):
        for owner in kind.__mro__:
            for name, member in vars(owner).items():
                text = getattr(member, "__doc__", None) or ""
                if isinstance(member, property) and member.fset and text.endswith(" 1."):
                    state = rows[name.rsplit("_", 1)[0] if name not in rows else name]
                    assert text.endswith(f", {state.low:g} to {state.high:g}."), name
                    compared += 1
    assert compared >= 20
