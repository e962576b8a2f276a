"""Calendars per year, maintenance windows, exclusions, archived reports."""
