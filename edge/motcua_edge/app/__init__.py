"""The composition root: configuration in, parts built by arguments, one task group."""

from motcua_edge.app.agent import Agent

__all__ = ["Agent"]
