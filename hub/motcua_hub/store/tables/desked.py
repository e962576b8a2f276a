"""Incidents: their timeline, owners, watchers."""
