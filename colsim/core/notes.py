"""Notes of what kernels do for families that somebody watches.

`note` asks whether the family is watched and else does nothing: a run that nobody watches pays a
look at a byte that is at hand. Notes draw nothing and change no state.
"""

from colsim.core.apart import called_everywhere
from colsim.core.compiled import door, machine, part
from colsim.core.events import NO_SIDE, Event
from colsim.core.names import CSW, MHSW, NOBODY, NOT_YET, SERVICES
from colsim.core.tie_places import tie_of


@machine(plainly=bool)
def rarely(typing_context, condition):
    """Return a condition that mostly does not hold: the compiler keeps what follows out of the way.

    Without it what is done for watched families made a run dearer that nobody watches.
    """
    from llvmlite import ir
    from numba import types
    from numba.core import cgutils

    def generate(context, builder, signature, arguments):
        bit = ir.IntType(1)
        kind = ir.FunctionType(bit, [bit, bit])
        expect = cgutils.get_or_insert_function(builder.module, kind, "llvm.expect.i1")
        return builder.call(expect, [arguments[0], bit(0)])

    return types.boolean(types.boolean), generate


@part
def _real(value):
    """Return a number, a truth or a name of a number as a real number."""
    return 0.0 + (0 + value)


@part
def note(w, family, event, side, before, after, x=0.0, y=0.0, z=0.0):
    """Note what happens to a family, if it is watched.

    Args:
        w: the world.
        family: record of the family.
        event: of `Event`.
        side: of the lead or service whose it is, or `NO_SIDE`.
        before: the state that changed, as it was.
        after: as it is.
        x: what the event needs besides, as y and z.
        y: see x.
        z: see x.
    """
    if rarely(family.watched):
        _write(w, family, event, side, _real(before), _real(after), _real(x), _real(y), _real(z))


@part
def note_tie(w, tie, event, before, after):
    """Note what happens to a tie, for each watched family whose leads it joins."""
    if rarely(w.notes.shape[0] > 0):
        _write_tie(w, tie, event, _real(before), _real(after))


@part
def note_learnt(w, family, s, known, received, source):
    """Note what the lead of service s came to understand, and received, since it was as given."""
    if rarely(family.watched):
        _write_learnt(w, family, s, known, received, source)


@part
def close_phase(w, a, phase):
    """Note how things stand with the watched families of authority a: last in each phase."""
    if rarely(w.notes.shape[0] > 0):
        _close(w, a, phase)


@called_everywhere("none(world, family, int64, int64, float64, float64, float64, float64, float64)")
def _write(w, family, event, side, before, after, x, y, z):
    i = w.watch[0].count
    w.watch[0].count += 1
    if i >= w.notes.shape[0]:
        return
    row = w.notes[i]
    row.origin = family.origin
    row.week = w.clock[0].week
    row.event = event
    row.side = side
    row.before = before
    row.after = after
    row.x = x
    row.y = y
    row.z = z
    row.initiator = family.initiator
    row.plans = family.plans
    row.complexity = family.complexity
    row.csw_anxiety = family.csw_anxiety
    row.engagement = family.engagement
    row.achievable = family.achievable
    row.wrong = family.wrong
    row.severity = family.severity
    row.risk = family.risk
    for s in range(SERVICES):
        row.open[s] = family.open[s]
        row.disclosed[s] = family.disclosed[s]
        row.known[s] = family.known[s]
        row.received[s] = family.received[s]
        row.trust[s] = family.trust[s]
        row.belief[s] = family.belief[s]
        row.lead[s] = family.lead[s]
        if family.lead[s] >= 0:
            person = w.practitioners[family.lead[s]]
            row.succession[s] = person.succession
            row.narrative[s] = person.narrative
            row.role_knowledge[s] = person.role_knowledge
            row.pressure[s] = person.pressure
    row.tie_last = NOT_YET
    row.familiarity = 0.0
    if family.lead[CSW] >= 0 and family.lead[MHSW] >= 0:
        tie = tie_of(w, family.lead[CSW], family.lead[MHSW])
        row.familiarity = w.tie_familiarity[tie]
        row.tie_trust[CSW] = w.tie_trust_cm[tie]
        row.tie_trust[MHSW] = w.tie_trust_mc[tie]
        row.tie_last = w.tie_last[tie]


@called_everywhere("none(world, int64, int64, float64, float64)")
def _write_tie(w, tie, event, before, after):
    for a in range(w.rosters.shape[0]):
        roster = w.rosters[a]
        for n in range(roster.first, roster.first + roster.active):
            family = w.families[w.active[n]]
            if family.watched and family.lead[CSW] >= 0 and family.lead[MHSW] >= 0:
                if tie_of(w, family.lead[CSW], family.lead[MHSW]) == tie:
                    _write(w, family, event, NO_SIDE, before, after, 0.0, 0.0, 0.0)


@called_everywhere("none(world, family, int64, int64, int64, int64)")
def _write_learnt(w, family, s, known, received, source):
    new = family.known[s] & ~known
    if new:
        note(w, family, Event.UNDERSTOOD, s, known, family.known[s], source, new & received)
    left = received & ~new
    if family.received[s] != left:
        note(w, family, Event.RECEIVED, s, left, family.received[s], source)


@called_everywhere("none(world, int64, int64)")
def _close(w, a, phase):
    roster = w.rosters[a]
    for n in range(roster.first, roster.first + roster.active):
        family = w.families[w.active[n]]
        note(w, family, Event.STANDS, NO_SIDE, 0, 0)
    for i in range(w.watch[0].closed, min(w.watch[0].count, w.notes.shape[0])):
        w.notes[i].phase = phase
    w.watch[0].closed = w.watch[0].count


@door("none(world, int64)")
def begin_notes(w, k):
    """Note how things stand with family k as somebody begins to watch it, if it is there."""
    family = w.families[k]
    if not family.active:
        return
    note(w, family, Event.START, NO_SIDE, 0, 1)
    for s in range(SERVICES):
        if family.lead[s] >= 0:
            note(w, family, Event.START, s, NOBODY, family.lead[s])
    w.watch[0].closed = w.watch[0].count
