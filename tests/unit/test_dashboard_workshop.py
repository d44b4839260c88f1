"""A workshop: the address for the room, and the teams' policies compared in one go."""

from importlib.util import find_spec

import pytest

from colsim.core.measures import MEASURES
from colsim.dashboard import workshop
from colsim.errors import UserError
from colsim.reporting.words import pounds, signed
from colsim.scenario import load_scenario

SHORT = {"run.weeks": 26, "run.burn_in": 20}


def short(name):
    return load_scenario(name, overrides=SHORT)


@pytest.fixture
def board():
    workshop.show("http://192.0.2.7:8765/")
    yield workshop.board()
    workshop.show(None)
    assert workshop.board() is None


def test_a_team_sends_again_and_again_and_stands_once(board):
    seen = board.changes
    board.send("  Team   North ", short("desktop+co_location"))
    board.send("Team North", short("desktop+joint_training"))
    assert board.changes == seen + 2
    (row,) = workshop.rows(board.teams())
    assert row["team"] == "Team North"
    assert row["levers"][0].startswith("Joint training: ")
    board.clear()
    assert board.teams() == {}


@pytest.mark.parametrize("team", ["", "   ", "x" * 31, "a\x1b[2Jb", "a\u202eb"])
def test_what_is_no_name_of_a_team_is_refused(board, team):
    with pytest.raises(UserError, match=r"team: found .*; allowed: a name of 1 to 30 characters"):
        board.send(team, short("desktop"))
    assert board.teams() == {}


def test_a_board_is_bounded_and_holds_no_list(board):
    with pytest.raises(UserError, match="found a staff list, which others would see"):
        board.send("ours", load_scenario("example_authority"))
    for k in range(workshop.MOST_TEAMS):
        board.send(f"team {k}", short("desktop"))
    with pytest.raises(UserError, match="found 20 teams"):
        board.send("one more", short("desktop"))
    board.send("team 3", short("desktop+shadowing"))
    assert len(board.teams()) == workshop.MOST_TEAMS


def test_all_teams_are_compared_in_the_same_worlds(board):
    with pytest.raises(UserError, match="found no team on the board"):
        workshop.contest(board.teams())
    board.send("North", short("desktop+joint_training"))
    board.send("South", short("desktop"))
    board.send("East & West", short("desktop+boundary_spanners"))
    job = workshop.contest(board.teams())
    job.worlds = 4
    result = job.run()
    found = workshop.standings(result, list(board.teams()))
    by_team = {row["team"]: row for row in found}
    assert set(by_team) == {"North", "South", "East & West"}
    assert by_team["South"]["joint_plan_rate"] == signed(0.0, MEASURES["joint_plan_rate"])
    spanners = result.names[3]
    assert by_team["East & West"]["cost"] == pounds(result.extra_cost(spanners)[0])
    gains = [result.of(name, "joint_plan_rate").difference for name in result.names[1:]]
    teams = [
        team for _, team in sorted(zip(gains, board.teams(), strict=True), key=lambda p: -p[0])
    ]
    assert [row["team"] for row in found] == teams


@pytest.mark.skipif(find_spec("segno") is None, reason="segno is not installed")
def test_the_address_is_shown_as_a_code():
    assert workshop.picture_of("http://192.0.2.7:8765/").startswith("data:image/svg+xml")
