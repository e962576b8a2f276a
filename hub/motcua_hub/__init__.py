"""Motcua hub."""
