"""Stories: experiences are told where people sit together, and move those who listen (ODD 7.11).

Estévez et al. (2022) found among childcare staff that negative gossip harms only when heard from
more than one, so a bad story moves a listener from a number of distinct tellers on, as a complex
contagion; the study adds that good experiences are told less. Teammates draw together by
averaging (DeGroot 1974), and stories that nobody tells fade. All tell before any listens, and a
team's sums are taken before its members move, so that the order of posts gives nobody the last
word.
"""

from colsim.core.compiled import kernel, part
from colsim.core.events import Phase
from colsim.core.names import BAD, GOOD, MHSW, SERVICES, Memory
from colsim.core.notes import close_phase
from colsim.core.numerics import clip, poisson, pull
from colsim.core.relations import own_view
from colsim.core.rng import Purpose, entity_key, uniform

_ENOUGH_GOOD = 1
"""Tellers of a good story that move a listener."""
_TOLD = 1.0
"""What was bad is told in its week."""


@kernel
def narrate(w, a):
    """Let everyone in a team tell, then let the team listen, team by team."""
    block = w.authorities[a]
    for s in range(SERVICES):
        for team in range(block.first_team[s], block.first_team[s] + block.teams[s]):
            _sit_together(w, team)
    close_phase(w, a, Phase.NARRATE)


@part
def _tell(w, person, mixing):
    p = w.parameters[0]
    u = uniform(person.key, Purpose.TELL_BAD, 0)
    # Old stories are told with a chance below `telling`: most weeks need no sum over memory.
    if person.pending_bad > 0 or u < p.telling:
        x = _TOLD
        if person.pending_bad == 0:
            remembered = 0.0
            for kind in range(Memory.BAD_WRITTEN, Memory.UNPREPARED + 1):
                remembered += person.memory[kind]
            x = p.telling * (remembered / (1.0 + remembered))
        x = x * (1.0 - mixing)
        if u < x:
            person.told_bad = w.clock[0].week
    if person.pending_good > 0 and uniform(person.key, Purpose.TELL_GOOD, 0) < p.telling:
        person.told_good = w.clock[0].week
    person.pending_bad = 0
    person.pending_good = 0


@part
def _sit_together(w, number):
    p = w.parameters[0]
    week = w.clock[0].week
    team = w.teams[number]
    first = team.first_post
    last = first + team.posts
    bad = 0
    good = 0
    members = 0
    total = 0.0
    mixing = w.policy[number].story_mixing
    for i in range(first, last):
        person = w.practitioners[i]
        if not person.filled:
            continue
        _tell(w, person, mixing)
        members += 1
        total += person.narrative
        if week - person.told_bad < p.telling_window:
            bad += 1
        if week - person.told_good < p.telling_window:
            good += 1
    if members == 0:
        return
    mean = total / members
    own = own_view(w, first)
    others = 0
    background = 0.0
    own_mean = mean
    if team.service == MHSW:  # most of their team are not social workers: they tell, and listen
        background = max(0.0, p.cmht_size - team.posts)
        key = entity_key(w.clock[0].week_key, team.origin)
        told = poisson(
            p.background_tellers * (1.0 - w.team_story[number]),
            uniform(key, Purpose.BACKGROUND, 0),
        )
        others = min(background, told)
        mean = (members * mean + background * w.team_story[number]) / (members + background)
    for i in range(first, last):
        person = w.practitioners[i]
        if not person.filled:
            continue
        # Nobody is moved by their own telling.
        heard_bad = bad + others
        if week - person.told_bad < p.telling_window:
            heard_bad -= 1
        heard_good = good
        if week - person.told_good < p.telling_window:
            heard_good -= 1
        story = person.narrative
        if heard_bad >= p.tellers_needed:
            story = pull(story, BAD, p.listening * own)
        if heard_good >= _ENOUGH_GOOD:
            story = pull(story, GOOD, p.listening)  # supervision leaves a good one
        story = pull(story, mean, p.listening * own)
        person.narrative = clip(story * w.derived[0].half_keep, BAD, GOOD)
    if background > 0.0:
        pulled = pull(
            w.team_story[number], own_mean, p.listening * (members / (members + background))
        )
        w.team_story[number] = clip(pulled * w.derived[0].half_keep, BAD, GOOD)
