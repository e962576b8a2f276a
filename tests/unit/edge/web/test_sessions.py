"""Pairing, PINs, locks, sessions."""

import hashlib

import pytest

from motcua_contract.facts.office import DevicePaired, OfficerLocked
from motcua_edge.domain.refusals import Refusal, RefusalCode
from motcua_edge.services.sessions import AccessError, Sessions
from motcua_edge.services.sessions_pairing import CODE_MS, PairingCodes
from motcua_edge.services.sessions_pins import PinGuard, hash_pin, pin_matches
from support.webapp import PIN, Office


@pytest.fixture
def office():
    return Office()


async def _device(office, counter=1):
    paired = await office.sessions.pair(counter, "tuan")
    return paired, office.state.devices[paired.device]


async def test_a_pin_matches_its_own_hash_only():
    stored = hash_pin("4711")
    assert await pin_matches("4711", stored)
    assert not await pin_matches("4712", stored)
    assert not await pin_matches("4711", None)


def test_two_hashes_of_one_pin_differ():
    assert hash_pin("4711") != hash_pin("4711")


async def test_a_code_pairs_once_and_the_journal_keeps_only_the_hash(office):
    code = office.sessions.pairing_code(2, "tuan")
    paired = await office.sessions.pair_with_code(code, "192.168.1.9")
    fact = next(f for f in office.journal.facts if isinstance(f, DevicePaired))
    assert fact.token_sha256 == hashlib.sha256(paired.token.encode()).hexdigest()
    assert office.sessions.device_of(paired.token).counter == 2
    with pytest.raises(AccessError):
        await office.sessions.pair_with_code(code, "192.168.1.9")


def test_a_code_is_too_old_after_ten_minutes():
    codes = PairingCodes()
    code = codes.make(1, "tuan", 0)
    assert codes.take(code, CODE_MS) is None


async def test_guessing_codes_is_stopped(office):
    for _ in range(10):
        with pytest.raises(AccessError, match="wrong"):
            await office.sessions.pair_with_code("000000", "192.168.1.66")
    with pytest.raises(AccessError, match="too many"):
        await office.sessions.pair_with_code("000000", "192.168.1.66")


async def test_five_wrong_pins_lock_this_officer_on_this_device_for_five_minutes(office):
    _, device = await _device(office)
    _, other = await _device(office, 2)
    for _ in range(4):
        with pytest.raises(AccessError):
            await office.sessions.log_in(device, "lan", "0000")
    with pytest.raises(Refusal) as locked:
        await office.sessions.log_in(device, "lan", "0000")
    assert locked.value.code is RefusalCode.LOCKED
    with pytest.raises(Refusal):
        await office.sessions.log_in(device, "lan", PIN)
    assert any(isinstance(f, OfficerLocked) for f in office.journal.facts)
    await office.sessions.log_in(other, "lan", PIN)
    office.clock.advance(5 * 60_000 + 1)
    await office.sessions.log_out("lan", 2)
    assert await office.sessions.log_in(office.state.devices[device.id], "lan", PIN)


async def test_a_lock_survives_a_restart(office):
    _, device = await _device(office)
    for _ in range(5):
        with pytest.raises((AccessError, Refusal)):
            await office.sessions.log_in(device, "lan", "0000")
    restarted = Sessions(office.service)
    with pytest.raises(Refusal):
        await restarted.log_in(device, "lan", PIN)


async def test_wrong_pins_that_are_far_apart_do_not_lock(office):
    _, device = await _device(office)
    for _ in range(8):
        with pytest.raises(AccessError):
            await office.sessions.log_in(device, "lan", "0000")
        office.clock.advance(16_000)
    assert await office.sessions.log_in(device, "lan", PIN)


def test_guesses_sent_at_once_are_counted_before_they_are_checked():
    guard = PinGuard()
    locks = [guard.begin("lan", "counter-1", 0) for _ in range(5)]
    assert locks == [False, False, False, False, True]
    assert guard.locked("lan", "counter-1", 1)
    assert not guard.locked("minh", "counter-1", 1)


async def test_an_unknown_officer_is_told_the_same_as_a_wrong_pin(office):
    _, device = await _device(office)
    with pytest.raises(AccessError) as error:
        await office.sessions.log_in(device, "nobody", PIN)
    assert error.value.code == "wrong_pin"


async def test_a_technician_cannot_work_at_a_counter_nor_an_officer_as_technician(office):
    _, device = await _device(office)
    with pytest.raises(AccessError, match="role"):
        await office.sessions.log_in(device, "tuan", PIN)
    with pytest.raises(AccessError, match="neither"):
        await office.sessions.technician_log_in("lan", PIN, "192.168.1.5")


async def test_after_a_restart_the_device_alone_re_attaches_the_officer(office):
    paired, device = await _device(office)
    token = await office.sessions.log_in(device, "lan", PIN)
    restarted = Sessions(office.service)
    assert restarted.officer_at(1, token) is None
    assert restarted.officer_at(1, paired.token).officer == "lan"
    assert await restarted.log_in(device, "lan", PIN)


async def test_a_session_ends_with_the_log_out_also_a_forced_one(office):
    paired, device = await _device(office)
    token = await office.sessions.log_in(device, "lan", PIN)
    assert office.sessions.officer_at(1, token).officer == "lan"
    assert office.sessions.officer_at(2, token) is None
    await office.sessions.log_out("lan", 1, forced_by="hoa")
    assert office.sessions.officer_at(1, token) is None
    assert office.sessions.officer_at(1, paired.token) is None


async def test_a_technicians_session_ends_after_half_an_hour_of_silence(office):
    token = await office.sessions.technician_log_in("tuan", PIN, "192.168.1.5")
    office.clock.advance(29 * 60_000)
    assert office.sessions.technician(token)
    office.clock.advance(29 * 60_000)
    assert office.sessions.technician(token)
    office.clock.advance(31 * 60_000)
    assert office.sessions.technician(token) is None


async def test_an_unpaired_device_is_nobody(office):
    paired, device = await _device(office)
    await office.sessions.unpair(device.id, "tuan")
    assert office.sessions.device_of(paired.token) is None
