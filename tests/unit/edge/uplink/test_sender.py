"""The sans-IO sender: window, timers, halving, stubs, and what it believes (E1, E2, E3, E5)."""

from motcua_contract.digests import ack_tag
from motcua_contract.messages import (
    MAX_BYTES,
    Ack,
    Event,
    Nak,
    NakCode,
    Resume,
    StreamHave,
    encode,
)
from motcua_contract.vocabulary import ClockState
from motcua_edge.journal import Entry, Stream
from motcua_edge.services.uplink import batches
from motcua_edge.services.uplink.sender import Sender

JID, OLD = "ab" * 16, "cd" * 16
DIGEST = b"d" * 32


def sender(last: int = 5_000, *, old: int = 0, acked: int = 0, resumed: bool = True) -> Sender:
    made = Sender(JID, lambda: 1.0)
    streams = [Stream(jid=OLD, last=old)] if old else []
    made.learn([*streams, Stream(jid=JID, last=last, acked=acked)])
    made.connected(0)
    if resumed:
        greet(made, 0, acked)
    return made


def greet(made: Sender, now: int, have: int = 0, *, nonce: str = "n", credit: int = 4):
    made.hello_sent("n", now)
    resume = Resume(
        nonce=nonce,
        streams=[StreamHave(jid=JID, have=have, tag=ack_tag(DIGEST))],
        hub_time=0,
        credit=credit,
    )
    return made.on_resume(resume, {JID: DIGEST}, now)


def send(made: Sender, now: int) -> list[tuple[str, int, int]]:
    """Send whatever is wanted; every entry is there."""
    sent = []
    while want := made.want(now):
        last = min(want.after + want.limit, made._lanes[want.jid].last)
        made.sent(want.jid, (want.after + 1, last), now)
        sent.append((want.jid, want.after + 1, last))
    return sent


def ack(made: Sender, upto: int, now: int, *, tag: str | None = None, jid: str = JID):
    said = Ack(jid=jid, upto=upto, tag=tag or ack_tag(DIGEST), safe=0)
    return made.on_ack(said, DIGEST, now)


def test_at_most_four_batches_are_under_way():
    assert [s[1:] for s in send(sender(), 0)] == [(1, 500), (501, 1000), (1001, 1500), (1501, 2000)]


def test_the_hubs_credit_narrows_the_window():
    made = sender(resumed=False)
    greet(made, 0, credit=1)
    assert len(send(made, 0)) == 1


def test_an_ack_opens_the_window_again():
    made = sender()
    send(made, 0)
    assert ack(made, 500, 10).upto == 500
    assert send(made, 10) == [(JID, 2001, 2500)]


def test_an_ack_without_the_right_tag_is_not_believed():
    made = sender()
    send(made, 0)
    assert ack(made, 500, 10, tag="0" * 32) is None
    assert made.counts.forged == 1
    assert send(made, 10) == []


def test_an_ack_of_an_older_generation_is_not_believed():
    made = sender(resumed=False)
    made.hello_sent("n", 0)
    made.on_resume(Resume(nonce="n", streams=[], hub_time=0, generation=7), {}, 0)
    send(made, 0)
    assert ack(made, 500, 10) is None
    assert made.counts.stale == 1


def test_nothing_is_sent_before_a_resume():
    assert send(sender(resumed=False), 0) == []


def test_only_the_last_nonce_is_believed_and_only_once():
    made = sender(acked=10, resumed=False)
    assert greet(made, 0, 3, nonce="other") is None
    (step,) = greet(made, 0, 3)
    assert (step.upto, step.rewound) == (3, True)
    made.hello_sent("n2", 0)
    assert made.on_resume(Resume(nonce="n", streams=[], hub_time=0), {}, 0) is None


def test_a_batch_is_resent_after_ten_seconds_then_twenty():
    made = sender(last=5)
    assert send(made, 0) == [(JID, 1, 5)]
    assert send(made, 9_999) == []
    assert send(made, 10_000) == [(JID, 1, 5)]
    assert send(made, 29_999) == []
    assert send(made, 30_000) == [(JID, 1, 5)]
    assert made.counts.resent == 2


def test_the_wait_between_resends_ends_at_five_minutes():
    made, now, waits = sender(last=5), 0, []
    for _ in range(8):
        send(made, now)
        due = made._lanes[JID].deadline()
        waits.append(due - now)
        now = due
    assert waits == [10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000]


def test_a_hub_that_is_down_never_makes_stubs():
    made, now = sender(last=1), 0
    for _ in range(20):
        send(made, now)
        now += 300_000
    assert made.want(now).stubs == frozenset()


def complain(made: Sender, now: int) -> None:
    made.on_nak(Nak(jid=JID, code=NakCode.BAD), None, now)


def test_three_failures_halve_a_batch_and_a_lone_event_becomes_a_stub():
    made, now, sizes = sender(last=8), 0, []
    while True:
        now += 400_000
        want = made.want(now)
        if want.stubs:
            break
        ((_, first, last),) = send(made, now)[:1]
        sizes.append(last - first + 1)
        complain(made, now)
    assert sizes == [8, 8, 8, 4, 4, 4, 2, 2, 2, 1, 1, 1]
    assert want.stubs == frozenset({1})


def test_after_the_failing_part_batches_are_whole_again():
    made = sender(last=600)
    now = 0
    for _ in range(3):
        now += 400_000
        send(made, now)
        complain(made, now)
    now += 400_000
    assert [s[1:] for s in send(made, now)] == [(1, 250), (251, 500), (501, 600)]


def test_a_refusal_that_is_not_about_the_batch_does_not_halve_it():
    made, now = sender(last=8), 0
    for _ in range(6):
        now += 400_000
        send(made, now)
        made.refused(JID, (1, 8), now, counts=False)
    now += 400_000
    assert send(made, now) == [(JID, 1, 8)]


def test_a_gap_is_repaired_from_where_the_hub_is_once():
    made = sender()
    send(made, 0)
    for _ in range(3):
        made.on_nak(Nak(jid=JID, code=NakCode.GAP), None, 500)
    assert send(made, 500) == []
    made.on_nak(Nak(jid=JID, code=NakCode.GAP), None, 2_000)
    assert send(made, 2_000)[0] == (JID, 1, 500)


def test_a_hub_that_has_less_than_it_acknowledged_is_asked_before_anything_is_sent():
    made = sender(last=100, acked=50)
    send(made, 0)
    made.on_nak(Nak(jid=JID, code=NakCode.GAP, have=20), None, 5_000)
    assert send(made, 5_000) == []
    assert made.hello_due(5_000)
    greet(made, 5_000, 20)
    assert send(made, 5_000) == [(JID, 21, 100)]


def test_a_hole_is_declared_by_the_next_hello():
    made = Sender(JID, lambda: 1.0)
    made.learn([Stream(jid=JID, last=80, acked=60, first_unacked=65)])
    made.connected(0)
    greet(made, 0, 60)
    assert made.hello_streams()[0].first_available == 1
    assert made.want(0).after == 64
    send(made, 0)
    made.on_nak(Nak(jid=JID, code=NakCode.GAP, have=60), None, 5_000)
    assert made.hello_streams()[0].first_available == 65
    greet(made, 5_000, 64)
    assert made.want(5_000).after == 64


def test_live_events_are_not_behind_an_older_backlog_nor_starve_it():
    made = sender(last=3, old=50_000)
    jids = [jid for jid, _, _ in send(made, 0)]
    assert set(jids) == {JID, OLD}
    made.grew(4)
    ack(made, 500, 10, jid=OLD)
    assert send(made, 10)[0][0] == JID


def test_hellos_are_repeated_until_answered_and_then_every_five_minutes():
    made = sender(resumed=False)
    assert made.hello_due(0)
    made.hello_sent("a", 0)
    assert not made.hello_due(9_999)
    assert made.hello_due(10_000)
    greet(made, 10_000)
    assert not made.hello_due(309_999)
    assert made.hello_due(310_000)


def test_a_full_window_does_not_wake_anybody_before_its_deadline():
    made = sender()
    send(made, 0)
    assert made.wake_at() == 10_000


def entry(seq: int, body: bytes, kind: str = "help.called/1") -> Entry:
    big = 2**60
    return Entry(
        JID, seq, "ef" * 16, kind, "b" * 36, big, big, ClockState.SAVED, "2026-11-23", body, DIGEST
    )


def test_a_full_batch_stays_under_the_limit_of_bytes_and_events():
    for size in (10, 200, 600, 5_000):
        body = b'"' + b"x" * size + b'"'
        entries = [entry(2**50 + n, body) for n in range(600)]
        chosen = batches.fitting(entries, 600, batches.BODY_BYTES)
        assert len(encode(batches.batch(chosen))) <= MAX_BYTES
        assert len(chosen) <= 500


def test_a_batch_stops_at_a_missing_number():
    entries = [entry(n, b"{}") for n in (1, 2, 4)]
    assert [e.seq for e in batches.fitting(entries, 500, MAX_BYTES)] == [1, 2]


def test_an_event_that_can_never_fit_goes_as_its_digest():
    body = b'"' + b"x" * MAX_BYTES + b'"'
    made = batches.batch([entry(1, body)])
    (event,) = made.events
    assert isinstance(event, Event)
    assert event.body_sha256 is not None
    assert len(encode(made)) < 2_000


def test_a_resume_without_proof_raises_nothing_that_leads_to_purging():
    made = sender(resumed=False)
    made.hello_sent("n", 0)
    forged = [StreamHave(jid=JID, have=0, safe=2**62), StreamHave(jid=OLD, have=9, safe=9)]
    steps = made.on_resume(Resume(nonce="n", streams=forged, hub_time=0), {}, 0)
    assert [(step.upto, step.safe) for step in steps] == [(0, 0)]


def test_a_safe_mark_never_reaches_beyond_what_the_same_word_proves():
    made = sender()
    send(made, 0)
    said = Ack(jid=JID, upto=500, tag=ack_tag(DIGEST), safe=2**62)
    assert made.on_ack(said, DIGEST, 5).safe == 500


def test_a_nak_with_a_wrong_tag_changes_nothing():
    made = sender(acked=100)
    send(made, 0)
    for n in range(10):
        nak = Nak(jid=JID, code=NakCode.BAD, have=100, tag="0" * 32)
        assert made.on_nak(nak, DIGEST, 20_000 * n + 1) is None
    assert made.counts.forged == 10
    assert made.want(1) is None


def test_what_was_sent_before_a_hello_and_is_not_held_goes_again_at_once():
    made = sender()
    send(made, 0)
    assert greet(made, 5, have=500) is not None
    assert send(made, 6) == [
        (JID, 501, 1000),
        (JID, 1001, 1500),
        (JID, 1501, 2000),
        (JID, 2001, 2500),
    ]


def test_a_hub_that_came_back_is_greeted_within_seconds():
    made = sender()
    made.hub_returned(10_000)
    assert not made.hello_due(14_000)
    assert made.hello_due(15_000)


def test_a_hello_under_way_is_waited_for_however_many_surprises_come():
    """A new nonce would make the answer to the first worthless, and a slow hub slower."""
    made = sender()
    send(made, 0)
    for number in range(1, 30):
        now = 3_000 + 250 * number
        made.on_ack(
            Ack(jid=JID, upto=number, tag=ack_tag(DIGEST), safe=0, generation=1), DIGEST, now
        )
        if made.hello_due(now):
            made.hello_sent(f"n{number}", now)
    first = Resume(nonce="n1", streams=[], hub_time=0, generation=1)
    assert made.on_resume(first, {}, 12_000) is not None


def test_a_surprise_after_the_answer_calls_for_a_hello_again():
    made = sender()
    send(made, 0)
    made.on_ack(Ack(jid=JID, upto=1, tag=ack_tag(DIGEST), safe=0, generation=1), DIGEST, 1_000)
    assert not made.hello_due(1_999)
    assert made.hello_due(2_000)
