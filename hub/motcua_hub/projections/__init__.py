"""Projections: tables computed from events, advanced in the transaction that brings the events.

Every projected row is a function of the set of facts held and the order of incarnations, never of
the order in which batches arrived. That is why a rebuild equals the live result.
"""

from motcua_hub.projections.advance import VERSION, Fresh, advance
from motcua_hub.projections.rebuild import rebuild_outdated, rebuild_site

__all__ = ["VERSION", "Fresh", "advance", "rebuild_outdated", "rebuild_site"]
