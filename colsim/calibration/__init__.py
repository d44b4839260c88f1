"""Calibration: interview themes, virtual interviews, and what they say about the parameters."""
