"""Which device speaks for which office. The hub keeps it in its database, a lab in a JSON file."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from motcua_contract.identity import check_site
from motcua_provisioning.files import SECRET, write_atomic
from motcua_provisioning.names import check_office_device


class RegistryError(ValueError):
    """An enrolment that is refused, or a registry that cannot be read."""


class Enrolment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One device of one site. A revoked one stays: its name is never given out again."""

    device: str
    site: str
    revoked: bool = False


class Registry:
    """Devices by name; changes are refused when they would let a device speak for two offices."""

    def __init__(self, enrolments: Iterable[Enrolment] = ()) -> None:
        self._enrolments: dict[str, Enrolment] = {}
        for enrolment in enrolments:
            check_office_device(enrolment.device)
            check_site(enrolment.site)
            if enrolment.device in self._enrolments:
                msg = f"device {enrolment.device!r} occurs twice in the registry; keep one"
                raise RegistryError(msg)
            self._enrolments[enrolment.device] = enrolment

    @classmethod
    def of(cls, sites: Mapping[str, str]) -> "Registry":
        """A registry from device → site."""
        return cls(Enrolment(device=device, site=site) for device, site in sites.items())

    def enroll(self, device: str, site: str) -> Enrolment:
        """Let `device` speak for `site` (again is fine); RegistryError or BadNameError if not."""
        check_office_device(device)
        check_site(site)
        known = self._enrolments.get(device)
        if known is not None and known.revoked:
            msg = f"device {device!r} was revoked and stays so; give the device a new id"
            raise RegistryError(msg)
        if known is not None and known.site != site:
            msg = f"device {device!r} belongs to site {known.site!r}; revoke it or take another id"
            raise RegistryError(msg)
        return self._enrolments.setdefault(device, Enrolment(device=device, site=site))

    def revoke(self, device: str) -> Enrolment:
        """Take the device's rights away for good; RegistryError when it is not known."""
        known = self._enrolments.get(device)
        if known is None:
            msg = f"device {device!r} is not enrolled; check the name"
            raise RegistryError(msg)
        self._enrolments[device] = msgspec.structs.replace(known, revoked=True)
        return self._enrolments[device]

    def active(self) -> dict[str, str]:
        """Device → site of those that may speak, by name."""
        return {e.device: e.site for e in self.all() if not e.revoked}

    def all(self) -> tuple[Enrolment, ...]:
        """Every enrolment, the revoked ones too, by name."""
        return tuple(self._enrolments[name] for name in sorted(self._enrolments))


class _Stored(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    version: int = 1
    devices: tuple[Enrolment, ...] = ()


def load(path: Path) -> Registry:
    """Read a registry file (empty when there is none); RegistryError when it is damaged."""
    try:
        return Registry(msgspec.json.decode(path.read_bytes(), type=_Stored).devices)
    except FileNotFoundError:
        return Registry()
    except RegistryError as error:
        msg = f"{path}: {error}"
        raise RegistryError(msg) from error
    except (OSError, ValueError) as error:
        msg = f"{path}: the registry of devices cannot be read: {error}; restore it from backup"
        raise RegistryError(msg) from error


def save(path: Path, registry: Registry) -> None:
    """Store a registry."""
    stored = msgspec.json.encode(_Stored(devices=registry.all()))
    write_atomic(path, msgspec.json.format(stored) + b"\n", mode=SECRET)
