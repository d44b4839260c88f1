"""The calibration file: read and checked."""
