"""Telling people: who is told of what, when, by which channel, until one of them answers."""
