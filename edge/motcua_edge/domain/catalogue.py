"""The service catalogue's dates (R56): a decided field must be switched on within one day."""

from datetime import date, timedelta
from typing import Final

from motcua_contract.siteconfig import SiteConfig

GRACE: Final = timedelta(days=1)
PENDING: Final = "pending"


def overdue(site: SiteConfig, today: date) -> tuple[str, ...]:
    """Codes of fields that still wait to be switched on more than a day after their date."""
    return tuple(
        field.code
        for field in site.services
        if field.state == PENDING
        and field.effective_from is not None
        and today > date.fromisoformat(field.effective_from) + GRACE
    )
