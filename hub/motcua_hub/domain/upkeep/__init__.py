"""Calibration and servicing (S3, article 5.2c): what is due when, checklists, plans. Pure."""
