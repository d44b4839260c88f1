"""A finished calibration: particles, words, charts, files."""
