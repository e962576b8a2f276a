"""The availability ledger: from evidence to figures that anybody can compute again. Pure.

`samples` and `journal` make evidence, `liveness` silences a hub that was away; `timeline`
makes segments of evidence; `layers` makes the base of a period; `figures`, `incidents`, `burn` and
`fleet` measure; `reports` freezes what was found. Times are integer UTC ms, intervals half-open.
`evaluate` runs one example vector through all of it.
"""

from motcua_hub.domain.availability.timeline import timeline
from motcua_hub.domain.availability.vectors import evaluate

__all__ = ["evaluate", "timeline"]
