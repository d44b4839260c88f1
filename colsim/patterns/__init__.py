"""The patterns that the model is meant to show, each an experiment with its knock-out."""

from colsim.patterns.lives import KnockOut
from colsim.patterns.pattern import Pattern, PatternResult, Statistic, verdict
from colsim.patterns.running import PATTERNS, PatternReport, run_patterns

__all__ = [
    "PATTERNS",
    "KnockOut",
    "Pattern",
    "PatternReport",
    "PatternResult",
    "Statistic",
    "run_patterns",
    "verdict",
]
