"""Who may do what with a notice, and when. Every refusal is the key of a text."""

from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum
from typing import Final

import msgspec

from motcua_hub.domain.notice.model import OPEN, Group, Recipient, State

SYSTEM: Final = "motcua"
"""The drafter who is no person."""
MIN_REASON: Final = 10
"""A written reason has so many characters at least: `x` explains nothing."""
MAX_TITLE: Final = 300
MAX_BODY: Final = 8000
MAX_REASON: Final = 2000


class Act(StrEnum):
    """What a person does with a notice."""

    EDIT = "edit"
    APPROVE = "approve"
    SEND = "send"
    EXCUSE = "excuse"


class NoticeRefusal(ValueError):  # noqa: N818 - a refusal is no error of the program
    """Not now, or not by this person; `code` is the key of a text."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What decides: the state, who wrote the present text, and who approved it."""

    state: State
    written_by: str
    approved_by: str | None = None


_FROM: Final = {
    Act.EDIT: OPEN,
    Act.APPROVE: frozenset({State.DRAFT}),
    Act.SEND: frozenset({State.APPROVED}),
    Act.EXCUSE: OPEN,
}
_TO: Final = {
    Act.EDIT: State.DRAFT,
    Act.APPROVE: State.APPROVED,
    Act.SEND: State.SENT,
    Act.EXCUSE: State.EXCUSED,
}


def reason(text: str) -> str:
    """A written reason, in one piece. Raises NoticeRefusal when it says too little."""
    words = " ".join(text.split())[:MAX_REASON]
    if len(words) < MIN_REASON:
        raise NoticeRefusal("notice.refused.reason")
    return words


def after(standing: Standing, act: Act, actor: str) -> State:
    """The state after the act. An edit of an approved text must be approved again.

    Raises:
        NoticeRefusal: It was sent, excused or withdrawn; it is not approved yet; or whoever wrote
            the present text approves it alone.
    """
    if standing.state not in _FROM[act]:
        raise NoticeRefusal(f"notice.refused.{act.value}.{standing.state.value}")
    if act is Act.APPROVE and actor == SYSTEM:
        raise NoticeRefusal("notice.refused.person")
    if act is Act.APPROVE and actor == standing.written_by:
        raise NoticeRefusal("notice.refused.alone")
    return _TO[act]


def text(title: str, body: str) -> tuple[str, str]:
    """Title and body without blank lines; NoticeRefusal when one is empty or too long."""
    one = " ".join(title.split())
    lines = [" ".join(line.split()) for line in body.splitlines()]
    all_lines = "\n".join(line for line in lines if line)
    if not one or not all_lines:
        raise NoticeRefusal("notice.refused.empty")
    if len(one) > MAX_TITLE or len(all_lines) > MAX_BODY:
        raise NoticeRefusal("notice.refused.long")
    return one, all_lines


def holding(recipients: Sequence[Recipient], today: date) -> list[Recipient]:
    """Those whom the list names on this day, in the order of the groups."""
    order = {group.value: number for number, group in enumerate(Group)}
    day = today.isoformat()
    now = [
        one
        for one in recipients
        if one.valid_from <= day and (one.valid_until is None or day <= one.valid_until)
    ]
    return sorted(now, key=lambda one: (order.get(one.grp, len(order)), one.name, one.id))


def missing(recipients: Collection[Recipient]) -> list[Group]:
    """Groups of article 5.2a that nobody stands for."""
    there = {one.grp for one in recipients}
    return [group for group in Group if group.value not in there]
