"""Motcua contract."""
