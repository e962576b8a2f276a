"""Cameras: pure rules over the numbers of each look. No pixels here."""
