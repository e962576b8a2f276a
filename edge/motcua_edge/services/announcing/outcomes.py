"""What became of every announcement of a call, recorded as a fact."""

import logging
from collections import Counter

from motcua_contract.vocabulary import AnnouncementState
from motcua_edge.domain.commands import RecordNotPlayed, RecordPlayed
from motcua_edge.domain.refusals import Refusal
from motcua_edge.services.announcing.ports import Uttered
from motcua_edge.services.announcing.queue import CallJob
from motcua_edge.services.office import OfficeService

_LOG = logging.getLogger(__name__)


class Recorder:
    """Records outcomes and counts them."""

    def __init__(self, office: OfficeService) -> None:
        self._office = office
        self.counts: Counter[str] = Counter()

    async def played(self, job: CallJob, uttered: Uttered) -> None:
        """The words were given to the loudspeaker."""
        await self._record(
            AnnouncementState.PLAYED,
            RecordPlayed(
                ticket=job.ticket,
                call=job.call,
                times=job.times,
                zone=job.zone,
                rung=uttered.rung,
                frames=uttered.frames,
            ),
        )

    async def failed(self, job: CallJob, uttered: Uttered) -> None:
        """Nobody heard the number; `uttered.rung` is what there was instead."""
        cause = uttered.fault.code if uttered.fault else "no_output"
        await self._not_played(job, AnnouncementState.FAILED, cause, uttered)

    async def superseded(self, job: CallJob) -> None:
        """A newer call took its place, or its ticket is not waiting for it any more."""
        await self._not_played(job, AnnouncementState.SUPERSEDED)

    async def expired(self, job: CallJob) -> None:
        """It would have come too late."""
        await self._not_played(job, AnnouncementState.EXPIRED)

    async def _not_played(
        self,
        job: CallJob,
        outcome: AnnouncementState,
        cause: str = "",
        uttered: Uttered | None = None,
    ) -> None:
        command = RecordNotPlayed(
            ticket=job.ticket,
            call=job.call,
            times=job.times,
            zone=job.zone,
            outcome=outcome.value,
            cause=cause,
            rung=(uttered or Uttered.silent()).rung,
        )
        await self._record(outcome, command)

    async def _record(
        self, outcome: AnnouncementState, command: RecordPlayed | RecordNotPlayed
    ) -> None:
        self.counts[outcome.value] += 1
        try:
            await self._office.execute(command)
        except Refusal as refusal:
            # the ticket may have been voided or undone meanwhile; there is nothing left to tell
            _LOG.info("announcement of %s (%s) not recorded: %s", command.call, outcome, refusal)
