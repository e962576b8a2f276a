"""What buttons on the pages can make the devices do, and the figures that they show."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from motcua_edge.domain.commands import IssueTicket
from motcua_edge.journal import Journal
from motcua_edge.services.announcing import AnnouncingService, NoSuchZoneError, SoundCheck, Uttered
from motcua_edge.services.office import OfficeService
from motcua_edge.services.uplink import Uplink
from motcua_edge.web.deps import Controls, UnavailableError


class OfficeControls:
    """The functions behind `Controls`."""

    def __init__(
        self,
        *,
        office: OfficeService,
        journal: Journal,
        announcing: AnnouncingService,
        sound_check: SoundCheck,
        uplink: Callable[[], Uplink | None],
        present: Callable[[str, int, int | None], None],
    ) -> None:
        self._office = office
        self._journal = journal
        self._announcing = announcing
        self._sound_check = sound_check
        self._uplink = uplink
        self._present = present

    def as_struct(self) -> Controls:
        """For the web layer."""
        return Controls(
            test_print=self.test_print,
            test_sound=self.test_sound,
            sound_heard=self.sound_heard,
            speak=self.speak,
            figures=self.figures,
            not_ready=self.not_ready,
            present=self._present,
        )

    async def test_print(self) -> None:
        """A test ticket: outside every series and figure, and it says so on paper."""
        service = self._office.site.services[0].code
        await self._office.execute(IssueTicket(service=service, device="test-print", test=True))

    async def test_sound(self) -> None:
        """The test sentence, once in every zone; a microphone listens where there is one."""
        for zone in sorted({counter.zone for counter in self._office.site.counters}):
            await self._test_zone(zone)

    async def _test_zone(self, zone: str) -> None:
        if not self._sound_check.listens(zone):
            await _heard(self._announcing.say("test", zone))
        elif await self._sound_check.check(zone) is False:
            msg = f"zone {zone}: the test was played but not heard; look at its amplifier"
            raise UnavailableError(msg)

    async def sound_heard(self, officer: str, heard: bool) -> None:
        """A person in the hall says whether the last test was heard."""
        await self._sound_check.judged_by(officer, heard=heard)

    async def speak(self, text: str) -> None:
        """Read a screen aloud, in turn with the calls."""
        await _heard(self._announcing.say_text(text))

    def figures(self) -> Mapping[str, int | float | str]:
        """Journal and uplink numbers for the technician."""
        own: dict[str, int | float | str] = {
            "journal_jid": self._journal.jid,
            "journal_last_seq": self._journal.last_seq,
            "disk_free_bytes": self._journal.free_bytes(),
        }
        uplink = self._uplink()
        return own | (uplink.figures() if uplink else {"uplink_online": 0})

    def not_ready(self) -> tuple[str, ...]:
        """Reasons why the office cannot give out numbers; the hub is none of them."""
        return ()


async def _heard(saying: Coroutine[Any, Any, Uttered]) -> None:
    try:
        uttered = await saying
    except NoSuchZoneError as error:
        raise UnavailableError(str(error)) from error
    if not uttered.spoken:
        msg = "nothing was heard; look at the loudspeaker on the technician's page"
        raise UnavailableError(msg)
