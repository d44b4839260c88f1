"""What a calibration says about itself: fit, skill, simulation-based calibration."""
