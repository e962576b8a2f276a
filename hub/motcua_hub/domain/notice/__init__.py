"""Interruption notices (S3, article 5.2a): which outages need one, its text, its states. Pure."""
