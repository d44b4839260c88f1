"""What memory a scenario needs, worked out by hand."""

from types import SimpleNamespace

import pytest

from colsim.core.parameters import PARAMETERS
from colsim.errors import UserError
from colsim.scenario import Scenario, size
from colsim.scenario.size import estimated_bytes, memory_of_this_machine, require_memory


def scenario(parameters=None, **sizes):
    organisation = {
        "authorities": 3, "localities": 2, "csw": 12, "csw_team_size": 2, "mhsw": 10,
        "mhsw_teams": 5, "shared_families": 40,
    }  # fmt: skip
    return Scenario.model_validate(
        {
            "title": "made up",
            "run": {"weeks": 100, "burn_in": 20},
            "organisation": organisation | sizes,
            "parameters": {"arrival_rate": 0.01} if parameters is None else parameters,
        }
    )


def named(name="big", **sizes):
    return SimpleNamespace(name=name, scenario=scenario(**sizes))


def test_memory_by_hand():
    """40 families and 40 * 0.01 more in each of 120 weeks are 88, of 600 bytes: 52,800.

    120 ties of 32 bytes: 3,840. 22 posts of 2,500: 55,000. 120 weeks of 16: 1,920. In all 113,560
    for each of 3 authorities, and 120 weeks of 800.
    """
    assert estimated_bytes(scenario()) == 3 * 113_560 + 96_000


@pytest.mark.parametrize(
    "sizes, more",
    [
        ({"shared_families": 50}, 3 * 22 * 600),
        ({"csw": 13}, 3 * (10 * 32 + 2_500)),
        ({"mhsw": 11}, 3 * (12 * 32 + 2_500)),
        ({"authorities": 4}, 113_560),
    ],
)
def test_what_more_of_something_takes(sizes, more):
    """Ten more families become 22; a further CSW knows 10 MHSWs, a further MHSW 12 CSWs."""
    assert estimated_bytes(scenario(**sizes)) - estimated_bytes(scenario()) == more


def test_a_rate_that_is_not_set_is_the_highest():
    highest = PARAMETERS["arrival_rate"].high
    assert estimated_bytes(scenario({})) == estimated_bytes(scenario({"arrival_rate": highest}))
    assert estimated_bytes(scenario({})) > estimated_bytes(scenario({"arrival_rate": highest / 2}))


def test_the_memory_of_a_machine_is_its_pages(monkeypatch):
    pages = {"SC_PAGE_SIZE": 4_096, "SC_PHYS_PAGES": 1_000}
    monkeypatch.setattr(size.os, "sysconf", pages.__getitem__, raising=False)
    assert memory_of_this_machine() == 4_096_000
    for wrong in (ValueError, OSError):

        def silent(name, wrong=wrong):
            raise wrong(name)

        monkeypatch.setattr(size.os, "sysconf", silent)
        assert memory_of_this_machine() is None
    monkeypatch.delattr(size.os, "sysconf")
    assert memory_of_this_machine() is None


def test_what_just_fits_is_not_refused():
    """436,680 bytes a run, two at once 873,360."""
    require_memory([named()], memory=436_680)
    require_memory([named()], at_once=2, memory=873_360)
    with pytest.raises(UserError):
        require_memory([named()], memory=436_679)
    with pytest.raises(UserError):
        require_memory([named()], at_once=2, memory=873_359)


def test_each_that_is_too_large_is_named_with_its_size(monkeypatch):
    """3 GB for a run, 1.25 there: both large ones are named, the small one is not."""
    sizes = {"small": 2**30, "big": 3 * 2**30, "other": 5 * 2**29}
    monkeypatch.setattr(size, "estimated_bytes", sizes.get)
    loaded = [SimpleNamespace(name=name, scenario=name) for name in sizes]
    with pytest.raises(UserError) as caught:
        require_memory(loaded, memory=5 * 2**28)
    assert str(caught.value).splitlines() == [
        "big: organisation: found a size that needs about 3.0 GB of memory for 1 run at once; "
        "allowed: at most 1.2 GB, which this machine has: fewer authorities, families or weeks",
        "other: organisation: found a size that needs about 2.5 GB of memory for 1 run at once; "
        "allowed: at most 1.2 GB, which this machine has: fewer authorities, families or weeks",
    ]
    with pytest.raises(UserError) as caught:
        require_memory(loaded[:1], at_once=4, memory=3 * 2**30)
    assert str(caught.value) == (
        "small: organisation: found a size that needs about 4.0 GB of memory for 4 runs at once; "
        "allowed: at most 3.0 GB, which this machine has: fewer authorities, families or weeks, "
        "or fewer workers"
    )


def test_this_machine_s_memory_is_what_counts_unless_given(monkeypatch):
    monkeypatch.setattr(size, "memory_of_this_machine", lambda: 436_679)
    with pytest.raises(UserError):
        require_memory([named()])
    require_memory([named()], memory=436_680)
    monkeypatch.setattr(size, "memory_of_this_machine", lambda: None)
    require_memory([named(authorities=500)])
