"""Where the tie of two posts stands among the ties of an authority."""

from colsim.core.compiled import part
from colsim.core.names import CSW, MHSW


@part
def tie_of(w, csw, mhsw):
    """Return the place of the tie of a CSW post and an MHSW post of one authority."""
    block = w.authorities[w.posts[csw].authority]
    return block.first_tie + w.posts[csw].row * block.posts[MHSW] + w.posts[mhsw].row


@part
def spanner_tie_of(w, spanner, post):
    """Return the place of the tie of a spanner post and another post of its authority."""
    block = w.authorities[w.posts[spanner].authority]
    row = w.posts[post].row
    if w.posts[post].service == MHSW:
        row += block.posts[CSW]
    others = block.posts[CSW] + block.posts[MHSW]
    return block.first_spanner_tie + w.posts[spanner].row * others + row
