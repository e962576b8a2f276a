"""Pictures taken and references renewed: the site's own record of who did it and why."""

from motcua_contract.facts.camera import PictureTaken, ReferenceRenewed
from motcua_edge.domain.camera.commands import RecordPicture, RenewReference
from motcua_edge.domain.deciding.guards import reason_given
from motcua_edge.domain.deciding.rulebook import Rulebook
from motcua_edge.domain.deciding.situation import Facts, Situation


def register(rulebook: Rulebook) -> None:
    """This family's commands."""
    rulebook.on(RecordPicture, picture)
    rulebook.on(RenewReference, reference)


def picture(situation: Situation, command: RecordPicture) -> Facts:
    """No picture without a reason."""
    del situation
    fact = PictureTaken(
        camera=command.camera,
        reason=reason_given(command.reason),
        actor=command.actor,
        sha256=command.sha256,
        size=command.size,
        keep_until=command.keep_until,
    )
    return [fact]


def reference(situation: Situation, command: RenewReference) -> Facts:
    """No new reference without somebody's name."""
    del situation
    actor = reason_given(command.actor, "actor")
    return [ReferenceRenewed(camera=command.camera, actor=actor)]
