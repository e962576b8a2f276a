"""Tests that need nothing else get a province of one small office."""

from support.small_province import site, stack

__all__ = ["site", "stack"]
