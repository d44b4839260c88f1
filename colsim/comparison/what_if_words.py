"""What each policy gains now and under each change of circumstances, in words for a table."""

from colsim.comparison.compared import Compared
from colsim.core.measures import MEASURES
from colsim.reporting.words import pounds, signed, tenths

MEASURE = "joint_plan_rate"
HEADS = ("Joint plans", "Better in", "Spent")
FOOTNOTE = "Pounds: all that is spent in the run."


def what_if_rows(result: Compared, scenario: str) -> list[tuple[str, str, str, str]]:
    """Return a row for now and one for each change: what, gain in joint plans, better in, spent."""
    about = MEASURES[MEASURE]
    rows = [row for row in result.what_if if row["scenario"] == scenario]
    if not rows:
        return []
    now = result.of(scenario, MEASURE)
    lines = [("Now", rows[0][MEASURE]["now"], now.better, rows[0]["spent_now"])]
    lines += [
        (row["what_if"], row[MEASURE]["under"], row[MEASURE]["better"], row["spent"])
        for row in rows
    ]
    return [
        (what, signed(gain, about), tenths(better), pounds(spent))
        for what, gain, better, spent in lines
    ]
