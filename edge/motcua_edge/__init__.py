"""Motcua edge."""
