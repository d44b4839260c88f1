"""The view reads the world's arrays in the order in which the kernels write them."""

import numpy as np
import pytest

from colsim.core import view
from colsim.core.compiled import kernel
from colsim.core.names import BS, CSW, MHSW
from colsim.core.relations import is_paired, spanner_tie_of, tie_of
from tests.worlds import live, policy, small_layout


# Parts have no door to Python: a kernel calls them.
@kernel
def tie_in_kernels(w, csw, mhsw):
    return tie_of(w, csw, mhsw)


@kernel
def spanner_tie_in_kernels(w, spanner, post):
    return spanner_tie_of(w, spanner, post)


@kernel
def paired_in_kernels(w, row):
    return is_paired(w.families[row])


@pytest.fixture(scope="module")
def world():
    layout = small_layout(authorities=2, spanner_posts=2)
    return live(layout, policy(layout, "boundary_spanners", "co_location"), seed=7)


def _posts(world, authority, service):
    posts = world.posts
    return np.flatnonzero((posts["authority"] == authority) & (posts["service"] == service))


def test_posts_teams_and_places_are_those_of_the_layout(world):
    for authority in range(2):
        for service in (CSW, MHSW, BS):
            assert list(view.posts_of(world, authority, service)) == list(
                _posts(world, authority, service)
            )
    for number in range(len(world.teams)):
        members = np.flatnonzero(world.posts["team"] == number)
        assert list(view.members_of(world, number)) == list(members)
    for locality in range(len(world.localities)):
        for service in (CSW, MHSW):
            here = (world.posts["locality"] == locality) & (world.posts["service"] == service)
            assert list(view.posts_in(world, locality, service)) == list(np.flatnonzero(here))
            there = (world.teams["locality"] == locality) & (world.teams["service"] == service)
            teams = list(np.flatnonzero(there))
            assert list(view.teams_in(world, locality, service)) == teams
            assert [view.team_number(world, team) for team in teams] == list(range(len(teams)))


def test_every_tie_stands_where_the_kernels_have_it(world):
    seen = []
    for authority in range(2):
        ties = view.ties_of(world, authority)
        csws, mhsws = _posts(world, authority, CSW), _posts(world, authority, MHSW)
        assert ties.shape == (len(csws), len(mhsws))
        start = world.authorities["first_tie"][authority]
        for csw in csws:
            for mhsw in mhsws:
                place = tie_in_kernels(world, csw, mhsw)
                assert view.tie_place(world, csw, mhsw) == place
                assert [int(end[0]) for end in ties.ends(np.array([place - start]))] == [csw, mhsw]
                for post, other in ((csw, mhsw), (mhsw, csw)):
                    others, places = ties.with_post(post)
                    at = np.arange(len(ties.last))[places][others.index(other)]
                    assert at == place - start
                seen.append(place)
        assert ties.familiarity.base is world.tie_familiarity
        assert ties.trust_of_csw[3] == world.tie_trust_cm[start + 3]
        assert ties.trust_of_mhsw[3] == world.tie_trust_mc[start + 3]
    assert sorted(seen) == list(range(len(world.tie_last)))
    pairs = np.array([(c, m) for c in _posts(world, 1, CSW) for m in _posts(world, 1, MHSW)])
    assert list(view.tie_places(world, *pairs.T)) == seen[-len(pairs) :]


def test_every_spanner_tie_stands_where_the_kernels_have_it(world):
    seen = []
    for authority in range(2):
        ties = view.spanner_ties_of(world, authority)
        start = world.authorities["first_spanner_tie"][authority]
        for spanner in _posts(world, authority, BS):
            for post in [*_posts(world, authority, CSW), *_posts(world, authority, MHSW)]:
                place = spanner_tie_in_kernels(world, spanner, post)
                assert view.spanner_tie_place(world, spanner, post) == place
                ends = ties.ends(np.array([place - start]))
                assert [int(end[0]) for end in ends] == [spanner, post]
                for one, other in ((spanner, post), (post, spanner)):
                    others, places = ties.with_post(one)
                    at = np.arange(len(ties.trust))[places][list(others).index(other)]
                    assert at == place - start
                seen.append(place)
    assert sorted(seen) == list(range(len(world.spanner_trust)))


def test_families_are_found_as_the_kernels_find_them(world):
    rows = np.concatenate([view.active_families(world, a) for a in range(2)])
    assert list(rows) == list(world.active_families)
    paired = {int(row) for row in rows if paired_in_kernels(world, row)}
    assert len(paired) > 20
    assert set(view.paired_rows(world, rows).tolist()) == paired
    lead = int(world.families["lead"][min(paired), MHSW])
    led = view.led_rows(world, MHSW, lead)
    assert min(paired) in led
    assert len(led) == world.practitioners["shared_load"][lead]
    assert {view.authority_of(world, row) for row in led} == {world.posts["authority"][lead]}
