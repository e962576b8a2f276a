"""Interruption notices: which outages need one, what it says, who may do what with it."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from motcua_hub.domain.incident.vocabulary import Cause
from motcua_hub.domain.notice import lifecycle, proof, scope, text
from motcua_hub.domain.notice.lifecycle import SYSTEM, Act, NoticeRefusal, Standing
from motcua_hub.domain.notice.model import Group, Outage, Recipient, State, TargetKind
from motcua_hub.domain.notice.text import Letterhead
from motcua_hub.upkeep.words import vietnamese

EIGHT = 1_795_395_600_000
"""23/11/2026 08:00 in Việt Nam, UTC ms."""
HOUR = 3_600_000
SAY = vietnamese()
HEAD = Letterhead(unit="Trung tâm PVHCC tỉnh", place="Vĩnh Yên", contact="Phòng Kỹ thuật 0211")
LINK = Outage(
    incident=41,
    kind=TargetKind.SITE_LINK,
    system="đường truyền của phường Bến Thành",
    since=EIGHT,
    sites=("Phường Bến Thành",),
    severity=1,
    confirmed_at=EIGHT,
    cause=Cause.WAN,
    confidence=0.9,
)


def changed(**fields):
    return structs.replace(LINK, **fields)


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({}, "critical"),
        ({"severity": 2}, "other"),
        ({"severity": 2, "force_majeure": True}, "force_majeure"),
        ({"kind": TargetKind.SERVER}, "critical"),
        ({"kind": TargetKind.DEVICE}, "elsewhere"),
        ({"kind": TargetKind.OTHER, "force_majeure": True}, "elsewhere"),
        ({"confirmed_at": None}, "unconfirmed"),
        ({"planned": True}, "planned"),
        ({"cause": Cause.PLANNED}, "planned"),
        ({"explained": True}, "explained"),
    ],
)
def test_the_written_rule_says_which_outages_need_a_notice(fields, rule):
    decided = scope.decided_by(changed(**fields))
    assert decided.name == rule
    assert scope.needs_notice(changed(**fields)) == (rule in ("critical", "force_majeure"))


def test_every_rule_of_the_definition_is_met_by_some_outage():
    assert [rule.name for rule in scope.RULES][-1] == "other"
    assert scope.RULES[-1].holds(LINK)


def test_a_draft_says_what_where_since_when_why_until_when_and_whom_to_call():
    draft = text.interruption(SAY, changed(expected=EIGHT + 4 * HOUR), HEAD)
    assert draft.title == "Về việc gián đoạn hoạt động của đường truyền của phường Bến Thành"
    for words in (
        "Trung tâm PVHCC tỉnh thông báo: từ 08 giờ 00 phút ngày 23/11/2026",
        "sự cố đường truyền của nhà cung cấp (xác định bước đầu, độ tin cậy 90%)",
        "Phạm vi ảnh hưởng: Phường Bến Thành.",
        "Dự kiến khắc phục trước 12 giờ 00 phút ngày 23/11/2026.",
        "Phương án tạm thời: ",
        "Phòng Kỹ thuật 0211",
    ):
        assert words in draft.body
    assert "bất khả kháng" not in draft.body
    assert "bất khả kháng" in text.interruption(SAY, changed(force_majeure=True), HEAD).body


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"confidence": 0.99, "provisional": False}, "sự cố đường truyền của nhà cung cấp"),
        ({"confidence": 0.99, "provisional": True}, "độ tin cậy 99%"),
        ({"confidence": 0.8, "provisional": False}, "độ tin cậy 80%"),
        ({"confidence": 0.5}, "nguyên nhân đang được xác minh"),
        ({"cause": Cause.UNKNOWN, "confidence": 1.0}, "nguyên nhân đang được xác minh"),
        ({"confidence": None}, "nguyên nhân đang được xác minh"),
    ],
)
def test_a_cause_is_told_no_surer_than_its_evidence(fields, words):
    told = text.cause(SAY, changed(**fields))
    assert words in told
    if "độ tin cậy" not in words:
        assert "độ tin cậy" not in told


@pytest.mark.parametrize("cause", list(Cause))
def test_every_cause_has_words(cause):
    assert text.cause(SAY, changed(cause=cause, confidence=1.0, provisional=False))


def test_the_second_notice_names_the_first_and_the_length():
    draft = text.restoration(SAY, changed(until=EIGHT + 3 * HOUR + 61_000), HEAD, "12/TB")
    assert "đã hoạt động bình thường từ 11 giờ 01 phút ngày 23/11/2026" in draft.body
    assert "Tổng thời gian gián đoạn: 3 giờ 2 phút." in draft.body
    assert "Thông báo số 12/TB" in draft.body
    with pytest.raises(ValueError, match="not over"):
        text.restoration(SAY, LINK, HEAD, "12/TB")


def test_many_offices_are_counted_after_the_first_five():
    names = tuple(f"Điểm {number}" for number in range(1, 10))
    assert text.affected(SAY, changed(sites=names)).endswith("Điểm 5 và 4 điểm khác")
    assert "đang sử dụng" in text.affected(SAY, changed(sites=()))


@settings(deadline=None)
@given(st.integers(0, 10**11))
def test_a_length_is_never_shorter_than_the_outage(ms):
    words = text.length(SAY, ms).split()
    counts = {unit: int(n) for n, unit in zip(words[::2], words[1::2], strict=True)}
    minutes = counts.get("ngày", 0) * 1440 + counts.get("giờ", 0) * 60 + counts.get("phút", 0)
    assert minutes * 60_000 >= ms
    assert minutes * 60_000 - ms <= 60_000


def standing(state, written_by=SYSTEM):
    return Standing(state=state, written_by=written_by)


def test_what_the_system_drafted_one_person_may_approve():
    assert lifecycle.after(standing(State.DRAFT), Act.APPROVE, "an") is State.APPROVED


@pytest.mark.parametrize(
    ("state", "act", "actor", "written_by", "code"),
    [
        (State.DRAFT, Act.APPROVE, "an", "an", "notice.refused.alone"),
        (State.DRAFT, Act.APPROVE, SYSTEM, "an", "notice.refused.person"),
        (State.DRAFT, Act.SEND, "an", SYSTEM, "notice.refused.send.draft"),
        (State.APPROVED, Act.APPROVE, "an", SYSTEM, "notice.refused.approve.approved"),
        (State.SENT, Act.EDIT, "an", SYSTEM, "notice.refused.edit.sent"),
        (State.SENT, Act.SEND, "an", SYSTEM, "notice.refused.send.sent"),
        (State.SENT, Act.EXCUSE, "an", SYSTEM, "notice.refused.excuse.sent"),
        (State.EXCUSED, Act.SEND, "an", SYSTEM, "notice.refused.send.excused"),
        (State.WITHDRAWN, Act.EDIT, "an", SYSTEM, "notice.refused.edit.withdrawn"),
    ],
)
def test_nothing_is_approved_alone_sent_unapproved_or_changed_after_it_went_out(
    state, act, actor, written_by, code
):
    with pytest.raises(NoticeRefusal) as refusal:
        lifecycle.after(standing(state, written_by), act, actor)
    assert refusal.value.code == code


def test_an_edit_takes_the_approval_away():
    assert lifecycle.after(standing(State.APPROVED), Act.EDIT, "binh") is State.DRAFT


@pytest.mark.parametrize("words", ["", "  x  ", "ok ok"])
def test_a_reason_says_something(words):
    with pytest.raises(NoticeRefusal):
        lifecycle.reason(words)
    assert lifecycle.reason("  đã   khắc phục trước khi gửi ") == "đã khắc phục trước khi gửi"


def recipient(number, group, begin="2026-01-01", end=None):
    return Recipient(
        id=number, grp=group.value, name=f"N{number}", channel="email", address=f"{number}@a.vn",
        valid_from=begin, valid_until=end,
    )  # fmt: skip


def test_the_list_of_the_day_is_sent_to_and_says_which_group_is_missing():
    everyone = [recipient(n, group) for n, group in enumerate(reversed(Group), start=1)]
    today = date(2026, 11, 23)
    assert [one.grp for one in lifecycle.holding(everyone, today)] == list(Group)
    assert lifecycle.missing(everyone) == []
    past = recipient(9, Group.PARTY, end="2026-11-22")
    last_day = recipient(10, Group.PARTY, end="2026-11-23")
    future = recipient(11, Group.PARTY, begin="2026-11-24")
    assert lifecycle.holding([past, last_day, future], today) == [last_day]
    assert lifecycle.missing(everyone[:-1]) == [Group.PARTY]


KEY = b"k" * 32
SEAL = "ab" * 32


def test_a_link_proves_one_delivery_of_one_text():
    made = proof.token(KEY, 7, SEAL)
    assert proof.delivery_of(made) == 7
    assert proof.is_ours(KEY, made, 7, SEAL)
    assert not proof.is_ours(KEY, made, 8, SEAL)
    assert not proof.is_ours(KEY, made, 7, "ac" * 32)
    assert not proof.is_ours(b"l" * 32, made, 7, SEAL)


@settings(deadline=None)
@given(st.text(max_size=80), st.integers(0, 60), st.characters())
def test_a_forged_or_damaged_link_proves_nothing(forged, place, letter):
    made = proof.token(KEY, 7, SEAL)
    damaged = made[: place % len(made)] + letter + made[place % len(made) + 1 :]
    for said in (forged, damaged):
        delivery = proof.delivery_of(said)
        assert delivery is None or said == made or not proof.is_ours(KEY, said, delivery, SEAL)


def test_the_hash_changes_with_every_field():
    whole = proof.Sealed(
        id=1, incident=2, kind="interruption", number=3, year=2026, title="t", body="b", head=HEAD,
        written_by="motcua", approved_by="an", approved_at=1, sent_by="an", sent_at=2,
        recipients=(proof.To(recipient=1, grp="party", name="n", channel="email", address="a"),),
    )  # fmt: skip
    digests = {proof.seal(whole)}
    for name in whole.__struct_fields__:
        value = getattr(whole, name)
        other = (
            value + 1 if isinstance(value, int) else f"{value}x" if value == str(value) else None
        )
        if name == "head":
            other = structs.replace(HEAD, unit="x")
        if name == "recipients":
            other = ()
        digests.add(proof.seal(structs.replace(whole, **{name: other})))
    assert len(digests) == len(whole.__struct_fields__) + 1
