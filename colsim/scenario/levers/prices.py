"""Prices and sources that several levers share."""

ASSUMPTION = "assumption: no published figure was found"
HOURLY = (
    "£40 an hour for a children's social worker (Unit Cost Database, from the unit costs "
    "of health and social care, 2013/14)"
)
POST_SOURCE = f"{HOURLY} x 37.2 hours x 42 weeks; the 42 working weeks are an assumption"
