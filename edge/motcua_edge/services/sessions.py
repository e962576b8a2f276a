"""Who sits at which machine: paired devices, officers' and technicians' sessions.

A device token is known here by its hash only, and the hash is in the journal: pairing survives a
restart. Session tokens live in memory; after a restart the device token alone re-attaches the
officer whom the state still shows at that counter on that device.
"""

import hashlib
import secrets
from typing import Final

import msgspec

from motcua_contract.siteconfig import Officer
from motcua_edge.domain.commands import LockOfficer, LogIn, LogOut, PairDevice, UnpairDevice
from motcua_edge.domain.model import Device
from motcua_edge.domain.refusals import Refusal, RefusalCode
from motcua_edge.services.office import OfficeService
from motcua_edge.services.sessions_pairing import PairingCodes
from motcua_edge.services.sessions_pins import LOCK_MS, PinGuard, pin_matches

SESSION_MS: Final = 14 * 3600_000
TECHNICIAN_IDLE_MS: Final = 30 * 60_000
COUNTER_ROLES: Final = frozenset({"officer", "supervisor"})
OFFICE_ROLES: Final = frozenset({"technician", "supervisor"})


class AccessError(Exception):
    """Not let in; str() is an English sentence with the remedy.

    `code` is one of not_logged_in, not_paired, wrong_pin, wrong_code, forbidden, too_many,
    outside_lan, foreign_origin.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class Principal(msgspec.Struct, frozen=True):
    """Who is asking: an officer at a counter (`counter` > 0) or a technician (`counter` 0)."""

    officer: str
    counter: int
    device: str
    roles: tuple[str, ...]

    @property
    def supervisor(self) -> bool:
        """Whether the officer may do what supervisors may."""
        return "supervisor" in self.roles


class PairedDevice(msgspec.Struct, frozen=True):
    """A fresh pairing. The token is shown once and never stored in clear."""

    device: str
    counter: int
    token: str


class _Session(msgspec.Struct, frozen=True):
    officer: str
    counter: int
    device: str
    until: int


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class Sessions:
    """Lets people in. One per process."""

    def __init__(self, office: OfficeService) -> None:
        self._office = office
        self._codes = PairingCodes()
        self._guard = PinGuard()
        self._sessions: dict[str, _Session] = {}

    # ---- devices ----

    def pairing_code(self, counter: int, actor: str) -> str:
        """Six digits, good for 10 min, once; refuses an unknown counter."""
        self._known_counter(counter)
        return self._codes.make(counter, actor, self._office.now().mono)

    async def pair_with_code(self, code: str, address: str) -> PairedDevice:
        """Turn a code into a paired device; AccessError when it is wrong, old, or guessed at."""
        mono = self._office.now().mono
        if self._codes.too_many_guesses(address, mono):
            raise AccessError("too_many", "too many pairing codes tried; wait a minute")
        taken = self._codes.take(code, mono)
        if taken is None:
            raise AccessError("wrong_code", "the pairing code is wrong or older than 10 minutes")
        return await self.pair(*taken)

    async def pair(self, counter: int, actor: str) -> PairedDevice:
        """Make a device for a counter; raises Refusal when the counter is unknown."""
        self._known_counter(counter)
        device = f"counter-{counter}-{secrets.token_hex(3)}"
        token = secrets.token_urlsafe(32)
        await self._office.execute(
            PairDevice(device=device, counter=counter, token_sha256=_sha256(token), actor=actor)
        )
        return PairedDevice(device, counter, token)

    async def unpair(self, device: str, actor: str) -> None:
        """Forget a device; raises Refusal when it is unknown."""
        await self._office.execute(UnpairDevice(device=device, actor=actor))

    def device_of(self, token: str) -> Device | None:
        """The paired device with this token."""
        wanted = _sha256(token)
        devices = self._office.state.devices.values()
        return next((d for d in devices if secrets.compare_digest(d.token_sha256, wanted)), None)

    def _known_counter(self, counter: int) -> None:
        if self._office.site.counter(counter) is None:
            detail = f"there is no counter {counter}; the site configuration lists them"
            raise Refusal(RefusalCode.UNKNOWN_COUNTER, "counter", detail)

    # ---- officers ----

    async def log_in(self, device: Device, officer: str, pin: str) -> str:
        """Seat an officer at the device's counter; return the session token.

        Raises:
            AccessError: The PIN is wrong.
            Refusal: Locked, counter taken, or officer elsewhere.
        """
        person = await self.checked_pin(officer, pin, device.id)
        if not COUNTER_ROLES & set(person.roles):
            raise AccessError("forbidden", f"{officer} has no role for work at a counter")
        if not self._seated(officer, device.counter, device.id):
            await self._office.execute(
                LogIn(officer=officer, counter=device.counter, device=device.id)
            )
        return self._open(officer, device.counter, device.id, SESSION_MS)

    async def log_out(self, officer: str, counter: int, forced_by: str = "") -> None:
        """Close a counter and end its sessions."""
        await self._office.execute(LogOut(officer=officer, counter=counter, forced_by=forced_by))
        self._sessions = {
            token: s
            for token, s in self._sessions.items()
            if s.counter != counter or s.officer != officer
        }

    def officer_at(self, counter: int, token: str) -> Principal | None:
        """Who this session or device token stands for at a counter, while logged in there."""
        session = self._live(token)
        if session is not None:
            device = session.device
        else:
            paired = self.device_of(token)
            device = paired.id if paired is not None else ""
        now = self._office.state.counters.get(str(counter))
        if not device or now is None or now.officer is None or now.device != device:
            return None
        if session is not None and (session.officer, session.counter) != (now.officer, counter):
            return None
        return self._principal(now.officer, counter, device)

    def any_officer(self, token: str) -> Principal | None:
        """Who this session or device token stands for, at whatever counter."""
        session = self._live(token)
        device = self.device_of(token) if session is None else None
        counter = session.counter if session else device.counter if device else 0
        return self.officer_at(counter, token) if counter else None

    # ---- technicians and supervisors, without a counter ----

    async def technician_log_in(self, officer: str, pin: str, address: str) -> str:
        """Open a technician's session; AccessError or Refusal as for `log_in`."""
        person = await self.checked_pin(officer, pin, f"address-{address}")
        if not OFFICE_ROLES & set(person.roles):
            raise AccessError("forbidden", f"{officer} is neither technician nor supervisor")
        return self._open(officer, 0, f"address-{address}", TECHNICIAN_IDLE_MS)

    def technician(self, token: str) -> Principal | None:
        """The technician or supervisor of this token; using it keeps it alive for 30 min."""
        session = self._live(token)
        if session is None or session.counter != 0:
            return None
        until = self._office.now().mono + TECHNICIAN_IDLE_MS
        self._sessions[_sha256(token)] = msgspec.structs.replace(session, until=until)
        return self._principal(session.officer, 0, session.device)

    def end(self, token: str) -> None:
        """Forget a session token."""
        self._sessions.pop(_sha256(token), None)

    # ---- PINs ----

    async def checked_pin(self, officer: str, pin: str, device: str) -> Officer:
        """The officer, if the PIN is right; 5 wrong ones in 30 s lock for 5 min on that device."""
        now = self._office.now()
        self._refuse_locked(officer, device)
        locks = self._guard.begin(officer, device, now.mono)
        person = self._office.site.officer(officer)
        if await pin_matches(pin, person.pin_scrypt if person else None) and person:
            self._guard.succeed(officer, device)
            return person
        if locks:
            await self._lock(officer, device)
            self._refuse_locked(officer, device)
        raise AccessError("wrong_pin", "the PIN is wrong; five wrong ones in 30 s lock for 5 min")

    def _refuse_locked(self, officer: str, device: str) -> None:
        now = self._office.now()
        paired = self._office.state.devices.get(device)
        journaled = paired is not None and paired.locked.get(officer, 0) > now.wall
        if journaled or self._guard.locked(officer, device, now.mono):
            detail = f"{officer} is locked on {device}; wait 5 minutes"
            raise Refusal(RefusalCode.LOCKED, "pin", detail, {"phut": "5"})

    async def _lock(self, officer: str, device: str) -> None:
        if device in self._office.state.devices and self._office.site.officer(officer):
            until = self._office.now().wall + LOCK_MS
            await self._office.execute(LockOfficer(officer=officer, device=device, until=until))

    # ---- inside ----

    def _open(self, officer: str, counter: int, device: str, lasts_ms: int) -> str:
        mono = self._office.now().mono
        self._sessions = {t: s for t, s in self._sessions.items() if s.until > mono}
        token = secrets.token_urlsafe(32)
        self._sessions[_sha256(token)] = _Session(officer, counter, device, mono + lasts_ms)
        return token

    def _live(self, token: str) -> _Session | None:
        session = self._sessions.get(_sha256(token))
        return session if session and session.until > self._office.now().mono else None

    def _seated(self, officer: str, counter: int, device: str) -> bool:
        now = self._office.state.counters.get(str(counter))
        return now is not None and now.officer == officer and now.device == device

    def _principal(self, officer: str, counter: int, device: str) -> Principal:
        person = self._office.site.officer(officer)
        return Principal(officer, counter, device, person.roles if person else ())
