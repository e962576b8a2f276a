"""Interruption notices, calibration and servicing."""
