"""What must be done by a date: interruption notices, calibration and servicing, yearly plans."""
