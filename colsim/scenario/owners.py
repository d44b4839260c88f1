"""Who would know about each group of parameters."""

PSW = "principal social worker"
AMH = "AMH manager"
RESEARCHER = "researcher of social work"
ANALYST = "performance analyst"
WORKFORCE = "workforce lead"
STATISTICIAN = "statistician"
FAMILIES = "families with experience of both services"
SPANNERS = "lead of a bridging team"

OWNERS: dict[str, str] = {
    "start": f"{RESEARCHER}, with {PSW} and {AMH}",
    "families": f"{FAMILIES}; {RESEARCHER}",
    "flow": ANALYST,
    "hours": f"{PSW}; {AMH}",
    "discover": f"{PSW}; {AMH}",
    "contact": f"{PSW}; {AMH}",
    "encounter": "researcher of organisations",
    "exchange": f"{PSW}; {AMH}; {RESEARCHER}",
    "experience": RESEARCHER,
    "narrate": "researcher of organisations",
    "spanner": SPANNERS,
    "training": "training lead",
    "plan": f"{PSW}; {AMH}",
    "live": f"{FAMILIES}; {RESEARCHER}",
    "workforce": WORKFORCE,
    "policies": "whoever runs the policy in question",
    "observe": RESEARCHER,
}
"""Group of parameters -> who would know."""
