"""What technicians and supervisors ask."""

from motcua_contract.vocabulary import ServiceState
from motcua_edge.domain.commands.base import Command


class PairDevice(Command, frozen=True, kw_only=True):
    """A browser becomes a counter's device."""

    device: str
    counter: int
    token_sha256: str
    actor: str


class UnpairDevice(Command, frozen=True, kw_only=True):
    """That browser is nobody's any more."""

    device: str
    actor: str


class ChangeService(Command, frozen=True, kw_only=True):
    """Suspend, close or open a service field."""

    service: str
    state: ServiceState
    reason: str = ""
    actor: str = ""


class SetTraining(Command, frozen=True, kw_only=True):
    """Training mode on or off."""

    on: bool
    actor: str


class ConfirmDay(Command, frozen=True, kw_only=True):
    """A person vouches that today is `day` although the clock is not synchronised."""

    day: str
    actor: str


class SetScreenAside(Command, frozen=True, kw_only=True):
    """A display or kiosk is not to be watched (`on`), or is again."""

    component: str
    on: bool
    actor: str
