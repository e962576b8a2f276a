"""A hub of the test's own."""

from support.own_hub import hub, hub_on_both

__all__ = ["hub", "hub_on_both"]
