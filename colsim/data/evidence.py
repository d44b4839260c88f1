"""How well a figure is evidenced: the marks that rows of all tables bear."""

MARKS = {
    "S": "seen in a primary source",
    "s": "seen in a secondary source",
    "C": "calculated from sourced figures",
    "J": "judgement: an assumption",
}
