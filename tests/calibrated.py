"""A made-up calibration that several tests look at."""

from colsim.calibration.results.words import account_of
from colsim.reporting.account import Words


class Made:
    """What a calibration's folder holds, in the smallest."""

    def __init__(self, *, misfit=False):
        self.manifest = {
            "name": "made",
            "calibration": {"title": "Eight <b>people</b>", "description": ""},
            "scenario": {"title": "A small authority"},
            "themes": {
                "interviewed": {"CSW": 4, "MHSW": 4},
                "rows": [
                    {"id": "T01", "title": "Part of all social work"},
                    {"id": "T03", "title": "Starts with the person"},
                ],
            },
            "missing": [{"theme": "T03", "service": "MHSW", "why": "hours are not followed"}],
            "priors": [
                {"name": "knowledge_start", "low": 0.2, "middle": 0.35, "high": 0.5},
                {"name": "confidence_start", "low": 0.4, "middle": 0.5, "high": 0.6},
            ],
            "made": {"colsim": "0.1.0", "written": "2026-11-23T10:00:00+00:00"},
        }
        self.summary = {
            "parameters": [
                {"name": "knowledge_start", "shift": 0.1, "contraction": -0.02,
                 "moved": False, "low": 0.2, "median": 0.36, "high": 0.5},
                {"name": "confidence_start", "shift": -1.2, "contraction": 0.447,
                 "moved": True, "low": 0.35, "median": 0.41, "high": 0.5},
            ],
            "themes": [
                {"theme": "T01", "service": "CSW", "interviewed": 4, "at_least": 4, "at_most": 4,
                 "compared": True, "prior_in_band": 0.1, "posterior_in_band": 0.05,
                 "prior_counts": [0.1, 0.2, 0.4, 0.2, 0.1],
                 "posterior_counts": [0.0, 0.0, 0.25, 0.7, 0.05]},
                {"theme": "T03", "service": "MHSW", "interviewed": 4, "at_least": 1, "at_most": 4,
                 "compared": False, "prior_in_band": 1.0, "posterior_in_band": 1.0,
                 "prior_counts": [0.0] * 5, "posterior_counts": [0.0] * 5},
            ],
        }  # fmt: skip
        self.against = ["MISFIT: these people say what the model does not."] * misfit

    def table(self):
        from pandas import DataFrame

        return DataFrame(
            [
                {"parameter": prior["name"], "prior_low": prior["low"], "mark": "A",
                 "prior_high": prior["high"], **after}
                for prior, after in zip(
                    self.manifest["priors"], self.summary["parameters"], strict=True
                )
            ]
        )  # fmt: skip

    @property
    def account(self):
        told = [*(Words(text, strong=True) for text in self.against),
                Words("Confidence was lower than assumed.")]  # fmt: skip
        return account_of(self, told)
